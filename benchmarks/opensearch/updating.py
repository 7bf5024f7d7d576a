"""Measures the time of an update of one article on a cluster.

    python -m benchmarks.opensearch.updating --address opensearch://127.0.0.1:9201/news [--times 40]

Updates an existing index, one article at a time, as `onneshon index update` does, and deletes the article at
the end. Prints the seconds until readers can find it and until the update ends, merging included; and the
seconds that an open engine takes to reload.
"""

import argparse
from contextlib import closing
from time import perf_counter
from typing import Final

import numpy as np

from onneshon.index import Article
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster

ID: Final = "benchmark-of-updates"
TEXT: Final = "পদ্মা সেতু দিয়ে চলাচলের জন্য নতুন টোল নির্ধারণ করা হয়েছে। বাংলাদেশ সেতু কর্তৃপক্ষ আজ এ কথা জানায়। " * 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", required=True)
    parser.add_argument("--times", type=int, default=40)
    given = parser.parse_args()
    times: dict[str, list[float]] = {"visible": [], "ended": [], "reader": []}
    with (
        closing(Cluster(Address.parse(given.address))) as cluster,
        ClusterEngine.open(given.address, time_limit=None, patience=60) as engine,
    ):
        for number in range(given.times):
            report = update_on_cluster([Article(ID, f"সেতুতে নতুন টোল {number}", TEXT)], cluster)
            began = perf_counter()
            engine.reload()
            times["reader"].append(perf_counter() - began)
            times["visible"].append(report.visible_seconds)
            times["ended"].append(report.seconds)
        delete_on_cluster([ID], cluster)
        print(f"{report.articles:,} articles, {given.times} updates of one\n")
    print("| seconds | p50 | p95 | most |\n|---|---|---|---|")
    for name, seconds in times.items():
        print(f"| {name} | {' | '.join(f'{value:.2f}' for value in np.percentile(seconds, [50, 95, 100]))} |")


if __name__ == "__main__":
    main()
