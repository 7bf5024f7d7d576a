"""The newest generation that can be served: the live one, or, where that is damaged, one from before it."""

from collections.abc import Collection
from pathlib import Path

from onneshon.index.errors import REPAIR, IndexCorruptError, OnneshonError
from onneshon.index.storage.generations import Generation, Generations
from onneshon.index.storage.reader import IndexReader, open_generation, open_index

__all__ = ["open_sound"]


def open_sound(directory: Path, *, damaged: Collection[str] = ()) -> IndexReader:
    """Open the live generation; where it is damaged, the newest sound one before it, with a warning.

    Of an older one every byte is read first. Nothing is written: `Generations.rollback` makes it live.

    Args:
        directory: the index.
        damaged: names of generations that are known not to be as they were built.

    Raises:
        IndexMissingError: there is no index yet.
        IndexCorruptError: the live generation is damaged, and no earlier one is sound.
        IndexOutdatedError: it was built by another version of the analysis or the schema.
    """
    try:
        return _live(directory, damaged)
    except IndexCorruptError as damage:
        reader = _earlier(directory, damaged)
        if reader is None:
            raise
        reader.warning = (
            f"{damage}; until then generation {reader.generation}, "
            f"built {reader.manifest.created}, is searched in its place"
        )
        return reader


def _live(directory: Path, damaged: Collection[str]) -> IndexReader:
    if damaged and (name := Generations(directory).current().name) in damaged:
        raise IndexCorruptError(f"generation {name} in {directory} is damaged: {REPAIR}")
    return open_index(directory)


def _earlier(directory: Path, damaged: Collection[str]) -> IndexReader | None:
    for generation in Generations(directory).earlier():
        if generation.name not in damaged and (reader := _opened(generation)) is not None:
            return reader
    return None


def _opened(generation: Generation) -> IndexReader | None:
    try:
        return open_generation(generation, verify=True)
    except OnneshonError:
        return None
