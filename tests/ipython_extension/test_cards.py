"""What a reader sees of models, files, pages and embeddings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import pagers, types

from gemini_nb.ipython.cards import sparkline
from ipython_extension.shells import shown

if TYPE_CHECKING:
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


def test_a_model_that_ignores_sampling_says_so_on_its_card_alone(shell: InteractiveShell) -> None:
    model = types.Model(name="models/gemini-3.8-flash")
    assert "temperature, top_p and top_k have no effect" in plain(shell, model)
    assert "temperature" not in plain(shell, page([model], "models"))


def test_a_model_is_a_card_of_its_limits(shell: InteractiveShell) -> None:
    model = types.Model(
        name="models/gemini-2.5-pro",
        display_name="Gemini 2.5 Pro",
        input_token_limit=1_048_576,
        output_token_limit=65_536,
        supported_actions=["generateContent", "countTokens"],
        thinking=True,
    )
    assert plain(shell, model) == (
        "Gemini 2.5 Pro · gemini-2.5-pro\n"
        "  takes    1,048,576 tokens\n"
        "  returns  65,536 tokens\n"
        "  methods  generateContent, countTokens\n"
        "  thinks   yes\n"
        "  Google shuts it down on 2026-12-01; then gemini-3.8-flash answers."
    )


def test_a_retired_model_says_what_to_use_instead(shell: InteractiveShell) -> None:
    assert plain(shell, types.Model(name="models/gemini-pro")) == (
        "gemini-pro\n  It was shut down (2025-02-15): use gemini-3.8-flash instead."
    )


def test_a_file_says_what_it_is_and_how_long_it_stays(shell: InteractiveShell) -> None:
    assert plain(shell, FILE) == (
        "windmill.png · File\n"
        "  type   image/png\n"
        "  size   48.2 kB\n"
        "  state  ACTIVE\n"
        "  kept   for 48 hours"
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
        "  id                           takes  note\n"
        "  gemini-3.8-flash  1,048,576 tokens\n"
        "  gemini-2.5-pro    1,048,576 tokens  Google shuts it down on 2026-12-01; then "
        "gemini-3.8-flash answers.\n"
        "  There are more pages: loop over the pager, or call its next_page()."
    )
    assert vars(held)["_idx"] == position
    assert held.page == models


def test_a_pager_of_files_is_a_table_of_files(shell: InteractiveShell) -> None:
    assert plain(shell, page([FILE], "files")) == (
        "1 file on this page\n"
        "  file          type          size  state   kept\n"
        "  windmill.png  image/png  48.2 kB  ACTIVE  for 48 hours"
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


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (
            types.CachedContent(
                name="cachedContents/a1",
                display_name="book",
                model="models/gemini-3.8-flash",
                create_time=UPLOAD,
                expire_time=UPLOAD + timedelta(hours=1),
                usage_metadata={"total_token_count": 20_000},
            ),
            (
                "book · Cached content\n"
                "  model  models/gemini-3.8-flash\n"
                "  holds  20,000 tokens\n"
                "  kept   for 1 hour"
            ),
        ),
        (
            types.BatchJob(name="batches/a1", state="JOB_STATE_FAILED", error={"message": "No."}),
            "Batch job\n  state  JOB_STATE_FAILED\n  done   yes\n  The API says: No.",
        ),
        (
            types.GenerateVideosOperation(name="operations/a1", done=False),
            "Generate videos operation\n  done  not yet",
        ),
        (
            types.FileSearchStore(name="fileSearchStores/a1", display_name="notes"),
            "notes · File search store",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_has_a_name_is_a_card(shell: InteractiveShell, thing: Any, told: str) -> None:
    assert plain(shell, thing) == told
    assert thing.name in shown(shell, thing)["text/html"]


def test_a_pager_of_cached_contents_is_a_table_of_their_cards(shell: InteractiveShell) -> None:
    cached = types.CachedContent(display_name="book", model="models/m", name="cachedContents/a1")
    response = types.ListCachedContentsResponse(cached_contents=[cached])
    pager = pagers.Pager("cached_contents", lambda **_: None, response, {})
    assert plain(shell, pager) == (
        "1 cached content on this page\n  cached content  model\n  book            models/m"
    )


def test_sparkline_of_nothing_is_empty() -> None:
    assert sparkline([]) == ""
