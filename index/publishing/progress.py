"""How far the journal is in the index: written after each commit, read by whoever waits for one.

Between a commit and this record the writer may be killed. It then applies the same operations again, which
changes nothing: each says what an article is to be, not how to change it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from onneshon.index.errors import JournalError
from onneshon.index.file_stamp import FileStamp
from onneshon.index.storage.durable import explain, replace_file

KEPT: Final = 200
"""Commits, and stretches of what was lost, that are remembered."""


@dataclass(frozen=True, slots=True)
class CommittedBatch:
    """Operations that became visible together.

    Attributes:
        position: of the last of them.
        generation: in which they are visible.
    """

    position: int
    generation: str


@dataclass(frozen=True, slots=True)
class Published:
    """How far the writer is.

    Attributes:
        commits: the last of them, oldest first.
        failure: why the next operations cannot be applied just now; empty while all is well.
        refused: operations, and unreadable lines, that were set aside for good.
        lost: requests of which something could not be read, as ``Batch`` has them; the last of them.
    """

    commits: tuple[CommittedBatch, ...] = ()
    failure: str = ""
    refused: int = 0
    lost: tuple[tuple[int, int], ...] = ()

    @property
    def position(self) -> int:
        """Up to which all is visible."""
        return self.commits[-1].position if self.commits else 0

    @property
    def newest(self) -> str:
        """The generation of the last commit; empty before the first."""
        return self.commits[-1].generation if self.commits else ""

    def is_lost(self, position: int) -> bool:
        """Whether the request of a position could not be read, wholly or in part."""
        return any(after < position <= last for after, last in self.lost)

    def generation_of(self, position: int) -> str | None:
        """In which generation a request became visible; None while it waits, and of one that is lost.

        For one that was applied before all remembered commits it is the first of these, which has it too.
        """
        if self.is_lost(position):
            return None
        return next((commit.generation for commit in self.commits if commit.position >= position), None)

    def with_commit(
        self, commit: CommittedBatch, refused: int = 0, lost: Sequence[tuple[int, int]] = ()
    ) -> "Published":
        """After a further commit."""
        kept = (*self.lost, *lost)[-KEPT:]
        return Published((*self.commits[1 - KEPT :], commit), "", self.refused + refused, kept)

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read what `ProgressFile.write` wrote."""
        fields = json.loads(content)
        commits = tuple(
            CommittedBatch(int(position), generation) for position, generation in fields["commits"]
        )
        lost = tuple((int(after), int(last)) for after, last in fields.get("lost", ()))
        return cls(commits, fields["failure"], fields["refused"], lost)


class ProgressFile:
    """The file of it, ``DIR/publishing/published.json``.

    Args:
        directory: the index directory.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / "publishing" / "published.json"
        self._seen: FileStamp | None = None
        self._last = Published()

    def read(self) -> Published:
        """How far the writer is; the beginning where that is not known, since applying again does no harm.

        Raises:
            JournalError: the disk refuses it.
        """
        try:
            seen = FileStamp.from_stat(self._path.stat())
            if seen != self._seen:
                self._last = Published.decode(self._path.read_bytes())
                self._seen = seen
        except FileNotFoundError:
            return Published()
        except (ValueError, KeyError, TypeError):
            return Published(failure=f"{self._path} is garbled; all of the queue is applied again")
        except OSError as error:
            raise JournalError(
                f"the state of the queue cannot be read: {explain(error, self._path)}"
            ) from error
        return self._last

    def written(self) -> float:
        """When it was written last, in seconds of ``time.time``; 0 where it never was, or cannot be asked."""
        try:
            return self._path.stat().st_mtime
        except OSError:
            return 0.0

    def write(self, published: Published) -> None:
        """Replace it, durably.

        Raises:
            OSError: the disk refused it.
        """
        fields = asdict(published) | {
            "commits": [[commit.position, commit.generation] for commit in published.commits]
        }
        replace_file(self._path, json.dumps(fields).encode())
