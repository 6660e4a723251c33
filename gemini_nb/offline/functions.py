"""Which declared functions a request asks for, and with what arguments: rules, no model."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from gemini_nb.offline import pick_and_place
from gemini_nb.offline.answer import Draft
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import FunctionCall, FunctionResponse, Part
from gemini_nb.offline.structured.filling import UnknownError, filled
from gemini_nb.offline.structured.schema import valid
from gemini_nb.offline.structured.stated import WORDS, spelled, stems, together
from gemini_nb.offline.tasks import tasks

if TYPE_CHECKING:
    from gemini_nb.offline.conversation import Conversation, Function

_MODEL = "offline/planner"
_ENOUGH = 2.0
"""One telling word of a function's name, or two of its description and parameters."""
_MOST_CLAUSES = 12
_COMMON, _ACTS = stems(WORDS["common"]), stems(WORDS["acts"])
_SUMS = {"multiply": "* \u00d7 times", "add": "+ plus", "divide": "/", "subtract": "- minus"}
_CLAUSE = re.compile(
    r"(?<=[.?!;])\s+|\n+|,? (?:and then|then|and also|and) (?=[a-z]+\s)|(?<!\d) and (?=\d+\s)"
)
_NUMBERS = re.compile(r"\b\d{1,9}(?:, \d{1,9}){0,20},? and \d{1,9}(?= [a-z])")
_CONDITION = re.compile(
    r"(?i)\b(?:if|otherwise|unless|until|whenever|as soon as|in case|provided"
    r"|only (?:in|on|at|after|before)|(?:before|after|while) (?:i|you|we|he|she|it|they)"
    r"|when(?! (?:is|are|do|does|will)\b)|once (?!a |per |more )(?=[a-z]))\b"
)
_NEVER = re.compile(
    r"(?i)\b(?:do not|don['\u2019]?t|never|no need to|(?:must|should) ?n[o'\u2019]t)\b"
)
_POLITE = re.compile(r"(?i)\b(?:please|(?:can|could|will|would) you)\b")
_ADVICE = re.compile(
    r"(?i)\b(?:(?<![^.])(?:shall|did|must|why|have (?:you|i|we))|whether"
    r"|(?<!you )should(?! be\b)|how (?:do|did|can|could|should|would|to))\b"
)
_TOLD = re.compile(  # what was done, or what somebody said: "Yesterday I set it to 19"
    r"(?i)\b(?:(?<![^.])(?:(?:yesterday|earlier|last \w{2,9})\b"
    r"|(?:\w{2,12},? )?(?:i|we|he|she|they|you)(?: have| had|['\u2019]ve| just| already){0,2} "
    r"(?:set|sent|put|made|bought|forgot|\w{2,20}[^e\W]ed)\b"
    r"|(?:i|we)(?: will|['\u2019]ll) (?!need)"
    r"|(?!please|now|then|and|also|just|next|ok|hey)\w{2,20} (?:asked|told|said|wants|wanted"
    r"|ordered|booked|moved|switched|turned|sent|set|put|bought)\b)"
    r"|(?<!that )(?<!which )(?:was|were|been) (?:set|sent|put|\w{2,20}[^e\W]ed)\b|origin is\b)"
)
_STOPPED = re.compile(
    r"(?i)\b(?:cancel|forget|stop|undo|ignore|imagine|suppose|pretend|explain|describe|translate"
    r"|abort)\b"
)
_QUOTED = re.compile(r"[\"\u201c][^\"\u201d]{1,300}[\"\u201d]")
_SENTENCE = re.compile(r"[^\s.?!](?:[^.?!]|[.?!](?! |$))*[.?!]*")
_NO_ORDER = "I call no function: I see no plain order, nor a question that a function answers."
_ARM = re.compile(r"(?i)\b(?:arm|robot|gripper|hand|claw)$")
_SINGLY = re.compile(r"(?i)\bone by one\b|\bat a time\b|\bstep by step\b")
_LOOK = re.compile(  # asks about the picture, and quotes an order: "Is this task done: ..."
    r"(?i)^\W*(?:point|locate|find|detect|show|list|where|which|what|is|are|was|has|did|does|check)\b"
)
_REASONS = "Reasoning: open the gripper, go above the thing, down, close, up, to its goal, open."


