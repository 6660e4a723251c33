from __future__ import annotations

import asyncio
import io
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
from google.genai import errors, types

import gemini_nb as gnb
from gemini_nb.errors import DisconnectedError, InvalidOptionError, MissingKeyError, RecordingError
from gemini_nb.offline.server import EmbeddedServer, create_app
from gemini_nb.recordings import recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from google.genai import Client

MODEL = "gemini-3.8-flash"
KEY = "the-teachers-own-key-4711"
VARIABLES = (
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    "GEMINI_NB_MODE",
    "GEMINI_NB_RECORDING",
    "GOOGLE_GEMINI_BASE_URL",
    "JPY_SESSION_NAME",
)

# google-genai 2.12 asks its own interactions for a field that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    yield
    gnb.disconnect()


def ask(client: Client, text: str = "Write a letter.") -> str:
    return str(client.models.generate_content(model=MODEL, contents=text).text)


def ask_later(client: Client) -> object:
    async def asked() -> object:
        reply = await client.aio.models.generate_content(model=MODEL, contents="Of the sky?")
        stream = await client.aio.models.generate_content_stream(model=MODEL, contents="And stars?")
        said = reply.text, [chunk.text async for chunk in stream]
        await client.aio.aclose()
        return said

    return asyncio.run(asked())


def stream(client: Client) -> object:
    chunks = client.models.generate_content_stream(model=MODEL, contents="Tell a story.")
    return [(chunk.text, chunk.response_id) for chunk in chunks]


def chat(client: Client) -> object:
    talk = client.chats.create(model=MODEL)
    said = [talk.send_message("Hello").text, talk.send_message("Say more").text]
    streamed = [chunk.text for chunk in talk.send_message_stream("And more")]
    return said, streamed, len(talk.get_history())


def upload(client: Client) -> object:
    photo = client.files.upload(file=gnb.sample("fruit_table"), config={"display_name": "fruit"})
    assert photo.name
    assert photo.uri
    told = client.models.generate_content(model=MODEL, contents=[photo, "What is in it?"])
    again = client.files.get(name=photo.name)
    assert again.uri == photo.uri
    assert photo.uri.startswith(os.environ["GOOGLE_GEMINI_BASE_URL"])
    return photo.name, photo.create_time, photo.display_name, told.text, again.size_bytes


def upload_under_one_name(client: Client) -> object:
    said: list[object] = []
    for text in ("Apples are red.", "Bananas are yellow."):
        config = {"name": "fruit", "mime_type": "text/plain"}
        file = client.files.upload(file=io.BytesIO(text.encode()), config=config)
        answer = client.models.generate_content(model=MODEL, contents=[file, "Quote from this."])
        said.append(answer.text)
        client.files.delete(name=str(file.name))
    assert said[0] != said[1]
    return said


def send_picture(client: Client) -> object:
    picture = types.Part.from_bytes(
        data=gnb.sample("fruit_table").read_bytes(), mime_type="image/jpeg"
    )
    reply = client.models.generate_content(model=MODEL, contents=[picture, "Describe it."])
    return reply.text


def embed(client: Client) -> object:
    reply = client.models.embed_content(model="gemini-embedding-2", contents=["a cat", "a dog"])
    return [vector.values for vector in reply.embeddings or ()]


def call_functions(client: Client) -> object:
    calls: list[str] = []

    def weather(city: str) -> str:
        """The weather in a city."""
        calls.append(city)
        return "rain"

    config = types.GenerateContentConfig(tools=[weather])
    text = "What is the weather in Paris?"
    return client.models.generate_content(model=MODEL, contents=text, config=config).text, calls


def interact(client: Client) -> object:
    first = client.interactions.create(model=MODEL, input="Hello")
    text = "And then?"
    after = client.interactions.create(model=MODEL, input=text, previous_interaction_id=first.id)
    events = client.interactions.create(model=MODEL, input="Tell a story.", stream=True)
    return first, after, list(events), client.interactions.get(first.id)


def count(client: Client) -> object:
    return client.models.count_tokens(model=MODEL, contents="one two three").total_tokens


def list_models(client: Client) -> object:
    return [model.name for model in client.models.list()], client.models.get(model=MODEL)


