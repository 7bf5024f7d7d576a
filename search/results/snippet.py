"""The passages of a text that show best why it matches; the kernel chooses them."""

from collections.abc import Sequence
from typing import Final

from onneshon.index.analysis.clusters import is_cluster_border
from onneshon.index.kernel.passages import Passages
from onneshon.search.results.chunks import CLUSTER_CLASSES
from onneshon.search.results.highlight import Occurrence
from onneshon.search.results.values import Match, Snippet

WIDTH: Final = 190
"""Clusters of a snippet at most, ellipses included."""

_PASSAGES: Final = Passages(CLUSTER_CLASSES, is_cluster_border, Match)


def snippet(text: str, found: Sequence[Occurrence], weights: list[float], width: int = WIDTH) -> Snippet:
    """The best passages of a text with their marks; its beginning where nothing is found.

    A passage is a span of the stored text, cut at the end of a sentence or between words, never inside a
    cluster.

    Args:
        text: as stored.
        found: where the words of the query are in it, in order.
        weights: what showing each word of the query is worth.
        width: clusters of the whole snippet, ellipses included, at most; 9 or more.
    """
    return Snippet(*_PASSAGES.snippet(text, found, weights, width))
