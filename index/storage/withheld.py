"""Articles that are held back: a list beside the index, of ids that no build and no update puts in."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from onneshon.index.errors import BuildError
from onneshon.index.storage.durable import replace_file

WITHHELD_FILE: Final = "withheld.txt"
"""An id a line; no id has a line break."""


def read_withheld(directory: Path) -> frozenset[str]:
    """The ids that are held back from an index.

    Raises:
        BuildError: nobody can tell, so that nothing may be built.
    """
    path = directory / WITHHELD_FILE
    try:
        return frozenset(path.read_text("utf-8").split("\n")) - {""}
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(
            f"{path} says what is held back, and cannot be read ({error}): nothing was built"
        ) from error


def write_withheld(directory: Path, ids: Iterable[str]) -> None:
    """Hold these back from now on, and no others; durable when it returns."""
    wanted = "".join(f"{article_id}\n" for article_id in sorted(ids)).encode()
    path = directory / WITHHELD_FILE
    if not wanted:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != wanted:
        replace_file(path, wanted)
