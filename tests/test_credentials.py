"""OAuth: what really reaches the wire."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import google.auth
import pytest
from google.auth import credentials as google_credentials
from google.auth import exceptions

import gemini_nb as gnb
from gemini_nb.errors import CredentialsError, InvalidOptionError
from gemini_nb.offline.server import EmbeddedServer, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "gemini-3.8-flash"


class Renewed(google_credentials.CredentialsWithQuotaProject):
    """Credentials whose token is new at each refresh and expires when told to."""

    def __init__(self, quota_project_id: str | None = "a-project") -> None:
        super().__init__()
        self._quota_project_id = quota_project_id
        self.refreshes = 0

    def refresh(self, request: Any) -> None:
        del request
        self.refreshes += 1
        self.token = f"ya29.marker-token-{self.refreshes}"
        self.expiry = dt.datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(hours=1)

    def with_quota_project(self, quota_project_id: str) -> Renewed:
        return Renewed(quota_project_id)


class Recorded:
    """The embedded application, noting the headers of each request."""

    def __init__(self) -> None:
        self.app = create_app()
        self.headers: list[dict[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.headers.append({k.decode(): v.decode() for k, v in scope["headers"]})
        await self.app(scope, receive, send)


@pytest.fixture
def gemini(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    app = Recorded()
    with EmbeddedServer(app=app) as server:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.base_url)
        yield app
    gnb.disconnect()


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_every_request_carries_only_the_bearer_token(
    gemini: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "marker-key-not-to-be-sent")
    client = gnb.connect(credentials=Renewed())

    client.models.generate_content(model=MODEL, contents="Hello")
    list(client.models.generate_content_stream(model=MODEL, contents="Hello"))
    client.interactions.create(model=MODEL, input="Hello")
    client.files.upload(file=io.BytesIO(b"text"), config={"mime_type": "text/plain"})

    async def ask() -> None:
        await client.aio.models.generate_content(model=MODEL, contents="Hello")
        await client.aio.aclose()

    asyncio.run(ask())
    assert len(gemini.headers) == 6
    for headers in gemini.headers:
        assert headers["authorization"] == "Bearer ya29.marker-token-1"
        assert headers["x-goog-user-project"] == "a-project"
        assert "x-goog-api-key" not in headers


def test_an_expired_token_is_refreshed(gemini: Recorded) -> None:
    credentials = Renewed()
    client = gnb.connect(credentials=credentials)
    client.models.get(model=MODEL)
    credentials.expiry = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - google-auth's are naive
    client.models.get(model=MODEL)

    assert [h["authorization"][-1] for h in gemini.headers] == ["1", "2"]


def test_the_project_may_come_from_the_environment(
    gemini: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "from-environment")
    gnb.connect(credentials=Renewed(quota_project_id=None)).models.get(model=MODEL)

    assert gemini.headers[0]["x-goog-user-project"] == "from-environment"


def test_adc_takes_the_default_credentials(
    gemini: Recorded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(google.auth, "default", lambda scopes: (Renewed(), scopes[0]))
    gnb.connect("adc").models.get(model=MODEL)

    assert gemini.headers[0]["authorization"].startswith("Bearer ya29.")
    assert "Application Default Credentials" in capsys.readouterr().out


def test_missing_default_credentials_name_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(scopes: list[str]) -> None:
        del scopes
        raise exceptions.DefaultCredentialsError

    monkeypatch.setattr(google.auth, "default", fail)
    with pytest.raises(CredentialsError, match="gcloud auth application-default login"):
        gnb.connect("adc")


def test_credentials_and_a_key_contradict_each_other() -> None:
    with pytest.raises(InvalidOptionError, match="neither api_key nor"):
        gnb.connect(api_key="marker-key", credentials=Renewed())


def test_a_token_never_shows_in_an_error(gemini: Recorded) -> None:
    del gemini
    client = gnb.connect(credentials=Renewed())
    with pytest.raises(Exception, match="no longer available") as caught:
        client.models.get(model="gemini-pro")

    assert "ya29" not in repr(caught.value.response.request.headers)  # type: ignore[attr-defined]
