"""Queries for works: of an author (নজরুলের গান), of a title (তুমি কবিতা), about a subject (মাকে নিয়ে কবিতা).

Few works say what they are, and much else does: a word for works finds nothing, and only adds to the score.
Words beside the name of an author are of a title, mostly (কবর জসীমউদ্দীন), or of what is told of the author:
they are looked for as ever, and the author does for the name. A subject is asked for, and a title, as if it
were typed alone; words that only ask add nothing.
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
from onneshon.search.retrieval.budget import BoundedCache, by_number, whole_now
from onneshon.search.retrieval.query_lists import NEUTRAL
from onneshon.search.understanding.alternatives import or_having, side_by_side
from onneshon.search.understanding.author_names import NOBODY, AuthorNames, is_near_latin, name_key, sounds
from onneshon.search.understanding.continuations import LATIN
from onneshon.search.understanding.tables import word_set

WORKS: Final = word_set("কবিতা ছড়া গান গল্প উপন্যাস নাটক প্রবন্ধ নিবন্ধ কলাম বই রচনা লেখা")
"""The words for what an author may have written."""

_STEMS: Final = frozenset(token.stem for work in WORKS for token in analyze(work))
_SOUNDS: Final = {skeleton(work): work for work in WORKS}

_OF: Final = frozenset({"এর", "er", "r"})
"""The genitive, typed apart."""

_LATELY: Final = 4_096
"""Latin words of which it is remembered whether they sound like works."""

_CATEGORIES_AT_MOST: Final = 1_000
"""Categories that are known, the most frequent."""

_FEWEST: Final = 2
_MOST: Final = 12
_LONGEST_NAME: Final = 6
"""Words of a query that has a name beside other words, and of the name."""

WROTE: Final = 12.0
"""The score of being by the author: about that of a word of content that is in the text."""

MENTIONED: Final = 0.25
"""What the words of the name count in a text, beside others: together about as much."""


class Asked(NamedTuple):
    """What a query asks for.

    Attributes:
        authors: whose works.
        name: how they are named, a part of the query.
        start: where it stands.
        works: the words for works; empty where there are none.
        category: of the works; empty for any.
        named: how that is named.
        others: the words beside the name that stand for nothing of this.
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
        """Whether the authors have the name as it is spelt, and not only as it sounds."""
        return any(name_key(self.name) in name_key(author) for author in self.authors)

    def query(self, understood: Callable[[str], Query | None]) -> Query | None:
        """What finds the works, and articles that have the name.

        Args:
            understood: the query of a part of the text; None of no words.
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
    """An author or the name, each with a score beside that of other words; the author counts for more."""
    named, *having = by.children
    return Any((Boost(named, MENTIONED), *(Boost(condition, WROTE / NEUTRAL) for condition in having)))


class AuthorWorks:
    """Knows queries for works. Threads may share it.

    Args:
        names: of the authors.
        categories: gives those that articles have; asked for when needed.
        holding: how many articles hold a stem.

    Attributes:
        names: as given.
    """

    def __init__(
        self, names: AuthorNames, categories: Callable[[], Iterable[str]], holding: Callable[[str], int]
    ) -> None:
        self.names = names
        self._categories = categories
        self._read = BoundedCache(1, by_number)
        self._holding = holding

    def asked(self, text: str) -> Asked | None:
        """What a query asks for; None where it is not for what authors wrote."""
        if authors := self.names.of(text):
            return Asked(authors, text)
        tokens = analyze(text)
        return self._beside(text, tokens) if _FEWEST <= len(tokens) <= _MOST else None

    def _beside(self, text: str, tokens: Sequence[Token]) -> Asked | None:
        """A name before or behind other words, the longest that is one."""
        first, last = _without_works(tokens)
        for start, end in self._spans(text, tokens, first, last):
            if authors := self._named(text, tokens[start:end]):
                before, behind = tokens[:start], tokens[end:]
                asked = Asked(authors, _text_of(text, tokens[start:end]), tokens[start].start)
                beside = (behind, before) if start == first and behind else (before, behind)
                return self._with_others(text, asked, *beside)
        return None

    def _spans(self, text: str, tokens: Sequence[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
        """Where a name may stand that ends or begins what is left between words for works, longest first."""
        if 0 < last - first < len(tokens):
            yield first, last
        near = tokens[max(last - 2, first) : last], tokens[first : min(first + 2, last)]
        ends, begins = (bool(words) and self.names.are_in(_text_of(text, words)) for words in near)
        for count in range(min(last - first - 1, _LONGEST_NAME) if ends or begins else 0, 0, -1):
            yield from ((last - count, last),) * ends + ((first, first + count),) * begins

    def _with_others(self, text: str, asked: Asked, others: Sequence[Token], works: Sequence[Token]) -> Asked:
        """The same with the words beside the name: a category, with words for works or without, or others."""
        first, last = _without_works(others)
        if last and others[0].start < asked.start:
            last = len(others)  # দুটি কবিতা শামসুর রাহমান has a title before the name
        works_beside = (*others[:first], *others[last:])
        for words, left in ((others, ()), (others[first:last], works_beside)):
            said = _text_of(text, words)
            if said and (category := self._category(said)):
                return asked._replace(works=_joined((*works, *left)), category=category, named=said)
        return asked._replace(works=_joined((*works, *works_beside)), others=said)

    def _category(self, named: str) -> str:
        """The category that is named; empty where none is."""
        known: dict[str, str] = self._read.get("", self._read_categories, keep=whole_now)
        return known.get(name_key(named), "")

    def _read_categories(self) -> dict[str, str]:
        return {name_key(value): value for value in islice(self._categories(), _CATEGORIES_AT_MOST)}

    def _named(self, text: str, words: Sequence[Token]) -> tuple[str, ...]:
        """The authors who have a name; of one word, only where it is rather a name than a word."""
        if len(words) == 1:
            return self.names.of_word(words[0].exact, self._holding(words[0].stem))
        return next(filter(None, map(self.names.of, _nominatives(_text_of(text, words)))), ())


NOTHING: Final = AuthorWorks(NOBODY, tuple, len)
"""Of articles without authors."""


def _without_works(tokens: Sequence[Token]) -> tuple[int, int]:
    """Where that begins and ends which is left between words for works."""
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
    """A name, and without a genitive in Latin letters, which no analysis takes away."""
    return (name, *(name.removesuffix(ending) for ending in ("er", "r") if name.endswith(ending)))


def _text_of(text: str, words: Sequence[Token]) -> str:
    return text[words[0].start : words[-1].end] if words else ""


def _joined(words: Sequence[Token]) -> str:
    return " ".join([word.text for word in words])


_ABOUT: Final = word_set("নিয়ে নিয়া সম্পর্কে সম্বন্ধে বিষয়ে বিষয়ক প্রসঙ্গে ব্যাপারে")
_ABOUT_IN_ENGLISH: Final = re.compile(r"\b(?:about|on|regarding)\b", re.IGNORECASE | re.ASCII)
ASKING: Final = word_set(
    "আমাকে কিছু একটু বিস্তারিত সব তথ্য আরও আরো কী কি যা বল বলো বলুন বলেন বলবেন জানতে চাই চাচ্ছি চায় জানাও জানান"
    " জানাবেন জানো জানেন লেখো লেখ লিখ লিখো লিখুন দাও দিন দেন আলোচনা বর্ণনা ধারণা কর করো করুন"
)
"""What stands behind such a word and says nothing else."""

_TO_ME: Final = word_set("আমাকে আমাদের আমায়")
_OBJECTIVE: Final = "কে"
_OF_NOUN: Final = word_set("এর র কে")
"""Case endings typed apart."""

_SAYS: Final = 0.4
_SAYS_A_TITLE: Final = 0.1
"""What a word for works adds, of its score, beside a subject and beside a title: of articles alike in all
else, one that has it comes first."""


def about(text: str, typed: str, place: int, said: Callable[[str], bool]) -> str:
    """The subject of the works that a query asks for; none where it names none so, or articles say all of it.

    Args:
        text: of the query, as it is read.
        typed: the same as it was typed.
        place: of the word for works, first (0) or last (-1).
        said: whether articles have the words of a text side by side, as they are spelt.
    """
    tokens = analyze(text)
    if place == 0:
        subject = tokens[1:] if _ABOUT_IN_ENGLISH.search(typed) else []
    else:
        last = len(tokens)
        while last and tokens[last - 1].exact in WORKS:  # মাকে নিয়ে লেখা কবিতা
            last -= 1
        subject = tokens[: last - 1] if last and tokens[last - 1].exact in _ABOUT else []
    found = _subject(text, subject)
    return "" if not found or said(text) else found


def asked_about(text: str) -> str:
    """The subject of a query whose last words ask to be told of it; empty where they do not."""
    tokens = analyze(text)
    last = len(tokens)
    while last and tokens[last - 1].exact in ASKING:
        last -= 1
    if last in {0, len(tokens)} or tokens[last - 1].exact not in _ABOUT:
        return ""
    first = int(tokens[0].exact in _TO_ME)
    return _subject(text, tokens[first : last - 1])


def _subject(text: str, tokens: Sequence[Token]) -> str:
    """The words of a subject, the last in the nominative: মাকে নিয়ে is of মা."""
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
    """The query for works by what is left of it without the word for works.

    Args:
        wanted: finds their subject, or their title.
        work: the word for what they are.
        titled: whether it is a title.
    """
    share = _SAYS_A_TITLE if titled else _SAYS
    return Any((*side_by_side(wanted), Hint(Boost(work, share))), words=True)


def title_beside(text: str, place: int, titles: Completion, said: Callable[[str], bool]) -> str:
    """What is left of a query without its first word (``place`` 0) or its last (-1), if that is a title.

    Args:
        text: of the query.
        place: of the word for works.
        titles: of the articles.
        said: whether articles have the words of a text side by side, as they are spelt.

    Returns:
        Nothing where it is no title, or the whole query begins one, or is what articles say.
    """
    tokens = analyze(text)
    left = tokens[1:] if place == 0 else tokens[:-1]
    title = text[left[0].start : left[-1].end] if left else ""
    if not title or not titles.has_title(title) or titles.begins_title(text) or said(text):
        return ""
    return title
