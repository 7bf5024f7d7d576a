"""A suggestion, what a search makes of it, which of several are the same, and which of them a text begins."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Generic, Literal, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.stemmer import fold
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Any, Leaf, OneOf, Phrase, Prefix, Query, Term, content, leaves
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.evidence import WordStatistics
from onneshon.search.retrieval.index_protocols import KnownWords
from onneshon.search.understanding.alternatives import stems_of

SuggestionKind: TypeAlias = Literal["word", "phrase", "title"]

ABBREVIATED: Final = 2
"""A text is no other spelling of one with ABBREVIATED times its letters."""

SECOND: Final = 10
"""A word may be meant that begins another where SECOND * articles(word) >= articles(the other)."""

_HAS_LATIN: Final = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for.

    Attributes:
        text: as most articles write it; words typed before the last one stand before it as typed.
        kind: a word, words that stand side by side, or the title of an article.
        count: articles that a search for it finds with everything that it asks for; of a title, those that
            have it.
    """

    text: str
    kind: SuggestionKind
    count: int


@dataclass(frozen=True, slots=True)
class AsRead:
    """What a search takes a text for.

    Attributes:
        text: with what it reads in the place of what was typed.
        articles: that have the last concept that the text asks for.
        sure: whether a table has the last word, as a name or as one from English: no beginning of another.
        listed: whether a table has it as a word, and not only as letters.
    """

    text: str
    articles: int
    sure: bool = False
    listed: bool = False


ReadText: TypeAlias = Callable[[str], AsRead]
"""Reads a text as a search would."""


def as_typed(text: str) -> AsRead:
    """Reads nothing into a text."""
    return AsRead(text, 0)


Concept: TypeAlias = frozenset[tuple[str, ...]]
"""The spellings of what is asked for: of each the stem keys of its words."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search makes of a suggestion.

    Attributes:
        articles: that it finds with everything that the suggestion asks for.
        concepts: what it asks for; of each the spellings.
    """

    articles: int
    concepts: tuple[Concept, ...] = ()

    def is_same(self, other: "Findings") -> bool:
        """Whether both ask for the same, one of them perhaps in fewer spellings."""
        mine, theirs = self.concepts, other.concepts
        return len(mine) == len(theirs) > 0 and all(
            variants <= others or variants >= others for variants, others in zip(mine, theirs, strict=True)
        )


SearchEach: TypeAlias = Callable[[Sequence[str]], Sequence[Findings]]
"""What a search makes of each of some texts."""


