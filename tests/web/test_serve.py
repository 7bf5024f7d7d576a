import re
import signal
import socket
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.serving import start


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_when_told(tmp_path: Path, end: signal.Signals) -> None:
    """The address goes to stderr, an index is not needed to start, and both ways to end it are clean."""
    with start(tmp_path, "--port", "0") as process:
        assert process.stderr
        line = process.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert address, line
        memory = process.stderr.readline()
        assert re.search(r"up to \d+ MB of analysed text and 64 MB of lists of words", memory), memory
        with pytest.raises(HTTPError) as refused:
            urlopen(address[0])  # noqa: S310 # our own server
        assert refused.value.code == 503
        refused.value.close()
        process.send_signal(end)
        out, errors = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in errors


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    """A second server tells what is wrong and what to do, without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start(tmp_path, "--port", str(port)) as process:
            _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"port {port}" in errors
    assert "Traceback" not in errors
