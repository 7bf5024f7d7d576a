"""Indexes that are not in a directory, by the scheme of their address, from the package that provides it.

A package that stores indexes elsewhere, such as on a cluster, declares an entry point of the group
``onneshon.engines``. Its name is the scheme of its addresses; of ``name+https://``, what precedes the plus.
It is a subclass of `RemoteIndex`, called with an address. Packages index, search and web know none of them.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, entry_points, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias

from onneshon.index.errors import ConfigurationError

if TYPE_CHECKING:  # needs ICU, and the doctor none
    from onneshon.index.indexer.write_job import BuildReport, UpdateReport
    from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions
    from onneshon.index.upkeep.update import ArticleWriter

GROUP: Final = "onneshon.engines"
"""Entry-point group; each entry is a subclass of `RemoteIndex`, by the scheme of its addresses."""

_SCHEME: Final = re.compile(r"([a-z][a-z0-9.-]+)(?:\+[a-z0-9.-]+)?://", re.IGNORECASE)
"""The scheme of an address has two letters at least: one letter is a drive of Windows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a command.

    Attributes:
        values: the outcome as JSON-ready values.
        lines: the same as lines for people.
        notes: further lines for people, on standard error.
        complete: whether nothing was lost.
    """

    values: Mapping[str, Any]
    lines: Sequence[str]
    notes: Sequence[str] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one examination by `doctor`.

    Attributes:
        name: the name of what was examined.
        state: ``wrong`` keeps something from working.
        text: what was found.
        remedy: what to do about it.
        exit_code: what `doctor` ends with because of it.
    """

    name: str
    state: Literal["ok", "note", "wrong"]
    text: str
    remedy: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class BuildOption:
    """An option of ``onneshon index build`` that only the indexes of one engine have: a whole number.

    Attributes:
        name: the name of the option, without leading dashes, and of the keyword.
        least: the least value.
        help: the help text.
    """

    name: str
    least: int
    help: str


@dataclass(frozen=True, slots=True)
class Due:
    """The limits at which new articles go to a new part of an index: any one suffices; without any, at once.

    Attributes:
        articles: articles that the newest part must have.
        days: days since it must have been made.
        gigabytes: size that it must have, in units of 1,000,000,000 bytes, one copy.
    """

    articles: int | None = None
    days: float | None = None
    gigabytes: float | None = None

    def holds(self, articles: int, days: float, size: int) -> bool:
        """Whether a part of this many articles, days and bytes is due; never for an empty one."""
        pairs = ((self.articles, articles), (self.days, days), (self.gigabytes, size / 1e9))
        named = [found >= bound for bound, found in pairs if bound is not None]
        return articles > 0 and (any(named) or not named)


class IndexCommands(ABC):
    """The commands of ``onneshon index`` for an index, wherever it is.

    Every method raises OnneshonError if it fails.
    """

    @abstractmethod
    def build(
        self, paths: Sequence[Path], options: "BuildOptions", own: Mapping[str, int | None]
    ) -> "BuildReport":
        """Build the index from articles and make it the live one.

        Args:
            paths: of articles.
            options: of the build, among them what the site says.
            own: ``RemoteIndex.build_options`` of all engines by their names; None for what suits.
        """

    @abstractmethod
    def migrate(self, options: "BuildOptions") -> "BuildReport":
        """Build the index again from the articles that it stores, whichever version built it.

        Args:
            options: of the build, among them what the site says.
        """

    @abstractmethod
    def update(self, paths: Sequence[Path], options: "UpdateOptions") -> "UpdateReport":
        """Add, replace and delete articles.

        Args:
            paths: of articles.
            options: of the update, among them what the site says.
        """

    @abstractmethod
    def writer(self, *, wait: float = 0) -> "AbstractContextManager[ArticleWriter]":
        """A context for changing the index article by article; waits up to ``wait`` seconds for a writer."""

    @abstractmethod
    def delete(self, ids: Sequence[str], *, wait: float) -> Outcome:
        """Delete articles, all or, if one is missing, none; waits up to ``wait`` seconds for a writer."""

    @abstractmethod
    def check(self, *, deep: bool) -> Outcome:
        """Verify the index against what was built; raises IndexCorruptError if it differs."""

    @abstractmethod
    def rollback(self, to: str | None) -> str:
        """Make an earlier generation live, by default the newest before the live one; its name."""

    @abstractmethod
    def gc(self, *, keep: int, only_live: bool, dry_run: bool) -> Sequence[str]:
        """Remove generations that no reader needs; their names.

        Args:
            keep: the number of generations that stay, the live one included.
            only_live: whether to remove all older ones.
            dry_run: whether to return the names without removing anything.
        """

    @abstractmethod
    def repair(self, options: "BuildOptions") -> Outcome:
        """Derive again what can be derived from the stored articles.

        Args:
            options: of a build, where it takes one.
        """

    @abstractmethod
    def snapshot(self, name: str) -> Outcome:
        """Write the live generation to a snapshot of that name."""

    @abstractmethod
    def restore(self, name: str, *, wait: float) -> Outcome:
        """Make the generation of a snapshot live; waits up to ``wait`` seconds for a writer."""

    @abstractmethod
    def stats(self) -> Outcome:
        """Figures of the live generation."""


