"""The names of authors in what is typed: names that it is, and names that go on from it.

Who types the name of a writer wants what was written by them, too. A name is known as it is spelt, but for
titles and what ``stem_key`` folds; else as it sounds. Two of its words in a row are enough (নজরুল ইসলাম), one
only where the author has no more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import combinations, islice, product
from typing import Final, NamedTuple, TypeAlias

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import aksharas
from onneshon.index.vocabulary.channels import latin_from_words
from onneshon.index.vocabulary.skeleton import readings, skeleton
from onneshon.search.retrieval.authors import likeness, plain_words
from onneshon.search.retrieval.budget import BoundedCache, by_number, whole_now
from onneshon.search.understanding.continuations import LATIN

NAMES_AT_MOST: Final = 20_000
"""Names that are known, the most frequent: analysing so many takes half a second."""

AUTHORS_AT_MOST: Final = 3
"""What is a part of more names than these names nobody: উদ্দিন আহমেদ."""

_WORDS_AT_LEAST: Final = 2
_WORDS_AT_MOST: Final = 6
_COMBINATIONS: Final = 64
_LATELY: Final = 1024
"""Texts of which it is remembered whether they are names, or have words of names."""

_LONGEST: Final = 60
"""A longer text is no name."""

_BY_LETTER: Final = 0.8
"""How far a word in Latin letters may be from that of a name: distance / (letters + 1)."""

_ALIKE: Final = 0.85
"""Twice the letters in common by all letters of both, at least, of a name and what was typed in Bengali."""

Sound: TypeAlias = tuple[str, ...]
"""The skeleton of each word of a name."""


class _Known(NamedTuple):
    """Names by what may be typed for them.

    Attributes:
        whole: by their spelling.
        partly: by that of some of their words in a row.
        sounding: by the skeletons of these.
        words: the skeletons of all words of names.
        singly: names by the spelling of each of their words.
        articles: how many have each name.
    """

    whole: dict[str, list[str]]
    partly: dict[str, list[str]]
    sounding: dict[Sound, list[str]]
    words: set[str]
    singly: dict[str, list[str]]
    articles: Mapping[str, int]


class _Found(NamedTuple):
    """What is known of a text.

    Attributes:
        authors: whose name it is.
        near: whether a word of it is one of a name.
    """

    authors: tuple[str, ...] = ()
    near: bool = False


class AuthorNames:
    """The names of the authors of an index. Threads may share it.

    Args:
        names: tells how many articles have each name that readers see, the most frequent first; asked when
            first needed.
    """

    def __init__(self, names: Callable[[], Mapping[str, int]]) -> None:
        self._names = names
        self._read = BoundedCache(1, by_number)
        self._kept = BoundedCache(_LATELY, by_number)

    @property
    def _known(self) -> _Known:
        return self._read.get("", self._read_names, keep=whole_now)

    def _read_names(self) -> _Known:
        names = self._names()
        known = _Known({}, {}, {}, set(), {}, names)
        forms = cache(lambda word: (name_key(word), skeleton(canonical(word))))  # most are of many names
        for name in islice(names, NAMES_AT_MOST):
            words = [forms(word) for word in plain_words(name)]
            known.whole.setdefault("".join(key for key, _ in words), []).append(name)
            for key in {key for key, _ in words}:
                known.singly.setdefault(key, []).append(name)
            for first, last in _parts(len(words)):
                keys, heard = zip(*words[first:last], strict=True)
                known.partly.setdefault("".join(keys), []).append(name)
                known.sounding.setdefault(heard, []).append(name)
                known.words.update(heard)
        for names_of in (known.whole, known.singly):
            names_of.pop("", None)
        return known

    def are_in(self, text: str) -> bool:
        """Whether a text is a name, or has a word of names: as it is spelt, in Latin letters as it sounds."""
        found = self._looked_up(text)
        return bool(found.authors) or found.near

    def of(self, text: str) -> tuple[str, ...]:
        """The authors who have a name, mostly none.

        Args:
            text: what may be the name, and nothing else.
        """
        return self._looked_up(text).authors

    def _looked_up(self, text: str) -> _Found:
        return self._kept.get(text, lambda: self._found(text), keep=whole_now)

    def _found(self, text: str) -> _Found:
        known = self._known
        if not known.whole:
            return _Found()
        keys, words = likeness(text).split(), plain_words(text)
        near = any(key in known.singly or key in known.whole for key in keys) or any(
            not known.words.isdisjoint(sounds(word)) for word in words if LATIN.fullmatch(word)
        )
        if len(text) > _LONGEST:
            return _Found((), near)
        key = "".join(keys)
        found = known.whole.get(key) or known.partly.get(key) or _sounding(words, known)
        return _Found(tuple(found) if len(found) <= AUTHORS_AT_MOST else (), near)

    def of_word(self, word: str, articles: int) -> tuple[str, ...]:
        """The authors whose name is a word, or has it, if they wrote more articles than hold it.

        Else it is a word rather than a name, as ঢাকা of ঢাকা প্রতিনিধি.

        Args:
            word: as typed.
            articles: how many hold it.
        """
        known, key = self._known, name_key(word)
        whole = [name for name in known.whole.get(key, ()) if len(plain_words(name)) > 1]  # জসীমউদ্দীন
        if whole:
            return tuple(whole) if len(whole) <= AUTHORS_AT_MOST else ()
        found = known.singly.get(key, ())
        wrote = sum(known.articles[name] for name in found)
        return tuple(found) if len(found) <= AUTHORS_AT_MOST and wrote > articles else ()


NOBODY: Final = AuthorNames(dict)
"""Of articles without authors."""


def name_key(name: str) -> str:
    """What the spellings of a name have in common; the same where it is written in one word."""
    return likeness(name).replace(" ", "")


def _parts(words: int) -> Iterator[tuple[int, int]]:
    """Where words in a row begin and end that may stand for a name of so many."""
    if words <= _WORDS_AT_MOST:
        yield from ((first, last) for first, last in combinations(range(words + 1), 2) if last - first > 1)


def _sounding(typed: Sequence[str], known: _Known) -> list[str]:
    """The names of which some words in a row sound as what is typed."""
    if not _WORDS_AT_LEAST <= len(typed) <= _WORDS_AT_MOST:
        return []
    heard: list[list[str]] = []
    for word in typed:
        heard.append([sound for sound in sounds(word) if sound in known.words])
        if not heard[-1]:  # as mostly
            return []
    ways = islice(product(*heard), _COMBINATIONS)
    names = dict.fromkeys(name for way in ways for name in known.sounding.get(way, ()))
    return [name for name in names if _is_near(typed, plain_words(name))]


@lru_cache(_LATELY)
def sounds(word: str) -> Sequence[str]:
    """The skeletons that a word may have."""
    return tuple(readings(word)) if LATIN.fullmatch(word) else (skeleton(canonical(word)),)


def _is_near(typed: Sequence[str], name: Sequence[str]) -> bool:
    """Whether words may be some of a name in a row, that sound as they do."""
    starts = range(len(name) - len(typed) + 1)
    return any(_is_like(typed, name[start : start + len(typed)]) for start in starts)


def _is_like(typed: Sequence[str], words: Sequence[str]) -> bool:
    pairs = [*zip(typed, words, strict=True)]
    latin = [pair for pair in pairs if LATIN.fullmatch(pair[0])]
    bengali = [pair for pair in pairs if not LATIN.fullmatch(pair[0])]
    return all(is_near_latin(typed, canonical(word)) for typed, word in latin) and (
        not bengali or _ratio(bengali) >= _ALIKE
    )


def is_near_latin(latin: str, word: str, *, beginnings: bool = False) -> bool:
    """Whether Latin letters may be a word in canonical spelling, or the beginning of it."""
    distance = float(latin_from_words(latin, [word], beginnings=beginnings)[0])
    return distance <= _BY_LETTER * (len(latin) + 1)


def _ratio(pairs: Sequence[tuple[str, str]]) -> float:
    typed, name = (" ".join(map(canonical, words)) for words in zip(*pairs, strict=True))
    return SequenceMatcher(None, typed, name).ratio()


SUGGESTED_AT_MOST: Final = 2_000
"""Names that are suggested, the most frequent: those that begin with one sound are looked at for each letter
that is typed."""

_SUGGESTED: Final = 3
_CLUSTERS: Final = 2
_LETTERS: Final = 3
"""Of the first word of a name, at the least: clusters, or Latin letters."""


class _Word(NamedTuple):
    """A word of a name.

    Attributes:
        text: in canonical spelling.
        sound: its skeleton.
    """

    text: str
    sound: str


class _Typed(NamedTuple):
    """A word that is typed.

    Attributes:
        text: in canonical spelling.
        sounds: its skeletons.
        latin: whether it is in Latin letters.
    """

    text: str
    sounds: tuple[str, ...]
    latin: bool

    def begins(self, word: _Word) -> bool:
        """Whether it is the beginning of a word of a name."""
        if self.latin:
            return is_near_latin(self.text, word.text, beginnings=True)
        return word.text.startswith(self.text)

    def is_it(self, word: _Word) -> bool:
        """Whether it is that word."""
        return is_near_latin(self.text, word.text) if self.latin else word.text == self.text


class AuthorBeginnings:
    """The names of the authors of an index by their beginnings. Threads may share it.

    Args:
        names: that readers see, the most frequent first.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(islice(filter(None, names), SUGGESTED_AT_MOST))
        self._parts: dict[str, list[tuple[int, list[_Word]]]] = {}
        form = cache(lambda word: _Word(canonical(word), skeleton(canonical(word))))
        for number, name in enumerate(self._names):
            words = [*map(form, plain_words(name))]
            for start, word in enumerate(words):
                self._parts.setdefault(word.sound[:1], []).append((number, words[start:]))

    def of(self, text: str) -> list[str]:
        """Names that go on from a text, the most frequent first, a few.

        Args:
            text: what is typed so far; of a single word two clusters or three Latin letters.
        """
        words = [
            _Typed(canonical(word), tuple(sounds(word)), LATIN.fullmatch(word) is not None)
            for word in plain_words(text)
        ]
        if not words or not _is_enough(words):
            return []
        first = {sound[:1] for sound in words[0].sounds}
        found = {
            number for sound in first for number, part in self._parts.get(sound, ()) if _begins(words, part)
        }
        return [self._names[number] for number in sorted(found)[:_SUGGESTED]]


def _is_enough(typed: Sequence[_Typed]) -> bool:
    """Whether so much is typed that few names begin so."""
    first = typed[0]
    letters = len(first.text) >= _LETTERS if first.latin else aksharas(first.text, _CLUSTERS) == _CLUSTERS
    return letters or len(typed) > 1


def _begins(typed: Sequence[_Typed], name: Sequence[_Word]) -> bool:
    pairs = [*zip(typed, name, strict=False)]
    if len(name) < len(typed) or not all(word.sound.startswith(each.sounds) for each, word in pairs):
        return False  # as mostly
    *before, (last, word) = pairs
    return last.begins(word) and all(each.is_it(other) for each, other in before)
