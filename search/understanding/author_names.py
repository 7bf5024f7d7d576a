"""Finds the names of authors in a typed text: names that the text is, and names that it begins.

A person who types the name of a writer also wants the writer's works. A name is matched by its spelling,
without titles and differences that ``stem_key`` folds; else by its sound. Two consecutive words of it are
enough (নজরুল ইসলাম), one only if the author has no more.
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
from onneshon.search.retrieval.budget import remembered
from onneshon.search.understanding.continuations import LATIN

NAMES_AT_MOST: Final = 20_000
"""Number of names that are read, the most frequent: analysing these takes half a second."""

AUTHORS_AT_MOST: Final = 3
"""A text that is part of more names than this names nobody: উদ্দিন আহমেদ."""

_WORDS_AT_LEAST: Final = 2
_WORDS_AT_MOST: Final = 6
_COMBINATIONS: Final = 64
_LATELY: Final = 1024
"""Number of texts for which it is cached whether they are names, or have words of names."""

_LONGEST: Final = 60
"""A longer text is no name."""

_BY_LETTER: Final = 0.8
"""Greatest distance / (letters + 1) of a word in Latin letters from a word of a name."""

_ALIKE: Final = 0.85
"""Least likeness of a name and Bengali words: twice the letters in common, divided by the letters of both."""

Sound: TypeAlias = tuple[str, ...]
"""The skeleton of each word of a name."""


class _Known(NamedTuple):
    """Names, keyed by the texts that may be typed for them.

    Attributes:
        whole: names by their spelling.
        partly: names by the spelling of consecutive words of them.
        sounding: names by the skeletons of consecutive words.
        words: the skeletons of all words of names.
        singly: names by the spelling of each of their words.
        articles: the number of articles with each name.
    """

    whole: dict[str, list[str]]
    partly: dict[str, list[str]]
    sounding: dict[Sound, list[str]]
    words: set[str]
    singly: dict[str, list[str]]
    articles: Mapping[str, int]


class _Found(NamedTuple):
    """The result of looking up a text.

    Attributes:
        authors: the authors whose name the text is.
        near: whether a word of the text is a word of a name.
    """

    authors: tuple[str, ...] = ()
    near: bool = False


class AuthorNames:
    """The names of the authors of an index. Thread-safe.

    Args:
        names: returns the number of articles with each visible name, the most frequent first; called when
            first needed.
    """

    def __init__(self, names: Callable[[], Mapping[str, int]]) -> None:
        self._names = names
        self._known: Callable[[], _Known] = remembered(1, self._read_names)
        self._looked_up: Callable[[str], _Found] = remembered(_LATELY, self._found)

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
        """Whether a text is a name or has a word of one, by spelling or, in Latin letters, by sound."""
        found = self._looked_up(text)
        return bool(found.authors) or found.near

    def of(self, text: str) -> tuple[str, ...]:
        """The authors with a name; mostly none.

        Args:
            text: the possible name, without other words.
        """
        return self._looked_up(text).authors

    def _found(self, text: str) -> _Found:
        known = self._known()
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
        """The authors whose name is a word, or has it, if they wrote more articles than contain the word.

        Otherwise it is a word rather than a name, as ঢাকা of ঢাকা প্রতিনিধি.

        Args:
            word: the word as typed.
            articles: its document frequency.
        """
        known, key = self._known(), name_key(word)
        whole = [name for name in known.whole.get(key, ()) if len(plain_words(name)) > 1]  # জসীমউদ্দীন
        if whole:
            return tuple(whole) if len(whole) <= AUTHORS_AT_MOST else ()
        found = known.singly.get(key, ())
        wrote = sum(known.articles[name] for name in found)
        return tuple(found) if len(found) <= AUTHORS_AT_MOST and wrote > articles else ()


NOBODY: Final = AuthorNames(dict)
"""The names for articles without authors."""


def name_key(name: str) -> str:
    """The key that the spellings of a name share, also when it is written as one word."""
    return likeness(name).replace(" ", "")


def _parts(words: int) -> Iterator[tuple[int, int]]:
    """The bounds of consecutive words that may stand for a name of ``words`` words."""
    if words <= _WORDS_AT_MOST:
        yield from ((first, last) for first, last in combinations(range(words + 1), 2) if last - first > 1)


def _sounding(typed: Sequence[str], known: _Known) -> list[str]:
    """The names of which consecutive words sound like the typed words."""
    if not _WORDS_AT_LEAST <= len(typed) <= _WORDS_AT_MOST:
        return []
    heard: list[list[str]] = []
    for word in typed:
        heard.append([sound for sound in sounds(word) if sound in known.words])
        if not heard[-1]:  # true of most texts
            return []
    ways = islice(product(*heard), _COMBINATIONS)
    names = dict.fromkeys(name for way in ways for name in known.sounding.get(way, ()))
    return [name for name in names if _is_near(typed, plain_words(name))]


@lru_cache(_LATELY)
def sounds(word: str) -> Sequence[str]:
    """The skeletons that a word may have."""
    return tuple(readings(word)) if LATIN.fullmatch(word) else (skeleton(canonical(word)),)


def _is_near(typed: Sequence[str], name: Sequence[str]) -> bool:
    """Whether typed words sound like consecutive words of a name."""
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
    """Whether Latin letters may spell a word in canonical spelling, or its beginning."""
    distance = float(latin_from_words(latin, [word], beginnings=beginnings)[0])
    return distance <= _BY_LETTER * (len(latin) + 1)


def _ratio(pairs: Sequence[tuple[str, str]]) -> float:
    typed, name = (" ".join(map(canonical, words)) for words in zip(*pairs, strict=True))
    return SequenceMatcher(None, typed, name).ratio()


SUGGESTED_AT_MOST: Final = 2_000
"""Number of names that can be suggested, the most frequent: each typed letter compares all names with one
first sound."""

_SUGGESTED: Final = 3
_CLUSTERS: Final = 2
_LETTERS: Final = 3
"""Least clusters, or Latin letters, of the first word of a name."""


class _Word(NamedTuple):
    """A word of a name.

    Attributes:
        text: the word in canonical spelling.
        sound: its skeleton.
    """

    text: str
    sound: str


class _Typed(NamedTuple):
    """A typed word.

    Attributes:
        text: the word in canonical spelling.
        sounds: its skeletons.
        latin: whether it is in Latin letters.
    """

    text: str
    sounds: tuple[str, ...]
    latin: bool

    def begins(self, word: _Word) -> bool:
        """Whether the typed word is the beginning of a word of a name."""
        if self.latin:
            return is_near_latin(self.text, word.text, beginnings=True)
        return word.text.startswith(self.text)

    def is_it(self, word: _Word) -> bool:
        """Whether the typed word is the whole word of a name."""
        return is_near_latin(self.text, word.text) if self.latin else word.text == self.text


class AuthorBeginnings:
    """The names of the authors of an index by their beginnings. Thread-safe.

    Args:
        names: the visible names, the most frequent first.
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
        """Up to three names that continue a text, the most frequent first.

        Args:
            text: the text typed so far; a single word needs two clusters or three Latin letters.
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
    """Whether enough is typed that few names begin with it."""
    first = typed[0]
    letters = len(first.text) >= _LETTERS if first.latin else aksharas(first.text, _CLUSTERS) == _CLUSTERS
    return letters or len(typed) > 1


def _begins(typed: Sequence[_Typed], name: Sequence[_Word]) -> bool:
    pairs = [*zip(typed, name, strict=False)]
    if len(name) < len(typed) or not all(word.sound.startswith(each.sounds) for each, word in pairs):
        return False  # true of most names
    *before, (last, word) = pairs
    return last.begins(word) and all(each.is_it(other) for each, other in before)
