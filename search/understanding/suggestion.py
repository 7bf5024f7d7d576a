"""Suggestions: what a search finds for each, which are equivalent, and which one a typed text begins."""

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
"""A text is no other spelling of a text with ABBREVIATED times its letters."""

SECOND: Final = 10
"""A prefix of another word may itself be meant where SECOND * articles(prefix) >= articles(other word)."""

_HAS_LATIN: Final = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for.

    Attributes:
        text: the text as most articles write it, after the words typed before the last one, as typed.
        kind: a word, adjacent words, or the title of an article.
        count: the number of articles that match everything it asks for; of a title, the number of articles
            that have it.
    """

    text: str
    kind: SuggestionKind
    count: int


@dataclass(frozen=True, slots=True)
class AsRead:
    """A text as a search reads it.

    Attributes:
        text: the text with the readings in place of the words as typed.
        articles: the number of articles that have the last concept of the text.
        sure: whether a table has the last word, as a name or as an English word, so that it is complete.
        listed: whether a table has the last word as a word, and not only as letters.
        begun: whether the last word was taken for the beginning of what is read.
    """

    text: str
    articles: int
    sure: bool = False
    listed: bool = False
    begun: bool = False


ReadText: TypeAlias = Callable[[str], AsRead]
"""Reads a text as a search would."""


def as_typed(text: str) -> AsRead:
    """A text that is read as it was typed."""
    return AsRead(text, 0)


Concept: TypeAlias = frozenset[tuple[str, ...]]
"""The spellings of a concept, each as the stem keys of its words."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of a search for a suggestion.

    Attributes:
        articles: the number of articles that match everything the suggestion asks for.
        concepts: the concepts it asks for, each with its spellings.
    """

    articles: int
    concepts: tuple[Concept, ...] = ()

    def is_same(self, other: "Findings") -> bool:
        """Whether both ask for the same concepts, one of them perhaps in fewer spellings."""
        mine, theirs = self.concepts, other.concepts
        return len(mine) == len(theirs) > 0 and all(
            variants <= others or variants >= others for variants, others in zip(mine, theirs, strict=True)
        )


SearchEach: TypeAlias = Callable[[Sequence[str]], Sequence[Findings]]
"""Searches for each of some texts and returns their findings."""


def different(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Each title once, and the first of other suggestions that differ in inflection or spelling alone.

    Args:
        found: the suggestions, the best first.
    """
    met: set[tuple[str, ...]] = set()
    for suggestion in found:
        keys = word_keys(suggestion.text)
        exact, folded = tuple(exact for exact, _ in keys), _forms(suggestion.text)
        if exact not in met and (suggestion.kind == "title" or folded not in met):
            met |= {exact, folded}
            yield suggestion


def first_begun(text: str, read: AsRead, rows: Iterable[Suggestion], index: KnownWords) -> str:
    """The text that a typed text begins: the first suggestion that is no title; the text itself if complete.

    Where the suggestion is a form of the text as read, the text as read is returned. The typed text is
    complete where the suggestion is a form of it, where a table has its last word, or where enough articles
    have that word: few if it stands alone, any if it follows the word before it, many if it never does.

    Args:
        text: the text that is being typed.
        read: the text as a search reads it.
        rows: the completions of the text, best first.
        index: the words and pairs of the index.
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
    """The folded stems of a text, which its inflected forms share."""
    return tuple(fold(stem) for _, stem in word_keys(text))


def searched(found: Iterator[Suggestion], limit: int, search: SearchEach) -> Iterator[Suggestion]:
    """Suggestions with the number of articles found; without those that find none or repeat an earlier one.

    Two suggestions can be the same only if they have equally many words and neither is an abbreviation of the
    other: পদ্মাসেতু and পদ্মা সেতু are both shown, and so are মো and মোহাম্মদ.

    Args:
        found: the suggestions, the best first.
        limit: the number of suggestions per search.
        search: searches for the texts of suggestions.
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
    """Whether two texts have equally many words, and neither is an abbreviation of the other."""
    shorter, longer = sorted((text, other), key=len)
    return len(text.split()) == len(other.split()) and len(longer) < ABBREVIATED * len(shorter)


FINDINGS_KEPT: Final = 1 << 14
"""Number of suggestions of a generation whose findings are cached, 1 kB each: most return as a user types."""

SPELLING: Final = 0.9
"""Least weight of a variant that is another spelling of a word; a synonym weighs less."""

NAMES: Final = frozenset({"name", "loan"})
"""Kinds of reading by which the last of several words is complete, and no beginning of another."""

WHOLE: Final = NAMES | {"letters", "acronym", "meaning"}
"""The same for a word that stands alone: *ssc*, *usa*, *messi*, *facebook*, *onion*."""

WORDS: Final = NAMES | {"meaning"}
"""The same for the last word of a text for which hits are shown: *acc* may yet become an accident."""

NOTHING: Final = Findings(0)
"""The findings of a text that asks for nothing, or for which there was no time."""


GenerationT = TypeVar("GenerationT")


class KeptFindings(Generic[GenerationT]):
    """A cache of the findings of suggestions, one for each generation."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[GenerationT, dict[str, Findings]] = WeakKeyDictionary()

    def of(
        self,
        texts: Sequence[str],
        state: GenerationT,
        budget: TimeBudget,
        search: Callable[[Sequence[str]], dict[str, Findings]],
    ) -> list[Findings]:
        """The findings of each text: the concepts it asks for, and the number of articles that have them all.

        Args:
            texts: the texts that are suggested.
            state: the generation that is searched.
            budget: the time budget; findings of a search that exceeded it are not cached.
            search: searches for new texts; its result lacks those that ask for nothing.
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
    """The concepts that a query asks for, each as the keys of its spellings, without synonyms."""
    return tuple(frozenset(map(_key, _spellings(concept))) for concept in content(query))


def _spellings(concept: Leaf | Any) -> Iterator[Term | Phrase | Prefix]:
    if isinstance(concept, OneOf):
        return (variant.query for variant in concept.variants if variant.weight >= SPELLING)
    return leaves(concept)


def _key(leaf: Term | Phrase | Prefix) -> tuple[str, ...]:
    return (leaf.start, "*") if isinstance(leaf, Prefix) else stems_of(leaf)


def as_read(text: str, parsed: Parsed, statistics: WordStatistics) -> AsRead:
    """A text as a search reads it; as typed if nothing in it is read otherwise.

    A word that a search skips is kept: the text may go on, and the word with it.

    Args:
        text: the text as typed.
        parsed: the same text, parsed as a query.
        statistics: the document frequencies of the generation.
    """
    concepts = [*content(parsed.query)] if parsed.query and not parsed.decoded else []
    if not (concepts and parsed.readings):
        return as_typed(text)
    last = parsed.readings[-1]
    kind = last.kind if last.end == len(text) else ""
    sure = kind in NAMES or (kind in WHOLE and " " not in text)
    articles = max(map(statistics.size, leaves(concepts[-1])), default=0)
    whole = replace(parsed, skipped=()).as_read(text)
    return AsRead(whole, articles, sure, listed=kind in WORDS, begun=kind == "unfinished")
