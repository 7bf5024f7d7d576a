"""The table of builds beside OpenSearch."""

from pathlib import Path

import pytest

from benchmarks.serving.building import Run, _articles, table, write_articles
from onneshon.index import Article


def test_all_build_of_the_same_articles(tmp_path: Path) -> None:
    """What the file says is what OpenSearch is given."""
    articles = [Article("a", "নদী", "পদ্মা ও মেঘনা", category="প্রকৃতি", author="জসীম উদ্‌দীন")]
    write_articles(tmp_path / "articles.jsonl", iter(articles))
    assert list(_articles(tmp_path / "articles.jsonl")) == articles


@pytest.mark.parametrize(("peer", "ratio"), [([], ""), ([Run(4.0, 6.0)], "2.00")])
def test_rates_are_compared_with_the_peer_and_with_one_worker(peer: list[Run], ratio: str) -> None:
    """By the medians of the rounds; without a peer by one worker alone."""
    runs = {"1 worker": [Run(2.0, 2.0), Run(9.0, 2.5), Run(1.0, 2.2)], "2 workers": [Run(1.0, 2.4)]}
    rows = list(table(runs | ({"OpenSearch": peer} if peer else {}), 1_000))
    assert rows[2] == f"| 1 worker | 500 | {ratio} | 1.00 | 2.0 | 2.2 |"
    assert rows[3].endswith("| 2.00 | 1.0 | 2.4 |")
