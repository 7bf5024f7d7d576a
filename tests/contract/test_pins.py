"""Pins on a cluster: they work above engines, which find the remaining hits."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import build_on_cluster
from onneshon.search import Engine, Pin, PinFile
from tests.cluster.running import LocalCluster

pytestmark = pytest.mark.xdist_group("cluster")

ARTICLES = [
    *(Article(f"m{at}", "নদীর মেলা", f"নদীর ধারে মেলা, দিন {at}। " + "গান। " * at) for at in range(8)),
    Article("খেলা-১", "ক্রিকেটে জয়", "মাঠে দর্শক।", category="খেলা"),
]


def test_a_cluster_answers_with_the_same_pins_as_an_index_here(cluster: LocalCluster, tmp_path: Path) -> None:
    """Hits, totals, counts and parts of explanations agree, page by page and by cursor."""
    address = Address.parse(cluster.address("pinned"))
    with closing(Cluster(address)) as connection:
        build_on_cluster(iter(ARTICLES), connection, force=True)
    PinFile(tmp_path).add(Pin(("নদী",), first=("m5", "gone", "খেলা-১"), never=("m2",), name="p1"))
    with (
        ClusterEngine.open(address, directory=tmp_path, time_limit=None) as there,
        Engine.of(ARTICLES, time_limit=None) as here,
    ):
        here._pins.file = PinFile(tmp_path)
        for engine in (there, here):
            assert engine.explain("নদী", "m5").parts[-1].kind == "pinned"
        for limit in (1, 2, 4):
            cursors: list[str | None] = [None, None]
            for _ in range(9):
                engines: list[Any] = [there, here]
                pages = [
                    engine.search("নদী", limit=limit, group=False, facets=["category"], cursor=cursor)
                    for engine, cursor in zip(engines, cursors, strict=True)
                ]
                told = [
                    (page.offset, page.total, page.facet_values, [(hit.id, hit.pinned) for hit in page])
                    for page in pages
                ]
                assert told[0] == told[1]
                cursors = [page.cursor for page in pages]
                assert (cursors[0] is None) == (cursors[1] is None)
                if None in cursors:
                    break
            assert None in cursors
        assert [article.id for article in there.scan("নদী")] == [article.id for article in here.scan("নদী")]
