"""``one_target.py TARGET FOLDER SECONDS``: has Atheris look for bytes with which something is wrong.

The folder has for each target a corpus that grows from run to run, and what was found: the bytes, and beside
them what they led to. A mistake that is met again in the same place is no further one. What hangs, or takes
too much memory, ends the process, and is noted by libFuzzer.
"""

import contextlib
import hashlib
import sys
import time
import traceback
from pathlib import Path
from typing import Final

import atheris  # of the group "fuzz"

with atheris.instrument_imports(include=["onneshon", "waitress"]):
    from tests.fuzzing import targets

__all__ = ["main"]

SLOW_SECONDS: Final = 2.0
"""Processor time that bytes may take; there are few of them."""

MOST_BYTES: Final = 4096


class _Findings:
    """Notes what is found, one of a kind.

    Args:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def note(self, content: bytes, kind: str, told: str) -> None:
        """Keep bytes and what they led to, unless the same was met before."""
        path = self._folder / hashlib.sha256(kind.encode()).hexdigest()[:12]
        if not path.exists():
            path.write_bytes(content)
            path.with_suffix(".txt").write_text(f"{kind}\n\n{told}", "utf-8")


def _kind_of(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    cause = f" from {_kind_of(error.__cause__)}" if error.__cause__ else ""
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}{cause}"


def main(name: str, folder: Path, seconds: int) -> None:
    """Look for so long."""
    check = targets.check_of(name, folder)
    findings = _Findings(folder / "found" / name)
    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)

    def try_bytes(content: bytes) -> None:
        begun = time.process_time()
        try:
            check(content)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is found
            findings.note(content, _kind_of(error), traceback.format_exc())
        if time.process_time() - begun > SLOW_SECONDS and (took := again(content)) > SLOW_SECONDS:
            findings.note(
                content, f"slow: {took // SLOW_SECONDS:.0f} x {SLOW_SECONDS:.0f} s", f"{took:.1f} s"
            )

    def again(content: bytes) -> float:
        """How long it takes, now that all that is loaded when it is needed is there."""
        begun = time.process_time()
        with contextlib.suppress(Exception):
            check(content)
        return time.process_time() - begun

    options = [
        f"-max_total_time={seconds}",
        f"-max_len={MOST_BYTES}",
        "-timeout=60",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={folder / 'found' / name}/",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    seeds = targets.SEEDS / name
    atheris.Setup([sys.argv[0], *options, str(corpus), str(seeds)], try_bytes)
    with contextlib.suppress(SystemExit):
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
