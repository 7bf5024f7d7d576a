"""Small files of suggestions for tests, written like a build writes them, and opened."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from onneshon.index.completion.completion import Completion
from onneshon.index.completion.table import pack
from onneshon.index.completion.writer import FILE_NAME, WordCount, write_completion

__all__ = ["completion_of", "damaged"]


def completion_of(
    directory: Path,
    words: Mapping[str, int | tuple[int, int]],
    titles: Sequence[str] = (),
    *,
    articles: int = 100,
) -> Completion:
    """The suggestions of an index.

    Args:
        directory: an empty directory, or one to be made.
        words: words in canonical form with their number of articles, or of articles and titles.
        titles: the titles of all articles.
        articles: the number of articles.
    """
    directory.mkdir(exist_ok=True)
    counts = [
        WordCount(word, *(count if isinstance(count, tuple) else (count, 0)))
        for word, count in sorted(words.items())
    ]
    write_completion(directory, counts, titles, articles)
    opened = Completion.open(directory)
    assert opened is not None
    return opened


def damaged(directory: Path, text: str) -> Completion:
    """The suggestions in a directory, after a change of one letter of a displayed text."""
    path = directory / FILE_NAME
    before, shown, after = path.read_bytes().rpartition(pack(text))
    path.write_bytes(before + shown[:-1] + b"?" + after)
    opened = Completion.open(directory)
    assert opened is not None
    return opened
