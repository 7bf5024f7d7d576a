"""Processes that write to a cluster, tested without a cluster."""

import os
import signal
import subprocess
import sys
import time

PROGRAM = """
import time
from onneshon.index.article import Article
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.writing.workers import BATCH, Job, Writers
from onneshon.index.ranking import Basis

def articles():
    for number in range(2 * BATCH):
        yield Article(str(number), "খবর", "আজকের খবর")
    print("working", flush=True)
    time.sleep(600)

nobody = Address((("127.0.0.1", 9),), "news")
with Writers(Job(nobody, Credentials(), "news-000001", Basis(1.0, 1.0), 1), 2) as writers:
    for written in writers.write(articles()):
        pass
"""


def _is_alive(group: int) -> bool:
    """Whether a process of a process group is running."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_writers_end_with_a_build_that_is_killed() -> None:
    """Writers notice the end of the build by themselves, as a killed build cannot stop them."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, start_new_session=True
    ) as builder:
        try:
            assert builder.stdout
            assert builder.stdout.readline() == b"working\n"
            builder.send_signal(signal.SIGKILL)
            builder.wait()
            until = time.monotonic() + 60
            while _is_alive(builder.pid):
                assert time.monotonic() < until, "writers outlive the build"
                time.sleep(0.1)
        finally:
            if _is_alive(builder.pid):
                os.killpg(builder.pid, signal.SIGKILL)
