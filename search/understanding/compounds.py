"""Finds compounds that are written together or apart: মুক্তি যুদ্ধ and মুক্তিযুদ্ধ, পদ্মাসেতু and পদ্মা সেতু.

Bengali compounds are written either way, and one writer in three uses the other way. The articles of the
index decide, by how many have the joined word and how many the parts adjacent. If the joined word is usual,
it and the adjacent words are one concept. If the parts are usual they stay separate words, and the joined
word satisfies each of them too. Both ways of typing lead to the same query.
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
"""The joined word is usual where articles(joined word) >= USUAL * articles(parts adjacent)."""

ESTABLISHED = 5
"""Least document frequency of a joined word that is usual."""

GRAMMATICAL = 20
"""A word with a function word in it (প্রতি বাদ) is no compound where articles(parts adjacent) >
articles(joined word) / GRAMMATICAL: its parts have other neighbours too; প্রতি দিন is not always প্রতিদিন."""

KNOWN = 1
"""Least document frequency of each part, if no article has the joined word or the parts adjacent."""

SHORTEST_KNOWN = 3
"""Least code points of a part, if no article has the parts adjacent."""

LONGEST = 40
"""Most code points of a word that is cut into parts."""

BEGUN = 1
"""Code points of the second part that some word must have after the first part, to be tried as a compound."""

_BY_CHANCE = 2
"""Number of letters whose names may form another word by chance: একে, but এসএমই is no form of এসএম."""

MOST_PARTS = 3
MOST_LETTERS = 6
"""Most parts of a compound: words of any kind, and names of letters."""

REMEMBERED = 4_096
"""Number of words whose parts are cached."""


@dataclass(frozen=True, slots=True)
class Compound:
    """One word and the words it consists of.

    Attributes:
        whole: the joined word; None if no article has it.
        parts: the words that it consists of.
        usual: whether articles mostly write it as one word.
        frequency: the document frequency of the joined word.
    """

    whole: Token | None
    parts: tuple[Token, ...]
    usual: bool
    frequency: int = 0


class Compounds:
    """Finds compounds with the vocabulary of an index. Thread-safe.

    Args:
        statistics: the document frequencies of words, and of adjacent words.
        parts: splits words, for an index with the same words; None to create it from the statistics.

    Attributes:
        parts: splits words, without counting articles with adjacent words.
    """

    def __init__(self, statistics: WordStatistics, parts: WordParts | None = None) -> None:
        self._statistics = statistics
        self.articles, self.stem_of = statistics.key_document_frequency, statistics.stem_of
        self.parts = parts or WordParts(statistics)
        self._known_cuts = remembered(REMEMBERED, self._cut_best)
        self._known_once = remembered(REMEMBERED, self._seen_once)
        self._known_words = remembered(REMEMBERED, self._of_known_words)
        self._known_wholes = remembered(REMEMBERED, self._of_parts)

    def expect(self, row: Sequence[Token]) -> None:
        """Announce the possible compounds among some words, so that remote counts come in one request."""
        self._statistics.expect(self._possible(row))

    def expect_beside(self, rows: Iterable[Sequence[Token]]) -> None:
        """Announce in the same way each of some phrases of adjacent words."""
        self._statistics.expect([_side_by_side(words) for words in rows if len(words) > 1])

    def _possible(self, row: Sequence[Token]) -> Iterator[Phrase]:
        """The phrases whose document frequencies decide about compounds."""
        for word in row:
            if _may_be_two(word.exact):
                _, cuts = self.parts.cuts(word.exact, word.stem, SEEN_TOGETHER, NOTABLE)
                yield from map(_side_by_side, cuts)
        for pair in pairwise(row):
            words = (pair[0].exact, pair[1].exact)
            if _may_be_one(pair) and self._whole(words):
                yield _side_by_side(pair)

    def of_word(self, word: Token, *, alone: bool) -> Compound | None:
        """The compound that a word is; None if it is none, or if articles never write it apart.

        Args:
            word: the word as typed.
            alone: whether it is the only word of the query. A word that no article has is then split only
                into words that some article has adjacent; next to other words, into any two known words.
        """
        compound, settled = self._known_cuts(word.exact, word.stem)
        compound = compound or (None if settled else self._known_once(word.exact, word.stem))
        return compound if settled or compound or alone else self._known_words(word.exact, word.stem)

    def among(self, row: Sequence[Token]) -> dict[int, Compound]:
        """The compounds typed apart among some words, keyed by their first position: the most usual ones.

        Consecutive names of letters form the longest compound, as এসএস is more usual than এসএসসি.
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
        """The compound that adjacent words form; None if no article has it as one word."""
        return self._known_wholes(tuple(part.exact for part in parts)) if _may_be_one(parts) else None

    def occurs(self, words: Sequence[Token]) -> bool:
        """Whether any article has a word, or several words adjacent."""
        return self.beside(words) > 0

    def beside(self, words: Sequence[Token]) -> int:
        """The number of articles that have a word, or several words adjacent."""
        return self._together(words) if len(words) > 1 else self.articles(words[0].stem)

    def _of_parts(self, words: tuple[str, ...]) -> Compound | None:
        whole = self._whole(words)
        if whole is None:
            return None
        frequency = self.articles(whole.stem)
        parts = tuple(token for word in words for token in analyze(word)[:1])
        too_many = _too_many(frequency, parts)
        together = self._together(parts, too_many)
        if max(together, 1) >= too_many or self._is_by_chance(whole, parts, together):
            return None
        if frequency < SEEN_TOGETHER and not together and min(map(len, words)) < SHORTEST_KNOWN:
            return None
        # Letters are no separate words: neither of এম এ (পাস) is searched without the other.
        usual = _usual(together, frequency) or _is_letters(parts)
        return Compound(whole, parts, usual, frequency)

    def _is_by_chance(self, whole: Token, parts: Sequence[Token], together: int) -> bool:
        """Whether further words only look like an ending of the first, whose every form they would find.

        মামলা রায় is no মামলারা and গভীর রাতে no গভীরেরা: articles have the two words, and not the one.
        """
        if whole.stem != parts[0].stem:
            return False
        written = self._statistics.key_document_frequency(whole.exact, "exact")
        return together > written or (not written and len(parts[-1].exact) >= SHORTEST_KNOWN)

    def _whole(self, words: tuple[str, ...]) -> Token | None:
        """The word that adjacent words form when joined; None if no article has it."""
        if not self._may_begin(*words[:2]):
            return None
        whole = analyze("".join(words))
        whole_word = len(whole) == 1 and not is_function_word(whole[0].exact)
        few_letters = len(words) == _BY_CHANCE and all(word in letters() for word in words)
        whole_word = whole_word and not (few_letters and self._is_a_form(whole[0]))
        return whole[0] if whole_word and self.articles(whole[0].stem) else None

    def _may_begin(self, word: str, following: str) -> bool:
        """Whether some word begins with ``word`` and the beginning of ``following``; mostly none does."""
        return is_bengali(word) and self._statistics.begins(word + following[:BEGUN])

    def _is_a_form(self, word: Token) -> bool:
        """Whether a word is a form of another word that more articles have: একে is not এ কে."""
        frequency = self._statistics.key_document_frequency
        return word.stem != fold(word.exact) and frequency(word.stem, "exact") > frequency(
            word.exact, "exact"
        )

    def _cut_best(self, exact: str, stem: str) -> tuple[Compound | None, bool]:
        """The compound of a word whose parts articles have adjacent, and whether the articles settle it.

        Nothing is settled if articles have neither. Cuts in too few articles to matter are left out.
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
        """The greatest number of articles with the words of a cut adjacent, and the first such cut.

        Args:
            cuts: the words of each cut.
            enough: the number of articles at which counting stops, unless two cuts reach it and are compared.
            least: the least number of articles that have the words of a compound adjacent.
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
        """The compound of a word in no article, if one article has its parts adjacent, as in a title.

        That includes consecutive letters: হযবরল is হ য ব র ল.
        """
        _, cuts = self.parts.cuts(exact, stem, KNOWN)
        long = [cut for cut in cuts if min(len(part.exact) for part in cut) >= SHORTEST_KNOWN]
        together, parts = self._most_together([*long, *self.parts.in_letters(exact)], END, 1)
        return Compound(None, parts, usual=False) if together else None

    def _of_known_words(self, exact: str, stem: str) -> Compound | None:
        """The compound of two known, never adjacent words, of which the rarer is the most frequent."""
        _, cuts = self.parts.cuts(exact, stem, KNOWN)
        counted = [
            (min(self.articles(part.stem) for part in cut), cut)
            for cut in cuts
            if min(len(part.exact) for part in cut) >= SHORTEST_KNOWN
        ]
        rarest = max(counted, default=None, key=itemgetter(0))
        return Compound(None, rarest[1], usual=False) if rarest else None

    def _together(self, parts: Sequence[Token], most: int = END, least: float = 1) -> int:
        """The number of articles that have some words adjacent; no more than ``most`` are counted.

        From ``least`` articles the words are a compound, which is searched next.
        """
        return self._statistics.count([part.stem for part in parts], most, ceil(least))


def _side_by_side(parts: Sequence[Token]) -> Phrase:
    return Phrase(tuple(map(Term.of, parts)))


def _least(frequency: int) -> float:
    """The least number of articles with adjacent parts, for a word in ``frequency`` articles."""
    return max(SEEN_TOGETHER, NOTABLE * frequency)


def _too_many(frequency: int, parts: Sequence[Token]) -> int:
    """The articles with adjacent parts from which a word in ``frequency`` articles is no compound."""
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
    """Whether a word may be split into parts."""
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
