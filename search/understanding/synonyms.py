"""Synonyms and variants: other words for the words of a query, from a table.

The shipped tables are ``data/synonyms.tsv`` and ``data/everyday_synonyms.tsv``; a site adds its own
(``site_synonyms``). A table is text, one entry a line, in either of two ways, which may stand in one file:

    ঢাবি <TAB> = <TAB> ঢাকা বিশ্ববিদ্যালয় <TAB> abbreviation <TAB> university
    ফেইসবুক, ফেসবুক                  all for one another
    হসপিটাল => হাসপাতাল, ক্লিনিক         a query of the left also finds the right

``=`` is two-way and ``>`` one-way: a query of the left also finds the right. The class is ``variant``
(another spelling of the same name), ``abbreviation`` or ``synonym``; lines with commas are synonyms. The
reason, in the last column, may be left out. ``#`` opens a comment line.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, cast

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import HASANTA
from onneshon.index.analysis.stemmer import fold
from onneshon.index.storage.watched_file import lines_with_entries
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.alternatives import (
    VISARGA,
    Alternative,
    Kind,
    Span,
    distinct,
    typed_text,
)
from onneshon.search.understanding.respelling import REMEMBERED, other_spellings, spelt_so
from onneshon.search.understanding.tables import table_keys, table_text

TABLES: Final = ("synonyms.tsv", "everyday_synonyms.tsv")

WEIGHTS: Final[Mapping[Kind, float]] = MappingProxyType(
    {"variant": 0.95, "abbreviation": 0.9, "synonym": 0.6}
)
"""Weight of an article's score by kind of entry, relative to an article with the word as typed."""

_VERBAL: Final = "া"
"""The ending of verbal nouns of roots that end in a consonant."""

MAX_WORDS: Final = 12
"""Most words on one side of an entry; no name has more."""

