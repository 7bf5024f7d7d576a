"""What stands beside the generations of an index: its history, and the ids that no build puts in.

``DIR/builds.jsonl``, a line of JSON for each build, is a record for people and graphs, and nothing
depends on it: a line that cannot be read is passed over.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from onneshon.index.errors import BuildError
from onneshon.index.json_form import decoded
from onneshon.index.storage.durable import replace_file

FILE_NAME: Final = "builds.jsonl"
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
        lines = (directory / FILE_NAME).read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    found = (_decoded(line) for line in lines)
    return tuple(record for record in found if record is not None)


def _decoded(line: str) -> BuildRecord | None:
    try:
        return decoded(line.encode(), BuildRecord)
    except (msgspec.DecodeError, RecursionError):
        return None


def record_build(directory: Path, record: BuildRecord) -> None:
    """Remember a build; the writer's lock is held.

    Raises:
        OSError: the disk refused it.
    """
    path = directory / FILE_NAME
    line = json.dumps(asdict(record)) + "\n"
    earlier = path.read_text("utf-8", "replace").splitlines(keepends=True) if path.exists() else []
    if len(earlier) < KEPT and (not earlier or earlier[-1].endswith("\n")):
        with path.open("a", encoding="utf-8") as stream:
            stream.write(line)
        return
    whole = [line for line in earlier if line.endswith("\n")]
    fresh = path.with_name(f".{FILE_NAME}.new")
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
