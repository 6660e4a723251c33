"""`as_javascript`: a call of the SDK's as a program for `@google/genai`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from rich.pretty import Node

from gemini_nb.client import BASE_URL_VARIABLE
from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import REDACTED
from gemini_nb.replies.read import camel_case
from gemini_nb.requests.call_code import CallCode, group, json_code, laid_out, scalar, with_files
from gemini_nb.requests.calls import read_call
from gemini_nb.requests.curl import uploaded_file, variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.requests.curl import P

    Arguments = dict[str, Any]

# The base address, the version of the API, what is asked or asked for, and the query.
_PATH = re.compile(
    r"(.*?)(?:/upload)?/(v\d\w*)/(?:models/|interactions/)?([^:?]*?)(?:/cancel|:\w+)?(?:\?(.*))?"
)
_PLAIN = frozenset(("text", "inlineData", "fileData"))  # parts that need no content around them


def as_javascript(
    method: Callable[P, object], /, *arguments: P.args, **options: P.kwargs
) -> CallCode:
    """The program that makes a call of the SDK in JavaScript, for Node, with `@google/genai`.

    Nothing is sent now. It will send what the SDK for Python would: of functions and classes, their
    declarations and schemas. Long media are read from files: see `CallCode.save_files`. Arguments
    and errors are those of `as_curl`, and InvalidOptionError for a method not written here.

    Example:
        >>> from google import genai
        >>> client = genai.Client(api_key="any-key", http_options={"api_version": "v1beta"})
        >>> as_javascript(client.models.get, model="gemini-3.8-flash")
        import {GoogleGenAI} from "@google/genai";
        <BLANKLINE>
        const ai = new GoogleGenAI({
          apiKey: process.env.GEMINI_API_KEY,
          httpOptions: {baseUrl: process.env.GOOGLE_GEMINI_BASE_URL, apiVersion: "v1beta"},
        });
        const response = await ai.models.get({model: "gemini-3.8-flash"});
        console.log(response);
    """
    told = read_call(method, arguments, options)
    if told.name not in _TABLE:
        raise InvalidOptionError(
            f"{told.name} is not written in JavaScript here; these are: {', '.join(_TABLE)}."
        )
    arranged, shown = _TABLE[told.name]
    shown = f".functionCalls ?? response{shown}" if b"functionDeclarations" in told.body else shown
    base, version, target, query = cast("re.Match[str]", _PATH.fullmatch(told.path)).groups("")
    body, files = with_files(told.body, 'readFileSync("{}", "base64")')
    given = arranged(target, body or {n: int(v) if v.isdigit() else v for n, v in parse_qsl(query)})
    http: Arguments = {"baseUrl": base or _environment(BASE_URL_VARIABLE), "apiVersion": version}
    if told.name != "files.upload" and told.headers:
        secret = {n: _environment(variable(n)) for n, v in told.headers.items() if v == REDACTED}
        http["headers"] = {**told.headers, **secret}
    lines = ['import {GoogleGenAI} from "@google/genai";']
    if files:
        lines.append('import {readFileSync} from "node:fs";')
    client = {"apiKey": _environment("GEMINI_API_KEY"), "httpOptions": http}
    lines += ["", _call("const ai = new GoogleGenAI", client)]
    name = camel_case(told.name if told.chat else f"ai.{told.name}")
    if told.chat:
        lines.append(_call("const chat = ai.chats.create", given["chat"]))
        given = given["message"]
    if told.name == "files.upload":
        given = {"file": uploaded_file(options.get("file"), files), **given}
    lines.append(_call(f"const response = await {name}", given))
    if told.item:
        text = "chunk.text" if told.item == "chunk" else told.item
        lines += [f"for await (const {told.item} of response) {{", f"  console.log({text});", "}"]
    else:
        lines.append(f"console.log(response{shown});")
    return CallCode("\n".join(lines), "javascript", told.body, tuple(files.items()))


def _environment(name: str) -> Node:
    return Node(value_repr=f"process.env.{name}")


def _call(name: str, argument: object) -> str:
    code = json_code(argument, scalar, lambda own: own if own.isidentifier() else scalar(own))
    return laid_out(group(f"{name}(", [("", code)], ");"), indent=2)


def _generation(target: str, body: Arguments) -> Arguments:
    config = body.pop("generationConfig", {}) | body
    contents = config.pop("contents")
    if "systemInstruction" in config:
        config["systemInstruction"] = _plain([config["systemInstruction"]])
    return {"model": target, "contents": _plain(contents), **_config(config)}


def _message(target: str, body: Arguments) -> Arguments:
    *history, last = body["contents"]
    given = _generation(target, body) | ({"history": history} if history else {})
    del given["contents"]
    return {"chat": given, "message": {"message": _parts(last)}}


def _embedding(target: str, body: Arguments) -> Arguments:
    contents = [request.pop("content") for request in body["requests"]]
    config = {name: own for name, own in body["requests"][0].items() if name != "model"}
    if len(contents) == len(contents[0]["parts"]) == 1:  # some models take several as one
        contents = _parts(*contents)
    return {"model": target, "contents": contents, **_config(config)}


def _upload(_: str, body: Arguments) -> Arguments:
    return _config({name: own for name, own in body["file"].items() if name != "sizeBytes"})


def _config(config: Arguments) -> Arguments:
    return {"config": config} if config else {}


def _plain(contents: list[Any]) -> object:
    """Contents; of the user's only one, its parts."""
    only = contents[0]
    is_plain = only.get("role", "user") == "user" and all(p.keys() <= _PLAIN for p in only["parts"])
    return _parts(only) if len(contents) == 1 and is_plain else contents


def _parts(content: Arguments) -> object:
    """The parts of a content; those that are a text as a string, a single one without brackets."""
    parts = [part["text"] if part.keys() == {"text"} else part for part in content["parts"]]
    return parts[0] if len(parts) == 1 else parts


# What each of the SDK's methods takes in JavaScript, where its name is the same in camelCase: made
# of what the path names and of the body or the query. And what of the answer the program shows.
_TABLE: dict[str, tuple[Callable[[str, Any], Any], str]] = {
    "models.generate_content": (_generation, ".text"),
    "models.generate_content_stream": (_generation, ""),
    "models.embed_content": (_embedding, ".embeddings"),
    "models.count_tokens": (_generation, ".totalTokens"),
    "models.get": (lambda model, _: {"model": model}, ""),
    "chat.send_message": (_message, ".text"),
    "chat.send_message_stream": (_message, ""),
    "files.upload": (_upload, ""),
    "interactions.create": (lambda _, body: body, ".output_text"),
    **dict.fromkeys(("models.list", "files.list"), (lambda _, query: _config(query), "")),
    **dict.fromkeys(("files.get", "files.delete"), (lambda name, _: {"name": name}, "")),
    **{f"interactions.{own}": (lambda id_, _: id_, "") for own in ("get", "delete", "cancel")},
}
