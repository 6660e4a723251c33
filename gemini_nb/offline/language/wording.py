"""What the class tokens of the corpus stand for in one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.corpus import sections
from gemini_nb.offline.language.noun_phrase import NounPhrase, indefinite
from gemini_nb.offline.language.sampling import draw
from gemini_nb.offline.language.topic import recent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from gemini_nb.offline.language.sampling import Sampling
    from gemini_nb.offline.language.topic import Brief
    from gemini_nb.offline.prompt import Prompt

_GENDERED: Final = {"she/he", "her/him", "her/his", "herself/himself"}
_DEFINITE: Final = "the"
_PLACE_BREAKS: Final = {"in", "on", "at", "near", "under", "inside", "aboard", "by"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for each class token, fixed for one answer."""

    subject: NounPhrase
    task: str
    where: str
    person: str
    masculine: bool
    persona: str
    introduction: str
    """The persona with its name, if it has one: "Tim, an alien"."""

    def render(self, token: str, after: str = "", *, again: bool = False) -> str:
        """The text of `token`, without spacing; "" if it is left out here.

        Args:
            token: A word, a punctuation mark or a class token.
            after: The token after it, which decides between "a", "an" and no article.
            again: Whether the class token, or the one after an article, was there before and
                so may be short.
        """
        if token.startswith("{"):
            return self._class_token(token, again=again)
        if "/" in token[1:]:
            first, second = token.split("/", 1)
            return second if self._takes_second(token) else first
        if after == "{topic}" and token in {"a", _DEFINITE}:
            return self._article(token, again=again)
        if token in {"a", "an"} and after[:1].isalpha():
            return indefinite(after)
        return token

    def _class_token(self, token: str, *, again: bool) -> str:
        short = NounPhrase(self.subject.short, self.subject.article)
        subject = short if again else self.subject
        texts = {
            "{topic}": subject.text,
            "{Topic}": short.text[:1].upper() + short.text[1:],
            "{subject}": subject.answered(),
            "{where}": _known_place(self.where) if again else self.where,
            "{person}": self.person,
            "{persona}": self.persona,
            "{self}": self.introduction,
            "{task}": self.task,
        }
        return texts[token]

    def _takes_second(self, token: str) -> bool:
        return self.masculine if token in _GENDERED else self.subject.plural

    def _article(self, token: str, *, again: bool) -> str:
        if self.subject.name_like:
            return ""
        if _DEFINITE in (token, self.subject.article):
            return _DEFINITE
        if self.subject.plural and self.subject.article not in {"a", "an"}:
            return self.subject.article if self.subject.counted and not again else ""
        return indefinite(self.subject.text)


def _known_place(where: str) -> str:
    """A place as it is called the second time: "in a village in France" is "in the village".

    Example:
        >>> _known_place("in a quiet village in France"), _known_place("on Europa")
        ('in the quiet village', 'on Europa')
    """
    first, *rest = where.split(" ")
    cut = next((i for i, word in enumerate(rest) if word in _PLACE_BREAKS), len(rest))
    if rest[:1] in (["a"], ["an"]):
        return " ".join([first, "the", *rest[1:cut]])
    return " ".join([first, *rest[:cut]])


def choose_wording(
    brief: Brief, prompt: Prompt, kind: str, sampling: Sampling, random: Random
) -> Wording:
    """The brief's own words, and for what it leaves open a filler from the corpus.

    Fillers are drawn as words are, all equally likely, so that `top_k` and `top_p` limit them
    too. One that the model used in an earlier answer of this conversation is kept.
    """

    def pick(fillers: tuple[str, ...]) -> str:
        drawn = draw(dict.fromkeys(fillers, 1 / len(fillers)), sampling, random)
        return next((filler for filler in fillers if _core(filler) in told), drawn)

    told = "\n".join(turn.text for turn in recent(prompt) if turn.role == "model")
    fillers = _fillers(kind)
    people = tuple(who for who in fillers["person"] if who.endswith("/he") or not brief.masculine)
    name, pronoun = pick(people).split("/")
    persona = brief.persona.answered() if brief.persona else "a small model"
    return Wording(
        subject=brief.subject or _noun_phrase(pick(fillers["topic"])),
        task=brief.task or pick(fillers["task"]),
        where=brief.where or pick(fillers["where"]),
        person=brief.person or name,
        masculine=brief.masculine or (brief.person is None and pronoun == "he"),
        persona=persona,
        introduction=f"{brief.persona_name}, {persona}" if brief.persona_name else persona,
    )


def _fillers(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The fillers of a kind of text, and those of other kinds for what it does not name."""
    own = next(section.fillers for section in sections() if section.kind == kind)
    others = {name: values for section in sections() for name, values in section.fillers.items()}
    return {**others, **own}


def _core(filler: str) -> str:
    """What an earlier answer shows of a filler: no article, no pronoun."""
    return filler.split("/", maxsplit=1)[0].removeprefix("a ").removeprefix("an ")


def _noun_phrase(text: str) -> NounPhrase:
    article, _, rest = text.partition(" ")
    return NounPhrase(rest, article) if rest else NounPhrase(text)
