"""Sites among the sources of a command: their addresses, crawl options, and the files of their pages."""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import click

from onneshon.index.commands.shared import progress_of, with_further
from onneshon.index.commands.terminal import NumberRange, counted, say
from onneshon.index.errors import CorpusError, OnneshonError
from onneshon.index.ingest.corpus import may_have_rows
from onneshon.index.ingest.crawling.address import SiteOptions, is_address, parse_address, site_file
from onneshon.index.ingest.readers.record import ReadingOptions, needed
from onneshon.index.ingest.source import STDIN, database_path

if TYPE_CHECKING:  # needs libraries that are installed for sites alone
    from onneshon.index.ingest.crawling.crawl import CrawlReport

Given: TypeAlias = Path | str
"""A source as it was given: a path, or the address of a site."""

_Command = TypeVar("_Command", bound=Callable[..., Any])

_WEB: Final = ("http:", "https:", "file:", "ftp:", "ftps:", "sftp:")
_LOOKED_AT: Final = 20
"""Most pages that are requested for a preview."""
_DAY: Final = 86_400.0
_LIBRARIES: Final = ("urllib3", "certifi", "protego", "trafilatura")


class _Source(click.Path):
    """A path, or an address of the web or of a database."""

    name = "source"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Convert a path; the address of a site stays text, that of a database becomes a path."""
        text = str(value)
        if database := database_path(text):
            return database
        if not is_address(text) or not text.lower().startswith(_WEB):
            return super().convert(value, parameter, context)
        try:
            parse_address(text)
        except CorpusError as error:
            self.fail(str(error), parameter, context)
        return text


def sources_argument(*, allow_dash: bool) -> Callable[[_Command], _Command]:
    """Decorator; passes ``sources: tuple[Given, ...]``.

    Args:
        allow_dash: whether ``-`` stands for standard input.
    """
    kind = _Source(exists=True, allow_dash=allow_dash, path_type=Path)
    return click.argument(
        "sources", nargs=-1, required=True, metavar="PATH|URL...", type=kind, callback=_check_stdin
    )


def _check_stdin(
    _context: click.Context, _argument: click.Parameter, sources: tuple[Given, ...]
) -> tuple[Given, ...]:
    if sources.count(STDIN) > 1:
        raise click.UsageError("standard input can be read once only")
    return sources


_DEFAULTS: Final = SiteOptions()
_OPTIONS: Final = (
    click.option(
        "--delay",
        type=NumberRange(min=0),
        default=_DEFAULTS.delay,
        show_default=True,
        metavar="SECONDS",
        help="Of a site: wait so long between two requests; longer where robots.txt says so.",
    ),
    click.option(
        "--pages",
        type=click.IntRange(min=1),
        default=_DEFAULTS.pages,
        show_default=True,
        metavar="N",
        help="Of a site: most pages.",
    ),
    click.option(
        "--host",
        "hosts",
        multiple=True,
        metavar="NAME",
        help="Of a site: a further host that its pages may be on. Repeatable.",
    ),
    click.option(
        "--allow-private", is_flag=True, help="Of a site: it may be on this machine, or in a private network."
    ),
    click.option(
        "--entries",
        is_flag=True,
        help="Of a feed: take entries that have the whole text, without asking for their pages.",
    ),
)


def site_options(command: _Command) -> _Command:
    """Decorator; passes ``site: SiteOptions``."""

    def with_site(
        *arguments: Any,
        delay: float,
        pages: int,
        hosts: tuple[str, ...],
        allow_private: bool,
        entries: bool,
        **given: Any,
    ) -> Any:
        site = SiteOptions(delay, hosts, pages, allow_private, entries)
        return command(*arguments, site=site, **given)

    return with_further(command, with_site, _OPTIONS)  # type: ignore[return-value]  # it takes what the command takes


def _fetched(address: str, directory: Path, site: SiteOptions, *, quiet: bool) -> "CrawlReport":
    """Update the pages of a site, and print a summary.

    Raises:
        CorpusError: the site cannot be read, or a library is missing.
    """
    for library in _LIBRARIES:
        needed(library, "site", address)
    crawl = needed("onneshon.index.ingest.crawling.crawl", "site", address)
    progress = progress_of(quiet=quiet)
    progress.start(None)
    try:
        report: CrawlReport = crawl.fetch_site(address, directory, site, progress.asked)
    except KeyboardInterrupt:
        say("\nwhat was fetched is kept: the same command goes on from there", err=True, indent="")
        raise
    finally:
        progress.finish()
    if not quiet:
        say(_summary(address, report), err=True)
    return report


def _summary(address: str, report: "CrawlReport") -> str:
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in report.outcomes.items())
    beyond = f"; {report.beyond:,} more than --pages allows" if report.beyond else ""
    asked = f"{report.asked:,} asked for" + (f" ({counts})" if counts else "")
    newest = "" if report.whole else " by a feed, the newest alone"
    return f"{address}: {counted(report.named, 'page')} named{newest}, {asked}{beyond}"


@contextmanager
def files_of(
    sources: Sequence[Given],
    directory: Path,
    site: SiteOptions,
    *,
    reading: ReadingOptions | None,
    quiet: bool,
    dry_run: bool,
) -> Iterator[tuple[Path, ...]]:
    """The paths of sources: for each site, a file of its current pages, which is updated first.

    If nothing is raised inside, pages that are gone count as withdrawn from the index. In a dry run only the
    first pages are requested, and none is kept.

    Args:
        sources: the sources as given.
        directory: the directory of ``onneshon.toml`` of the index.
        site: how sites are crawled.
        reading: how sources are read; a format applies to all of them.
        quiet: whether to print nothing.
        dry_run: whether to change nothing.

    Raises:
        CorpusError: a site cannot be read.
    """
    check_sites(sources, reading)
    check_selection(sources, reading)
    if not dry_run:
        found = {
            source: _fetched(source, directory, site, quiet=quiet).file
            for source in sources
            if isinstance(source, str)
        }
        yield tuple(found[source] if isinstance(source, str) else source for source in sources)
        _forget(found.values())
        return
    with TemporaryDirectory(prefix="onneshon-") as temporary:
        first = replace(site, most_asked=_LOOKED_AT)
        yield tuple(
            _looked_at(source, directory, Path(temporary), first, quiet=quiet)
            if isinstance(source, str)
            else source
            for source in sources
        )


def _looked_at(address: str, directory: Path, temporary: Path, site: SiteOptions, *, quiet: bool) -> Path:
    """A temporary file with the stored pages of a site, and the first pages that are not stored."""
    kept, copy = (site_file(folder, parse_address(address)) for folder in (directory, temporary))
    if kept.exists():
        copy.parent.mkdir(exist_ok=True)
        shutil.copy2(kept, copy)
    return _fetched(address, temporary, site, quiet=quiet).file


def check_sites(sources: Sequence[Given], reading: ReadingOptions | None) -> list[str]:
    """The sites among sources; if there are any, a format for all sources is refused."""
    sites = [source for source in sources if isinstance(source, str)]
    if sites and reading and reading.format not in {None, "site"}:
        raise click.UsageError(f"--format is for files: the format of {sites[0]} is recognised")
    return sites


def check_selection(sources: Sequence[Given], reading: ReadingOptions | None) -> None:
    """Refuse a selection of rows if no source is a database, as everything would be read instead."""
    chosen = reading.selection.names if reading else []
    paths = [source for source in sources if isinstance(source, Path)]
    if reading and chosen and not may_have_rows(paths, reading):
        options = " and ".join(f"--{name}" for name in chosen)
        raise click.UsageError(f"{options}: no source is a database; name one, or leave the option out")


def _forget(files: Iterable[Path]) -> None:
    for file in files:
        crawl = needed("onneshon.index.ingest.crawling.crawl", "site", str(file))
        crawl.forget_gone(file)


class FollowedSites:
    """Sites that are crawled at intervals for changes.

    Args:
        addresses: the addresses of the sites.
        directory: the directory of the index.
        site: how the sites are crawled.
        every: seconds between the end of a crawl and the next one.
        clock: returns monotonic seconds.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        directory: Path,
        site: SiteOptions,
        every: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._addresses = addresses
        self._directory = directory
        self._site = replace(site, fresh_seconds=_DAY)
        self._every = every
        self._clock = clock
        self._next = clock()
        self._files: dict[str, Path] = {}

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of those sites that could be read."""
        return tuple(self._files.values())

    @property
    def are_complete(self) -> bool:
        """Whether all sites could be read, so that each has a file."""
        return len(self._files) == len(self._addresses)

    def has_news(self) -> bool:
        """Crawl the sites if it is due; whether something has changed."""
        if not self._addresses or self._clock() < self._next:
            return False
        found = [self._look(address) for address in self._addresses]
        self._next = self._clock() + self._every
        return any(found)

    def forget(self) -> None:
        """Stop reporting pages as gone, once their articles were deleted from the index."""
        _forget(self.files)

    def _look(self, address: str) -> bool:
        is_first = address not in self._files
        try:
            report = _fetched(address, self._directory, self._site, quiet=not is_first)
        except OnneshonError as error:
            say(f"{error}; it is asked again in {self._every:g} s", err=True)
            return False
        self._files[address] = report.file
        if report.has_news and not is_first:
            say(_summary(address, report), err=True)
        return report.has_news
