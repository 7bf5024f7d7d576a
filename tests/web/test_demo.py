"""``onneshon demo``: a search without an index of one's own."""

import re
import signal
from pathlib import Path

from tests.serving import Site, start_command


def test_the_sample_is_found_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    """The command needs no index, and removes its files when the server ends."""
    with start_command("demo", "--port", "0", TMPDIR=str(tmp_path)) as process:
        assert process.stderr
        said = [process.stderr.readline() for _ in range(3)]
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", said[-1])
        assert found, said
        page = Site(int(found[1])).get("/search?q=নদী".encode())
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert b" 200 " in page.splitlines()[0]
    assert re.search("<mark[^>]*>নদী", page.decode())
    assert "72 articles" in said[0]
    assert "onneshon index build" in said[1]
    assert (process.returncode, "Traceback" in errors) == (0, False)
    assert list(tmp_path.iterdir()) == []