def answer(conversation: Conversation) -> Draft | None:
    """The calls still to be made for the request, or a sentence on what they returned.

    The plan follows from the request alone; how much of it is done is counted from the results.
    An error among them ends it. None where no function fits, and none must be called.

    Raises:
        UnknownError: where a call is demanded and the request doesn't state its arguments.
    """
    functions, results = conversation.functions, conversation.results
    told = _told(results)
    if any(result.response.get("error") for result in results):
        return Draft.of(f"{told} So I stop here.", _MODEL)
    if not functions:
        return Draft.of(told, _MODEL) if results else _described(conversation)
    try:
        moves = _robot(conversation, functions)
        if moves and pick_and_place.FAILED.search(told):
            return Draft.of(f"{told} So I stop here.", _MODEL)
        again = moves is None or (conversation.must_call and not moves)
        plan = _plan(conversation) if again else moves or []
    except ApiError as unknown:
        if conversation.must_call:
            raise
        return Draft.of(unknown.message, _MODEL)
    if moves and len(results) >= len(moves):
        last = _told(results[-1:]).partition(" returned ")[2]
        told = f"All {len(results)} calls are done. The last one returned: {last}"
    todo = plan[len(results) :] or (plan if conversation.must_call else [])
    if not todo:
        return Draft.of(told, _MODEL) if results else None
    turns = [turn for turn in conversation.since_request if turn.calls]
    singly = turns and all(len(turn.calls) == 1 for turn in turns)
    todo = todo[:1] if singly or _SINGLY.search(conversation.request) else todo
    names = ", ".join(f"{call.name}({', '.join(call.args)})" for call in todo)
    parts = tuple(Part(function_call=call) for call in todo)
    return Draft(parts, _MODEL, f"The request asks for {names}; {len(results)} are done.")


def _told(results: tuple[FunctionResponse, ...]) -> str:
    """What the functions returned, a sentence each."""
    told: list[str] = []
    for result in results:
        error, said = result.response.get("error"), result.response
        value = error or said.get("result", said.get("output", said))
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        told.append(f"{result.name} {'failed:' if error else 'returned'} {shown.strip('.')}.")
    return " ".join(told)


def _plan(conversation: Conversation) -> list[FunctionCall]:
    """All calls that the request asks for, from the first to the last."""
    functions, must = conversation.functions, conversation.must_call
    said = _QUOTED.sub(lambda found: "_" * len(found[0]), conversation.request)
    sentences = [found.span() for found in _SENTENCE.finditer(said)]
    kept = [at for at in sentences if must or _ordered(functions, said[slice(*at)])]
    text = " ".join(conversation.request[slice(*at)] for at in kept)
    asked: list[tuple[Function, str]] = []
    wanted = [part for part in _CLAUSE.split(text) if not _NEVER.search(part)][:_MOST_CLAUSES]
    for clause in wanted:
        last = asked[-1][0] if asked else None
        function = _likeliest(functions, clause)
        if not function and re.search(r"\d", clause):
            function = last  # "and another for 20 minutes"
        if function and (function != last or _fits(function, clause)):
            asked.append((function, clause))
        elif asked:
            asked[-1] = asked[-1][0], f"{asked[-1][1]} and {clause}"
    if len(asked) < 2:  # noqa: PLR2004 - one request, whole
        text = " ".join(wanted) if _NEVER.search(text) else text
        function = _likeliest(functions, text)
        if not function and must:
            function = next((each for each in functions if _fits(each, text)), functions[0])
        asked = [(function, text)] if function else []
    forbidden = not wanted if must else not asked and kept != sentences
    if forbidden or (asked and _CONDITION.search(said)):
        raise ApiError(400, _NO_ORDER)
    return [call for function, clause in asked for call in _calls(function, clause)]


def _ordered(functions: tuple[Function, ...], said: str) -> bool:
    """Whether a sentence may ask for a call: an order, or a question that a function answers."""
    if not (function := _likeliest(functions, said)):
        return True
    named, stopped = spelled(function.name), _STOPPED.match(said)
    acts = {*named[:1], *spelled(function.description)[:1]} & _ACTS
    asks = said.endswith("?")
    no_order = acts and not _POLITE.search(said) if asks else _TOLD.search(said)
    no_order = no_order or (stopped and spelled(stopped[0])[-1] not in named)
    return not (no_order or _ADVICE.search(said))