def different(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Each title once, and of other words the first of those that are inflected or spelt otherwise alone.

    Args:
        found: the best first.
    """
    met: set[tuple[str, ...]] = set()
    for suggestion in found:
        keys = word_keys(suggestion.text)
        exact, folded = tuple(exact for exact, _ in keys), _forms(suggestion.text)
        if exact not in met and (suggestion.kind == "title" or folded not in met):
            met |= {exact, folded}
            yield suggestion


def first_begun(text: str, read: AsRead, rows: Iterable[Suggestion], index: KnownWords) -> str:
    """What a text is the beginning of, the first suggestion that is no title; the text itself if it is whole.

    Where the suggestion is a form of what a search reads, that is what is begun. The text is whole where the
    suggestion is a form of it, and where a table has its last word, or enough articles: few where it stands
    alone, any where it stands behind the word before it, many where it never does.

    Args:
        text: that is being typed.
        read: what a search takes it for.
        rows: what goes on from it, best first.
        index: whose words they are.
    """
    row = next((row for row in rows if row.kind != "title"), None)
    if row is None or _forms(row.text) == _forms(text):
        return text
    if _forms(row.text) == _forms(read.text):
        return read.text
    if _HAS_LATIN.search(text.rsplit(maxsplit=1)[-1]):
        return text if read.listed else row.text
    return text if _is_whole([exact for exact, _ in word_keys(text)], row.count, index) else row.text


def _is_whole(words: Sequence[str], of_row: int, index: KnownWords) -> bool:
    known = index.vocabulary.frequency(words[-1]) if words else 0
    if len(words) < 2:  # noqa: PLR2004 - a word and the one before
        return known * SECOND >= of_row
    return index.pairs.count(*words[-2:]) > 0 or known >= SECOND * of_row


def _forms(text: str) -> tuple[str, ...]:
    """What the inflections of a text have in common."""
    return tuple(fold(stem) for _, stem in word_keys(text))


def searched(found: Iterator[Suggestion], limit: int, search: SearchEach) -> Iterator[Suggestion]:
    """With how many articles a search finds; without what finds none, or asks for the same as one before.

    What is written in as many words alone is the same, and no abbreviation: of পদ্মাসেতু and পদ্মা সেতু both are
    shown, and of মো and মোহাম্মদ.

    Args:
        found: the best first.
        limit: how many are searched for at a time.
        search: what a search finds.
    """
    met: list[tuple[str, Findings]] = []
    while rows := list(islice(found, limit)):
        asked = [row.text for row in rows if row.kind != "title"]
        known = dict(zip(asked, search(asked), strict=True))
        for row in rows:
            of_row = known.get(row.text, Findings(row.count))
            same = (other for text, other in met if _may_be_same(row.text, text) and of_row.is_same(other))
            if of_row.articles and not any(same):
                met.append((row.text, of_row))
                yield replace(row, count=of_row.articles)


def _may_be_same(text: str, other: str) -> bool:
    """Whether two texts have as many words, and neither is an abbreviation of the other."""
    shorter, longer = sorted((text, other), key=len)
    return len(text.split()) == len(other.split()) and len(longer) < ABBREVIATED * len(shorter)


FINDINGS_KEPT: Final = 1 << 14
"""Suggestions of a generation whose findings are kept, a kilobyte each: who types on sees most again."""

SPELLING: Final = 0.9
"""What another spelling of a word weighs, at the least; what means the same weighs less."""

NAMES: Final = frozenset({"name", "loan"})
"""By what the last of several words is read that is no beginning of another."""

WHOLE: Final = NAMES | {"letters", "acronym", "meaning"}
"""The same of a word that stands alone: *ssc*, *usa*, *messi*, *facebook*, *onion*."""

WORDS: Final = NAMES | {"meaning"}
"""The same of what a text ends with for which hits are shown: *acc* may yet become an accident."""

NOTHING: Final = Findings(0)
"""What is made of a text that asks for nothing, or that there was no time for."""


GenerationT = TypeVar("GenerationT")


class KeptFindings(Generic[GenerationT]):
    """What searches make of suggestions, kept with each generation."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[GenerationT, dict[str, Findings]] = WeakKeyDictionary()

    def of(
        self,
        texts: Sequence[str],
        state: GenerationT,
        budget: TimeBudget,
        search: Callable[[Sequence[str]], dict[str, Findings]],
    ) -> list[Findings]:
        """What a search for each of some texts asks for, and how many articles have all of it.

        Args:
            texts: that are suggested.
            state: the generation that is asked.
            budget: of the time to search; findings that ran out of it are not kept.
            search: for new ones; those that ask for nothing are missing in what it returns.
        """
        known = self._known.setdefault(state, {})
        if new := [text for text in texts if text not in known]:
            if len(known) > FINDINGS_KEPT:
                known.clear()
            found = search(new)
            if not budget.whole:
                return [(known | found).get(text, NOTHING) for text in texts]
            known |= found
        return [known.get(text, NOTHING) for text in texts]


def concepts(query: Query) -> tuple[Concept, ...]:
    """What a query asks for: of each concept the keys of its spellings, without what only means the same."""
    return tuple(frozenset(map(_key, _spellings(concept))) for concept in content(query))


def _spellings(concept: Leaf | Any) -> Iterator[Term | Phrase | Prefix]:
    if isinstance(concept, OneOf):
        return (variant.query for variant in concept.variants if variant.weight >= SPELLING)
    return leaves(concept)


def _key(leaf: Term | Phrase | Prefix) -> tuple[str, ...]:
    return (leaf.start, "*") if isinstance(leaf, Prefix) else stems_of(leaf)


def as_read(text: str, parsed: Parsed, statistics: WordStatistics) -> AsRead:
    """What a search takes a text for, as far as it can be understood.

    Args:
        text: what is typed.
        parsed: the same, as a query.
        statistics: of the generation.
    """
    concepts = [*content(parsed.query)] if parsed.query and not parsed.decoded else []
    if not (concepts and parsed.readings):
        return as_typed(text)
    last = parsed.readings[-1]
    kind = last.kind if last.end == len(text) else ""
    sure = kind in NAMES or (kind in WHOLE and " " not in text)
    articles = max(map(statistics.size, leaves(concepts[-1])), default=0)
    return AsRead(parsed.as_read(text), articles, sure, listed=kind in WORDS)