def fail(client: Client) -> object:
    told: list[object] = []
    for model, temperature in (("no-such-model", 1.0), (MODEL, 9.0)):
        with pytest.raises(errors.ClientError) as failed:
            client.models.generate_content(
                model=model, contents="Hi", config={"temperature": temperature}
            )
        told.append((failed.value.code, failed.value.message))
    return told


def ask_thrice(client: Client) -> object:
    return [ask(client, "Write a story about the sea.") for _ in range(3)]


USES: tuple[Callable[[Client], object], ...] = (
    ask,
    ask_later,
    stream,
    chat,
    upload,
    upload_under_one_name,
    send_picture,
    embed,
    call_functions,
    interact,
    count,
    list_models,
    fail,
    ask_thrice,
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """All `USES`, recorded while the upstream could be reached, and what they returned."""
    path = tmp_path_factory.mktemp("class") / "lesson.gnb"
    with (
        EmbeddedServer(app=create_app(seconds_per_chunk=0)) as upstream,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv("GOOGLE_GEMINI_BASE_URL", upstream.base_url)
        patch.setenv("GOOGLE_API_KEY", KEY)
        client = gnb.connect("record", recording=path)
        returned = {use.__name__: without_headers(use(client)) for use in USES}
        gnb.disconnect()
    return path, returned


def without_headers(returned: Any) -> Any:
    """`returned` without the headers of replies, which tell of record and of replay."""
    if isinstance(returned, list | tuple):
        return [without_headers(each) for each in returned]
    if hasattr(returned, "model_dump"):
        return returned.model_dump(mode="json", exclude={"sdk_http_response"})
    return returned


def edited(path: Path, said: str, instead: str) -> str:
    """The recording with another answer in it."""
    before, after = (json.dumps(text, ensure_ascii=False) for text in (said, instead))
    text = path.read_text("utf-8")
    assert before in text
    return text.replace(before, after)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_connect_replays_what_it_has_recorded(
    recorded: tuple[Path, dict[str, object]], use: Callable[[Client], object]
) -> None:
    path, returned = recorded
    client = gnb.connect("replay", recording=path)

    assert without_headers(use(client)) == returned[use.__name__]


def test_connect_records_no_key(recorded: tuple[Path, dict[str, object]]) -> None:
    assert KEY not in recorded[0].read_text("utf-8")


def test_connect_says_what_is_recorded_and_replayed(
    recorded: tuple[Path, dict[str, object]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, _ = recorded
    read = recording.read(path)
    (day,) = {exchange.recorded for exchange in read.exchanges}
    held = f"replayed from lesson.gnb, {len(read.exchanges)} answers recorded on {day}"
    gnb.connect("replay", recording=path)
    gnb.connect("replay", recording=path, unmatched="offline")
    gnb.disconnect()
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    gnb.connect("record", recording=path)
    gnb.disconnect()
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://user:secret@192.168.1.5:8765/v1")
    gnb.connect("record", recording=path)
    gnb.connect("live")

    host, key = "192.168.1.5:8765 (from GOOGLE_GEMINI_BASE_URL)", "the key from GEMINI_API_KEY"
    assert capsys.readouterr().out.splitlines() == [
        f"gemini_nb: {held}; what is not in it is refused",
        f"gemini_nb: {held}; what is not in it the offline models answer",
        f"gemini_nb: recording into lesson.gnb what Gemini answers, with {key}",
        f"gemini_nb: recording into lesson.gnb what {host} answers, with {key}",
        f"gemini_nb: live, asking {host} with {key}",
    ]


def test_connect_keeps_the_key_from_the_environment_of_cells(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    gnb.connect("record", recording=tmp_path / "new.gnb")

    assert os.environ["GOOGLE_API_KEY"] == os.environ["GEMINI_API_KEY"] == "offline-not-a-key"


def test_connect_replays_to_curl_and_records_from_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cell = """curl -s "$GOOGLE_GEMINI_BASE_URL/v1beta/models/gemini-3.8-flash:generateContent" \\
        -H "x-goog-api-key: $GEMINI_API_KEY" -H "Content-Type: application/json" \\
        -d '{contents: {parts: {text: "Write a poem."}}}'"""
    path = tmp_path / "lesson.gnb"
    with EmbeddedServer() as upstream:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", upstream.base_url)
        client = gnb.connect("record", recording=path, api_key=KEY)
        said = ask(client, "Write a poem.")
        shown = subprocess.check_output(["bash", "-c", cell])
        gnb.disconnect()

    client = gnb.connect("replay", recording=path)
    first = json.loads(subprocess.check_output(["bash", "-c", cell]))
    assert first["candidates"][0]["content"]["parts"][0]["text"] == said
    assert subprocess.check_output(["bash", "-c", cell]) == shown
    last = json.loads(shown)["candidates"][0]["content"]["parts"][0]["text"]
    assert ask(client, "Write a poem.") == last


def test_connect_shows_what_differs_from_the_nearest_recorded_request(
    recorded: tuple[Path, dict[str, object]],
) -> None:
    client = gnb.connect("replay", recording=recorded[0])

    with pytest.raises(errors.ClientError, match=r"lesson\.gnb holds no answer") as refused:
        ask(client, "Write a letter to Anna.")
    assert refused.value.code == 404
    told = "contents[0].parts[0].text: recorded 'Write a letter.', asked 'Write a letter to Anna.'"
    assert told in str(refused.value.message)


def test_connect_has_the_offline_models_answer_what_is_not_recorded(
    recorded: tuple[Path, dict[str, object]],
) -> None:
    path, returned = recorded
    client = gnb.connect("replay", recording=path, unmatched="offline")
    photo = cast("Any", returned["upload"])[0]

    uploaded = client.files.upload(file=gnb.sample("fruit_table"))
    assert uploaded.name == photo
    reply = client.models.generate_content(model=MODEL, contents=[uploaded, "How many things?"])
    assert reply.model_version == "offline/vision"
    assert dict(reply.sdk_http_response.headers)["x-gemini-nb-mode"] == "offline"
    assert ask(client) == returned["ask"]


def test_connect_refuses_offline_models_an_interaction_that_is_only_recorded(
    recorded: tuple[Path, dict[str, object]],
) -> None:
    path, returned = recorded
    client = gnb.connect("replay", recording=path, unmatched="offline")
    first = cast("Any", returned["interact"])[0]["id"]

    with pytest.raises(Exception, match=r"none of the offline models', .* lesson\.gnb"):
        client.interactions.create(model=MODEL, input="Else?", previous_interaction_id=first)
    own = client.interactions.create(model=MODEL, input="Something else")
    client.interactions.create(model=MODEL, input="And?", previous_interaction_id=own.id)


def test_connect_prints_what_of_a_recording_is_damaged_and_plays_the_rest(
    recorded: tuple[Path, dict[str, object]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, returned = recorded
    damaged = tmp_path / "damaged.gnb"
    damaged.write_text(path.read_text("utf-8") + '{\n "recorded": "2026-1', "utf-8")
    client = gnb.connect("replay", recording=damaged)

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("gemini_nb: replayed from damaged.gnb, ")
    assert re.match(r"gemini_nb: damaged\.gnb, line \d+: ", second)
    assert ask(client) == returned["ask"]


@pytest.mark.parametrize(("name", "text"), [("missing.gnb", None), ("letter.gnb", "Dear Anna")])
def test_connect_says_why_nothing_can_be_replayed(
    tmp_path: Path, name: str, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")

    with pytest.raises(RecordingError, match=name):
        gnb.connect("replay", recording=tmp_path / name)
    assert capsys.readouterr().out == ""
    assert "GEMINI_API_KEY" not in os.environ


def test_connect_replays_two_recordings_in_one_process(
    recorded: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    path, returned = recorded
    changed = tmp_path / "changed.gnb"
    said = str(returned["ask"])
    changed.write_text(edited(path, said, "Dear all."), "utf-8")
    one, other = gnb.connect("replay", recording=path), gnb.connect("replay", recording=changed)

    assert (ask(one), ask(other)) == (said, "Dear all.")
    assert gnb.connect("replay", recording=path) is one


def test_connect_reads_a_recording_again_that_has_changed(
    recorded: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    path, returned = recorded
    copy = tmp_path / "lesson.gnb"
    copy.write_text(path.read_text("utf-8"), "utf-8")
    before = gnb.connect("replay", recording=copy)
    said = str(returned["ask"])
    copy.write_text(edited(path, said, "Dear all."), "utf-8")

    assert ask(gnb.connect("replay", recording=copy)) == "Dear all."
    assert ask(before) == "Dear all."


def test_connect_replays_from_the_beginning_each_time(
    recorded: tuple[Path, dict[str, object]],
) -> None:
    path, returned = recorded
    for _ in range(2):
        assert ask_thrice(gnb.connect("replay", recording=path)) == returned["ask_thrice"]


@pytest.mark.parametrize("name", ["no-such-folder/lesson.gnb", "letter.txt", "folder"])
def test_connect_refuses_at_once_to_record_where_nothing_can_be_written(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("Dear Anna", "utf-8")
    (tmp_path / "folder").mkdir()

    with pytest.raises(RecordingError, match=f"{name.rpartition('/')[2]} can't be written: "):
        gnb.connect("record", recording=tmp_path / name, api_key=KEY)
    assert capsys.readouterr().out == ""
    assert (tmp_path / "letter.txt").read_text("utf-8") == "Dear Anna"


def test_connect_replays_from_a_folder_what_is_called_as_the_notebook(
    recorded: tuple[Path, dict[str, object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("01_letters.gnb", "02_robotics.gnb"):
        (tmp_path / name).write_text(recorded[0].read_text("utf-8"), "utf-8")
    monkeypatch.setenv("GEMINI_NB_MODE", "replay")
    monkeypatch.setenv("GEMINI_NB_RECORDING", str(tmp_path))
    gnb.connect()
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/anna/02_robotics.ipynb")
    gnb.connect()

    all_of_it, own = capsys.readouterr().out.splitlines()
    assert all_of_it.startswith(f"gemini_nb: replayed from {tmp_path.name}, 64 answers")
    assert own.startswith("gemini_nb: replayed from 02_robotics.gnb, 32 answers")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"mode": "replay"}, "GEMINI_NB_RECORDING"),
        ({"mode": "record", "api_key": KEY}, "recording='lesson.gnb'"),
        ({"mode": "offline", "recording": "lesson.gnb"}, "Mode 'offline', recording 'lesson.gnb'"),
        ({"mode": "replay", "recording": "x.gnb", "unmatched": "ask"}, "not 'ask'"),
        ({"mode": "record", "recording": "x.gnb", "credentials": object()}, "credentials go with"),
    ],
)
def test_connect_names_options_that_do_not_go_together(options: Any, told: str) -> None:
    with pytest.raises(InvalidOptionError, match=re.escape(told)):
        gnb.connect(**options)


def test_connect_records_only_with_a_key(tmp_path: Path) -> None:
    with pytest.raises(MissingKeyError, match="GEMINI_API_KEY"):
        gnb.connect("record", recording=tmp_path / "lesson.gnb")


def test_disconnect_stops_all_servers_and_tells_their_clients(
    recorded: tuple[Path, dict[str, object]],
) -> None:
    clients = [
        gnb.connect("replay", recording=recorded[0]),
        gnb.connect("replay", recording=recorded[0], unmatched="offline"),
        gnb.connect("offline"),
    ]
    gnb.disconnect()

    for client in clients:
        with pytest.raises(DisconnectedError, match=r"run client = gnb\.connect"):
            ask(client)
    assert "GOOGLE_GEMINI_BASE_URL" not in os.environ


def test_connect_replays_in_a_forked_child_while_the_parent_goes_on(
    recorded: tuple[Path, dict[str, object]],
) -> None:
    path, returned = recorded
    program = f"""
import os, sys
import gemini_nb as gnb
def say(client):
    print(client.models.generate_content(model={MODEL!r}, contents="Write a letter.").text)
client = gnb.connect("replay", recording={str(path)!r})
child = os.fork()
if child == 0:
    say(gnb.connect("replay", recording={str(path)!r}))
    sys.stdout.flush()
    os._exit(0)
os.waitpid(child, 0)
say(client)
"""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=True, capture_output=True, text=True
    )
    assert ran.stdout.count(str(returned["ask"])) == 2
