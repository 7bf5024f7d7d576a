"""The errors of Onneshon, one hierarchy, so that one ``except`` catches them all.

    OnneshonError
    ├── CorpusError            an article that cannot be read: file, line, kind, what is wrong
    ├── ConfigurationError     onneshon.toml says what makes no sense: file, key, what to do
    ├── TableError             a line of a site's table that makes no sense: file, line, what to write
    ├── ArticleNotFoundError   no article of that id
    ├── BusyError              costly queries of others are before this one: ask again in a while
    ├── JournalError           the queue of what is to be published cannot be written or read
    ├── StoreError             an object store cannot be asked, refuses, or has altered files
    └── IndexStateError
        ├── IndexMissingError  no index there yet                      exit code 3
        ├── IndexLockedError   another process writes it               exit code 4
        ├── IndexCorruptError  its files are not those that were built exit code 5
        ├── IndexOutdatedError built by another analysis or format     exit code 5
        └── BuildError         the build failed; the live index is as it was

Packages that provide engines add errors of their own. Every message says what happened, where, and what to
do. ``exit_code`` is what the command line ends with.
"""

from pathlib import Path
from typing import ClassVar, Final, Literal, TypeAlias

REPAIR: Final = (
    "go back with `onneshon index rollback`, save what can be read with `onneshon index repair`, or build "
    "the index again"
)
"""What to do about an index whose files are not those that were built."""

GIVE: Final = "give it to the user that runs this"
"""What to do about a file that belongs to another user."""

CONVERT: Final = "convert it, for example with `iconv -f WINDOWS-1252 -t UTF-8`"
"""What to do about a text that is not UTF-8."""


class OnneshonError(Exception):
    """Any failure that a person can understand and act on.

    try:
        page = engine.search(text)
    except OnneshonError as error:
        print(error)
    """

    exit_code: ClassVar[int] = 1


KINDS: Final = {
    "budget": "more bytes or time than its size allows",
    "compression": "compressed data broken, cut short, compressed twice, or in need of too much memory",
    "csv": "not CSV",
    "database": "the database did not answer",
    "date": "not a date",
    "duplicate": "id already taken",
    "empty": "neither title nor body",
    "file": "file unreadable or cut short",
    "font": "typed for a font, not as text",
    "format": "a file of another program",
    "html": "a page without an article",
    "http": "no page was sent",
    "id": "id unusable",
    "json": "not JSON",
    "link": "a link that leads out of its folder",
    "locked": "locked with a password",
    "long": "too long",
    "nul": "NUL character in a text",
    "number": "not a number",
    "object": "JSON, but not an object",
    "refused": "refused by the cluster",
    "scan": "pages that are pictures",
    "surrogate": "half of a surrogate pair",
    "type": "wrong type of a field",
    "utf-8": "not UTF-8",
    "xml": "broken XML",
}
"""Each kind of fault of an article, with what it means in a few words."""


class CorpusError(OnneshonError):
    """An article that cannot be read, raised at once under ``strict`` and counted otherwise.

    Args:
        where: ``file:line`` of the article.
        kind: which sort of fault, one of ``KINDS``, for counting.
        reason: what is wrong, for a person; made one line of, as libraries quote what they could not read.
        ends_source: nothing of its source can be read from there on, so that an unknown number of articles is
            missing, not one.
    """

    def __init__(self, where: str, kind: str, reason: str, *, ends_source: bool = False) -> None:
        self.where = where
        self.kind = kind
        self.reason = " ".join(reason.split())
        super().__init__(f"{where}: {self.reason}")
        self.ends_source = ends_source


class ConfigurationError(OnneshonError):
    """The configuration of a site makes no sense; nothing of it is in force.

    Args:
        path: of the file; None of what a program made.
        key: dotted, such as ``fields.tags.several``; empty where all of the file is meant.
        reason: what is wrong and what to do, for a person.
    """

    def __init__(self, path: Path | None, key: str, reason: str) -> None:
        super().__init__(": ".join(str(part) for part in (path, key, reason) if part))
        self.path = path
        self.key = key
        self.reason = reason


class TableError(OnneshonError):
    """A line of a site's table that makes no sense.

    Args:
        where: ``file:line``, or the file.
        reason: what is wrong and what to write instead.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class ArticleNotFoundError(OnneshonError):
    """No article with that id is in the index."""

    @classmethod
    def of(cls, article_id: str) -> "ArticleNotFoundError":
        """The error that names the id."""
        return cls(f"there is no article with the id {article_id!r}")


class BusyError(OnneshonError):
    """A costly query waited too long behind other costly ones; a later retry may succeed.

    Args:
        seconds: the time after which a retry is worth it.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"too many costly queries are being answered; ask again in {seconds} s, or with fewer words"
        )
        self.seconds = seconds


class JournalError(OnneshonError):
    """The journal of operations cannot be used now; acknowledged operations are still in it."""


class StoreError(OnneshonError):
    """An object store cannot be asked now, refuses, or has altered objects."""


ReportedAs: TypeAlias = Literal["unusable", "late", "crowded", "lacking", "unreachable"]
"""The kind of failure that readers see for an index that does not answer: it cannot be opened; or, if it is
remote, is too slow, overloaded, lacks a part for now, or cannot be reached or may not be asked."""


class IndexStateError(OnneshonError):
    """The index is not in a state in which the request can be served.

    Attributes:
        reported_as: the kind of failure that readers see, without names of files and hosts.
    """

    reported_as: ReportedAs = "unusable"


class IndexMissingError(IndexStateError):
    """There is no index in that directory yet."""

    exit_code = 3


class IndexLockedError(IndexStateError):
    """Another process is writing the index; the message names it."""

    exit_code = 4


class IndexCorruptError(IndexStateError):
    """A file of the index is missing, cut short, altered, or not one of those that were built."""

    exit_code = 5


class IndexOutdatedError(IndexStateError):
    """The index is sound, but was built by a version with another analysis or format: rebuild it."""

    exit_code = 5


class BuildError(IndexStateError):
    """A build failed; what was live before is still live."""
