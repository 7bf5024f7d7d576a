"""English words inside Bengali texts: the Porter 2 stemmer of the Snowball project."""

import threading
from typing import Protocol

__all__ = ["english_stem"]


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
