"""Articles that are gone: which, and since when; a file of a generation."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.segment_list import INDEX_NAME
from onneshon.index.errors import IndexCorruptError

GONE_FILE: Final = f"{INDEX_NAME}.gone"

KEPT_GONE: Final = 10_000
"""Ids, those that went last; a few hundred kilobytes."""

_SECTION: Final = "gone"


def write_gone(folder: Path, gone: Mapping[str, int]) -> None:
    """Write down which articles are gone from a generation; of too many the last.

    Args:
        folder: of the generation.
        gone: ids, and since when, in seconds of Unix.
    """
    if gone:
        last = dict(sorted(gone.items(), key=lambda each: (-each[1], each[0]))[:KEPT_GONE])
        content = msgspec.json.encode(last)
        with closing(SectionWriter(folder)) as sections:
            sections.section(_SECTION, "<u1").write(content, len(content))
            write_file(sections, folder / GONE_FILE)


def read_gone(folder: Path) -> dict[str, int]:
    """The ids of articles that are gone, and since when; none where nobody can tell."""
    try:
        content = SectionFile.open(folder / GONE_FILE).array(_SECTION).tobytes()
        return msgspec.json.decode(content, type=dict[str, int])
    except (IndexCorruptError, msgspec.DecodeError):
        return {}
