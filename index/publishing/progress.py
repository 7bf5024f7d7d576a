"""The position up to which the journal is applied: written after each commit, read by waiting clients.

The writer may be killed between a commit and the record of it. It then applies the same operations again,
which changes nothing: each operation contains the whole article, not a modification of it.
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
"""Most commits, and most lost ranges, that are remembered."""


@dataclass(frozen=True, slots=True)
class CommittedBatch:
    """Operations that became visible together.

    Attributes:
        position: the position of the last of them.
        generation: the generation in which they are visible.
    """

    position: int
    generation: str


@dataclass(frozen=True, slots=True)
class Published:
    """The progress of the writer.

    Attributes:
        commits: the latest commits, oldest first.
        failure: why the next operations cannot currently be applied; empty if nothing failed.
        refused: the number of operations, and unreadable lines, that were set aside for good.
        lost: the latest requests with lines that could not be read, as ranges as in ``Batch``.
    """

    commits: tuple[CommittedBatch, ...] = ()
    failure: str = ""
    refused: int = 0
    lost: tuple[tuple[int, int], ...] = ()

    @property
    def position(self) -> int:
        """The position up to which all operations are visible."""
        return self.commits[-1].position if self.commits else 0

    @property
    def newest(self) -> str:
        """The generation of the last commit; empty before the first."""
        return self.commits[-1].generation if self.commits else ""

    def is_lost(self, position: int) -> bool:
        """Whether the request at a position could not be read, wholly or in part."""
        return any(after < position <= last for after, last in self.lost)

    def generation_of(self, position: int) -> str | None:
        """The generation in which a request became visible; None while it waits, and if it is lost.

        For a request applied before all remembered commits it is the first of these, which has it too.
        """
        if self.is_lost(position):
            return None
        return next((commit.generation for commit in self.commits if commit.position >= position), None)

    def with_commit(
        self, commit: CommittedBatch, refused: int = 0, lost: Sequence[tuple[int, int]] = ()
    ) -> "Published":
        """The progress after one more commit."""
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
    """The file of the progress, ``DIR/publishing/published.json``.

    Args:
        directory: the index directory.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / "publishing" / "published.json"
        self._seen: FileStamp | None = None
        self._last = Published()

    def read(self) -> Published:
        """The progress of the writer; position 0 if it is not known, as applying again does no harm.

        Raises:
            JournalError: the file cannot be read.
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
        """When the file was last written, in seconds of ``time.time``; 0 if never, or if unknown."""
        try:
            return self._path.stat().st_mtime
        except OSError:
            return 0.0

    def write(self, published: Published) -> None:
        """Replace the file, durably.

        Raises:
            OSError: the disk refused the write.
        """
        fields = asdict(published) | {
            "commits": [[commit.position, commit.generation] for commit in published.commits]
        }
        replace_file(self._path, json.dumps(fields).encode())
