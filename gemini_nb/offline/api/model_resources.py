"""Models as the models operations describe them, and the refusal of those that are gone."""

from __future__ import annotations

from typing import Any

from gemini_nb import catalog
from gemini_nb.offline.api.errors import ApiError

_WHAT = {
    "text": "an n-gram text model with pixel analysis for images",
    "robotics": "an n-gram text model with pixel analysis for images",
    "embedding": "hashed words and character n-grams: lexical, not semantic",
}


def resource(model: catalog.Model) -> dict[str, Any]:
    """`model` as the API describes it, saying that an offline model answers in its place."""
    fields: dict[str, Any] = {
        "name": f"models/{model.id}",
        "version": "offline",
        "displayName": f"{model.display_name} (offline stand-in)",
        "description": (
            f"Not Gemini: {_WHAT[model.kind]}, running on this machine in place of {model.id}."
            f"{_rerouted(model)}"
        ),
        "inputTokenLimit": model.input_token_limit,
        "outputTokenLimit": model.output_token_limit,
        "supportedGenerationMethods": list(model.methods),
    }
    if model.kind != "embedding":
        fields |= {"temperature": 1, "maxTemperature": 2, "topP": 0.95, "topK": 64}
        fields["thinking"] = True
    return fields


def require(name: str, method: str | None, version: str) -> catalog.Model:
    """The current model called `name`, if it supports `method` in that version of the API.

    Args:
        name: with or without `models/`.
        method: a REST method, such as "generateContent"; None to ask for the model itself.
        version: "v1", "v1beta" or "".

    Raises:
        ApiError: 404 in Google's words; for a retired model it names the replacement.

    Example:
        >>> require("gemini-pro", None, "v1beta")
        Traceback (most recent call last):
        gemini_nb.offline.api.errors.ApiError: This model models/gemini-pro is no longer \
available to new users. ... use gemini-3.8-flash instead.
    """
    shown = f"models/{catalog.bare_id(name)[:80]}"
    retired = catalog.find_retired(name)
    if retired and retired.existed:
        since = f"It was shut down on {retired.ended}" if retired.ended else "It was shut down"
        text = f"This model {shown} is no longer available to new users. {since};"
        raise ApiError(404, f"{text} use {retired.replacement} instead.")
    model = catalog.find(name)
    # Aliases exist only on v1beta since google-genai 3.0 made v1 its default.
    if model is None or (version == "v1" and model.id.endswith("-latest")):
        raise ApiError(404, _not_found(shown, method, version))
    if method is not None and method not in model.methods:
        raise ApiError(404, _not_found(shown, method, version))
    return model


def _rerouted(model: catalog.Model) -> str:
    if not model.successor:
        return ""
    since = f"From {model.ends} on, Gemini" if model.ends else "Gemini"
    return f" {since} answers as {model.successor}."


def _not_found(shown: str, method: str | None, version: str) -> str:
    support = f", or is not supported for {method}" if method else ""
    return (
        f"{shown} is not found for API version {version or 'v1beta'}{support}. Call ListModels to "
        "see the list of available models and their supported methods."
    )
