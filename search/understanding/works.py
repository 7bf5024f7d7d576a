"""Reads queries for works of an author (নজরুলের গান), a title (তুমি কবিতা), a subject (মাকে নিয়ে কবিতা).

Few works contain the word for their kind, and many other articles do: such a word finds nothing, and only
adds to the score. Words next to the name of an author mostly belong to a title (কবর জসীমউদ্দীন) or to a topic
about the author: they are searched as usual, and being by the author satisfies the name. A subject or a
title is searched as if it were typed alone; words that only ask add nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.completion.completion import Completion
from onneshon.index.vocabulary.skeleton import skeleton
from onneshon.search.query.tree import All, Any, Boost, Hint, Query
from onneshon.search.retrieval.budget import remembered
from onneshon.search.retrieval.query_lists import NEUTRAL
from onneshon.search.understanding.alternatives import or_having, side_by_side, typed_text
from onneshon.search.understanding.author_names import NOBODY, AuthorNames, is_near_latin, name_key, sounds
from onneshon.search.understanding.continuations import LATIN
from onneshon.search.understanding.tables import word_set

WORKS: Final = word_set("কবিতা ছড়া গান গল্প উপন্যাস নাটক প্রবন্ধ নিবন্ধ কলাম বই রচনা লেখা")
"""The words for the kinds of works that an author may have written."""

_STEMS: Final = frozenset(token.stem for work in WORKS for token in analyze(work))
_SOUNDS: Final = {skeleton(work): work for work in WORKS}

_OF: Final = frozenset({"এর", "er", "r"})
"""The genitive, typed apart."""

_LATELY: Final = 4_096
"""Number of Latin words for which it is cached whether they sound like works."""

_CATEGORIES_AT_MOST: Final = 1_000
"""Number of categories that are read, the most frequent."""

_FEWEST: Final = 2
_MOST: Final = 12
_LONGEST_NAME: Final = 6
"""Least and most words of a query with a name next to other words, and most words of the name."""

WROTE: Final = 12.0
"""The score of being by the author: about that of a content word in the text."""

MENTIONED: Final = 0.25
"""Weight of each word of the name in a text: together about that of one other word."""


class Asked(NamedTuple):
    """The parts of a query for works.

    Attributes:
        authors: the authors of the works.
        name: their name as it stands in the query.
        start: the offset of the name.
        works: the words for works; empty if there are none.
        category: the category of the works; empty for any.
        named: the name of the category as it stands in the query.
        others: the other words of the query.
    """

    authors: tuple[str, ...]
    name: str
    start: int = 0
    works: str = ""
    category: str = ""
    named: str = ""
    others: str = ""

    @property
    def is_spelt(self) -> bool:
        """Whether the authors have the name in this spelling, and not only by its sound."""
        return any(name_key(self.name) in name_key(author) for author in self.authors)

    def query(self, understood: Callable[[str], Query | None]) -> Query | None:
        """The query for the works, and for articles that contain the name.

        Args:
            understood: returns the query for a part of the text; None if it has no words.
        """
        name, works, category, others = map(understood, (self.name, self.works, self.named, self.others))
        if name is None:
            return None
        by = or_having(name, "author", self.authors)
        if (works, category, others) != (None, None, None):  # more than the name is typed
            by = _counting(by)
        hints = () if works is None else (Hint(works),)
        if others is not None:
            return Any((*side_by_side(others), by, *hints), words=True)
        asked = by if category is None else All((by, or_having(category, "category", (self.category,))))
        return All((asked,), hints) if hints else asked


def _counting(by: Any) -> Any:
    """The query for an author or the name, weighted relative to other words; the author counts for more."""
    named, *having = by.children
    return Any((Boost(named, MENTIONED), *(Boost(condition, WROTE / NEUTRAL) for condition in having)))


class AuthorWorks:
    """Recognises queries for works. Thread-safe.

    Args:
        names: the names of the authors.
        categories: returns the categories of articles; called when needed.
        document_frequency: returns the document frequency of a stem.

    Attributes:
        names: the names of the authors.
    """

    def __init__(
        self,
        names: AuthorNames,
        categories: Callable[[], Iterable[str]],
        document_frequency: Callable[[str], int],
    ) -> None:
        self.names = names
        self._categories = categories
        self._known_categories: Callable[[], dict[str, str]] = remembered(1, self._read_categories)
        self._document_frequency = document_frequency

    def asked(self, text: str) -> Asked | None:
        """The parts of a query for works of authors; None if it is no such query."""
        if authors := self.names.of(text):
            return Asked(authors, text)
        tokens = analyze(text)
        return self._beside(text, tokens) if _FEWEST <= len(tokens) <= _MOST else None

    def _beside(self, text: str, tokens: Sequence[Token]) -> Asked | None:
        """The parts of a query by the longest author's name before or behind other words."""
        first, last = _without_works(tokens)
        for start, end in self._spans(text, tokens, first, last):
            if authors := self._named(text, tokens[start:end]):
                before, behind = tokens[:start], tokens[end:]
                asked = Asked(authors, _text_of(text, tokens[start:end]), tokens[start].start)
                beside = (behind, before) if start == first and behind else (before, behind)
                return self._with_others(text, asked, *beside)
        return None

    def _spans(self, text: str, tokens: Sequence[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
        """The spans at either end of the text between words for works that may be a name, longest first."""
        if 0 < last - first < len(tokens):
            yield first, last
        near = tokens[max(last - 2, first) : last], tokens[first : min(first + 2, last)]
        ends, begins = (bool(words) and self.names.are_in(_text_of(text, words)) for words in near)
        for count in range(min(last - first - 1, _LONGEST_NAME) if ends or begins else 0, 0, -1):
            yield from ((last - count, last),) * ends + ((first, first + count),) * begins

    def _with_others(self, text: str, asked: Asked, others: Sequence[Token], works: Sequence[Token]) -> Asked:
        """The parts with the words next to the name: a category, with or without works, or other words."""
        first, last = _without_works(others)
        if last and others[0].start < asked.start:
            last = len(others)  # দুটি কবিতা শামসুর রাহমান has a title before the name
        works_beside = (*others[:first], *others[last:])
        for words, left in ((others, ()), (others[first:last], works_beside)):
            said = _text_of(text, words)
            if said and (category := self._category(said)):
                return asked._replace(works=typed_text((*works, *left)), category=category, named=said)
        return asked._replace(works=typed_text((*works, *works_beside)), others=said)

    def _category(self, named: str) -> str:
        """The category with a name; empty if there is none."""
        return self._known_categories().get(name_key(named), "")

    def _read_categories(self) -> dict[str, str]:
        return {name_key(value): value for value in islice(self._categories(), _CATEGORIES_AT_MOST)}

    def _named(self, text: str, words: Sequence[Token]) -> tuple[str, ...]:
        """The authors with a name; for a single word, only if it is a name rather than a common word."""
        if len(words) == 1:
            return self.names.of_word(words[0].exact, self._document_frequency(words[0].stem))
        return next(filter(None, map(self.names.of, _nominatives(_text_of(text, words)))), ())


NOTHING: Final = AuthorWorks(NOBODY, tuple, len)
"""The recogniser for articles without authors."""


def _without_works(tokens: Sequence[Token]) -> tuple[int, int]:
    """The first and last position of the words left between words for works."""
    first, last = 0, len(tokens)
    while last and _is_work(tokens[last - 1]):
        last -= 1
    while first < last and _is_work(tokens[first]):
        first += 1
    while first < last < len(tokens) and tokens[last - 1].exact in _OF:
        last -= 1
    return first, last


def _is_work(token: Token) -> bool:
    return _sounds_like_work(token.exact) if LATIN.fullmatch(token.exact) else token.stem in _STEMS


@lru_cache(_LATELY)
def _sounds_like_work(latin: str) -> bool:
    return any(is_near_latin(latin, _SOUNDS[sound]) for sound in sounds(latin) if sound in _SOUNDS)


def _nominatives(name: str) -> tuple[str, ...]:
    """A name, and the name without a genitive in Latin letters, which analysis does not remove."""
    return (name, *(name.removesuffix(ending) for ending in ("er", "r") if name.endswith(ending)))


def _text_of(text: str, words: Sequence[Token]) -> str:
    return text[words[0].start : words[-1].end] if words else ""


_ABOUT: Final = word_set("নিয়ে নিয়া সম্পর্কে সম্বন্ধে বিষয়ে বিষয়ক প্রসঙ্গে ব্যাপারে")
_ABOUT_IN_ENGLISH: Final = re.compile(r"\b(?:about|on|regarding)\b", re.IGNORECASE | re.ASCII)
ASKING: Final = word_set(
    "আমাকে কিছু একটু বিস্তারিত সব তথ্য আরও আরো কী কি যা বল বলো বলুন বলেন বলবেন জানতে চাই চাচ্ছি চায় জানাও জানান"
    " জানাবেন জানো জানেন লেখো লেখ লিখ লিখো লিখুন দাও দিন দেন আলোচনা বর্ণনা ধারণা কর করো করুন"
)
"""Words of a request that stand behind such a word and add nothing."""

_TO_ME: Final = word_set("আমাকে আমাদের আমায়")
_OBJECTIVE: Final = "কে"
_OF_NOUN: Final = word_set("এর র কে")
"""Case endings typed apart."""

_SAYS: Final = 0.4
_SAYS_A_TITLE: Final = 0.1
"""Share of its score that a word for works adds to a subject and to a title: of articles equal in all else,
one that contains it ranks first."""


def about(text: str, typed: str, place: int, said: Callable[[str], bool]) -> str:
    """The subject of the works that a query asks for; empty if none, or if articles have the whole phrase.

    Args:
        text: the query as it is read.
        typed: the query as it was typed.
        place: the position of the word for works, first (0) or last (-1).
        said: whether articles have the words of a text adjacent, in this spelling.
    """
    tokens = analyze(text)
    if place == 0:
        subject = tokens[1:] if _ABOUT_IN_ENGLISH.search(typed) else []
    else:
        last = _before(WORKS, tokens)  # মাকে নিয়ে লেখা কবিতা
        subject = tokens[: last - 1] if last and tokens[last - 1].exact in _ABOUT else []
    found = _subject(text, subject)
    return "" if not found or said(text) else found


def asked_about(text: str) -> str:
    """The subject of a query whose last words ask for information on it; empty if they do not."""
    tokens = analyze(text)
    last = _before(ASKING, tokens)
    if last in {0, len(tokens)} or tokens[last - 1].exact not in _ABOUT:
        return ""
    first = int(tokens[0].exact in _TO_ME)
    return _subject(text, tokens[first : last - 1])


def _before(words: frozenset[str], tokens: Sequence[Token]) -> int:
    """The number of tokens that stand before those of ``words`` with which they end."""
    last = len(tokens)
    while last and tokens[last - 1].exact in words:
        last -= 1
    return last


def _subject(text: str, tokens: Sequence[Token]) -> str:
    """The words of a subject, the last in the nominative: of মাকে নিয়ে, মা."""
    while tokens and tokens[-1].exact in _OF_NOUN:
        tokens = tokens[:-1]
    if all(is_function_word(token.exact) for token in tokens):
        return ""
    last, end = tokens[-1], tokens[-1].end
    bare = text[last.start : end].removesuffix(_OBJECTIVE)
    if bare != text[last.start : end] and [token.stem for token in analyze(bare)] == [last.stem]:
        end -= len(_OBJECTIVE)
    return text[tokens[0].start : end]


def works_asked(wanted: Query, work: Query, *, titled: bool) -> Query:
    """The query for works by their subject or title, with the word for works as a hint.

    Args:
        wanted: the query for their subject or their title.
        work: the query for the word for works.
        titled: whether ``wanted`` is a title.
    """
    share = _SAYS_A_TITLE if titled else _SAYS
    return Any((*side_by_side(wanted), Hint(Boost(work, share))), words=True)


def title_beside(text: str, place: int, titles: Completion, said: Callable[[str], bool]) -> str:
    """The rest of a query without its first word (``place`` 0) or its last (-1), if that is a title.

    Args:
        text: the text of the query.
        place: the position of the word for works.
        titles: the titles of the articles.
        said: whether articles have the words of a text adjacent, in this spelling.

    Returns:
        The title; empty if the rest is none, the whole query begins a title, or articles have it as a phrase.
    """
    tokens = analyze(text)
    left = tokens[1:] if place == 0 else tokens[:-1]
    title = text[left[0].start : left[-1].end] if left else ""
    if not title or not titles.has_title(title) or titles.begins_title(text) or said(text):
        return ""
    return title
