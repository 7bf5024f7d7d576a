"""Which verb a word is a form of.

No cutting of endings can bring লেখে, লিখি and লিখেছেন, or যায় and গেল together, so a word is looked up among
the forms of all roots. The forms number some 300,000; what is kept are the stems, with the set of endings of
each.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from index.analysis.conjugation import beginnings_of, irregular_forms, stems_of
from index.analysis.script import HASANTA
from index.analysis.tables import read_rows, read_words

__all__ = ["prepare", "verb_key"]

_KEYS = {"আসা": "আস" + HASANTA, "থাকা": "থাক" + HASANTA}
"""Irregular forms of roots that are regular otherwise; আছ্ has no forms but these, থাক্ gives the rest."""
_SAME_ROOT = {"কহ": "কওয়া", "সহ": "সওয়া", "রহ": "রওয়া", "বহ": "বওয়া", "ভালোবাস": "ভালবাস" + HASANTA}
"""Roots whose older or newer form is a root of its own in the tables."""
_PARTICLES = ("নি", "নাই", "ই", "ও")
"""Negation of the perfect and emphasis, written onto a form: করেনি, করেই."""
_EMPHASIS = ("ই", "ও")
_NEGATION = "না"
_FINITE = ("ে", "েন", "ায়", "বো", "েয়", "লো", "লাম", "ছি", "ছো", "হয়")
_AFTER_HASANTA = frozenset({"লাম", "লেন", "লুম", "তাম", "তেন", "বেন"})
_AFTER_DOUBLED = frozenset({"ল", "লে", "লো", "লি"})
_LONG_ENOUGH = 5
"""Shorter forms are other words once their ঁ is gone (বাঁধে, বাধে)."""


class _Stem(NamedTuple):
    """A stem of a root: its place in the tables, its endings, its key, and how long its forms must be."""

    rank: int
    endings: frozenset[str]
    key: str
    least: int


def verb_key(word: str) -> str | None:
    """The key of the root of which ``word`` is a form; None where the tables know of none.

    The key is the root as grammars write it, with a hasanta (লেখ্), so that it is no other word's (বল is
    strength, বল্ is to say); for roots that end in a vowel, it is the verbal noun (যাওয়া).

    Args:
        word: Bengali, canonical.
    """
    letter = word[:1]
    if word in _homographs(letter) or (word.endswith(_EMPHASIS) and word[:-1] in _homograph_forms(letter)):
        return None
    if key := _key_of_form(word):
        return key
    if word.endswith(_PARTICLES):
        for particle in _PARTICLES:
            if word.endswith(particle) and (key := _key_of_form(word.removesuffix(particle))):
                return key
    # না is written apart; where it is not, only a finite form can be before it (ভাবনা is no form of ভাবা).
    if word.endswith(_NEGATION) and word.removesuffix(_NEGATION).endswith(_FINITE):
        return _key_of_form(word.removesuffix(_NEGATION))
    return _key_of_form(_without_hasanta(word)) if HASANTA in word else None


def prepare() -> None:
    """Make the tables of all letters now, so that no word has to wait for those of its own."""
    for letter in _roots():
        _irregular(letter)
        _stems(letter)
        _homographs(letter)


def _without_hasanta(word: str) -> str:
    """Older writing ties the ending to the root (কর্ছে, বল্লেন); only where no noun can be meant, as in পর্ব."""
    root, hasanta, ending = word.rpartition(HASANTA)
    tied = (
        ending in _AFTER_HASANTA
        or ending.startswith("ছ")
        or (root.endswith("ল") and ending in _AFTER_DOUBLED)
    )
    return root + ending if hasanta and root and tied else ""


def _key_of_form(form: str) -> str | None:
    """The key of a form as the tables generate it; of several roots, the one that stands first has it."""
    letter = form[:1]
    if len(form) < 2 or form in _homographs(letter):  # noqa: PLR2004 (one letter is no form of any verb)
        return None
    if key := _irregular(letter).get(form):
        return key
    stems = _stems(letter)
    found: list[_Stem] = []
    for end in range(1, len(form) + 1):
        here = stems.get(form[:end])
        if here is None:
            break
        ending = form[end:]
        found += [stem for stem in here if ending in stem.endings and len(form) >= stem.least]
    return min(found).key if found else None


@cache
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


@cache
def _stems(letter: str) -> dict[str, list[_Stem]]:
    """The stems that begin with a letter, by how they are written; where ঁ is left out, after all others.

    What only begins a stem is there too, with none, so that most words are known not to be verbs early on.
    Stems are made when a word begins with their letter: whoever asks one thing waits for a few of them.
    """
    table: dict[str, list[_Stem]] = {}
    for rank, root, kind in _roots().get(letter, ()):
        key = _SAME_ROOT.get(root, root + HASANTA)
        for stem, endings in stems_of(root, kind):
            if not stem.startswith(letter):
                continue
            table.setdefault(stem, []).append(_Stem(rank, endings, key, 0))
            if "ঁ" in stem:
                plain = _Stem(rank + _NASAL_LAST, endings, key, _LONG_ENOUGH)
                table.setdefault(stem.replace("ঁ", ""), []).append(plain)
    for beginning in {stem[:end] for stem in table for end in range(1, len(stem))}:
        table.setdefault(beginning, [])
    return table


@cache
def _homographs(letter: str) -> frozenset[str]:
    """The words that begin with a letter and are spelt like forms of verbs, and their inflected forms."""
    return _homograph_forms(letter).union(_listed_homographs().get(letter, ()))


@cache
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
    """The case endings that make forms of a noun look like forms of a verb (পাতাগুলো, বাড়িতে, দলের)."""
    yield from ("টি", "টা", "টির", "টার", "টুকু", "গুলো", "গুলি", "কে")
    if word.endswith("ি"):
        yield from ("র", "তে", "ও")
    elif word + "য়" in words:
        # Its locative is no verb (পাড়ায়; but বাজায় is one), nor is the other one (পাড়াতে).
        yield from ("র", "তে")
    else:
        yield "র" if word.endswith("া") else "ের"
