"""The stem key of a word: its inflection taken off, then its spelling folded.

A light stemmer: it undoes inflection and no derivation. Verbs are looked up (``index.analysis.verbs``);
nouns lose their endings by rules, each with a condition on what it leaves. Rules and lists stand in
``index/analysis/data``.
"""

import threading
from functools import cache
from typing import NamedTuple, Protocol

from onneshon.index.analysis.fold import folding
from onneshon.index.analysis.script import CONSONANTS, VOWEL_SIGNS, VOWELS, aksharas, is_bengali
from onneshon.index.analysis.tables import read_rows, read_words
from onneshon.index.analysis.verbs import prepare as prepare_verbs
from onneshon.index.analysis.verbs import verb_key
from onneshon.index.kernel.stems import CONSONANT, VOWEL, VOWEL_SIGN, NounEndings, Stems


class _Stemmer(Protocol):
    def stemWord(self, word: str, /) -> str: ...  # noqa: N802 (as the library spells it)


class _Stemmers(threading.local):
    """The stemmer of one thread: it keeps the word it works on."""

    made: _Stemmer | None = None

    def english(self) -> _Stemmer:
        if self.made is None:
            # The library loads thirty languages, a fifth of what it takes to load all of Onneshon: a command
            # that meets no English word goes without.
            import snowballstemmer  # noqa: PLC0415

            self.made = snowballstemmer.stemmer("english")
        return self.made


_stemmers = _Stemmers()


def english_stem(word: str) -> str:
    """The stem of a Latin word in lower case; words of other scripts come back as they are."""
    return _stemmers.english().stemWord(word) or word


_LONG_ENDING = 3
_ENDING_AFTER_SHORT = frozenset({"case", "plural"})


class Ending(NamedTuple):
    """One line of the table of noun endings, whose header explains the fields."""

    text: str
    aksharas: int
    after: str
    kind: str


@cache
def _endings() -> NounEndings:
    """The endings of the noun, longest first; words that are kept, and last parts of such words."""
    rows = [
        Ending(text, int(count), after, kind) for text, count, after, kind in read_rows("noun_endings.tsv")
    ]
    rows.sort(key=lambda ending: -len(ending.text))
    return NounEndings(
        bytes(map(_class, range(0x980, 0xA00))),
        [(text, left, after, *_after_short(text, kind)) for text, left, after, kind in rows],
        read_words("kept_words.txt"),
        read_words("kept_tails.txt"),
        read_words("short_nouns.txt"),
    )


def _class(code: int) -> int:
    letter = chr(code)
    signs = VOWEL_SIGN * (letter in VOWEL_SIGNS)
    return CONSONANT * (letter in CONSONANTS) | VOWEL * (letter in VOWELS) | signs


def _after_short(text: str, kind: str) -> tuple[bool, bool]:
    """Whether an ending may follow one akshara alone, and whether it may where that is a short noun."""
    allowed = kind in _ENDING_AFTER_SHORT
    return allowed and len(text) >= _LONG_ENDING, allowed


@cache
def _pronouns() -> dict[str, str]:
    rows = read_rows("pronouns.tsv")
    table = {key: key for key, _ in rows}
    return table | {form: key for key, forms in rows for form in forms.split()}


@cache
def _o_endings() -> dict[str, str]:
    return dict(read_rows("o_endings.tsv"))  # type: ignore[arg-type]


@cache
def _variants() -> dict[str, str]:
    """Stems of the forms that are not the key, to that of the key: a variant is inflected like any word."""
    rows = read_rows("variants.tsv") + read_rows("verb_nouns.tsv")
    without = _endings().without
    return {without(form): without(key) for key, forms in rows for form in forms.split()}


def _before_members(stem_: str) -> str:
    """নেতা before a second member of a compound (নেতৃবৃন্দ), and পিতা, মাতা, ভ্রাতা."""
    return stem_[:-1] + "া" if aksharas(stem_, 2) > 1 else stem_


@cache
def _stems() -> Stems:
    """A word's stem by all tables.

    Before all tables goes what is not heard at the end of a word: a ঃ, which is mostly typed for a colon
    (ঢাকায়ঃ), and a hasanta (শাহ্). Words of one akshara keep them: তাঃ is তারিখ and not তা, যাঃ is not যা.
    A pronoun may carry a particle of emphasis in any form. Of a noun come off, one after another, up to four
    endings and a last ে: each time the longest, unless a shorter one leaves a word that is kept: বৈঠকে is
    বৈঠক and ে, not বৈঠ and কে.
    """
    tables = _o_endings(), _pronouns(), verb_key, _endings(), _before_members, _variants(), folding()
    return Stems(*tables)


def stem_key(exact: str) -> str:
    """The key of the stem layer.

    Args:
        exact: a word in canonical form, not empty.

    Returns:
        A key that is never empty; it need not be a word.
    """
    if is_bengali(exact):
        return _stems().key(exact)
    return english_stem(exact) if exact.isascii() else exact


def prepare() -> None:
    """Load now what is loaded when a word first needs it; whoever serves has the time before it begins."""
    prepare_verbs()
    for word in ("নদীর", "rivers"):  # the tables of nouns, and the English stemmer
        stem_key(word)


def stem(word: str) -> str:
    """A Bengali word without its inflection; its spelling is not folded.

    Args:
        word: in canonical form.
    """
    return _stems().stem(word)
