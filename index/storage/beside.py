"""What stands beside the generations of an index: what a site says, what its desk keeps, and past builds.

Copies of the index carry along what the site says and the desk keeps. ``DIR/builds.jsonl``, a line of
JSON for each build, is a record for people and graphs, and nothing depends on it: a line that cannot be
read is passed over.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final, Literal, TypeAlias

import msgspec

from onneshon.index.configuration import AUTHORS_FILE, FILE_NAME, LOOK_FILE, PINS_FILE
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import BuildError, ConfigurationError, OnneshonError
from onneshon.index.json_checks import decoded
from onneshon.index.storage.durable import link_file, replace_file, sync_file, sync_folder

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


_MAKING: Final = Lock()


class SqliteFile:
    """A file of SQLite, for its owner only: what the site itself keeps, and no build touches.

    Threads and processes may share it. What is forgotten is overwritten.

    Args:
        path: of the file, which is made when it is first needed.
        schema: statements that make what is missing.
        error: makes what is raised of a reason.
    """

    def __init__(self, path: Path, schema: str, error: Callable[[str], OnneshonError]) -> None:
        self.path = path
        self._schema = schema
        self._error = error

    def _make(self) -> None:
        """Make the file if it is missing.

        One that is there is not opened but by SQLite: to close it again would let go all locks that this
        process has on it (POSIX), and another process, left alone as it seems, would take away its log.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _MAKING, suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """A transaction, which is on the disk when the block is left, or undone where that raises."""
        try:
            self._make()
            connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            try:
                for name, value in (
                    ("journal_mode", "WAL"),
                    ("synchronous", "FULL"),
                    ("secure_delete", "ON"),
                ):
                    connection.execute(f"PRAGMA {name} = {value}")
                connection.executescript(self._schema)
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()  # what was not committed is undone
        except (sqlite3.Error, OSError) as error:
            raise self._error(f"{self.path} cannot be used: {error}") from error


def database_fault(path: Path) -> str:
    """What is wrong with a file of SQLite; empty where nothing is."""
    try:
        with closing(open_database(path)) as connection:
            said: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else " ".join(said.split())


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
            closing(open_database(path)) as source,
            closing(sqlite3.connect(to)) as target,
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
        with suppress(FileExistsError):  # else somebody just wrote one
            link_file(fresh, path)
            return "written"
    # What SQLite writes is compared by nobody else: to close it lets go the locks that it has (POSIX).
    same = not is_database and path.read_bytes() == fresh.read_bytes()
    return "same" if same else "kept"


def _log_of(path: Path) -> Path:
    """Where SQLite writes first; beside a file that has gone, it would be taken for that of the new one."""
    return path.with_name(f"{path.name}-wal")


BUILDS_FILE: Final = "builds.jsonl"
KEPT: Final = 2000
"""Lines that are kept; five years of nights."""

WITHHELD_FILE: Final = "withheld.txt"
"""An id a line; no id has a line break."""


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """One build.

    Attributes:
        generation: that it made.
        created: when, ISO 8601, UTC.
        articles: how many it has.
        left_out: how many were left out.
        bytes: size of its files.
        seconds: how long all of it took.
        phases: seconds of each phase, in their order.
    """

    generation: str
    created: str
    articles: int
    left_out: int
    bytes: int
    seconds: float
    phases: Mapping[str, float] = field(default_factory=dict)

    @property
    def articles_per_second(self) -> float:
        """Speed over the whole build."""
        return self.articles / self.seconds if self.seconds else 0.0


def recorded_builds(directory: Path) -> tuple[BuildRecord, ...]:
    """The builds that are remembered, oldest first."""
    try:
        lines = (directory / BUILDS_FILE).read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    found = (_decoded(line) for line in lines)
    return tuple(record for record in found if record is not None)


def _decoded(line: str) -> BuildRecord | None:
    try:
        return decoded(line.encode(), BuildRecord)
    except msgspec.DecodeError:
        return None


def record_build(directory: Path, record: BuildRecord) -> None:
    """Remember a build; the writer's lock is held.

    Raises:
        OSError: the disk refused it.
    """
    path = directory / BUILDS_FILE
    line = json.dumps(asdict(record)) + "\n"
    earlier = path.read_text("utf-8", "replace").splitlines(keepends=True) if path.exists() else []
    if len(earlier) < KEPT and (not earlier or earlier[-1].endswith("\n")):
        with path.open("a", encoding="utf-8") as stream:
            stream.write(line)
        return
    whole = [line for line in earlier if line.endswith("\n")]
    fresh = path.with_name(f".{BUILDS_FILE}.new")
    fresh.write_text("".join([*whole[1 - KEPT :], line]), "utf-8")
    fresh.replace(path)


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
