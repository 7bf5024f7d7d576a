"""The stem key of a word: its inflection taken off, then its spelling folded.

A light stemmer: it undoes inflection and no derivation. Verbs are looked up (``index.analysis.verbs``);
nouns lose their endings by rules, each with a condition on what it leaves. Rules and lists stand in
``index/analysis/data``.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from index.analysis.english import english_stem
from index.analysis.fold import fold
from index.analysis.script import HASANTA, VOWEL_SIGNS, VOWELS, aksharas, is_bengali
from index.analysis.tables import read_rows, read_words
from index.analysis.verbs import prepare as prepare_verbs
from index.analysis.verbs import verb_key

__all__ = ["prepare", "stem", "stem_key"]

_ROUNDS = 4
"""বিশ্ববিদ্যালয়|গুলো|তে|ও: no noun carries more."""
_EMPHASIS = ("ই", "ও")
_LONG_ENDING = 3
_ENDING_AFTER_SHORT = frozenset({"case", "plural"})
_VOWEL = VOWELS | VOWEL_SIGNS
_MAY_PRECEDE = {"v": _VOWEL, "y": (_VOWEL | {"ং"}) - {"ে"}, "a": frozenset("াো")}
"""What must stand before an ending, by its condition."""
_PHALA = (HASANTA + "য", HASANTA + "র")


class Ending(NamedTuple):
    """One line of the table of noun endings, whose header explains the fields."""

    text: str
    aksharas: int
    after: str
    kind: str


@cache
def _endings() -> tuple[Ending, ...]:
    """All endings, longest first."""
    rows = [
        Ending(text, int(count), after, kind) for text, count, after, kind in read_rows("noun_endings.tsv")
    ]
    return tuple(sorted(rows, key=lambda ending: -len(ending.text)))


@cache
def _endings_by_tail() -> dict[str, tuple[Ending, ...]]:
    """Endings by the last two letters of a word, or by the last one where none is longer; longest first."""
    alone: dict[str, tuple[Ending, ...]] = {}
    longer: dict[str, tuple[Ending, ...]] = {}
    for ending in _endings():
        table = longer if len(ending.text) > 1 else alone
        tail = ending.text[-2:]
        table[tail] = (*table.get(tail, ()), ending)
    return alone | {tail: (*endings, *alone.get(tail[-1], ())) for tail, endings in longer.items()}


def _endings_on(tail: str) -> tuple[Ending, ...]:
    """The endings that a word may have whose last two characters are these, longest first."""
    table = _endings_by_tail()
    return table.get(tail) or table.get(tail[-1:], ())


@cache
def _pronouns() -> dict[str, str]:
    rows = read_rows("pronouns.tsv")
    table = {key: key for key, _ in rows}
    return table | {form: key for key, forms in rows for form in forms.split()}


def _emphasised_pronoun(word: str) -> str | None:
    """The key of a pronoun with a particle of emphasis, which may follow any form."""
    return _pronouns().get(word[:-1]) if word.endswith(_EMPHASIS) else None


@cache
def _o_endings() -> dict[str, str]:
    return dict(read_rows("o_endings.tsv"))  # type: ignore[arg-type]


def stem_key(exact: str) -> str:
    """The key of the stem layer.

    Args:
        exact: a word in canonical form, not empty.

    Returns:
        A key that is never empty; it need not be a word.
    """
    if is_bengali(exact):
        return fold(stem(exact))
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
    word = _o_endings().get(word, word)
    if word in _pronouns():
        return _pronouns()[word]
    return verb_key(word) or _emphasised_pronoun(word) or _one_variant(_without_endings(word))


def _one_variant(stem_: str) -> str:
    if stem_.endswith("ৃ") and aksharas(stem_, 2) > 1:
        # নেতা before a second member of a compound (নেতৃবৃন্দ), and পিতা, মাতা, ভ্রাতা.
        stem_ = stem_[:-1] + "া"
    stem_ = _o_endings().get(stem_, stem_)
    return _variants().get(stem_, stem_)


@cache
def _variants() -> dict[str, str]:
    """Stems of the forms that are not the key, to that of the key: a variant is inflected like any word."""
    rows = read_rows("variants.tsv") + read_rows("verb_nouns.tsv")
    return {_without_endings(form): _without_endings(key) for key, forms in rows for form in forms.split()}


def _without_endings(word: str) -> str:
    if _is_kept(word):
        return word
    for _ in range(_ROUNDS):
        rests = [word.removesuffix(ending.text) for ending in _fitting(word)]
        if not rests:
            break
        # The longest ending, unless a shorter one leaves a known word: বৈঠকে is বৈঠক and ে, not বৈঠ and কে.
        if kept := next(filter(_is_kept, rests), None):
            return kept
        word = rests[0]
    # ছেলে and ছেলের (which the rule for -ের cuts to ছেল) meet without the ে.
    return word[:-1] if word.endswith("ে") and aksharas(word, 2) > 1 else word


def _is_kept(word: str) -> bool:
    words, tails = _kept()
    if word in words or word.endswith(tails.get(word[-2:], ())):
        return True
    # ঝকঝক, ঝিরঝির: what ends the first half belongs to the second as well.
    half, odd = divmod(len(word), 2)
    return not odd and half > 1 and word.endswith(word[:half]) and word[-1] not in _VOWEL


@cache
def _kept() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """Words that are kept, and last parts of such words by their last two characters."""
    tails: dict[str, tuple[str, ...]] = {}
    for tail in read_words("kept_tails.txt"):
        tails[tail[-2:]] = (*tails.get(tail[-2:], ()), tail)
    return read_words("kept_words.txt"), tails


def _fitting(word: str) -> Iterator[Ending]:
    """The endings that may be taken off, best first."""
    for ending in _endings_on(word[-2:]):
        if word.endswith(ending.text) and len(word) > len(ending.text) and _leaves_a_word(word, ending):
            yield ending


def _leaves_a_word(word: str, ending: Ending) -> bool:
    rest = word.removesuffix(ending.text)
    if rest[-1] == HASANTA or not _may_follow(rest, ending.after):
        return False
    left = aksharas(rest, max(2, ending.aksharas))
    if left < ending.aksharas:
        return False
    if left > 1:
        return True
    return ending.kind in _ENDING_AFTER_SHORT and (
        len(ending.text) >= _LONG_ENDING or rest in read_words("short_nouns.txt")
    )


def _may_follow(rest: str, after: str) -> bool:
    if after == "-":
        return True
    if after == "c":
        return rest[-1] not in _VOWEL
    if after == "p":
        return rest.endswith(_PHALA)
    return rest[-1] in _MAY_PRECEDE[after]
