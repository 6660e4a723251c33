from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from google.genai import errors, types
from PIL import Image

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-3.8-flash"


def test_an_uploaded_picture_is_seen(client: genai.Client) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(buffer, "PNG")
    buffer.seek(0)
    uploaded = client.files.upload(file=buffer, config={"mime_type": "image/png"})

    assert uploaded.state == types.FileState.ACTIVE
    reply = client.models.generate_content(
        model=MODEL, contents=[uploaded, "Which colour is this?"]
    )
    assert "green" in reply.text
    client.files.delete(name=uploaded.name)


def test_a_file_in_several_chunks_arrives_whole(client: genai.Client) -> None:
    content = b"0123456789" * 1_900_000  # the SDK sends 8 MiB at a time
    uploaded = client.files.upload(
        file=io.BytesIO(content), config={"mime_type": "text/plain", "display_name": "digits"}
    )

    assert uploaded.size_bytes == len(content)
    assert client.files.get(name=uploaded.name).display_name == "digits"
    assert uploaded.name in [other.name for other in client.files.list()]
    client.files.delete(name=uploaded.name)
    with pytest.raises(errors.ClientError) as caught:
        client.files.get(name=uploaded.name)
    assert caught.value.code == 403
