"""A field whose postings carry impacts: a list for each term, laid out as the kernel reads it in place.

name/terms ...     the terms in order, see ``term_dictionary.py``
name/starts  u4    where the list of each term begins in ``name/data``, and where the last one ends
name/data    u1    the lists, see ``index/kernel/encoding.pyx``, and some bytes after the last
"""

from typing import Final

import numpy as np

from onneshon.index.arrays import starts_of
from onneshon.index.columnar.beginnings import BeginningsWriter
from onneshon.index.columnar.section_file import SectionWriter
from onneshon.index.columnar.term_dictionary import TermBlock, TermDictionaryWriter
from onneshon.index.errors import BuildError
from onneshon.index.kernel.encoding import encode

__all__ = ["BASIS", "PADDING", "ImpactWriter"]

BASIS: Final = "basis"
"""Fact of a file with such fields: what their impacts were made with, see ``index.ranking.Basis``."""

PADDING: Final = 16
"""Bytes after the last list: the kernel loads eight at a time."""

LIMIT: Final = 2**32
"""Bytes of all lists of a field, whose starts have 32 bits."""


class ImpactWriter:
    """Writes one field, block after block in the order of its terms.

    Args:
        writer: of the file.
        name: of the field.
        positions: whether the blocks come with frequencies and positions.
        beginnings: whether the articles that hold a term beginning so are counted, for terms of Bengali.
    """

    def __init__(
        self, writer: SectionWriter, name: str, *, positions: bool, beginnings: bool = False
    ) -> None:
        self._writer = writer
        self._name = name
        self._positions = positions
        self._terms = TermDictionaryWriter(writer, name)
        self._starts = writer.section(f"{name}/starts", "<u4")
        self._data = writer.section(f"{name}/data", "<u1")
        self._beginnings = BeginningsWriter(writer, name) if beginnings else None

    def extend(self, block: TermBlock) -> None:
        """Append a block, which has impacts; its terms come after all those before.

        Raises:
            BuildError: the lists of the field take more bytes than a file can hold.
        """
        if not len(block.terms) or block.impacts is None:
            return
        data, sizes = encode(
            block.counts.astype(np.uint32),
            block.docs.astype(np.uint32),
            block.impacts,
            block.freqs.astype(np.uint32) if self._positions and block.freqs is not None else None,
            block.positions.astype(np.uint32) if self._positions and block.positions is not None else None,
        )
        self._starts.extend(starts_of(sizes) + self._data.count)
        self._data.write(data, len(data))
        if self._data.count > LIMIT:
            raise BuildError(
                f"the lists of {self._name} do not fit into a file; build several smaller indexes"
            )
        self._terms.extend(block.terms)
        if self._beginnings is not None:
            self._beginnings.extend(block)

    def finish(self) -> None:
        """Complete the sections and note the field's facts in the file's table."""
        self._starts.extend(np.array([self._data.count], np.int64))
        self._data.write(bytes(PADDING), PADDING)
        if self._beginnings is not None:
            self._beginnings.finish()
        self._writer.facts.setdefault("fields", {})[self._name] = {
            "terms": len(self._terms),
            "positions": self._positions,
        }
