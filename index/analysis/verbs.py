"""Finds the verb of which a word is a form, by the tables of roots and endings.

A root has up to three stems, for its vowel changes with the vowel that follows (লেখে, লিখি) and with the
tense (কাটে, কেটেছে). Each stem takes a set of endings; the sets are those of the root's class.

No cutting of endings can bring লেখে, লিখি and লিখেছেন, or যায় and গেল together, so a word is looked up among
the forms of all roots. The forms number some 300,000; stored are the stems, with the set of endings of
each.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from threading import Lock
from typing import NamedTuple

from onneshon.index.analysis.script import HASANTA, aksharas
from onneshon.index.kernel.stems import VerbForms
from onneshon.index.tables import read_rows, read_words

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
    """Expand a pattern: to all persons of a tense, all cases of a verbal noun, or itself."""
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
    """The endings of a line of the table, by the stem that takes them."""
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


def irregular_forms(letter: str = "") -> Iterator[tuple[str, str]]:
    """Each form of the roots that end in a vowel, with the verbal noun of its root; a form may come twice.

    Args:
        letter: the first letter of the forms; empty for all forms.
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


_KEYS = {"আসা": "আস" + HASANTA, "থাকা": "থাক" + HASANTA}
"""Irregular forms of roots that are regular otherwise; আছ্ has no forms but these, থাক্ gives the rest."""
_SAME_ROOT = {"কহ": "কওয়া", "সহ": "সওয়া", "রহ": "রওয়া", "বহ": "বওয়া", "ভালোবাস": "ভালবাস" + HASANTA}
"""Roots whose older or newer form is a root of its own in the tables."""
_FINITE = (
    *("ে", "েন", "ায়", "েয়", "হয়", "ই", "ও", "ো", "ব", "ল", "ত", "লাম", "ছি"),
    *("নি", "ঝি", "খি", "বি", "হি", "পারি"),
)
"""Ends of forms that না may be written onto; not all in -ি, as names end so too (হাসিনা, করিনা)."""
_AFTER_HASANTA = frozenset({"লাম", "লেন", "লুম", "তাম", "তেন", "বেন"})
_AFTER_DOUBLED = frozenset({"ল", "লে", "লো", "লি"})
_LONG_ENOUGH = 5
"""Shorter forms are other words once their ঁ is gone (বাঁধে, বাধে)."""

_forms = VerbForms(_FINITE, _AFTER_HASANTA, _AFTER_DOUBLED)
_learned: set[str] = set()
"""The letters whose forms are loaded in ``_forms``."""
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
    """Make the tables of all letters now, so that no look-up has to wait for them."""
    for letter in _roots():
        _learn(letter)


def _learn(letter: str) -> None:
    """Make the tables of a letter: a single query waits for only a few of them."""
    with _learning:
        if letter not in _learned:
            homographs = _homograph_forms(letter)
            every = homographs.union(_listed_homographs().get(letter, ()))
            _forms.add(_known_stems(letter), _irregular(letter), every, homographs)
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


def _known_stems(letter: str) -> list[_Stem]:
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