class RemoteCommands(IndexCommands):
    """The further commands for an index that is not in a directory."""

    @abstractmethod
    def live(self) -> str:
        """A name of the live state, which differs after each change by a writer."""

    @abstractmethod
    def drop(self, *, wait: float) -> Outcome:
        """Remove the index with all its generations; waits up to ``wait`` seconds for a writer."""

    @abstractmethod
    def rollover(self, due: Due, *, shards: int | None, wait: float) -> Outcome:
        """Have new articles go to a new part of the index, separate from earlier ones.

        Args:
            due: the limits; below them nothing happens.
            shards: the number of shards of the new part; None for that of the newest.
            wait: seconds to wait for another writer.
        """

    def findings(self) -> Iterable[Finding]:
        """The findings of ``onneshon doctor`` about the index and its location."""
        return ()


class RemoteIndex(ABC):
    """An index that is not in a directory. Its ``str`` is its address, without secrets."""

    kind: ClassVar[str] = "an index at an address"
    """A phrase for such an index, for messages."""

    build_options: ClassVar[Sequence[BuildOption]] = ()
    """The options of ``onneshon index build`` for such an index alone."""

    @abstractmethod
    def __init__(self, address: str) -> None:
        """Read an address; raises ConfigurationError if it is malformed."""

    @abstractmethod
    def __str__(self) -> str: ...

    @abstractmethod
    def commands(self) -> RemoteCommands:
        """The commands that build and maintain the index; raises OnneshonError if a library is missing."""

    @abstractmethod
    def open_engine(self, *, directory: Path, **options: Any) -> Any:
        """An engine that searches the live generation: a ``search.interface.OpenedEngine``.

        Args:
            directory: where ``onneshon.toml`` and the site's synonyms are.
            options: ``weights``, ``time_limit`` and ``costly``, as ``search.open_engine`` takes them.

        Raises:
            IndexMissingError: there is no index.
            OnneshonError: it cannot be opened.
        """


Location: TypeAlias = Path | RemoteIndex
"""Where an index is: in a directory, or at an address."""


def engines(scheme: str = "") -> Iterator[type[RemoteIndex]]:
    """The installed engines; those whose package cannot be imported are skipped.

    Args:
        scheme: the scheme of their addresses; empty for all.
    """
    for entry in entry_points(group=GROUP, name=scheme) if scheme else entry_points(group=GROUP):
        with suppress(ImportError):
            yield entry.load()


def location_of(text: str) -> Location:
    """The directory or the address that a text names.

    Raises:
        ConfigurationError: no package provides indexes at such an address, or it is malformed.
    """
    found = _SCHEME.match(text)
    if found is None:
        return Path(text)
    scheme = found[1].lower()
    for engine in engines(scheme):
        return engine(text)
    raise ConfigurationError(None, "", f"nothing here provides an index at {found[0]}: {_remedy(scheme)}")


def _remedy(scheme: str) -> str:
    try:
        extras = metadata("onneshon").get_all("Provides-Extra") or []
    except PackageNotFoundError:
        extras = []
    if scheme in extras:
        return f"install it with `pip install 'onneshon[{scheme}]'`"
    return "give a directory, or install a package that does"


def site_directory(location: Location) -> Path:
    """The directory of an index's ``onneshon.toml``; for an address, the working directory."""
    return location if isinstance(location, Path) else Path()
