"""JSON with places in it: what a schema and a request ask for together, and its answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, cast

from gemini_nb.offline.structured.json_schema import SchemaReader
from gemini_nb.offline.structured.schema_keywords import UnsupportedSchemaError
from gemini_nb.offline.structured.spatial_forms import counts, spatial_form
from gemini_nb.offline.vision.form_roles import shows_place
from gemini_nb.offline.vision.spatial_answers import located, written
from gemini_nb.offline.vision.spatial_request import read_spatial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from gemini_nb.offline.structured.schema_keywords import RawSchema
    from gemini_nb.offline.vision.pointing import Unsteadiness
    from gemini_nb.offline.vision.spatial_request import SpatialRequest

_COUNTING: Final = re.compile(r"\bhow many\b|\bcount\b|\bnumber of\b", re.IGNORECASE)


def spatial_request(text: str, schema: object, *, before: str = "") -> SpatialRequest | None:
    """What `text` asks for that has places in it, in the form of `schema` if there is one.

    Args:
        text: what the user says about an image.
        schema: the response schema of the request, or None.
        before: the system instruction and earlier texts, which may show the form.

    Example:
        >>> point = {"type": "object", "properties": {"y": {"type": "integer"},
        ...     "x": {"type": "integer"}}}
        >>> spatial_request("the red cup", point).task
        'points'
        >>> spatial_request("Is it red?", {"type": "boolean"}) is None
        True
    """
    if schema is None:
        return read_spatial(text, before=before)
    if isinstance(schema, bool):
        return None
    try:
        form = spatial_form(SchemaReader(_mapping(schema)))
    except UnsupportedSchemaError:  # whoever fills in the schema by other means says so
        return None
    asks = shows_place(form) or (counts(form) and _COUNTING.search(text) is not None)
    return read_spatial(text, given=form, before=before, always=True) if asks else None


def places_in_form(
    request: SpatialRequest, images: Sequence[Image], unsteady: Unsteadiness, schema: object
) -> str:
    """The answer to `request` as JSON, in the types of `schema`.

    No place is made up to meet it: where it asks for more items than are seen, there are fewer,
    and an absent thing has no coordinates (null where allowed, else an empty list or -1). Such an
    answer breaks a limit of the schema, as minItems, so that whoever checks it learns of it.
    """
    value = located(request, images, unsteady).value
    if schema is None or isinstance(schema, bool):
        return written(value)
    return json.dumps(value, ensure_ascii=False, indent=2)


def _mapping(schema: object) -> RawSchema:
    return cast("RawSchema", schema) if isinstance(schema, dict) else {}