def _likeliest(functions: tuple[Function, ...], text: str) -> Function | None:
    """The function for which the words of `text` say most, if that is enough."""
    said = stems(text) | {name for name, of in _SUMS.items() if {*of.split()} & {*text.split()}}
    longer = tuple(word for word in said if len(word) > 5)  # noqa: PLR2004 - "remind", "reminder"
    scores: list[float] = []
    for function in functions:
        named = function.parameters.get("properties", {})
        options = " ".join(str(each) for part in named.values() for each in part.get("enum", ()))
        weights = dict.fromkeys(stems(f"{function.description} {options}"), 1.0)
        weights |= {name: 1.2 for each in named for name in spelled(each)}
        weights |= dict.fromkeys(spelled(function.name), 3.0)
        used = [name for name in weights if name in said or name.startswith(longer)]
        scores.append(sum(weights[name] * (0.3 if name in _COMMON else 1) for name in used))
    return functions[scores.index(max(scores))] if max(scores) >= _ENOUGH else None


def _fits(function: Function, text: str) -> bool:
    with suppress(UnknownError):
        return bool(_calls(function, text))
    return False


def _calls(function: Function, text: str) -> list[FunctionCall]:
    """One call, or one for each number, place or person that the text names together."""
    schema = {**function.parameters, "type": "object"}
    texts = [text]
    shape = str(schema)
    numbers = [(*found.span(), re.findall(r"\d+", found[0])) for found in _NUMBERS.finditer(text)]
    if shape.count("'integer'") + shape.count("'number'") > 1:  # "add 3 and 4"
        numbers = []
    for start, end, each in [*together(text), *numbers] if "'array'" not in shape else ():
        texts = [f"{text[:start]}{name}{text[end:]}" for name in each]
    filled_in = [filled(schema, each, loose=True) for each in texts]
    for name, value in filled_in[0].items():
        free = "enum" not in str(function.parameters.get("properties", {}).get(name))
        if free and isinstance(value, str) and {*spelled(value)} <= {*spelled(function.name)}:
            raise UnknownError(name)  # "get_stock": "How many lamps are in stock?"
    return [FunctionCall(name=function.name, args=args) for args in filled_in]


def _described(conversation: Conversation) -> Draft | None:
    """JSON text with the calls of a robot that the prompt describes: `def move(x, y, high)`.

    Raises:
        ApiError: as `answer`, where the answer must be JSON and there is nothing to call.
    """
    said = [turn.text for turn in conversation.turns if turn.role == "user"]
    text = "\n\n".join([conversation.system, *said])
    if "JSON" not in text or "function" not in text:
        return None
    plain = conversation.mime_type == "text/plain"
    try:
        plan = _robot(conversation, pick_and_place.described(text)[0])
    except ApiError as unknown:
        if not plain:
            raise
        return Draft.of(unknown.message, _MODEL)
    calls = [{"function": one.name, "args": [*one.args.values()]} for one in plan or ()]
    schema = conversation.schema
    if not calls or (schema is not None and not valid(calls, schema)):
        return None
    return Draft.of(f"{_REASONS}\n" * plain + json.dumps(calls), _MODEL)


def _robot(
    conversation: Conversation, functions: tuple[Function, ...]
) -> list[FunctionCall] | None:
    """The steps of an arm that picks and places; none where the picture is asked about.

    None, where no thing shall be moved, or the functions command no arm.

    Raises:
        ApiError: what shall be moved where, or how, isn't clear.
    """
    _, request = pick_and_place.described(conversation.request)
    found, others = tasks(request)
    moved = [task for task in found if not _ARM.search(task.thing)]
    looks = any(_LOOK.match(task.lead) for task in moved)
    looks = looks or (bool(conversation.pictures) and bool(_LOOK.match(request)))
    if not (moved or looks) or not (arm := pick_and_place.arm_of(functions)):
        return None
    if looks:
        return []
    return pick_and_place.plan(conversation, arm, found, others)
