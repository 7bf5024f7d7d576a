"""The titles that changes brought and took away, in a file of a part: none that is gone is suggested."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.errors import IndexCorruptError
from onneshon.index.json_form import decoded

__all__ = ["ChangedTitles", "read_titles", "title_key", "write_titles"]

FILE_NAME: Final = "titles.json"


def title_key(title: str) -> str:
    """The words of a title, by which it is found again."""
    return " ".join(exact for exact, _ in word_keys(title))


class ChangedTitles(NamedTuple):
    """What some changes did to titles.

    Attributes:
        added: as they are written.
        gone: by their words.
    """

    added: Sequence[str] = ()
    gone: Sequence[str] = ()

    @classmethod
    def joined(cls, parts: Iterable["ChangedTitles"]) -> "ChangedTitles":
        """Of several parts, the earliest first."""
        added: list[str] = []
        gone: set[str] = set()
        for part in parts:
            left = {*part.gone}
            added = [title for title in added if title_key(title) not in left] + [*part.added]
            gone = (gone | left) - {*map(title_key, part.added)}
        return cls(added, sorted(gone))


def write_titles(folder: Path, titles: ChangedTitles) -> None:
    """Write the file of a part."""
    (folder / FILE_NAME).write_bytes(msgspec.json.encode(titles))


def read_titles(folder: Path) -> ChangedTitles:
    """What a part says; nothing, where it is that of a build.

    Raises:
        IndexCorruptError: the file is damaged.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return ChangedTitles()
    try:
        return decoded(path.read_bytes(), ChangedTitles)
    except msgspec.DecodeError as error:
        raise IndexCorruptError(f"{FILE_NAME} cannot be read ({error}): build the index again") from error
