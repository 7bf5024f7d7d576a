"""All that bytes from outside come to, by name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from onneshon.index.errors import IndexStateError
from onneshon.index.indexer.builder import build
from onneshon.search import Engine
from tests.fuzzing import lists, reading, requests, searching

__all__ = ["NAMES", "SEEDS", "Check", "Checks", "check_of", "checks"]

Check: TypeAlias = Callable[[bytes], None]
"""Raises whatever it likes where something is wrong with what comes of some bytes."""

Checks: TypeAlias = Mapping[str, Check]

SEEDS: Final = Path(__file__).with_name("seeds")
"""A folder for each target: files with which to begin, and every one that something was wrong with once."""

NAMES: Final = tuple(sorted(path.name for path in SEEDS.iterdir()))

_SAMPLE: Final = Path(__file__).parents[2] / "sample" / "articles.jsonl"


def _of_no_index(folder: Path) -> Checks:
    return {**reading.checks(folder), **lists.checks()}


def checks(engine: Engine, folder: Path) -> Checks:
    """What checks bytes for each target.

    Args:
        engine: that is searched.
        folder: for files.
    """
    return {**_of_no_index(folder), **searching.checks(engine), **requests.checks(folder / "queue", engine)}


def check_of(name: str, folder: Path) -> Check:
    """The same for one target, over the sample articles.

    Args:
        name: of the target.
        folder: for files, an index of the sample among them.
    """
    alone = _of_no_index(folder)
    if name in alone:
        return alone[name]
    return checks(_sample_engine(folder / "index"), folder)[name]


def _sample_engine(directory: Path) -> Engine:
    """Searches the sample; its index is built where there is none, or one that an earlier version built."""
    try:
        return Engine.open(directory, time_limit=None)
    except IndexStateError:
        build([_SAMPLE], directory)
        return Engine.open(directory, time_limit=None)
