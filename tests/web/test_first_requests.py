"""The first requests of a process, all at once: threads use tables, types and files for the first time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web import first_requests

TRIALS = 10
"""The number of forks, each with some 90 requests at once; one takes 10 seconds where memory is slow."""

RUNS = 4


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are made by forking")
@pytest.mark.parametrize("_run", range(RUNS))
def test_first_requests_of_every_kind_may_come_at_once(sample_index: Path, tmp_path: Path, _run: int) -> None:
    """No fresh process dies, hangs, or answers differently from one that was asked in turn."""
    directory = shutil.copytree(sample_index, tmp_path / "index")
    program = [
        sys.executable,
        "-m",
        first_requests.__name__,
        str(directory),
        str(tmp_path / "keys"),
        str(TRIALS),
    ]
    ran = subprocess.run(program, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["trials"] == {"[]": TRIALS}, ran.stderr[-5000:]
    assert not [status for status in told["statuses"] if int(status) >= 500]
