"""The stem key of a word, without inflection and with folded spelling; and the function words.

Folding merges only equal sounds: never ড় to র, never a ya-phala or a hasanta away, never ক্ষ (heard as খ)
to ক্স, for these make other words. It comes after stemming, so that an ending is known by its right spelling,
and so that আসা (come; a verb) and আশা (hope) are separate before শ and স are merged. Words that only their
spelling distinguishes from another common word (বিষ, বিশ) are in a table and keep it.

The stemmer is light: it removes inflection and no derivation. Verbs are looked up (``index.analysis.verbs``);
nouns lose their endings by rules, each with a condition on the remaining stem. Rules and lists are in
``index/analysis/data``.
"""

import threading
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from onneshon.index.analysis.script import CONSONANTS, VOWEL_SIGNS, VOWELS, aksharas, is_bengali
from onneshon.index.analysis.verbs import prepare as prepare_verbs
from onneshon.index.analysis.verbs import verb_key
from onneshon.index.kernel.stems import CONSONANT, VOWEL, VOWEL_SIGN, Folding, NounEndings, Stems
from onneshon.index.tables import read_rows, read_words

SOUND_ALIKE = {
    "ী": "ি",
    "ূ": "ু",
    "ঈ": "ই",
    "ঊ": "উ",
    "ঋ": "রি",
    "ৃ": "\u09cdরি",
    "ণ": "ন",
    "শ": "স",
    "ষ": "স",
    "য": "জ",
    "ঙ": "ং",
    "ৎ": "ত",
    "\u09dd": "\u09dc",
    "\u0981": "",
    "\u0983": "",
    "\u09bd": "",
}
"""The letters that folding replaces, except the য of a ya-phala and the ষ of ক্ষ.

Before that, a consonant doubled after a reph is single (পূর্ব্ব and অর্দ্ধ are how পূর্ব and অর্ধ were written
until 1936), ৎ before a consonant is ত with a hasanta, ঙ of a conjunct is ং, অ or আ after a consonant or া is
that sign (কোরআন is কোরান, জামাআত is জামাত, বিধবাআশ্রম is বিধবাশ্রম; grammar: স্বরসন্ধি), and এ্যা that begins a
word is অ্যা (এ্যালবাম).
"""


def fold(stem: str) -> str:
    """The common key of all spelling variants of a stem.

    Args:
        stem: a Bengali stem in canonical form.

    General reference: Bangla Academy, প্রমিত বাংলা বানানের নিয়ম (2012), on what may be written either way; which
    letters are mixed up in practice goes beyond what it allows.
    """
    return folding().key(stem)


@cache
def folding() -> Folding:
    """The rules with their tables, for the kernel."""
    return Folding(SOUND_ALIKE, homophones())


@cache
def homophones() -> dict[str, str]:
    """The right spelling for each spelling of the words that only their spelling distinguishes."""
    rows = read_rows("homophones.tsv")
    return {spelling: word for word, spellings in rows for spelling in (word, *spellings.split())}


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
    """The noun endings, longest first; words that are kept whole, and last parts of such words."""
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
    """Map the stem of each variant to that of its key: a variant is inflected like any word."""
    rows = read_rows("variants.tsv") + read_rows("verb_nouns.tsv")
    without = _endings().without
    return {without(form): without(key) for key, forms in rows for form in forms.split()}


def _before_members(stem_: str) -> str:
    """নেতা before a second member of a compound (নেতৃবৃন্দ), and পিতা, মাতা, ভ্রাতা."""
    return stem_[:-1] + "া" if aksharas(stem_, 2) > 1 else stem_


@cache
def _stems() -> Stems:
    """The stemmer with all tables.

    First, what is not heard at the end of a word is removed: a ঃ, which is mostly typed for a colon
    (ঢাকায়ঃ), and a hasanta (শাহ্). Words of one akshara keep them: তাঃ is তারিখ and not তা, যাঃ is not যা.
    A pronoun may carry a particle of emphasis in any form. A noun loses, one after another, up to four
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
    """Load the tables that are otherwise loaded on first use; for servers, before they start."""
    prepare_verbs()
    for word in ("নদীর", "rivers"):  # the tables of nouns, and the English stemmer
        stem_key(word)


def stem(word: str) -> str:
    """A Bengali word without its inflection; its spelling is not folded.

    Args:
        word: in canonical form.
    """
    return _stems().stem(word)


_VERBS = "function_verbs.txt"
_NUMERALS = frozenset({"দুই", "তিন", "চার", "এক"})
"""In the table of pronouns for their forms; not function words, as a number in a query is meant."""


@cache
def function_words() -> frozenset[str]:
    """All function words, in canonical form."""
    pronouns = {
        word
        for key, forms in read_rows("pronouns.tsv")
        if key not in _NUMERALS
        for word in (key, *forms.split())
    }
    return read_words("function_words.txt") | pronouns


@lru_cache(4_096)
def is_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words, or a form of a verb that is one."""
    if exact in function_words():
        return True
    return is_bengali(exact) and verb_key(exact) in _verbs() and f"-{exact}" not in read_words(_VERBS)


@cache
def _verbs() -> frozenset[str]:
    """The keys of the verbs."""
    return frozenset(filter(None, map(verb_key, read_words(_VERBS))))


@cache
def _sounds() -> frozenset[str]:
    return frozenset(map(fold, function_words()))


def sounds_like_function_word(exact: str) -> bool:
    """Whether a word in canonical form is one of the function words to the ear: কারন for কারণ."""
    return fold(exact) in _sounds()
