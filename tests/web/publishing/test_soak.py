"""A server that publishes and is searched for long keeps no more memory or files than at first.

``ONNESHON_SOAK=3600 pytest -s tests/web/publishing/test_soak.py`` runs for 3600 seconds and prints what the
server and its writer keep, a line every tenth of the time; without it the test runs for a few seconds.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.building import build_numbered
from tests.publishing import Publisher, key_for
from tests.serving import SECONDS, start

SOAK = float(os.environ.get("ONNESHON_SOAK", "4"))
ROUNDS = 10
PAUSE = 0.05
GROWTH = 1.2
"""The most memory at the end, as a share of that after a third of the time."""
ALLOWANCE = 16
"""Megabytes allowed in addition, which a process takes or returns for other reasons."""
SEGMENTS, FILES = 12, 6
"""The segments allowed in addition, and the files of each; a leak of one a round soon exceeds them."""


@dataclass(frozen=True)
class Held:
    """What a process keeps: megabytes not backed by files, and open files."""

    megabytes: float
    files: int

    @classmethod
    def by(cls, process: int) -> "Held":
        """The figures of the system for a process."""
        status = Path(f"/proc/{process}/status").read_text().splitlines()
        kilobytes = next(line for line in status if line.startswith("RssAnon"))
        return cls(int(kilobytes.split()[1]) / 1024, len(list(Path(f"/proc/{process}/fd").iterdir())))


def _children(process: int) -> list[int]:
    threads = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def _work(client: Publisher, seconds: float, done: int) -> int:
    """Publish, delete and search, and return the number of rounds so far."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        title = f"খবর {done}"
        status, answer = client.put(f"soak-{done % 50}", title)
        assert (status, answer["visible"]) == (200, True)
        if done % 3 == 0:
            assert client.delete(f"soak-{(done + 25) % 50}")[0] == 200
        for query in (title, "নদী", f"পদ্মা {done}"):
            status, found = client.ask("GET", f"/api/v1/search?q={quote(query)}", key="")
            assert (status, found["partial"]) == (200, False)
        assert client.title(f"soak-{done % 50}") == title
        done += 1
        time.sleep(PAUSE)
    return done


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="what a process holds is read from /proc")
def test_memory_and_files_stay_as_they_were(tmp_path: Path) -> None:
    """No request fails either."""
    directory, keys = tmp_path / "index", tmp_path / "keys"
    build_numbered(directory, 200)
    key = key_for(keys)
    with start(directory, "--port", "0", "--keys", str(keys)) as process:
        assert process.stderr
        client = Publisher(int(process.stderr.readline().split("http://127.0.0.1:")[1].split("/")[0]), key)
        done, held = 0, []
        try:
            for number in range(ROUNDS):
                done = _work(client, SOAK / ROUNDS, done)
                held.append([Held.by(child) for child in (process.pid, *_children(process.pid))])
                print(f"{number + 1:3} of {ROUNDS}: {done:,} rounds", *held[-1])  # noqa: T201  # the figures of the run
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)
    assert done >= ROUNDS
    for early, late in zip(held[ROUNDS // 3], held[-1], strict=True):
        assert late.megabytes <= early.megabytes * GROWTH + ALLOWANCE
        assert late.files <= early.files + SEGMENTS * FILES
