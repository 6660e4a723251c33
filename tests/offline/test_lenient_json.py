from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.validation import DEEPEST, loads

PROPERTY = settings(max_examples=80, derandomize=True, deadline=None)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


def loosely(value: object) -> str:
    """`value` with single quotes and a comma after each last item."""
    if isinstance(value, dict):
        return "{" + "".join(f"{loosely(k)}: {loosely(v)},\n" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + "".join(f"{loosely(item)} , " for item in value) + "]"
    if isinstance(value, str):
        inside = json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"')
        return "'" + inside.replace("'", "\\'") + "'"
    return json.dumps(value)


@PROPERTY
@given(values)
def test_strict_json_means_what_it_always_means(value: object) -> None:
    assert loads(json.dumps(value).encode()) == value
    assert loads(json.dumps(value, ensure_ascii=False, indent=2).encode()) == value


@PROPERTY
@given(values)
def test_loose_json_means_the_same(value: object) -> None:
    assert loads(loosely(value).encode()) == value


@PROPERTY
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(ApiError):  # any other exception fails
        loads(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"", {}),
        (b"\xef\xbb\xbf{}", {}),
        (b"{a: 1e5, $b: true}", {"a": 1e5, "$b": True}),
        (b'{"a": "two\nlines"}', {"a": "two\nlines"}),
        (b"""{'a': 'it\\'s "quoted"'}""", {"a": 'it\'s "quoted"'}),
    ],
)
def test_forms_that_tutorials_use(body: bytes, value: object) -> None:
    assert loads(body) == value


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'"a\\', b"{'a", b"{,"])
def test_long_hostile_bodies_take_no_time(opening: bytes) -> None:
    with pytest.raises(ApiError):
        loads(opening * 300_000)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400 + ".0", "NaN", "Infinity"])
def test_a_number_out_of_range_is_refused(number: str) -> None:
    with pytest.raises(ApiError, match="is not a number that JSON can hold"):
        loads(f'{{"temperature": {number}}}'.encode())


@pytest.mark.parametrize("depth", [DEEPEST - 1, DEEPEST, DEEPEST + 1, 900, 90_000])
def test_bodies_are_read_to_googles_depth(depth: int) -> None:
    body = b"[" * depth + b"1" + b"]" * depth
    if depth <= DEEPEST:
        loads(body)
        return
    with pytest.raises(ApiError, match=r"deep|recursion"):
        loads(body)
