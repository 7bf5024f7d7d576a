"""Conjugates the Bengali verb: from the tables of roots and endings to forms.

A root has up to three stems, for its vowel changes with the vowel that follows (লেখে, লিখি) and with the
tense (কাটে, কেটেছে). Each stem takes a set of endings; the sets are those of the root's class.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from onneshon.index.analysis.script import aksharas
from onneshon.index.analysis.tables import read_rows

_LONG = 3
"""Roots in -আ with this many aksharas before it may leave it out in the perfect: চমকেছে, মুচড়ে."""
_SLOTS = "~^°"
_STEM = "~"
_ALL_PERSONS = "*"
_ALL_CASES = "="
_RAISED = {"aa": ("া", "ে", "আ", "এ"), "e": ("ে", "ি", "এ", "ই"), "o": ("ো", "ু", "ও", "উ")}
_RAISED_LETTERS = {letter: raised for _, _, letter, raised in _RAISED.values()}
_PARADIGMS = {
    "same": ("consonant", "causative"),
    "aa": ("consonant", "causative"),
    "e": ("consonant", "consonant_low", "causative"),
    "o": ("consonant", "consonant_low", "causative"),
    "made": ("causative", "rounded"),
    "long": ("causative", "rounded", "long"),
    "open": ("causative", "rounded", "open"),
}


class Stems(NamedTuple):
    """The stem of a root before endings in general, before high vowels, and in the perfect."""

    low: str
    high: str
    perfect: str


@cache
def _patterns() -> dict[str, tuple[str, ...]]:
    """Patterns of each line of the table of endings, by its name; an empty ending is one too."""
    table: dict[str, tuple[str, ...]] = {}
    for name, patterns in read_rows("verb_endings.tsv"):
        table[name] = table.get(name, ()) + tuple(patterns.split(" "))
    return table


def _spelt_out(pattern: str) -> list[str]:
    """What a pattern stands for: all persons of a tense, all cases of a verbal noun, or itself."""
    stem, mark = pattern[:-1], pattern[-1:]
    if mark == _ALL_PERSONS:
        return [stem + ending for ending in _patterns()[stem[-1]]]
    if mark == _ALL_CASES:
        return [_with_case(stem, ending) for ending in _patterns()[_ALL_CASES]]
    return [pattern]


def _with_case(noun: str, ending: str) -> str:
    """A verbal noun in -বার takes -ের where those in -া take -র."""
    return noun + "ে" + ending if noun.endswith("র") and ending.startswith("র") else noun + ending


@cache
def _endings(kind: str) -> tuple[frozenset[str], ...]:
    """The endings of a class of roots, for each of the three stems."""
    found: dict[str, set[str]] = {slot: set() for slot in _SLOTS}
    for name in _PARADIGMS[kind]:
        for slot, endings in _endings_of(name).items():
            found[slot].update(endings)
    return tuple(map(frozenset, found.values()))


@cache
def _endings_of(name: str) -> dict[str, list[str]]:
    """What a line of the table stands for, by the stem that it is written on."""
    found: dict[str, list[str]] = {slot: [] for slot in _SLOTS}
    for pattern in _patterns()[name]:
        for form in _spelt_out(pattern):
            if form[0] in found:
                found[form[0]].append(form[1:])
    return found


def _stems(root: str, kind: str) -> list[Stems]:
    if kind in _RAISED:
        sign, raised_sign, letter, raised_letter = _RAISED[kind]
        raised = _replace_last(root, sign, raised_sign)
        if root.startswith(letter):
            raised = raised_letter + root.removeprefix(letter)
        return [Stems(root, root, raised) if kind == "aa" else Stems(root, raised, raised)]
    if kind == "same":
        return [Stems(root, root, root)]
    return [Stems(stem, stem, stem) for stem in dict.fromkeys((root, _harmonised(root)))]


def _replace_last(root: str, old: str, new: str) -> str:
    before, found, after = root.rpartition(old)
    return before + new + after if found else root


def _harmonised(root: str) -> str:
    """মোচড়ায়, মুচড়িয়ে: the first vowel of a root in -আ is raised as that of any other."""
    for sign, raised in (("ো", "ু"), ("ে", "ি")):
        if sign in root:
            return root.replace(sign, raised, 1)
    return root


def stems_of(root: str, kind: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each stem of a root with the endings it takes.

    Args:
        root: as in the table of roots: লেখ, শোন, কাট; a root in -আ without it.
        kind: its class there: ``same``, ``aa``, ``e``, ``o``, ``open`` or ``made``.
    """
    if kind == "made" and aksharas(root, _LONG) == _LONG:
        kind = "long"
    for stems in _stems(root, kind):
        yield from zip(stems, _endings(kind), strict=True)


def beginnings_of(root: str) -> tuple[str, ...]:
    """The letters with which stems of a root may begin: its own, and the one that this is raised to."""
    raised = _RAISED_LETTERS.get(root[0])
    return (root[0], raised) if raised else (root[0],)


def forms_of(root: str, kind: str) -> Iterator[str]:
    """All forms of one root; the arguments are those of ``stems_of``."""
    for stem, endings in stems_of(root, kind):
        yield from (stem + ending for ending in endings)


def irregular_forms(letter: str = "") -> Iterator[tuple[str, str]]:
    """Each form of the roots that end in a vowel, with the verbal noun of its root; a form may come twice.

    Args:
        letter: what forms begin with; all of them where it is empty.
    """
    for nouns, stems, filled, whole in _irregular_rows():
        for noun, stem in zip(nouns, stems, strict=True):
            if stem.startswith(letter):
                yield from ((form, noun) for form in _filled_in(filled, stem))
            yield from ((form, noun) for form in whole if form.startswith(letter))


@cache
def _irregular_rows() -> tuple[tuple[list[str], list[str], list[str], list[str]], ...]:
    """The lines of the table: nouns, their stems, forms that begin with a stem, and forms that have none."""
    found = []
    for nouns, stems, patterns in read_rows("vowel_roots.tsv"):
        written = [form for pattern in patterns.split() for form in _spelt_out(pattern)]
        filled = [form for form in written if form.startswith(_STEM)]
        whole = [form for form in written if not form.startswith(_STEM)]
        found.append((nouns.split(), stems.split(), filled, whole))
    return tuple(found)


def _filled_in(written: Iterable[str], stem: str) -> list[str]:
    forms = [form.replace(_STEM, stem) for form in written]
    return list(map(_nasal_last, forms)) if stem.endswith("ঁ") else forms


def _nasal_last(form: str) -> str:
    """ছোঁয়া: the sign of nasality is written after that of the vowel."""
    for sign in "োুাি":
        form = form.replace("ঁ" + sign, sign + "ঁ")
    return form
