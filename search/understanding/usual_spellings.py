"""Finds the usual spelling of a word in an unusual one, and decides whether two spellings are one word.

Two spellings are one word where a reader or a hearer does not distinguish them and one is in far more
articles, or in more articles and in the same contexts. A word with contexts of its own is a different word.

The commonest errors do not change the pronunciation: a phala that is not heard is left out or added
(ধংস, উজ্জল, অধ্যক্ষ্য), a doubled consonant is written as heard (বিদ্দুৎ). A phonetic key, which homophones
share, gives the pronunciation as far as the spelling determines it. That of conjuncts follows Bangla
Academy, *Adhunik Bangla Abhidhan* (2016), as in ``index.vocabulary.sound_units``. In 17,757 articles of
news 447 words are taken for a homophone; a list of right words has nine of these, of which two
are other words (একশেষ, সাক্ষর).
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.script import CONSONANTS, HASANTA, aksharas
from onneshon.index.analysis.stemmer import fold, is_function_word
from onneshon.index.vocabulary.sound_units import BREATHED, SILENT_BA_AFTER, SILENT_MA_AFTER
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.query.reading import ReadingKind
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.lattice import Context
from onneshon.search.understanding.respelling import LONG

REMEMBERED: Final = 16_384
"""Number of words whose keys are cached: typed words are compared with the same frequent words repeatedly."""

_H: Final = HASANTA
_C: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
_DOUBLED: Final = ":"
"""The sign, in a phonetic key, for the second half of a doubled consonant."""
_PHALA: Final = f"(?:{_H}য|(?<=[{SILENT_BA_AFTER}]){_H}ব|(?<=[{SILENT_MA_AFTER}]){_H}ম)"

_BEFORE_BREATHED: Final = "|".join(f"{plain}(?={_H}{breathed})" for plain, breathed in BREATHED.items())

_Said: TypeAlias = str | Callable[[re.Match[str]], str]

_STEPS: Final[Sequence[tuple[re.Pattern[str], _Said]]] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (f"(?<=.)হ{_H}([নমল])", rf"\1{_H}\1"),  # চিহ্ন, ব্রাহ্মণ, আহ্লাদ
        (f"(?<=.)হ{_H}য", f"জ{_H}জ"),  # সহ্য
        (f"ক{_H}ষ(?:{_H}[নম])?", f"খ{_H}খ"),  # তীক্ষ্ণ, লক্ষ্মী
        (f"জ{_H}ঞ", f"গ{_H}গ"),
        (f"(?<={_H}[^রল]){_H}[যবম]", ""),  # সন্ধ্যা, সান্ত্বনা, ঊর্ধ্ব; ট্র্যাক is no ট্রাক
        (f"\u09df{_H}যা", "\u09dfা"),  # সফটওয়্যার
        (f"\\A({_C}){_H}য(?=[ি-ৌ])", r"\1"),  # জ্যোতি
        (f"\\A({_C}){_H}য(?!া)", rf"\1{_H}যা"),  # ব্যক্তি
        (f"\\A({_C}){_H}\\1", r"\1"),  # ক্ষতি, জ্ঞান
        (f"(?<=\\A[{SILENT_BA_AFTER}]){_H}ব", ""),  # ধ্বংস
        (f"(?<=.)(?<!{_H})({_C}){_PHALA}", rf"\1{_H}\1"),  # বিদ্যুৎ, বিশ্ব, পদ্মা
        (_BEFORE_BREATHED, lambda plain: BREATHED[plain[0]]),
        (f"({_C}){_H}\\1", rf"\1{_DOUBLED}"),
        (f"(?<={_H}{_C}){_DOUBLED}", ""),
        (f"(?<=ং{_C}){_DOUBLED}", ""),  # আকাঙ্ক্ষা
        (f"(?:[নঞ]{_H}|ং{_H}?)(?=[চছজঝ])", "ন"),  # ইঞ্জিন
        ("ংগ", "ং"),  # বাঙ্গালি
        (f"(?<!\\A.)(?<!র){_H}(?=(?![রল]){_C}[া-ৌ])", ""),  # আব্দুল; জনম is not জন্ম, শরম not শ্রম
    )
)


@lru_cache(REMEMBERED)
def phonetic_key(word: str) -> str:
    """The phonetic key that homophones share; it need not be a word.

    Args:
        word: the word in canonical spelling.
    """
    key = fold(word)
    if HASANTA in key or "ং" in key:  # no step changes other keys
        for pattern, said in _STEPS:
            key = pattern.sub(said, key)
    return key


def homophones(word: str, vocabulary: Vocabulary, least: int) -> Sequence[tuple[str, int]]:
    """The homophones of a word that ``fold`` keeps distinct, in enough articles; frequent first.

    A silent phala at the beginning may have been left out, but nobody adds one (জ্বেলে is no জেলে).

    Args:
        word: the word in canonical spelling.
        vocabulary: the vocabulary of the index.
        least: the least document frequency of a homophone.

    Returns:
        Pairs of a word and its document frequency.
    """
    key, folded, joined = phonetic_key(word), fold(word), _begins_joined(word)

    def alike(other: str) -> bool:
        return phonetic_key(other) == key and fold(other) != folded and (not joined or _begins_joined(other))

    return vocabulary.of_one_sound(word, least, alike)


def _nasal_elsewhere(word: str) -> Iterator[str]:
    """The word with its nasal sign moved, over each of its letters in turn: বাশঁ, পেয়াঁজ."""
    plain = word.replace(_NASAL, "")
    for seat in _SEAT.finditer(plain):
        yield plain[: seat.end()] + _NASAL + plain[seat.end() :]


def _begins_joined(word: str) -> bool:
    return word[1:2] == HASANTA


_NASAL: Final = "\u0981"
"""Chandrabindu."""

_SEAT: Final = re.compile(f"(?:[অ-ঔ]|{_C}(?:{_H}{_C})*)[া-ৌ]?")
"""A letter or conjunct, with its vowel sign, that may carry a nasal sign."""

_O: Final = "ো"
"""The vowel that is heard after the last consonant of many verbs, and that some people write."""

FAR_MORE: Final = 5
"""A spelling is the usual one of its stem where articles(spelling) >= FAR_MORE * articles(other)."""

_MORE: Final = 1.25
"""The same factor where both spellings have the same contexts."""

_SEEN: Final = 10
_KNOWN: Final = 20
"""Document frequencies from which some of the contexts of a word, and most of them, are known."""

_SIMILAR: Final = 0.24
"""Likeness from which words that readers confuse are one: ধরণের and ধরনের, not কাটা and কাঁটা."""

_SURELY_SIMILAR: Final = 0.6
"""The same for a word in few articles."""

_HEARD: Final = 4
_UNLIKE: Final = 0.1
"""A word that stands ``_HEARD`` times before others, with a likeness of contexts below ``_UNLIKE`` to another
word, is no slip for it: লাস ভেগাস and লাশ, পতি পত্নী and প্রতি."""

_SAID_UNLIKE: Final = 0.05
"""The same bound for two homophones: ব্যাক্তিগত and ব্যক্তিগত, but not অন্ন and অন্য."""

_AGAIN: Final = 3
_WELL_HEARD: Final = 12
"""Least count of a long word before its commonest follower, or before all: four words once may be chance."""

_CERTAIN: Final = 5.0
_LIKELY: Final = 2.0
"""Log-odds that a word in its usual spelling is meant, and that a word is a slip for one of another stem."""

_NO_FORMS: Final = 1.25
"""A word has no other forms where articles(stem) <= _NO_FORMS * articles(word)."""

_TWICE: Final = 2
"""Factor by which more articles must have a homophone, and any form of it."""

FREQUENT: Final = 100
"""A word is no slip where articles(word) > articles / FREQUENT."""

_LATELY: Final = 4096
"""Number of words whose usual spelling is cached; most of them have none."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that another may be misspelt for.

    Attributes:
        word: the word that is meant, in canonical spelling.
        articles: its document frequency.
        certainty: the log-odds that it was meant, where 0 is even.
        kind: the kind of reading: a misspelt word, an unfinished one, and so on.
        same: whether it is the same word in another spelling.
    """

    word: str
    articles: int
    certainty: float
    kind: ReadingKind = "spelling"
    same: bool = False


class UsualSpellings:
    """Finds usual spellings. Thread-safe.

    Args:
        index: the index whose articles decide which spelling is usual.
        context: the contexts of these words.
    """

    def __init__(self, index: WordIndex, context: Context) -> None:
        self._index = index
        self._vocabulary = index.vocabulary
        self._context = context
        self._kept = lru_cache(_LATELY)(self._usual)

    def of(self, token: Token, articles: int) -> Correction | None:
        """The more usual spelling of a word, which a reader hardly distinguishes; None if it has none.

        Args:
            token: the word.
            articles: its document frequency.
        """
        return self._kept(token.exact, token.stem, articles)

    def _usual(self, word: str, stem: str, articles: int) -> Correction | None:
        """The uncached ``of``.

        Spellings with one stem find the same articles, but those with the typed spelling would rank first. If
        the stems differ, the word is a slip only if little else has its stem (আশার shares its stem with আশা,
        and is no slip for আসার).
        """
        if _NASAL in word and (moved := self._with_nasal_elsewhere(word, stem, articles)):
            return moved
        others = self._vocabulary.of_one_fold(word, math.ceil(_MORE * max(articles, 1)))
        if others and self._is_slip(word, stem, articles, others[0]):
            return Correction(others[0], document_frequency(others[0], self._index), _LIKELY)
        ways = others if articles else (*others, *self._with_or_without_o(word))
        usual = next((other for other in ways if self._is_unusual(word, stem, articles, other)), None)
        if usual is None:
            return self._said_alike(word, stem, articles)
        count = document_frequency(usual, self._index)
        said = None if articles else self._said_alike(usual, stem, count)  # লক্ষীপুর is one for লক্ষ্মীপুর
        return said or Correction(usual, count, _CERTAIN, same=True)

    def _with_nasal_elsewhere(self, word: str, stem: str, articles: int) -> Correction | None:
        """The commonest word with its nasal sign over another letter: বাশেঁর is বাঁশের, not বাসের."""
        counts = {other: document_frequency(other, self._index) for other in _nasal_elsewhere(word)}
        usual = max(counts, key=counts.__getitem__, default=word)
        if counts.get(usual, 0) < FAR_MORE * max(articles, 1):
            return None
        return Correction(usual, counts[usual], _CERTAIN, same=self._index.stem_of(usual) == stem)

    def _with_or_without_o(self, word: str) -> Iterator[str]:
        """A word in no article, with a last o added or removed, if articles have that form: আসিবো, আসিব.

        Where articles have both forms, the vowel may mark emphasis: আবারো.
        """
        other = word.removesuffix(_O) if word.endswith(_O) else word + _O * (word[-1] in CONSONANTS)
        if other != word and not is_function_word(word) and document_frequency(other, self._index) >= _MORE:
            yield other

    def _is_unusual(self, word: str, stem: str, articles: int, other: str) -> bool:
        """Whether a word is an unusual spelling of ``other``, which has the same stem."""
        if self._index.stem_of(other) != stem:
            return False
        far = document_frequency(other, self._index) >= FAR_MORE * articles
        similar = _SIMILAR if articles >= _KNOWN else _SURELY_SIMILAR if articles >= _SEEN else math.inf
        return (far and not self.is_apart(word, other)) or self._context.likeness(word, other) >= similar

    def _is_slip(self, word: str, stem: str, articles: int, other: str) -> bool:
        """Whether ``other``, of another stem, is meant: the typed stem has few other words, or is rare."""
        known = self._index.document_frequency("stem", stem)
        count = document_frequency(other, self._index)
        alone = known <= _NO_FORMS * articles or (not articles and count >= FAR_MORE * known)
        return (
            alone
            and count >= FAR_MORE * max(articles, 1)
            and self._index.stem_of(other) != stem
            and not self.is_apart(word, other)
        )

    def _said_alike(self, word: str, stem: str, articles: int) -> Correction | None:
        """The homophone that is meant: far more usual and long, or more usual and in the same contexts."""
        if articles * FREQUENT > self._index.count:
            return None
        known = max(articles, 1)
        # Short homophones are often two words: ব্যাঙ and ব্যঙ্গ, শঙ্খ and সংখ্য.
        short = articles > 0 and aksharas(word, LONG) < LONG
        alike = _SIMILAR if short else _UNLIKE
        for other, count in homophones(word, self._vocabulary, _TWICE * known):
            far = not short and count >= FAR_MORE * known and not self.is_apart(word, other, _SAID_UNLIKE)
            if (far or self._context.likeness(word, other) >= alike) and self._is_commoner(other, stem):
                return Correction(other, count, _LIKELY)
        return None

    def _is_commoner(self, other: str, stem: str) -> bool:
        """Whether a word, in all its forms, is in more articles than the forms of another stem."""
        others = self._index.stem_of(other)
        frequency = self._index.document_frequency
        return (
            others is not None
            and others != stem
            and (frequency("stem", others) >= _TWICE * frequency("stem", stem))
        )

    def is_apart(self, word: str, other: str, unlike: float = _UNLIKE) -> bool:
        """Whether a word has a context of its own, in which ``other`` hardly stands."""
        followers = self._context.followers(word)
        heard = sum(times for _, times in followers)
        if heard < _HEARD or self._context.likeness(word, other) >= unlike:
            return False
        return aksharas(word, LONG) < LONG or heard >= _WELL_HEARD or followers[0][1] >= _AGAIN
