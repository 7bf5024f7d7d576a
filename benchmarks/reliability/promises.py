"""Checks that publications reported as visible are found, and that requests are queued whole or not at all.

    python -m benchmarks.reliability.promises [--changes 1000] [--processes 4] [--kills 1000] [--seed 1]

Puts one article again and again through a server of several processes, and deletes it each tenth time. After
each answer that reports the change as visible, the article is read once for each process, over separate
connections. Then processes append a request of a thousand articles to a queue each, and a limit of file size
makes the kernel kill them at a random byte, or at none: the queue must then contain all of the request or
nothing, and all if it was acknowledged. Fails where one of these does not hold.
"""

import argparse
import os
import resource
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation, encode_request
from tests.building import build_numbered
from tests.publishing import publishing

__all__ = ["cut_requests", "main", "missed"]

_WAIT: Final = 10.0
"""The seconds after which an answer reports a change as not visible yet."""

_ARTICLES: Final = 1_000
"""The number of articles in a request."""


def missed(directory: Path, changes: int, processes: int) -> int:
    """The number of answers that contradict an earlier answer's report."""
    found = 0
    with publishing(directory, "--processes", str(processes)) as client:
        for number in range(changes):
            is_gone = number % 10 == 9
            title = f"সংখ্যা {number}"
            _, answer = client.delete("বদল", _WAIT) if is_gone else client.put("বদল", title, _WAIT)
            wanted = None if is_gone else title
            if answer["visible"]:
                found += sum(client.title("বদল") != wanted for _ in range(processes))
            else:
                print(f"    not visible in time: {answer['state']}")
    return found


def _written(directory: Path, operations: Sequence[Operation], most: int) -> bool:
    """Whether a process acknowledged its request; it is killed once a file exceeds ``most`` bytes."""
    told, telling = os.pipe()
    if child := os.fork():
        os.close(telling)
        os.waitpid(child, 0)
        with os.fdopen(told, "rb") as acknowledged:
            return bool(acknowledged.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    Journal(directory).append(operations)
    os.write(telling, b".")
    os._exit(0)


def cut_requests(folder: Path, kills: int, chance: Random) -> tuple[int, int]:
    """The number of kills that left a torn request on the disk, and of those whose queue is then wrong."""
    operations = [Operation(f"{at}", '{"title": "নদী"}') for at in range(_ARTICLES)]
    size, cut, wrong = len(encode_request(operations)), 0, 0
    for number in range(kills):
        directory = folder / str(number)
        acknowledged = _written(directory, operations, chance.randrange(size + size // 8))
        cut += 0 < sum(file.stat().st_size for file in directory.rglob("*.log")) < size
        found = len(Journal(directory).read(0).operations)
        wrong += found not in {0, _ARTICLES} or acknowledged > found
        shutil.rmtree(directory)
    return cut, wrong


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        directory = Path(folder, "index")
        build_numbered(directory)
        stale = missed(directory, given.changes, given.processes)
        print(f"{given.changes:,} changes asked of {given.processes} processes: {stale:,} answers missed one")
        chance = Random(given.seed)  # noqa: S311  # no secret
        cut, wrong = cut_requests(Path(folder, "queue"), given.kills, chance)
        print(f"{given.kills:,} kills: {cut:,} cut a request, {wrong:,} left a part of one in the queue")
    sys.exit(bool(stale or wrong))


if __name__ == "__main__":
    main()
