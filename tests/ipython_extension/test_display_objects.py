"""What a reader sees of each kind of object of the SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import errors, pagers, types

from gemini_nb.ipython import formatters
from ipython_extension.shells import new_shell, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

UPLOAD = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
FILE = types.File(
    name="files/k3v9",
    display_name="windmill.png",
    mime_type="image/png",
    size_bytes=48_213,
    state=types.FileState.ACTIVE,
    create_time=UPLOAD,
    expiration_time=UPLOAD + timedelta(hours=48),
)


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    with new_shell() as shell:
        formatters.register(shell)
        yield shell


def plain(shell: InteractiveShell, value: Any) -> str:
    return shown(shell, value)["text/plain"]


def page(items: list[Any], name: str, following: str | None = None) -> pagers.Pager[Any]:
    """A pager that fails when it is asked for another page."""

    def no_request(**_config: Any) -> None:
        pytest.fail("the API was asked")

    field = {"models": "models", "files": "files"}[name]
    response = {
        "models": types.ListModelsResponse,
        "files": types.ListFilesResponse,
    }[name](**{field: items, "next_page_token": following})
    return pagers.Pager(name, no_request, response, {})


def test_a_model_is_a_card_of_its_limits(shell: InteractiveShell) -> None:
    model = types.Model(
        name="models/gemini-2.5-pro",
        display_name="Gemini 2.5 Pro",
        input_token_limit=1_048_576,
        output_token_limit=65_536,
        supported_actions=["generateContent", "countTokens"],
        temperature=1.0,
        max_temperature=2.0,
        top_k=64,
        thinking=True,
    )
    assert plain(shell, model) == (
        "Gemini 2.5 Pro · gemini-2.5-pro\n"
        "  takes     up to 1,048,576 tokens\n"
        "  returns   up to 65,536 tokens\n"
        "  methods   generateContent, countTokens\n"
        "  sampling  temperature 1.0 (at most 2.0), top_k 64\n"
        "  thinks    yes\n"
        "  Google shuts it down on 2026-12-01."
    )


def test_a_retired_model_says_what_to_use_instead(shell: InteractiveShell) -> None:
    assert plain(shell, types.Model(name="models/gemini-pro")) == (
        "gemini-pro\n  It was shut down (2025-02-15): use gemini-3.8-flash instead."
    )


def test_a_file_says_what_it_is_and_how_long_it_stays(shell: InteractiveShell) -> None:
    assert plain(shell, FILE) == (
        "windmill.png\n"
        "  type   image/png\n"
        "  size   48.2 kB\n"
        "  state  ACTIVE\n"
        "  kept   48 hours from its upload"
    )
    assert "files/k3v9" in shown(shell, FILE)["text/html"]


def test_a_file_uploaded_at_another_time_is_shown_alike(shell: InteractiveShell) -> None:
    later = FILE.model_copy(
        update={
            "name": "files/p0q7",
            "create_time": UPLOAD + timedelta(days=9, seconds=7),
            "expiration_time": UPLOAD + timedelta(days=11, seconds=7),
        }
    )
    assert plain(shell, later) == plain(shell, FILE)


@pytest.mark.parametrize(
    ("state", "hint"), [("PROCESSING", "client.files.get"), ("FAILED", "upload it again")]
)
def test_a_file_that_is_not_ready_says_what_to_do(
    shell: InteractiveShell, state: str, hint: str
) -> None:
    assert hint in plain(shell, types.File(display_name="a.mp4", state=state))


def test_a_pager_shows_its_page_and_asks_for_no_other(shell: InteractiveShell) -> None:
    models = [
        types.Model(name="models/gemini-3.8-flash", input_token_limit=1_048_576),
        types.Model(name="models/gemini-2.5-pro", input_token_limit=1_048_576),
    ]
    held = page(models, "models", following="more")
    position = vars(held)["_idx"]

    assert plain(shell, held) == (
        "2 models on this page\n"
        "  id                tokens in  note\n"
        "  gemini-3.8-flash  1,048,576\n"
        "  gemini-2.5-pro    1,048,576  Google shuts it down on 2026-12-01.\n"
        "  There are more pages: loop over the pager, or call its next_page()."
    )
    assert vars(held)["_idx"] == position
    assert held.page == models


def test_a_pager_of_files_is_a_table_of_files(shell: InteractiveShell) -> None:
    assert plain(shell, page([FILE], "files")) == (
        "1 file on this page\n"
        "  file          type          size  state   kept\n"
        "  windmill.png  image/png  48.2 kB  ACTIVE  48 hours from its upload"
    )


def test_an_empty_page_says_so(shell: InteractiveShell) -> None:
    assert plain(shell, page([], "files")) == "0 files on this page"


def test_a_long_page_is_cut_short_and_says_by_how_much(shell: InteractiveShell) -> None:
    models = [types.Model(name=f"models/m{n}") for n in range(130)]
    lines = plain(shell, page(models, "models")).splitlines()
    assert (lines[0], lines[-1]) == ("130 models on this page", "  and 30 more on this page")


def test_embeddings_show_their_number_size_norm_and_shape(shell: InteractiveShell) -> None:
    response = types.EmbedContentResponse(
        embeddings=[
            types.ContentEmbedding(values=[0.6, -0.8, 0.0]),
            types.ContentEmbedding(values=[0.0, 0.0, 2.0]),
        ]
    )
    assert plain(shell, response) == (
        "2 embeddings of 3 values\n"
        "      norm   least  greatest  values\n"
        "  0  1.000  -0.800     0.600  ▇▁▅\n"
        "  1  2.000   0.000     2.000  ▅▅█"
    )


def test_a_long_embedding_is_drawn_by_the_values_farthest_from_zero(
    shell: InteractiveShell,
) -> None:
    spike = [0.0] * 3072
    spike[1536] = -1.0
    drawn = plain(shell, types.ContentEmbedding(values=spike)).split()[-1]
    assert len(drawn) == 48
    assert drawn.index("▁") == 24
    assert set(drawn) == {"▁", "▅"}


def test_an_embedding_of_zeros_is_flat(shell: InteractiveShell) -> None:
    assert plain(shell, types.ContentEmbedding(values=[0.0, 0.0])).endswith("  ··")


def test_a_text_cut_short_by_the_model_is_told(shell: InteractiveShell) -> None:
    cut = types.ContentEmbedding(values=[1.0], statistics={"truncated": True})
    assert "longer than the model reads" in plain(shell, cut)


def error(code: int, status: str, message: str, *details: dict[str, Any]) -> errors.APIError:
    said = {"code": code, "status": status, "message": message, "details": list(details)}
    family = errors.ServerError if code >= 500 else errors.ClientError
    return family(code, {"error": said})


def test_an_error_says_what_it_means_and_what_to_do(shell: InteractiveShell) -> None:
    busy = error(503, "UNAVAILABLE", "The model is overloaded.")
    assert plain(shell, busy) == (
        "503 UNAVAILABLE · ServerError\n"
        "  says   The model is overloaded.\n"
        "  means  The model has more requests than it can answer now.\n"
        "  do     Try again a little later; HttpRetryOptions(attempts=5) in http_options does it"
        " for you. Or ask another model."
    )


def test_a_retired_model_in_an_error_has_its_replacement(shell: InteractiveShell) -> None:
    gone = error(404, "NOT_FOUND", "models/gemini-pro is not found for API version v1beta.")
    assert "  do     model='gemini-3.8-flash'" in plain(shell, gone)
    assert "shut down (2025-02-15)" in plain(shell, gone)


def test_a_misspelt_model_in_an_error_has_the_nearest(shell: InteractiveShell) -> None:
    misspelt = error(404, "NOT_FOUND", "models/gemini-3.8-flsh is not found for API version v1.")
    assert "Did you mean model='gemini-3.8-flash'?" in plain(shell, misspelt)


@pytest.mark.parametrize(
    ("code", "status", "detail", "told"),
    [
        (400, "INVALID_ARGUMENT", {"reason": "API_KEY_INVALID"}, "does not know this key"),
        (400, "FAILED_PRECONDITION", {}, "not ready for it"),
        (429, "RESOURCE_EXHAUSTED", {"retryDelay": "31s"}, "Wait 31s, as the API asks."),
        (429, "RESOURCE_EXHAUSTED", {"violations": [{"quotaId": "PerDay"}]}, "at     PerDay"),
        (
            400,
            "INVALID_ARGUMENT",
            {"fieldViolations": [{"field": "contents", "description": "is empty"}]},
            "at     contents: is empty",
        ),
        (418, "", {}, "could not make sense"),
        (599, "", {}, "not the fault of the request"),
    ],
)
def test_the_details_of_an_error_are_used(
    shell: InteractiveShell, code: int, status: str, detail: dict[str, Any], told: str
) -> None:
    assert told in plain(shell, error(code, status, "No.", detail))


def test_an_error_page_that_is_not_json_is_told_in_one_line(shell: InteractiveShell) -> None:
    page = errors.ServerError(502, {"message": "<html>\nno</html>", "status": "Bad Gateway"})
    assert plain(shell, page).splitlines()[:2] == [
        "502 BAD GATEWAY · ServerError",
        "  says   <html> no</html>",
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("APITimeoutError", "Set a longer timeout"), ("APIConnectionError", "could not be reached")],
)
def test_no_answer_at_all_is_told_as_that(shell: InteractiveShell, name: str, hint: str) -> None:
    from google.genai._gaos.lib import compat_errors

    failure = getattr(compat_errors, name)(request=None)
    assert plain(shell, failure).splitlines()[0] == name
    assert hint in plain(shell, failure)
