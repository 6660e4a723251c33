import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_output
from PIL import Image

from gemini_nb.video import encode
from notebook_testing.comparison import differences, settled

STREAMS = st.builds(
    lambda name, text: new_output("stream", name=name, text=text),
    st.sampled_from(["stdout", "stderr"]),
    st.text("ab\r\n", min_size=1),
)
DISPLAYS = st.builds(
    lambda words: new_output("display_data", data={"text/plain": words}), st.text("ab\n")
)
OUTPUTS = st.lists(STREAMS | DISPLAYS, max_size=6)
steady = settings(derandomize=True, deadline=None, max_examples=100)


def split(output: NotebookNode, at: int) -> list[NotebookNode]:
    if output.output_type != "stream":
        return [output]
    pieces = [output.text[:at], output.text[at:]]
    return [new_output("stream", name=output.name, text=piece) for piece in pieces]


@steady
@given(OUTPUTS)
def test_outputs_do_not_differ_from_themselves(outputs: list[NotebookNode]) -> None:
    assert differences(outputs, outputs) == []


@steady
@given(OUTPUTS, st.integers(0, 4))
def test_it_does_not_matter_in_what_pieces_text_arrives(
    outputs: list[NotebookNode], at: int
) -> None:
    assert differences(outputs, [piece for output in outputs for piece in split(output, at)]) == []


@steady
@given(OUTPUTS)
def test_settling_again_changes_nothing(outputs: list[NotebookNode]) -> None:
    assert settled(settled(outputs)) == settled(outputs)


@steady
@given(OUTPUTS, DISPLAYS)
def test_one_display_more_is_a_difference(
    outputs: list[NotebookNode], display: NotebookNode
) -> None:
    assert differences(outputs, [*outputs, display])
    assert differences([display, *outputs], outputs)


@steady
@given(OUTPUTS)
def test_comparing_leaves_the_outputs_alone(outputs: list[NotebookNode]) -> None:
    before = repr(outputs)
    differences(outputs, [])
    assert repr(outputs) == before


def test_a_representation_more_is_a_difference() -> None:
    plain = new_output("display_data", data={"text/plain": "x"})
    rich = new_output("display_data", data={"text/plain": "x", "text/html": "<b>x</b>"})
    assert "+  text/html" in differences([plain], [rich])


def test_json_is_compared_by_value() -> None:
    one, other = (
        new_output("display_data", data={"application/json": content})
        for content in ({"a": 1, "b": [2]}, {"b": [2], "a": 1})
    )
    assert differences([one], [other]) == []


def shown(shade: int, width: int = 40) -> NotebookNode:
    Image.new("RGB", (width, 30), (shade, 90, 90)).save(file := io.BytesIO(), "WEBP", lossless=True)
    encoded = base64.b64encode(file.getvalue()).decode()
    html = f'<b>1 call</b><img src="data:image/webp;base64,{encoded}">'
    return new_output("display_data", data={"text/html": html})


def test_only_pictures_in_html_drift_and_only_a_little() -> None:
    assert differences([shown(90)], [shown(96)])
    assert not differences([shown(90)], [shown(96)], may_drift=True)
    assert differences([shown(90)], [shown(200)], may_drift=True)
    assert differences([shown(90)], [shown(90, 80)], may_drift=True)
    other = new_output("display_data", data={"text/html": "<b>2 calls</b>"})
    assert differences([shown(90)], [other], may_drift=True)


def filmed(*shades: int, words: str = "") -> NotebookNode:
    pictures = [Image.new("RGB", (64, 48), (shade, 90, 90)) for shade in shades]
    encoded = base64.b64encode(encode(pictures, 5)).decode()
    html = f'{words}<video controls src="data:video/mp4;base64,{encoded}"></video>'
    return new_output("display_data", data={"text/html": html})


def test_videos_are_compared_by_what_they_show() -> None:
    pytest.importorskip("av")
    film = filmed(90, 99, 108)
    assert not differences([film], [filmed(90, 99, 108)])
    assert not differences([film], [filmed(92, 98, 110)])  # as another release might encode it
    assert differences([film], [filmed(90, 99, 200)])
    assert differences([film], [filmed(90, 99)]) == ["had 3 frames, now 2"]
    assert differences([film], [filmed(90, 99, 108, words="two")])
