"""Which verb a word is a form of.

No cutting of endings can bring লেখে, লিখি and লিখেছেন, or যায় and গেল together, so a word is looked up among
the forms of all roots. The forms number some 300,000; what is kept are the stems, with the set of endings of
each.
"""

from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import NamedTuple

from onneshon.index.analysis.conjugation import beginnings_of, irregular_forms, stems_of
from onneshon.index.analysis.script import HASANTA
from onneshon.index.analysis.tables import read_rows, read_words
from onneshon.index.kernel.stems import VerbForms

_KEYS = {"আসা": "আস" + HASANTA, "থাকা": "থাক" + HASANTA}
"""Irregular forms of roots that are regular otherwise; আছ্ has no forms but these, থাক্ gives the rest."""
_SAME_ROOT = {"কহ": "কওয়া", "সহ": "সওয়া", "রহ": "রওয়া", "বহ": "বওয়া", "ভালোবাস": "ভালবাস" + HASANTA}
"""Roots whose older or newer form is a root of its own in the tables."""
_FINITE = ("ে", "েন", "ায়", "বো", "েয়", "লো", "লাম", "ছি", "ছো", "হয়")
_AFTER_HASANTA = frozenset({"লাম", "লেন", "লুম", "তাম", "তেন", "বেন"})
_AFTER_DOUBLED = frozenset({"ল", "লে", "লো", "লি"})
_LONG_ENOUGH = 5
"""Shorter forms are other words once their ঁ is gone (বাঁধে, বাধে)."""

_forms = VerbForms(_FINITE, _AFTER_HASANTA, _AFTER_DOUBLED)
_learned: set[str] = set()
"""Letters whose words ``_forms`` knows."""
_learning = Lock()


class _Stem(NamedTuple):
    """A stem of a root: letters, place in the tables, endings, key, and how long its forms must be."""

    stem: str
    rank: int
    endings: frozenset[str]
    key: str
    least: int


def verb_key(word: str) -> str | None:
    """The key of the root of which ``word`` is a form; None where the tables know of none.

    The key is the root as grammars write it, with a hasanta (লেখ্), so that it is no other word's (বল is
    strength, বল্ is to say); for roots that end in a vowel, it is the verbal noun (যাওয়া).

    A form may carry a particle (``করেনি``, ``করেই``). না is written apart; where it is not, only a finite form
    can be before it (ভাবনা is no form of ভাবা).

    Args:
        word: Bengali, canonical.
    """
    if word[:1] not in _learned:
        _learn(word[:1])
    return _forms.key(word)


def prepare() -> None:
    """Make the tables of all letters now, so that no word has to wait for those of its own."""
    for letter in _roots():
        _learn(letter)


def _learn(letter: str) -> None:
    """Make the tables of a letter: whoever asks one thing waits for a few of them."""
    with _learning:
        if letter not in _learned:
            homographs = _homograph_forms(letter)
            every = homographs.union(_listed_homographs().get(letter, ()))
            _forms.add(_stems(letter), _irregular(letter), every, homographs)
            _learned.add(letter)


def _irregular(letter: str) -> dict[str, str]:
    """The irregular forms that begin with a letter, with their keys."""
    forms = {form: key for form, key in read_rows("preferred_verbs.tsv") if form.startswith(letter)}
    for form, noun in irregular_forms(letter):
        forms.setdefault(form, _KEYS.get(noun, noun))
    return forms


@cache
def _roots() -> dict[str, list[tuple[int, str, str]]]:
    """Place, root and class of all roots, by the letters that their stems begin with."""
    table: dict[str, list[tuple[int, str, str]]] = {}
    roots = [(root, kind) for kind, line in read_rows("verb_roots.tsv") for root in line.split()]
    for rank, (root, kind) in enumerate(roots):
        for letter in beginnings_of(root):
            table.setdefault(letter, []).append((rank, root, kind))
    return table


_NASAL_LAST = 1 << 16
"""Added to the place of a stem whose ঁ is left out: it comes after all that have none."""


def _stems(letter: str) -> list[_Stem]:
    """The stems that begin with a letter, each with its endings; where ঁ is left out, after all others."""
    found = []
    for rank, root, kind in _roots().get(letter, ()):
        key = _SAME_ROOT.get(root, root + HASANTA)
        for stem, endings in stems_of(root, kind):
            if not stem.startswith(letter):
                continue
            found.append(_Stem(stem, rank, endings, key, 0))
            if "ঁ" in stem:
                plain = stem.replace("ঁ", "")
                found.append(_Stem(plain, rank + _NASAL_LAST, endings, key, _LONG_ENOUGH))
    return found


def _homograph_forms(letter: str) -> frozenset[str]:
    """Inflected forms of the homographs that begin with a letter; ই or ও may follow each."""
    words, listed = read_words("homographs.txt"), _listed_homographs().get(letter, ())
    return frozenset(word + ending for word in listed for ending in _noun_endings(word, words))


@cache
def _listed_homographs() -> dict[str, list[str]]:
    """The words of the table by their first letter."""
    table: dict[str, list[str]] = {}
    for word in read_words("homographs.txt"):
        table.setdefault(word[0], []).append(word)
    return table


def _noun_endings(word: str, words: frozenset[str]) -> Iterator[str]:
    """The case endings that make forms of a noun look like forms of a verb (পাতাগুলো, বাড়িতে, দলের)."""
    yield from ("টি", "টা", "টির", "টার", "টুকু", "গুলো", "গুলি", "কে")
    if word.endswith("ি"):
        yield from ("র", "তে", "ও")
    elif word + "য়" in words:
        # Its locative is no verb (পাড়ায়; but বাজায় is one), nor is the other one (পাড়াতে).
        yield from ("র", "তে")
    else:
        yield "র" if word.endswith("া") else "ের"
