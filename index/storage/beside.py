"""Files next to the generations of an index: a site's configuration, its desk's data, and a log of builds.

Copies of the index include the configuration and the desk's data. ``DIR/builds.jsonl``, a line of
JSON for each build, is a record for people and graphs, and nothing depends on it: a line that cannot be
read is skipped.
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
"""Suffix of the files that SQLite writes: the desk's log, the recipients of mail, counts of searches."""

SiteState: TypeAlias = Literal["in it", "written", "same", "kept"]
"""What became of a site's file: a snapshot has it in it. A restore wrote it, or found a file of that name
next to the index, either the same or a different one, which was kept."""


def said_names(directory: Path) -> tuple[str, ...]:
    """The names of the files in which a site is configured, whether they exist or not."""
    decided = (PINS_FILE, AUTHORS_FILE, LOOK_FILE)
    try:
        return (FILE_NAME, read_configuration(directory).synonyms, *decided)
    except ConfigurationError:
        return (FILE_NAME, *decided)


def kept_names(directory: Path) -> tuple[str, ...]:
    """The names of the existing configuration files, ``onneshon.toml`` first, and of the desk's own files."""
    kept = (WITHHELD_FILE, *(path.name for path in databases(directory)))
    return tuple(name for name in (*said_names(directory), *kept) if (directory / name).is_file())


def databases(directory: Path) -> list[Path]:
    """The paths of the SQLite files next to an index, sorted by name."""
    return sorted(directory.glob(f"*{DATABASE}"))


def open_database(path: Path) -> sqlite3.Connection:
    """Open a SQLite file read-only, while others may write it; raises sqlite3.Error if it is not one."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


_MAKING: Final = Lock()

FORMAT: Final = 1
"""Version of the tables of these files (``PRAGMA user_version``); 0, of files made before, is the same."""

_REMEDY: Final = "put it back from a backup or a snapshot, or remove what is left of it to begin anew"
_EMPTY: Final = f"is empty, so that what it had is lost: {_REMEDY}"


class SqliteFile:
    """A SQLite file, accessible to its owner only, with data of the site that no build touches.

    Threads and processes may share it. Deleted content is overwritten.

    Args:
        path: the file's path; the file is made when it is first needed.
        schema: statements that create missing tables.
        error: makes the exception to raise from a reason.
    """

    def __init__(self, path: Path, schema: str, error: Callable[[str], OnneshonError]) -> None:
        self.path = path
        self._schema = schema
        self._error = error

    def _make(self) -> None:
        """Make the file, its tables in it, if it is missing; one without content was cut short.

        A file that exists is opened by SQLite only: closing it here would release all locks that this
        process has on it (POSIX), and another process, taking itself for the last user, would delete its log.
        """
        has_log = _log_of(self.path).exists()
        if self.path.exists():
            if not self.path.stat().st_size:
                raise self._error(f"{self.path} {_EMPTY}")
            return
        if has_log:
            raise self._error(f"{self.path} is missing, though {_log_of(self.path)} is there: {_REMEDY}")
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}.new")
        with _MAKING, suppress(FileExistsError):
            try:
                fresh.touch(0o600)
                fresh.write_bytes(self._empty())
                sync_file(fresh)
                link_file(fresh, self.path)
                self.path.chmod(0o600)  # a copy, where there are no links, has the mode of any file
            finally:
                fresh.unlink(missing_ok=True)
        sync_folder(self.path.parent)

    def _empty(self) -> bytes:
        """The content of a file whose tables have no rows."""
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(f"{self._schema}; PRAGMA user_version = {FORMAT}")
            return connection.serialize()

    def _check_format(self, connection: sqlite3.Connection) -> None:
        """Refuse a file of a later layout, which has what this version would not keep right."""
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > FORMAT:
            raise self._error(f"{self.path} is of a later version of Onneshon: use that one")

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction: durable when the block ends, rolled back if the block raises."""
        try:
            self._make()
            connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            try:
                self._check_format(connection)
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
                connection.close()  # an uncommitted transaction is rolled back
        except (sqlite3.Error, OSError) as error:
            raise self._error(f"{self.path} cannot be used: {error}") from error


def database_fault(path: Path) -> str:
    """What is wrong with a SQLite file; empty if nothing is."""
    try:
        if not path.stat().st_size:
            return "it is empty"
        with closing(open_database(path)) as connection:
            said: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        return str(error)
    return "" if said == "ok" else " ".join(said.split())


def may_be(name: str, directory: Path) -> bool:
    """Whether a file of this name may stand next to an index that is configured as the directory's is."""
    known = {*said_names(directory), WITHHELD_FILE}
    return name in known or (name.endswith(DATABASE) and "/" not in name and not name.startswith("."))


def copy_database(path: Path, to: Path) -> None:
    """Copy the state of a SQLite file between two transactions, while others write it.

    Raises:
        OSError: the file cannot be read, or is empty, or the copy cannot be written.
    """
    if not path.stat().st_size:
        raise OSError(f"{path} {_EMPTY}")
    try:
        with (
            closing(open_database(path)) as source,
            closing(sqlite3.connect(to)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise OSError(f"{path} cannot be copied: {error}") from error


def put_back(folder: Path, names: Iterable[str], directory: Path) -> Mapping[str, SiteState]:
    """Put the site's files that came with a copy of an index next to it; an existing file is never replaced.

    Args:
        folder: the folder that has the files.
        names: the names of the files.
        directory: the directory of the index.

    Returns:
        What became of each file, by name.

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
        with suppress(FileExistsError):  # another process has just written the file
            link_file(fresh, path)
            return "written"
    # A SQLite file is not read here: closing it would release the locks that SQLite has on it (POSIX).
    same = not is_database and path.read_bytes() == fresh.read_bytes()
    return "same" if same else "kept"


def _log_of(path: Path) -> Path:
    """The path of a database's write-ahead log; if it outlived its database, a new one would take it over."""
    return path.with_name(f"{path.name}-wal")


BUILDS_FILE: Final = "builds.jsonl"
KEPT: Final = 2000
"""The number of lines that are kept: five years of one build a night."""

WITHHELD_FILE: Final = "withheld.txt"
"""The file of withheld articles, one id a line; no id has a line break."""


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """One build.

    Attributes:
        generation: the name of the generation that it made.
        created: when it was made, ISO 8601, UTC.
        articles: the number of articles in it.
        left_out: the number of articles left out.
        bytes: the size of its files.
        seconds: the duration of the whole build.
        phases: the seconds of each phase, in the order of the phases.
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
        """The speed over the whole build."""
        return self.articles / self.seconds if self.seconds else 0.0


def recorded_builds(directory: Path) -> tuple[BuildRecord, ...]:
    """The builds in the record, oldest first."""
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
    """Add a build to the record; the caller has the writer's lock.

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
    """The ids of the articles that are withheld from an index.

    Raises:
        BuildError: the file cannot be read, so that nothing may be built.
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
    """Withhold the articles of these ids from now on, and no others; durable when it returns."""
    wanted = "".join(f"{article_id}\n" for article_id in sorted(ids)).encode()
    path = directory / WITHHELD_FILE
    if not wanted:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != wanted:
        replace_file(path, wanted)
