"""Compounds that are written together or apart: মুক্তি যুদ্ধ and মুক্তিযুদ্ধ, পদ্মাসেতু and পদ্মা সেতু.

Bengali writes compounds either way, and one writer in three the other way. What the articles of the index do
decides, by how many have the one word and how many have the parts side by side. Where the one word is usual,
it and the words side by side are one concept. Where the parts are usual they stay words of their own, and
each is also satisfied by the one word. Both ways of typing lead to the same query.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil
from operator import itemgetter

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import fold, is_function_word
from onneshon.search.query.tree import Phrase, Term
from onneshon.search.retrieval.budget import remembered
from onneshon.search.retrieval.evidence import END, WordStatistics
from onneshon.search.understanding.latin_entries import letter_names
from onneshon.search.understanding.word_parts import (
    NOTABLE,
    SEEN_TOGETHER,
    SHORTEST_GRAMMATICAL,
    WordParts,
)

USUAL = 0.5
"""Written as one word is usual where articles(one word) >= USUAL * articles(parts side by side)."""

ESTABLISHED = 5
"""Articles with a word that is usual, at the least."""

GRAMMATICAL = 20
"""Of a word with a function word in it (প্রতি বাদ), no compound where articles(parts side by side) >
articles(one word) / GRAMMATICAL: its parts stand beside other words too; প্রতি দিন is not always প্রতিদিন."""

KNOWN = 1
"""Articles with each part of a word that is in no article, where its parts are never side by side either."""

SHORTEST_KNOWN = 3
"""Code points of a part where no article has the parts side by side."""

LONGEST = 40
"""Code points of a word that is cut into parts."""

BEGUN = 1
"""Code points of a second part with which some word of the articles begins, after the first part."""

_BY_CHANCE = 2
"""Letters that may be a form of another word by chance: একে, but এসএমই is no form of এসএম."""

MOST_PARTS = 3
MOST_LETTERS = 6
"""Words that may be one: of any kind, and of those that are names of letters."""

REMEMBERED = 4_096
"""Words whose parts are remembered."""


@dataclass(frozen=True, slots=True)
class Compound:
    """One word and the words it consists of.

    Attributes:
        whole: the one word; None where no article has it.
        parts: the words.
        usual: whether articles mostly write it as one word.
        frequency: articles that have the one word.
    """

    whole: Token | None
    parts: tuple[Token, ...]
    usual: bool
    frequency: int = 0


class Compounds:
    """Finds compounds with the vocabulary of an index. Threads may share it.

    Args:
        statistics: knows how many articles hold a word, or words side by side.
        parts: cuts words, of an index with the same words; None for what is made of the statistics.

    Attributes:
        parts: cuts words; asks of none how many articles have it beside another.
    """

    def __init__(self, statistics: WordStatistics, parts: WordParts | None = None) -> None:
        self._statistics = statistics
        self.parts = parts or WordParts(statistics)
        self._known_cuts = remembered(REMEMBERED, self._cut_best)
        self._known_once = remembered(REMEMBERED, self._seen_once)
        self._known_words = remembered(REMEMBERED, self._of_known_words)
        self._known_wholes = remembered(REMEMBERED, self._of_parts)

    def expect(self, row: Sequence[Token]) -> None:
        """Any compound among some words may be asked for: whoever counts far away does it now, at once."""
        self._statistics.expect(self._possible(row))

    def expect_beside(self, rows: Iterable[Sequence[Token]]) -> None:
        """The same of each of some words side by side."""
        self._statistics.expect([_side_by_side(words) for words in rows if len(words) > 1])

    def _possible(self, row: Sequence[Token]) -> Iterator[Phrase]:
        """The words side by side of which articles decide whether they are compounds."""
        for word in row:
            if _may_be_two(word.exact):
                _, cuts = self.parts.cuts(word.exact, word.stem, SEEN_TOGETHER, NOTABLE)
                yield from map(_side_by_side, cuts)
        for pair in pairwise(row):
            words = (pair[0].exact, pair[1].exact)
            if _may_be_one(pair) and self._whole(words):
                yield _side_by_side(pair)

    def of_word(self, word: Token, *, alone: bool) -> Compound | None:
        """The compound that a word is; None where it is none, or articles write it so and no other way.

        Args:
            word: as typed.
            alone: whether nothing stands beside it in the query. A word that no article has is then cut only
                into words that some article has side by side; among others, into any two known ones.
        """
        compound, settled = self._known_cuts(word.exact, word.stem)
        compound = compound or (None if settled else self._known_once(word.exact, word.stem))
        return compound if settled or compound or alone else self._known_words(word.exact, word.stem)

    def among(self, row: Sequence[Token]) -> dict[int, Compound]:
        """The compounds typed apart among some words, by the position of the first: the most usual ones.

        Names of letters in a row are taken as far as they go, for এসএস is more usual than এসএসসি.
        """
        found = [
            (_is_letters(row[at : at + length]) and length, compound.frequency, -at, compound)
            for at in range(len(row) - 1)
            if self._may_begin(row[at].exact, row[at + 1].exact)
            for length in range(2, min(MOST_LETTERS, len(row) - at) + 1)
            if (compound := self.of_parts(row[at : at + length]))
        ]
        chosen: dict[int, Compound] = {}
        taken: set[int] = set()
        for _, _, start, compound in sorted(found, key=lambda span: span[:3], reverse=True):
            positions = range(-start, -start + len(compound.parts))
            if taken.isdisjoint(positions):
                chosen[-start] = compound
                taken.update(positions)
        return chosen

    def of_parts(self, parts: Sequence[Token]) -> Compound | None:
        """The compound that some words are, typed side by side; None where no article has it as one word."""
        return self._known_wholes(tuple(part.exact for part in parts)) if _may_be_one(parts) else None

    def occurs(self, words: Sequence[Token]) -> bool:
        """Whether any article has a word, or words side by side."""
        return bool(self._together(words) if len(words) > 1 else self._statistics.frequency(words[0].stem))

    def beside(self, words: Sequence[Token]) -> int:
        """How many articles have a word, or words side by side."""
        return self._together(words) if len(words) > 1 else self.articles(words[0].stem)

    def articles(self, stem: str) -> int:
        """How many articles have a word in any of its forms; f, where it is between f and 2 f."""
        return self._statistics.frequency(stem)

    def stem_of(self, word: str) -> str | None:
        """The stem of a word in canonical spelling; None where no article has it."""
        return self._statistics.stem_of(word)

    def _of_parts(self, words: tuple[str, ...]) -> Compound | None:
        whole = self._whole(words)
        if whole is None:
            return None
        frequency = self._statistics.frequency(whole.stem)
        parts = tuple(token for word in words for token in analyze(word)[:1])
        too_many = _too_many(frequency, parts)
        together = self._together(parts, too_many)
        if max(together, 1) >= too_many:
            return None
        if frequency < SEEN_TOGETHER and not together and min(map(len, words)) < SHORTEST_KNOWN:
            return None
        # Letters are no words of their own: of এম এ (পাস) neither is asked for without the other.
        usual = _usual(together, frequency) or _is_letters(parts)
        return Compound(whole, parts, usual, frequency)

    def _whole(self, words: tuple[str, ...]) -> Token | None:
        """The one word that words side by side would be; None where no article has it."""
        if not self._may_begin(*words[:2]):
            return None
        whole = analyze("".join(words))
        whole_word = len(whole) == 1 and not is_function_word(whole[0].exact)
        few_letters = len(words) == _BY_CHANCE and all(word in letters() for word in words)
        whole_word = whole_word and not (few_letters and self._is_a_form(whole[0]))
        return whole[0] if whole_word and self._statistics.frequency(whole[0].stem) else None

    def _may_begin(self, word: str, following: str) -> bool:
        """Whether some word begins with one word and what another begins with; most are never one."""
        return is_bengali(word) and self._statistics.begins(word + following[:BEGUN])

    def _is_a_form(self, word: Token) -> bool:
        """Whether a word is a form of another one, which more articles have: একে is not এ কে."""
        frequency = self._statistics.frequency
        return word.stem != fold(word.exact) and frequency(word.stem, "exact") > frequency(
            word.exact, "exact"
        )

    def _cut_best(self, exact: str, stem: str) -> tuple[Compound | None, bool]:
        """The words that a word consists of and that articles have side by side; whether that settles it.

        Nothing is settled by articles that have neither. Cuts that are in too few articles to matter are left
        out.
        """
        known = self._statistics.cuts(exact, stem, SEEN_TOGETHER, NOTABLE)
        if (known and known[0] and not known[1]) or not _may_be_two(exact):  # most words are no compounds
            return None, True
        frequency, cuts = self.parts.cuts(exact, stem, SEEN_TOGETHER, NOTABLE, known)
        enough = max(SEEN_TOGETHER, int(frequency / USUAL) + 1)
        together, parts = self._most_together(cuts, enough, _least(frequency))
        for cut in (self.parts.in_three, self.parts.before_function_word):
            if not frequency and together < SEEN_TOGETHER:
                together, parts = self._most_together([*cut(Token.alone(exact, stem))], enough)
        if not _both(together, frequency):
            return None, frequency > 0
        whole = Token.alone(exact, stem) if frequency else None
        return Compound(whole, parts, _usual(together, frequency), frequency), True

    def _most_together(
        self, cuts: Sequence[tuple[Token, ...]], enough: int, least: float = SEEN_TOGETHER
    ) -> tuple[int, tuple[Token, ...]]:
        """The cut whose words most articles have side by side, the first of several, and how many do.

        Args:
            cuts: the words of each.
            enough: articles beyond which none are counted, unless two cuts reach it and must be compared.
            least: articles that must have the words of a compound side by side.
        """
        most, reached = 0, 0
        best: tuple[Token, ...] = ()
        for cut in cuts:
            together = self._together(cut, enough, least)
            reached += together >= enough
            if together > most:
                most, best = together, cut
        if reached > 1:
            return max([(self._together(cut), cut) for cut in cuts], key=itemgetter(0))
        return most, best

    def _seen_once(self, exact: str, stem: str) -> Compound | None:
        """The words of a word that none has, where one article has them side by side: as a title.

        Letters in a row are one, too: হযবরল is হ য ব র ল.
        """
        _, cuts = self.parts.cuts(exact, stem, KNOWN)
        long = [cut for cut in cuts if min(len(part.exact) for part in cut) >= SHORTEST_KNOWN]
        together, parts = self._most_together([*long, *self.parts.in_letters(exact)], END, 1)
        return Compound(None, parts, usual=False) if together else None

    def _of_known_words(self, exact: str, stem: str) -> Compound | None:
        """Two known words that no article has side by side: the rarer of them as frequent as can be."""
        _, cuts = self.parts.cuts(exact, stem, KNOWN)
        counted = [
            (min(self._statistics.frequency(part.stem) for part in cut), cut)
            for cut in cuts
            if min(len(part.exact) for part in cut) >= SHORTEST_KNOWN
        ]
        rarest = max(counted, default=None, key=itemgetter(0))
        return Compound(None, rarest[1], usual=False) if rarest else None

    def _together(self, parts: Sequence[Token], most: int = END, least: float = 1) -> int:
        """How many articles have some words side by side; no more than ``most`` are counted.

        From ``least`` on they are a compound, which is searched next.
        """
        return self._statistics.count([part.stem for part in parts], most, ceil(least))


def _side_by_side(parts: Sequence[Token]) -> Phrase:
    return Phrase(tuple(Term(part.text, part.exact, part.stem) for part in parts))


def _least(frequency: int) -> float:
    """Articles that must have the parts side by side of a word that is in ``frequency`` articles."""
    return max(SEEN_TOGETHER, NOTABLE * frequency)


def _too_many(frequency: int, parts: Sequence[Token]) -> int:
    """Articles with the parts side by side from which a word in ``frequency`` articles is no compound."""
    return int(frequency / GRAMMATICAL if _is_grammatical(parts) else frequency / NOTABLE) + 1


def _usual(together: int, frequency: int) -> bool:
    return frequency >= max(USUAL * together, ESTABLISHED)


def _is_letters(parts: Sequence[Token]) -> bool:
    return all(part.exact in letters() for part in parts)


def _is_grammatical(parts: Sequence[Token]) -> bool:
    return not _is_letters(parts) and any(is_function_word(part.exact) for part in parts)


def _both(together: int, frequency: int) -> bool:
    """Whether a word in ``frequency`` articles is also written apart often enough."""
    return together >= _least(frequency)


def _may_be_two(word: str) -> bool:
    """Whether a word may be cut."""
    return is_bengali(word) and len(word) <= LONGEST and not is_function_word(word)


def _may_be_one(parts: Sequence[Token]) -> bool:
    if _is_letters(parts):
        return len(parts) <= MOST_LETTERS
    grammatical = [part.exact for part in parts if is_function_word(part.exact)]
    return len(parts) <= MOST_PARTS and not any(len(word) < SHORTEST_GRAMMATICAL for word in grammatical)


@lru_cache(1)
def letters() -> frozenset[str]:
    """The names of the Latin letters, as words of a query."""
    names = (name for names in letter_names().values() for name in names)
    return frozenset(token.exact for name in names for token in analyze(name))