_COLUMNS: Final = "from, = or >, to, class, reason"
_LEAST_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a table: a query for the left side also finds the right side.

    Attributes:
        left: the words that are searched for, as written.
        right: the words that may stand for them.
        kind: variant, abbreviation or synonym.
        reason: the reason why the two are equivalent; may be empty.
        where: ``file:line`` of the entry.
    """

    left: str
    right: str
    kind: Kind
    reason: str
    where: str

    def reversed(self) -> "Entry":
        """The entry with its sides exchanged."""
        return Entry(self.right, self.left, self.kind, self.reason, self.where)


def parse_synonyms(text: str, name: str) -> list[Entry]:
    """The entries of a table; a two-way line makes two.

    Args:
        text: the whole table.
        name: the name of its file, for messages.

    Raises:
        SynonymError: a line is malformed; the message names the line and its correction.
    """
    found: list[Entry] = []
    for number, line in lines_with_entries(text.lstrip("\ufeff")):
        found += _entries(line, f"{name}:{number}")
    return found


def _entries(line: str, where: str) -> Iterator[Entry]:
    if "\t" in line.strip():
        yield from _by_columns([field.strip() for field in line.split("\t")], where)
    elif "=>" in line:
        lefts, *rights = line.split("=>")
        if len(rights) > 1:
            raise SynonymError(where, "=> stands here more than once: write a line for each")
        yield from _pairs(_sides(lefts, where), _sides(rights[0], where), where)
    else:
        words = _sides(line, where)
        yield from _pairs(words, words, where)


def _pairs(lefts: Sequence[str], rights: Sequence[str], where: str) -> Iterator[Entry]:
    if lefts == rights and len(lefts) == 1:
        raise SynonymError(where, f"only {lefts[0]!r} stands here: write `word, word` or `word => word`")
    yield from (
        Entry(left, right, "synonym", "", where) for left in lefts for right in rights if left != right
    )


def _sides(text: str, where: str) -> list[str]:
    """The words between commas, each once."""
    return [*dict.fromkeys(_checked(part.strip(), where) for part in text.split(","))]


def _by_columns(fields: list[str], where: str) -> Iterator[Entry]:
    if len(fields) < _LEAST_COLUMNS:
        raise SynonymError(where, f"{len(fields)} columns where there should be five: {_COLUMNS}")
    left, direction, right, kind, *reason = fields
    if direction not in {"=", ">"}:
        raise SynonymError(where, f"{direction!r} is no direction: write = or >")
    if kind not in WEIGHTS:
        raise SynonymError(where, f"{kind!r} is no class: write one of {', '.join(WEIGHTS)}")
    entry = Entry(_checked(left, where), _checked(right, where), cast("Kind", kind), " ".join(reason), where)
    yield entry
    if direction == "=":
        yield entry.reversed()


def _checked(side: str, where: str) -> str:
    words = len(table_stems(side))
    if not words:
        raise SynonymError(where, f"{side!r} holds no word: put a word on each side")
    if words > MAX_WORDS:
        raise SynonymError(where, f"{side!r} has {words} words: at most {MAX_WORDS} are read")
    return side


class Synonyms:
    """Entries that are looked up by the words of a query.

    Args:
        entries: the entries; where a pair is repeated, the last one counts.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        pairs = {(table_stems(entry.left), table_stems(entry.right)): entry for entry in self.entries}
        self._by_stems: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
        for (left, right), entry in (_through_others(pairs) | pairs).items():
            if left != right:
                self._by_stems[left].append(entry)
        self._longest: dict[str, int] = {}
        for stems in filter(None, self._by_stems):
            self._longest[stems[0]] = max(len(stems), self._longest.get(stems[0], 0))
        self._analysed: dict[tuple[str, ...], tuple[_Way, ...]] = {}
        self._longest_from = lru_cache(REMEMBERED)(self._longest_beginning)

    def _longest_beginning(self, stem: str) -> int:
        """The number of words of the longest entry that begins with a stem, in any spelling; mostly 0."""
        return max(self._longest.get(other, 0) for other in (stem, *other_spellings(stem)))

    def prepare(self) -> None:
        """Analyse all entries now, so that no query waits for it."""
        for stems in self._by_stems:
            self._ways(stems)

    def merged(self, entries: Iterable[Entry]) -> "Synonyms":
        """These entries and others; where both have a pair, that of ``entries`` counts."""
        return Synonyms((*self.entries, *entries))

    def of(self, tokens: Sequence[Token]) -> list[Span]:
        """The alternatives for words of a query: at each position, for the longest run that is an entry.

        Words are compared by their stem keys, so that inflected forms find their entry.

        Args:
            tokens: the analysed words of a query, in order.

        Returns:
            Spans in order, none overlapping, each with its alternatives, the heaviest first.
        """
        found, at = [], 0
        while at < len(tokens):
            span = self._at(tokens, at)
            if span:
                found.append(span)
            at = span.end if span else at + 1
        return found

    def have(self, run: Sequence[Token]) -> bool:
        """Whether the words together are the left side of an entry."""
        return tuple([token.stem for token in run]) in self._by_stems

    def _at(self, tokens: Sequence[Token], at: int) -> Span | None:
        longest = self._longest_from(tokens[at].stem)
        for length in range(min(longest, len(tokens) - at), 0, -1):
            run = tokens[at : at + length]
            ways = self._listed(run) or (self._respelt(run) if length > 1 else [])
            if ways:
                ways.sort(key=lambda way: -way.weight)
                return Span(at, at + length, distinct(ways))
        return None

    def _listed(self, run: Sequence[Token]) -> list[Alternative]:
        """The alternatives for words that are an entry in this spelling."""
        return [way.alternative for way in self._ways(tuple([token.stem for token in run])) if way.fits(run)]

    def _ways(self, stems: tuple[str, ...]) -> tuple["_Way", ...]:
        """The entries of some stems, analysed."""
        if stems not in self._by_stems:
            return ()
        known = self._analysed.get(stems)
        if known is None:
            known = self._analysed[stems] = tuple(map(_way, self._by_stems[stems]))
        return known

    def _respelt(self, run: Sequence[Token]) -> list[Alternative]:
        """The alternatives for words that are an entry with one respelt (ঢাকা ভার্সিটি), that entry first."""
        for position in range(len(run)):
            for way in self._variants(run, position):
                other = (*run[:position], *way.tokens, *run[position + 1 :])
                listed = self._listed(other)
                if listed:
                    text = typed_text(other)
                    return [
                        Alternative(text, other, way.weight, way.kind, way.note),
                        *listed,
                    ]
        return []

    def _variants(self, run: Sequence[Token], position: int) -> Iterator[Alternative]:
        """Other spellings of one word of a run: from the table, or by rule if the run is then an entry."""
        yield from (way for way in self._listed(run[position : position + 1]) if way.kind == "variant")
        stems = [word.stem for word in run]
        for stem in other_spellings(run[position].stem):
            if (*stems[:position], stem, *stems[position + 1 :]) in self._by_stems:
                spelt = spelt_so(run[position], stem)
                yield Alternative(spelt.text, (spelt,), WEIGHTS["variant"], "variant")


