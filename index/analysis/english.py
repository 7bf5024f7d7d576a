"""English words inside Bengali texts: the Porter 2 stemmer of the Snowball project."""

import threading

import snowballstemmer

__all__ = ["english_stem"]


class _Stemmer(threading.local):
    """The stemmer of one thread: it keeps the word it works on."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_stemmer = _Stemmer()


def english_stem(word: str) -> str:
    """The stem of a Latin word in lower case; words of other scripts come back as they are."""
    return str(_stemmer.english.stemWord(word)) or word
