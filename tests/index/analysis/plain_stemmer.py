"""Endings and verb forms, word by word in plain Python, as a reference for the kernel."""

from collections.abc import Iterator
from functools import cache

from onneshon.index.analysis import verbs
from onneshon.index.analysis.script import HASANTA, VOWEL_SIGNS, VOWELS, aksharas
from onneshon.index.analysis.stemmer import Ending
from onneshon.index.tables import read_rows, read_words

__all__ = ["forms_of", "verb_key", "without_endings"]

SPOKEN = VOWELS | VOWEL_SIGNS
MAY_PRECEDE = {"v": SPOKEN, "y": (SPOKEN | {"ং"}) - {"ে"}, "a": frozenset("াো")}


@cache
def endings() -> list[Ending]:
    """All endings of nouns, longest first."""
    rows = [Ending(text, int(left), after, kind) for text, left, after, kind in read_rows("noun_endings.tsv")]
    return sorted(rows, key=lambda ending: -len(ending.text))


def without_endings(word: str) -> str:
    """A noun without its endings."""
    if is_kept(word):
        return word
    for _ in range(4):
        rests = [word.removesuffix(ending.text) for ending in endings() if fits(word, ending)]
        if not rests:
            break
        kept = [rest for rest in rests if is_kept(rest)]
        if kept:
            return kept[0]
        word = rests[0]
    return word[:-1] if word.endswith("ে") and aksharas(word) > 1 else word


def is_kept(word: str) -> bool:
    """Whether a word is in the tables, ends with a part of them, or repeats one half."""
    tails = tuple(tail for tail in read_words("kept_tails.txt"))
    half = len(word) // 2
    twice = half > 1 and word == word[:half] * 2 and word[-1] not in SPOKEN
    return word in read_words("kept_words.txt") or word.endswith(tails) or twice


def fits(word: str, ending: Ending) -> bool:
    """Whether an ending may be taken off a word."""
    rest = word.removesuffix(ending.text)
    if not rest or rest == word or rest[-1] == HASANTA or not may_follow(rest, ending.after):
        return False
    left = aksharas(rest)
    if left < ending.aksharas or left > 1:
        return left >= ending.aksharas
    return ending.kind in {"case", "plural"} and (
        len(ending.text) > 2 or rest in read_words("short_nouns.txt")
    )


def may_follow(rest: str, after: str) -> bool:
    """Whether an ending that requires certain letters before it may follow."""
    if after == "p":
        return rest.endswith((HASANTA + "য", HASANTA + "র"))
    if after == "h":
        return rest.endswith("াহ")
    return after == "-" or (rest[-1] not in SPOKEN if after == "c" else rest[-1] in MAY_PRECEDE[after])


def verb_key(word: str) -> str | None:
    """The key of the verb that a word is a form of."""
    if word in homographs(word[:1]) or (
        word.endswith(("ই", "ও")) and word[:-1] in verbs._homograph_forms(word[:1])
    ):
        return None
    for particle in ("", "নি", "নাই", "ই", "ও"):
        if word.endswith(particle) and (key := key_of_form(word.removesuffix(particle))):
            return key
    form = word.removesuffix("না")
    if form != word and form.endswith(verbs._FINITE):
        return key_of_form(form)
    root, hasanta, ending = word.rpartition(HASANTA)
    tied = ending in verbs._AFTER_HASANTA or ending.startswith("ছ")
    tied |= root.endswith("ল") and ending in verbs._AFTER_DOUBLED
    return key_of_form(root + ending) if hasanta and root and tied else None


def key_of_form(form: str) -> str | None:
    """The key of a form; if it is of several verbs, that of the first."""
    letter = form[:1]
    if len(form) < 2 or form in homographs(letter):
        return None
    if key := verbs._irregular(letter).get(form):
        return key
    found = [stem for end in range(1, len(form) + 1) for stem in stems_of(letter).get(form[:end], ())]
    fitting = [stem for stem in found if form[len(stem.stem) :] in stem.endings and len(form) >= stem.least]
    return min(fitting, key=lambda stem: stem.rank).key if fitting else None


@cache
def stems_of(letter: str) -> dict[str, list[verbs._Stem]]:
    """The stems that begin with a letter, by their spelling."""
    table: dict[str, list[verbs._Stem]] = {}
    for stem in verbs._known_stems(letter):
        table.setdefault(stem.stem, []).append(stem)
    return table


@cache
def homographs(letter: str) -> frozenset[str]:
    """Words that are spelt like forms of verbs but are none."""
    return frozenset((*verbs._listed_homographs().get(letter, ()), *verbs._homograph_forms(letter)))


def some_endings() -> Iterator[str]:
    """Endings of nouns and verbs, and particles that may follow them."""
    yield from (ending.text for ending in endings())
    yield from ("নি", "নাই", "ই", "ও", "না", "্ছে", "্লেন", "ল্লে", "েছিলেন", "িয়া")


def forms_of(root: str, kind: str) -> Iterator[str]:
    """All forms of one root of a verb; the arguments are those of ``stems_of``."""
    for stem, endings in verbs.stems_of(root, kind):
        yield from (stem + ending for ending in endings)
