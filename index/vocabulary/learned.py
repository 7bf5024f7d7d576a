"""What an index learns of its own articles: spellings that are one word, and abbreviations that they explain.

It is a table as that of synonyms: from, ``=``, to, class and reason, with a tab between them. It is made when
an index is built, and stays with its segment; a merge puts tables together.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from onneshon.index.vocabulary.explained import Explanations
from onneshon.index.vocabulary.pair_counts import PairCounts
from onneshon.index.vocabulary.variants import learned_variants

__all__ = ["FILE_NAME", "LEARNED_EXT", "join_learned", "learned_table", "read_learned"]

LEARNED_EXT: Final = ".learned"
"""Of the file of a segment."""
FILE_NAME: Final = "learned.tsv"
"""Of the file of an index on a cluster."""
_KEY: Final = 3
"""Columns by which two rows are one."""


def learned_table(counts: PairCounts, explanations: Explanations) -> str:
    """The table of some articles.

    Args:
        counts: how often their words stand side by side.
        explanations: that they give.
    """
    rows = [
        f"{entry.short}\t=\t{entry.words}\tabbreviation\texplained so {entry.times:,} times"
        for entry in explanations.learned()
    ]
    rows += [
        f"{entry.variant}\t=\t{entry.word}\tvariant\tsounds alike; {entry.shared:,} words stand beside both"
        for entry in learned_variants(counts)
    ]
    return "".join(f"{row}\n" for row in rows)


def read_learned(paths: Iterable[Path]) -> str:
    """The tables of some segments as one; those of updates and of earlier versions have none."""
    rows = [row for path in paths if path.exists() for row in path.read_text("utf-8").splitlines()]
    each = {tuple(row.split("\t")[:_KEY]): row for row in reversed(rows)}
    return "".join(f"{row}\n" for row in reversed(each.values()))


def join_learned(paths: Iterable[Path], target: Path) -> None:
    """Write the tables of some segments as that of another."""
    if table := read_learned(paths):
        target.write_text(table, "utf-8")
