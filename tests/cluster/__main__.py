"""A cluster for a person: ``./dev cluster``, ended by Ctrl-C."""

import argparse
import signal
import sys
import time
from pathlib import Path

from tests.cluster.java import FOLDER, RELEASES, missing
from tests.cluster.running import PORTS, is_free, running_cluster


def _port(text: str) -> int:
    """A port that a cluster may have, and nobody listens at."""
    port = int(text)
    if port not in range(PORTS.start, PORTS.stop):
        raise argparse.ArgumentTypeError(f"choose one from {PORTS.start} to {PORTS.stop - 1}, not {port}")
    if not is_free(port):
        raise argparse.ArgumentTypeError(f"something listens at {port} already: choose another")
    return port


def main() -> None:
    """Start it and wait."""
    parser = argparse.ArgumentParser(
        prog="./dev cluster", description="A cluster of OpenSearch on this machine."
    )
    parser.add_argument("--nodes", type=int, default=3, help="processes [3]")
    parser.add_argument("--heap", type=int, default=384, help="megabytes of memory of each [384]")
    parser.add_argument("--port", type=_port, help="of the first, from 9201 to 9290; a free one unless told")
    parser.add_argument("--data", type=Path, default=FOLDER / "data", help="folder [var/opensearch/data]")
    parser.add_argument("--opensearch", choices=RELEASES, default="3", help="version of OpenSearch [3]")
    given = parser.parse_args()
    release = RELEASES[given.opensearch]
    if lacking := missing(release=release):
        sys.exit(f"dev: {lacking}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    folder = given.data.resolve() / given.opensearch
    with running_cluster(folder, given.nodes, given.heap, given.port, release) as cluster:
        sys.stdout.write(f"ready: {cluster.address('news')}\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
