"""What a reader sees of the SDK's errors, of both its families."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.genai import errors
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import ModelError
from gemini_nb.ipython.errors import error_card, explanation
from ipython_extension.shells import shown

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def plain(shell: InteractiveShell, value: Any) -> str:
    return shown(shell, value)["text/plain"]


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
            "at     contents",
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
    from google.genai._gaos.lib import compat_errors  # of every version; its classes moved in 3.5

    failure = getattr(compat_errors, name)(request=None)
    assert list(shown(shell, failure)) == ["text/plain", "text/html"]
    assert plain(shell, failure).splitlines()[0] == name
    assert hint in plain(shell, failure)


def test_explanation_wraps_a_card_below_its_names() -> None:
    lines = explanation(error(503, "UNAVAILABLE", "Overloaded. " * 20)).splitlines()
    assert max(map(len, lines)) <= 96
    assert lines[2].startswith(" " * 9 + "Overloaded.")


def test_explanation_of_our_own_errors_is_their_message() -> None:
    assert explanation(ModelError("no such model\x1b[2J")) == "ModelError: no such model␛[2J"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "message", "status", "code", "details", "violations", "reason"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(JSON)
def test_explanation_has_something_to_say_whatever_came_as_an_error(said: Any) -> None:
    failure = errors.ClientError(400, {})
    failure.details = said
    assert explanation(failure).strip()
    assert "\x1b" not in explanation(failure)


def test_error_card_is_an_alarm() -> None:
    assert error_card(error(404, "NOT_FOUND", "No.")).is_alarm
