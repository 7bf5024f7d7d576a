"""What a site says and its desk keeps: files beside an index, which copies of the index carry along."""

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias

from onneshon.index.configuration import AUTHORS_FILE, FILE_NAME, LOOK_FILE, PINS_FILE
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError
from onneshon.index.storage.durable import link_file, sync_file, sync_folder
from onneshon.index.storage.history import WITHHELD_FILE

DATABASE: Final = ".sqlite"
"""How the name of a file ends that SQLite writes: the log of the desk, who wants mail, counts of searches."""

SiteState: TypeAlias = Literal["in it", "written", "same", "kept"]
"""What became of such a file: in a snapshot it is. Restored, it was written; or the one beside the index is
the same, or another one, which was kept."""


def said_names(directory: Path) -> tuple[str, ...]:
    """The names of the files in which a site says something, whether they are there or not."""
    decided = (PINS_FILE, AUTHORS_FILE, LOOK_FILE)
    try:
        return (FILE_NAME, read_configuration(directory).synonyms, *decided)
    except ConfigurationError:
        return (FILE_NAME, *decided)


def kept_names(directory: Path) -> tuple[str, ...]:
    """The names of those that are there, ``onneshon.toml`` first, and of what the desk itself keeps."""
    kept = (WITHHELD_FILE, *(path.name for path in databases(directory)))
    return tuple(name for name in (*said_names(directory), *kept) if (directory / name).is_file())


def databases(directory: Path) -> list[Path]:
    """What SQLite writes beside an index, in the order of names."""
    return sorted(directory.glob(f"*{DATABASE}"))


def open_database(path: Path) -> sqlite3.Connection:
    """A file of SQLite to read alone, while others write it; raises sqlite3.Error where it is none."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def may_be(name: str, directory: Path) -> bool:
    """Whether a name is that of such a file, where the site says what the one of a directory says."""
    known = {*said_names(directory), WITHHELD_FILE}
    return name in known or (name.endswith(DATABASE) and "/" not in name and not name.startswith("."))


def copy_database(path: Path, to: Path) -> None:
    """Copy a file of SQLite as it is between two changes, while others write it.

    Raises:
        OSError: it cannot be read, or the copy not be written.
    """
    try:
        with (
            contextlib.closing(open_database(path)) as source,
            contextlib.closing(sqlite3.connect(to)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise OSError(f"{path} cannot be copied: {error}") from error


def put_back(folder: Path, names: Iterable[str], directory: Path) -> Mapping[str, SiteState]:
    """Put what came with a copy of an index beside it; what is there is never written over.

    Args:
        folder: that has the files.
        names: theirs.
        directory: of the index.

    Returns:
        What became of each.

    Raises:
        OSError: the disk refused it.
    """
    states = {name: _put_back(folder / name, directory / name) for name in names}
    sync_folder(directory)
    return states


def _put_back(fresh: Path, path: Path) -> SiteState:
    is_database = path.suffix == DATABASE
    if not path.exists() and not (is_database and _log_of(path).exists()):
        if is_database:
            fresh.chmod(0o600)
        sync_file(fresh)
        with contextlib.suppress(FileExistsError):  # else somebody just wrote one
            link_file(fresh, path)
            return "written"
    # What SQLite writes is compared by nobody else: to close it lets go the locks that it has (POSIX).
    same = not is_database and path.read_bytes() == fresh.read_bytes()
    return "same" if same else "kept"


def _log_of(path: Path) -> Path:
    """Where SQLite writes first; beside a file that has gone, it would be taken for that of the new one."""
    return path.with_name(f"{path.name}-wal")
