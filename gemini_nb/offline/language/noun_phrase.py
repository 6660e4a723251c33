"""Noun phrases as a request writes them, found without a grammar: by the words that end them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gemini_nb.offline.words import words

_MOST_WORDS: Final = 8
_MOST_CHARACTERS: Final = 80

NUMERALS: Final = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}

_POSSESSIVES: Final = {"my": "your", "your": "my", "our": "your", "his": "his", "her": "her"}
_SINGULAR: Final = {"a", "an", "this", "that", "one", "every", "each", "another"}
_ARTICLES: Final = {
    *(_SINGULAR | _POSSESSIVES.keys() | NUMERALS.keys()),
    *("the", "their", "these", "those", "some", "any"),
}
_PRONOUNS: Final = words(
    """it this that them they these those something anything everything one me you yourself myself
    us him her he she we i there"""
)
_RELATIVES: Final = {"who", "that", "which", "whose"}
_VERBS: Final = frozenset(
    words(
        """is are was were be been do does did can could should would will may might must has have
        had work works worked mean means happen happens get gets become becomes make makes made
        come comes go goes see sees live lives need needs use uses help helps know knows say says
        find finds keep keeps move moves fly flies learn learns look looks matter matters exist
        exists form forms seem seems taste tastes let lets"""
    )
)
_CONNECTORS: Final = frozenset(
    words(
        """in on at to into using but please so like as because when where if while then instead
        without during until since also rather how why what"""
    )
)
_AFTER_AND: Final = frozenset(
    words(
        """make set include give use keep write explain tell describe return add list then how why
        what where when who also end begin start do don't avoid please"""
    )
)
_AUDIENCE: Final = {"kids", "children", "beginners", "me", "us", "someone", "a", "my", "your"}
_AFTER_WITH: Final = {"exactly", "at", "no", "fewer"}
_AFTER_SET: Final = {"in", "on", "at", "during", "near"}
_LOOSE_ENDS: Final = frozenset(words("of and or the a an with for from about very so too more"))
_IRREGULAR_PLURALS: Final = {
    *("people", "children", "men", "women", "mice", "geese", "feet", "teeth"),
}
_JOINTS: Final = frozenset(words("of and or with for from about to over between than"))
_FIRST_SYMBOL: Final = 0x2E80
"""Ideographs and emoji start here: they stand for words, other symbols end a phrase."""
_TOKEN: Final = re.compile(r"[\w'\u2019&+#-]+|[^\w\s]")
_CUT: Final = re.compile(
    r",? (?:who|that|which|whose|with|from|for|under|inside|near|called|named)\b"
)


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """What something is called, as the prompt calls it.

    Example:
        >>> phrase = read_noun_phrase("a magic backpack that hums, please")
        >>> phrase.article, phrase.text, phrase.short
        ('a', 'magic backpack that hums', 'magic backpack')
    """

    text: str
    """Without its article."""
    article: str = ""
    """The determiner the prompt used, lower case; "" for a bare noun."""

    @property
    def short(self) -> str:
        """The phrase up to its first clause."""
        return _CUT.split(self.text, maxsplit=1)[0]

    @property
    def plural(self) -> bool:
        """Whether its verbs are plural, judged by its article and its last letters."""
        if self.article in _SINGULAR and " and a" not in self.short:
            return False
        head = self.short.split(" of ")[0].split(" ")[-1].lower()
        joined = " and " in self.short
        with_s = head.endswith("s") and not head.endswith(("ss", "us", "is", "ics", "'s"))
        return joined or with_s or head in _IRREGULAR_PLURALS

    @property
    def counted(self) -> bool:
        """Whether it comes with a number: "two dragons"."""
        return self.article in NUMERALS or self.article.isdigit()

    @property
    def name_like(self) -> bool:
        """Whether it goes without an article, as names and mass nouns do: "Jupiter", "rain"."""
        return not self.article and not self.plural

    def answered(self) -> str:
        """The phrase with its article, as one who answers says it: "my dog" is "your dog"."""
        article = _POSSESSIVES.get(self.article, self.article)
        if article in {"a", "an"}:
            article = indefinite(self.text)
        return f"{article} {self.text}".strip()


def indefinite(following: str) -> str:
    """`a` or `an`, by the first letter of what follows.

    Example:
        >>> indefinite("owl"), indefinite("unicorn"), indefinite("hourglass"), indefinite("robot")
        ('an', 'a', 'an', 'a')
    """
    word = following.lstrip("\"'\u201c").lower()
    if word.startswith(("hour", "honest", "heir", "honour", "honor")):
        return "an"
    if word.startswith(("uni", "use", "euro", "one", "once", "ufo")) and not word.startswith(
        "unin"
    ):
        return "a"
    return "an" if word[:1] in set("aeiou") else "a"


def read_noun_phrase(text: str, *, verb_last: bool = False) -> NounPhrase | None:
    """The noun phrase that `text` begins with, or None if it begins with none.

    Args:
        text: What follows words such as "about" or "explain".
        verb_last: Whether a verb without an ending mark closes the phrase, as in "why do
            (cats purr)": then that verb is left out.

    Example:
        >>> read_noun_phrase("cats purr", verb_last=True).text
        'cats'
        >>> read_noun_phrase("it again") is None
        True
    """
    tokens = _TOKEN.findall(text[: 4 * _MOST_CHARACTERS])
    article = tokens[0].lower() if tokens and tokens[0].lower() in _ARTICLES else ""
    if not article and tokens and tokens[0].isdigit() and len(tokens) > 1:
        article = tokens[0]
    rest = tokens[1:] if article else tokens
    if rest and rest[0].lower() in _PRONOUNS:
        return None
    taken, ended_by_verb = _take(rest)
    if verb_last and not ended_by_verb and len(taken) > 1:
        taken.pop()
    while taken and taken[-1].lower() in _LOOSE_ENDS:
        taken.pop()
    phrase = " ".join(taken)[:_MOST_CHARACTERS].strip()
    return NounPhrase(phrase, article) if phrase else None


def _take(tokens: list[str]) -> tuple[list[str], bool]:
    """The leading words that belong together, and whether a verb ended them."""
    taken: list[str] = []
    in_clause = False
    for index, token in enumerate(tokens[:_MOST_WORDS]):
        word = token.lower()
        following = tokens[index + 1].lower() if index + 1 < len(tokens) else ""
        if not (token[0].isalnum() or ord(token[0]) >= _FIRST_SYMBOL):
            break
        if word in _RELATIVES and taken:
            in_clause = True
        elif word in _VERBS and not in_clause:
            return taken, True
        elif _ends_phrase(word, taken, following, in_clause=in_clause):
            break
        taken.append(token)
    return taken, False


def _ends_phrase(word: str, taken: list[str], following: str, *, in_clause: bool) -> bool:
    """Whether another part of the request begins with `word`."""
    before = taken[-1].lower() if taken else ""
    if word == "to" and (in_clause or before.endswith("ing")):
        return False
    second = word in _ARTICLES and taken and not in_clause and before not in _JOINTS
    return bool(second) or word in _CONNECTORS or _leaves(word, following)


def _leaves(word: str, following: str) -> bool:
    """Whether "and", "for", "with" or "set" begins another part of the request here."""
    if word == "set":
        return following in _AFTER_SET
    if word == "and":
        return following in _AFTER_AND
    if word == "for":
        return following in _AUDIENCE
    return word == "with" and (following.isdigit() or following in _AFTER_WITH)