Pairs: TypeAlias = dict[tuple[tuple[str, ...], tuple[str, ...]], Entry]
"""Entries by the stems of both sides."""


def _through_others(pairs: Pairs) -> Pairs:
    """Entries between all variants of a name, of which a table lists only some: হজ্ব = হজ and হজ = হজ্জ."""
    equal: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}  # in the order of the table
    for (left, right), entry in pairs.items():
        other = pairs.get((right, left))
        if entry.kind == "variant" and other and other.kind == "variant":
            both = equal.get(left, {left: None}) | equal.get(right, {right: None})
            equal.update(dict.fromkeys(both, both))
    named = {left: entry for (left, _), entry in pairs.items() if left in equal}
    return {
        (left, right): replace(named[left], right=named[right].left, kind="variant")
        for left, group in equal.items()
        for right in group
    }


@lru_cache(4_096)
def table_stems(text: str) -> tuple[str, ...]:
    """The stems of one side of an entry; most sides stand in several entries."""
    return tuple(stem for _, stem in table_keys(text))


class _Way(NamedTuple):
    """An entry, analysed.

    Attributes:
        wholes: the beginning that each folded word must have to match the left; empty if the stem suffices.
        alternative: the alternative that the right side is.
        spelt: the exact form that the left must have; empty if inflected forms match too.
    """

    wholes: tuple[str, ...]
    alternative: Alternative
    spelt: str

    def fits(self, typed: Sequence[Token]) -> bool:
        """Whether words with the stems of the left side are forms of its words."""
        if self.spelt and typed[0].exact != self.spelt:
            return False
        pairs = zip(typed, self.wholes, strict=True)
        return all(not whole or fold(token.exact).startswith(whole) for token, whole in pairs)


def _way(entry: Entry) -> _Way:
    note = f"{entry.reason} ({entry.where})" if entry.reason else entry.where
    left, right = (tuple(analyze(side)) for side in (entry.left, entry.right))
    # The left must be typed as it would be found: লি (Lee) is neither side of লিঃ = লিমিটেড.
    typed = Alternative(entry.left, left, 1.0, entry.kind)
    spelt = left[0].exact if left[0].exact.endswith(VISARGA) and typed.by_exact else ""
    return _Way(
        tuple("" if entry.kind == "synonym" and _is_verbal_noun(word) else _whole(word) for word in left),
        Alternative(entry.right, right, WEIGHTS[entry.kind], entry.kind, note),
        spelt,
    )


def _is_verbal_noun(listed: Token) -> bool:
    """Whether a listed word is a verbal noun, which all forms of its verb match: বাড়া of বাড়ছে."""
    return (
        listed.exact.endswith(_VERBAL) and listed.stem == fold(listed.exact.removesuffix(_VERBAL)) + HASANTA
    )


def _whole(listed: Token) -> str:
    """The beginning that words with the stem key of a listed word must have, to be forms of it.

    Where the stemmer takes an ending from the listed word itself (জাবি as if it were a verb), words with
    other endings are other words.
    """
    whole = fold(listed.exact)
    return "" if listed.stem == whole else whole


@cache
def shipped_synonyms() -> Synonyms:
    """The tables that come with Onneshon."""
    return Synonyms(chain.from_iterable(parse_synonyms(table_text(table), table) for table in TABLES))
