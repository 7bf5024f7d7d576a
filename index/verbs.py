"""The Bengali verb: every form of every root of the tables, and the key of the root it belongs to.

Stems change with the vowel that follows (লেখে, লিখি), with the tense (কাটে, কেটেছে) and with history (যায়, গেল); no
cutting of endings can bring these together, so forms are generated and looked up.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from index.script import HASANTA
from index.tables import read_rows, read_words

__all__ = ["forms_of", "verb_forms", "verb_key"]

_LOW, _HIGH, _PERFECT = "~^°"
_ALL_PERSONS = "*"
_ALL_CASES = "="
_RAISED = {"aa": ("া", "ে", "আ", "এ"), "e": ("ে", "ি", "এ", "ই"), "o": ("ো", "ু", "ও", "উ")}


class Stems(NamedTuple):
    """The stem of a root before endings in general, before high vowels, and in the perfect."""

    low: str
    high: str
    perfect: str


@cache
def _endings() -> dict[str, tuple[str, ...]]:
    """Patterns of each line of the table of endings, by its name; an empty ending is one too."""
    table: dict[str, tuple[str, ...]] = {}
    for name, patterns in read_rows("verb_endings.tsv"):
        table[name] = table.get(name, ()) + tuple(patterns.split(" "))
    return table


def _stems(root: str, kind: str) -> Stems:
    if kind not in _RAISED:
        return Stems(root, root, root)
    sign, raised_sign, letter, raised_letter = _RAISED[kind]
    raised = raised_letter + root[1:] if root.startswith(letter) else _replace_last(root, sign, raised_sign)
    return Stems(root, root, raised) if kind == "aa" else Stems(root, raised, raised)


def _replace_last(root: str, old: str, new: str) -> str:
    before, found, after = root.rpartition(old)
    return before + new + after if found else root


def _spelt_out(pattern: str) -> Iterator[str]:
    """The forms a pattern stands for once its stem is written: all persons, all cases, or itself."""
    if pattern.endswith(_ALL_PERSONS):
        stem = pattern[:-1]
        yield from (stem + ending for ending in _endings()[stem[-1]])
    elif pattern.endswith(_ALL_CASES):
        stem = pattern[:-1]
        yield from (_with_case(stem, ending) for ending in _endings()[_ALL_CASES])
    else:
        yield pattern


def _with_case(noun: str, ending: str) -> str:
    """A verbal noun in -বার takes -ের where those in -া take -র."""
    return noun + "ে" + ending if noun.endswith("র") and ending.startswith("র") else noun + ending


def _written(patterns: Iterable[str], stems: Stems) -> Iterator[str]:
    for pattern in patterns:
        bare = pattern.replace(_LOW, stems.low).replace(_HIGH, stems.high).replace(_PERFECT, stems.perfect)
        yield from _spelt_out(bare)


def forms_of(root: str, kind: str) -> Iterator[str]:
    """All forms of one root.

    Args:
        root: as in the table of roots: লেখ, শোন, কাট; a root in -আ without it.
        kind: its class there: ``same``, ``aa``, ``e``, ``o`` or ``made``.
    """
    stems = _stems(root, kind)
    endings = _endings()
    if kind != "made":
        yield from _written(endings["consonant"], stems)
        if stems.low != stems.high:
            yield from _written(endings["consonant_low"], stems)
        yield from _written(endings["causative"], stems)
        return
    for stem in {root, _harmonised(root)}:
        yield from _written((*endings["causative"], *endings["rounded"]), Stems(stem, stem, stem))


def _harmonised(root: str) -> str:
    """মোচড়ায়, মুচড়িয়ে: the first vowel of a root in -আ is raised as that of any other."""
    for sign, raised in (("ো", "ু"), ("ে", "ি")):
        if sign in root:
            return root.replace(sign, raised, 1)
    return root


def _irregular() -> Iterator[tuple[str, str]]:
    """Form and key of each root that ends in a vowel."""
    for nouns, stems, patterns in read_rows("vowel_roots.tsv"):
        for noun, stem in zip(nouns.split(), stems.split(), strict=True):
            for form in _written(patterns.split(), Stems(stem, stem, stem)):
                # ছোঁয়া: the sign of nasality is written after that of the vowel.
                yield _nasal_last(form), _KEYS.get(noun, noun)


def _nasal_last(form: str) -> str:
    if len(form) > 2 and form[1] == "ঁ" and form[2] in "োুািে":  # noqa: PLR2004 (a consonant and two signs)
        return form[0] + form[2] + "ঁ" + form[3:]
    return form


_KEYS = {"আসা": "আস" + HASANTA, "থাকা": "থাক" + HASANTA}
"""Irregular forms of roots that are regular otherwise; আছ্ has no forms but these, থাক্ gives the rest."""
_SAME_ROOT = {"কহ": "কওয়া", "সহ": "সওয়া", "রহ": "রওয়া", "বহ": "বওয়া", "ভালোবাস": "ভালবাস" + HASANTA}
"""Roots whose older or newer form is a root of its own in the tables."""


def _root_key(root: str) -> str:
    return _SAME_ROOT.get(root, root + HASANTA)


def _generated() -> Iterator[tuple[str, str]]:
    """Form and key, the one that has the form before any other that could."""
    yield from read_rows("preferred_verbs.tsv")  # type: ignore[misc]
    yield from _irregular()
    for kind, roots in read_rows("verb_roots.tsv"):
        for root in roots.split():
            for form in forms_of(root, kind):
                yield form, _root_key(root)


@cache
def verb_forms() -> dict[str, str]:
    """Every form and its key, without the forms that are more often another word."""
    forms: dict[str, str] = {}
    for form, key in _generated():
        forms.setdefault(form, key)
    for word in read_words("homographs.txt"):
        for ending in _noun_endings(word):
            forms.pop(word + ending, None)
    return {form: key for form, key in forms.items() if len(form) > 1}


def _noun_endings(word: str) -> Iterator[str]:
    """The case endings that make forms of the noun ``word`` look like forms of a verb (পাতাগুলো, বাড়িতে, দলের)."""
    yield ""
    yield from ("টি", "টা", "টির", "টার", "গুলো", "গুলি", "কে", "রও", "রই")
    yield from ("র", "তে") if word.endswith("ি") else ("র",) if word.endswith("া") else ("ের", "েরও")
    if word.endswith("া"):
        yield "য়"


_PARTICLES = ("নি", "নাই", "ই", "ও")
"""Negation of the perfect and emphasis, written onto a form: করেনি, করেই."""
_NEGATION = "না"
_FINITE = ("ে", "েন", "ায়", "বো", "েয়", "লো", "লাম", "ছি", "ছো", "হয়")
_AFTER_HASANTA = frozenset({"লাম", "লেন", "লে", "লো", "লুম", "তাম", "তেন", "তো", "বেন", "বে"})


def verb_key(word: str) -> str | None:
    """The key of the root of which ``word`` is a form; None where the tables know of none.

    Args:
        word: Bengali, canonical.
    """
    forms = verb_forms()
    if word in forms:
        return forms[word]
    for particle in _PARTICLES:
        if word.endswith(particle) and (key := forms.get(word.removesuffix(particle))):
            return key
    # না is written apart; where it is not, only a finite form can be before it (ভাবনা is no form of ভাবা).
    if word.endswith(_NEGATION) and word.removesuffix(_NEGATION).endswith(_FINITE):
        return forms.get(word.removesuffix(_NEGATION))
    return forms.get(_without_hasanta(word))


def _without_hasanta(word: str) -> str:
    """Older writing ties the ending to the root (কর্ছে, বল্লেন); only where no noun can be meant, as in পর্ব."""
    root, hasanta, ending = word.rpartition(HASANTA)
    tied = hasanta and root and (ending in _AFTER_HASANTA or ending.startswith("ছ"))
    return root + ending if tied else ""
