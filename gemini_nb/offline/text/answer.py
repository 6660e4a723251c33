"""What the text model answers: a quote, a recombined text, or that it can't."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.answer import Draft
from gemini_nb.offline.text.corpus import COMMON, defaults, documents, fill, forms, listed, stems
from gemini_nb.offline.text.reading import answers, read, statements, units
from gemini_nb.offline.words import STOP_WORDS, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from gemini_nb.offline.conversation import Conversation, Sampling
    from gemini_nb.offline.text.corpus import Document, Line

MODEL: Final = "offline/templates"
_BACK = {"it", "that", "this", "them"}  # a topic that is the one before
_SHOWN, _BEGINNING, _LONG, _FEW = 100, 1000, 4, 2
_GREEDY_BELOW = 1e-4
_ELSEWHERE = {True: 0.02, False: 0.1}  # weight of other documents inside a paragraph, after it
_SHARED_WORD = 1.5  # what each word of the request adds to the weight of a sentence


@dataclass(frozen=True, slots=True)
class _Task:
    """A conversation, as far as it decides the answer."""

    conversation: Conversation
    index: int
    text: str
    """What is to be answered."""
    earlier: list[str]
    """What the user said before, oldest first."""
    replies: list[str]
    """What was answered before."""
    persona: dict[str, str]
    said: str = ""
    """The answer that is to be gone on with."""


def answer(conversation: Conversation, index: int) -> Draft:
    """What the text model says to `conversation`; candidates differ by `index`.

    Example:
        >>> from gemini_nb.offline.conversation import Conversation, Turn
        >>> print(answer(Conversation((Turn("user", "What is 3 + 4?"),)), 0).parts[0].text[:31])
        I can't answer “What is 3 + 4?”
    """
    turns = [turn for turn in conversation.turns if turn.text]
    last = max((n for n, turn in enumerate(turns) if turn.role == "user"), default=0)
    users = [turn.text for turn in turns[:last] if turn.role == "user"]
    replies = [turn.text for turn in turns[:last] if turn.role == "model"]
    sources = (conversation.system, conversation.request, *reversed(users))
    persona = next(filter(None, (read(text).persona for text in sources)), dict[str, str]())
    task = _Task(conversation, index, conversation.request, users, replies, persona)
    ways = (_small_talk, _continuation, _invention, _quote, _explanation, _chat, _refusal)
    way, said = next((way.__name__[1:], said) for way in ways if (said := way(task)))
    sampling = conversation.sampling
    reasoning = (
        f"I recombine and quote sentences, and do not reason. My kind of answer: {way}. "
        f"Sentences of the corpus are drawn by the words they share with the request, temperature "
        f"{sampling.temperature:g}, top_p {sampling.top_p:g}, top_k {sampling.top_k} and seed "
        f"{sampling.seed}."
    )
    orders = [each[:_SHOWN] for each in read(conversation.system).orders if way != "refusal"]
    kept = "; ".join(f"“{each}”" for each in orders[:3] if each not in "".join(replies))
    told = f"\n\n(What I could not keep of the system instruction: {kept}.)" if kept else ""
    return Draft.of(said + told, MODEL, reasoning)


def _small_talk(task: _Task) -> str:
    said = [stems(unit) for unit in units(task.text[:_SHOWN])]
    found = [[each for each in documents("chat") if unit in each.keys] for unit in said]
    fits = found and all(found) and not _chat(task)
    return _composed(task, "chat", found[-1], {}, {}) if fits else ""


def _continuation(task: _Task) -> str:
    asked = [n for n, text in enumerate(task.earlier) if not read(text).wish]
    if not asked or read(task.text).wish != "more":
        return ""
    said, earlier = "\n".join(task.replies[asked[-1] :]), task.earlier[: asked[-1]]
    before = replace(task, text=task.earlier[asked[-1]], earlier=earlier, said=said)
    more = _invention(before) or _explanation(before) or _chat(before)
    return more or "I have no more sentences on that; ask for another text, or another subject."


def _invention(task: _Task) -> str:
    """The text that is asked for, or an earlier one with the change that is asked for."""
    before = "".join(task.earlier[-1:])
    known = read(before).names or read(before).wish
    wanted, new, topic = "", "", "" if known else _last_word(before)
    for text in (each for each in (*task.earlier, task.text) if read(each).wish != "more"):
        if read(text).wish and wanted and text == task.text:
            return _resized("".join(task.replies[-1:]) if new else "", read(text).wish)
        joined = f"{wanted[:_BEGINNING]}\n{text}"
        says = wanted and (read(text).plain or read(text).limits) and read(joined).names
        changes = says and read(joined).unkept == read(wanted).unkept
        new = text if read(text).names else joined if changes else ""
        wanted = new or wanted
        told = read(wanted).names.get("topic", "")
        topic = topic if _BACK.intersection(words(told)[:1]) else told or topic
    if not new:
        return ""
    asked = read(new)
    names = asked.names | ({"topic": topic} if "topic" in asked.names else {})
    text = _composed(task, names["kind"], documents(names["kind"]), asked.limits, names)
    kept = "; ".join(f"“{each}”" for each in asked.unkept)
    return text + (f"\n\n(What I could not keep: {kept}.)" if text and kept else "")


def _resized(text: str, wish: str) -> str:
    parts = [part for part in text.split("\n\n") if not part.startswith("(What I could not")]
    half = "\n\n".join(parts[: len(parts) // 2]) or " ".join(units(text)[: len(units(text)) // 2])
    kept = half and wish == "shorter" and (len(parts) > 1 or "\n" not in text)
    return half if kept else f"I can't make that text {wish}; ask for another, or say “Go on.”"


def _last_word(text: str) -> str:
    return next(
        (word for word in reversed(words(text)) if word.isalpha() and word not in STOP_WORDS), ""
    )


def _quote(task: _Task) -> str:
    """What text given in the request, earlier or by the system says about the question."""
    own, asked = statements(task.text)
    if not asked:
        return ""
    most, ours = read(task.text).limits.get("sentence", _FEW), listed("ours") & {*words(asked)}
    older = [statements(old)[0] for old in (*reversed(task.earlier), task.conversation.system)]
    for given in (own, *(old for old in older if ours or len(old) > _FEW)):
        if found := answers(given, asked)[:most]:
            lead = "The text given says" if given is own else "Earlier it was said"
            return f"{lead}: {' '.join(f'“{quote}”' for quote in found)}"
    if not own or (len(own) == 1 and listed("given").isdisjoint(words(task.text))):
        return ""
    return (
        f"I find no sentence in the text given that answers “{asked[:_SHOWN]}”. I only compare "
        "words; with a key, Gemini can read the text and reason about it."
    )


def _explanation(task: _Task) -> str:
    """Lines of the document that covers the question; one has all it asks beyond the subject."""
    again = task.earlier[-1:] if not read(task.text).plain else []
    asked = read(" ".join([*again, task.text]))
    best: tuple[int, Sequence[Line], list[Line]] = (0, (), [])
    for question in asked.questions:
        every = stems(question)
        about = every - COMMON - listed("generic")
        for document in documents("explanation"):
            keys = [key for key in document.keys if key <= every]
            left = about.difference(*keys)
            fit = {p: len(about & p.stems) for p in document.lines if left <= p.stems}
            first = [line for line in fit if fit[line] == max(fit.values())]
            first = first[:1] if question.startswith(("is ", "are ")) else first[:2]
            if first and max(map(len, keys), default=0) > best[0]:
                best = max(map(len, keys)), document.lines, first
    _, every, first = best
    every = [line for line in every if line.text not in task.said]
    limits = read(task.conversation.system).limits | asked.limits
    number = limits.get("step", limits.get("sentence", limits.get("size", 3)))
    slots = [every if task.said else first, *[every] * (number - 1)] if every else []
    lines = _drawn(task, slots, limits, {}, "")
    told = [line.text for line in (*lines[:1], *sorted(lines[1:], key=lambda line: line.place))]
    if "step" not in limits:
        return " ".join(told)
    steps = (f"{n}. {line}" for n, line in enumerate(told, start=1))
    return "\n".join(steps) if len(told) == number else ""


def _chat(task: _Task) -> str:
    every, system = stems(read(task.text).plain), stems(task.conversation.system)
    known = system | stems(" ".join(task.persona.values())) | listed("talk") | COMMON
    found: list[Document] = []
    for document in documents("voice"):
        keys = [key for key in document.keys if key <= every]
        any_subject = any("{topic}" in line.text for line in document.lines)
        if keys and (any_subject or not (every - known).difference(*keys)):
            found.append(document)
    if not task.persona or not found or every.isdisjoint(listed("addressed")):
        return ""
    limits = read(task.conversation.system).limits | read(task.text).limits
    tones = documents("tone") if limits.get("sentence", 9) > _FEW else ()
    toned = [each for each in tones if any(key <= system for key in each.keys)]
    return _composed(task, "voice", [*found, *toned], limits, {"topic": _last_word(task.text)})


def _composed(
    task: _Task, kind: str, found: Sequence[Document], limits: dict[str, int], told: dict[str, str]
) -> str:
    """A text of the kind, with what is told about it."""
    spoken = [each for each in found if any("{persona}" in line.text for line in each.lines)]
    found = spoken if spoken and task.persona else [each for each in found if each not in spoken]
    limits = read(task.conversation.system).limits | limits
    names = _names(task, kind, told)
    size = _LONG if task.said else limits.get("paragraph", limits.get("size", 3))
    wanted = {1: (0,), 2: (0, 3), 3: (0, 1, 3)}.get(size, (0, 1, 2, 3))
    lines = [line for each in found for line in each.lines if line.place[0] in wanted]
    if kind == "story" and limits.keys() & {"sentence", "word"}:
        # Where there is little room the first sentence must name the subject.
        openings = [line for each in documents("line") for line in each.lines]
        lines = [*openings, *(line for line in lines if line.place[0])]
    said = [p for p in lines if task.said and fill(p.text, names)[:40] in task.said]
    last = max(said, key=lambda line: line.place, default=None)
    left = [line for line in lines if not task.said or (last and line.place > last.place)]
    if not left and kind in {"story", "verse"}:  # it is at its end: on with other middles
        used = {(line.title, line.place[0]) for line in said}
        left = [p for p in lines if p.place[0] in {1, 2} and (p.title, p.place[0]) not in used]
    places = sorted({line.place for line in left})
    slots = [[line for line in left if line.place == place] for place in places]
    text, before = "", (0, 0)
    for line in _drawn(task, slots, limits, names, last.title if last else ""):
        text += ("\n\n" if before[0] != line.place[0] else " ") + line.text
        before = line.place
    return text.strip()


def _drawn(
    task: _Task, slots: list[list[Line]], limits: dict[str, int], names: dict[str, str], title: str
) -> list[Line]:
    """One filled line of each slot until a limit is reached, the first to follow `title`."""
    about = stems(f"{read(task.text).plain} {names.get('topic', '')} topic") - COMMON
    chance = task.conversation.chance(f"{MODEL}/{task.index}")
    drawn: dict[Line, str] = {}
    room = limits.get("word", math.inf)
    for slot in slots:
        inside = slot[0].place[1] > 0
        if inside and title and all(line.title != title for line in slot):
            continue  # the paragraph is at its end
        weights: dict[Line, float] = {}
        for line in slot:
            fits = room == math.inf or len(fill(line.text, names).split()) <= room
            if fits and line not in drawn:
                reach = 1 if title in {"", line.title} else _ELSEWHERE[inside]
                weights[line] = reach * (1 + _SHARED_WORD * len(about & line.stems))
        if not weights or len(drawn) == limits.get("sentence"):
            break
        line = _one(weights, task.conversation.sampling, chance)
        title, drawn[line] = line.title, fill(line.text, names)
        room -= len(drawn[line].split())
    return [replace(line, text=text) for line, text in drawn.items()]


def _one(weights: dict[Line, float], sampling: Sampling, chance: Random) -> Line:
    """One line: of the `top_k` weightiest those that reach `top_p`, by the temperature."""
    ranked = sorted(weights, key=lambda line: (-weights[line], line.place, line.text))
    if sampling.temperature < _GREEDY_BELOW:
        return ranked[0]
    total = math.fsum(weights.values())
    reached = accumulate(weights[line] / total for line in ranked)
    enough = 1 + sum(share < sampling.top_p for share in reached)
    kept = ranked[:enough][: sampling.top_k or None]
    powers = [(weights[line] / weights[ranked[0]]) ** (1 / sampling.temperature) for line in kept]
    return chance.choices(kept, powers)[0]


def _names(task: _Task, kind: str, told: dict[str, str]) -> dict[str, str]:
    """What stands for the class tokens: what the request says, else what was said, else chance."""
    chance = task.conversation.chance(f"{MODEL}/words/{task.index}")
    heard = task.said or "".join(task.replies[-1:])
    names = dict[str, str]()
    for name in ("topic", "where", "person", "reader"):
        values = defaults(kind, name)
        same = [value for value in values if value and value.split("/")[0] in heard]
        names[name] = (same or [chance.choice(values)])[0]
    names |= {name: value for name, value in (task.persona | told).items() if value}
    return forms(names)


def _refusal(task: _Task) -> str:
    asked = task.text
    if len(asked) > _SHOWN:  # then the question says more than the beginning
        asked = next((u for u in reversed(units(asked[-_BEGINNING:])) if u[-1] == "?"), asked)
        asked = asked if len(asked) <= _SHOWN else f"{asked[:_SHOWN]}…"
    asked = " ".join(asked.split())
    who = f"As {task.persona['persona']} I say it plainly: " if task.persona else ""
    return (
        f"{who}I can't answer “{asked}”: I only recombine sentences (stories, poems, friendly "
        "letters, a few explanations) and quote from texts given. With a key, Gemini can."
    )
