"""A server ends when a signal tells it to, at whatever moment."""

import signal
import subprocess
import sys

import pytest

from tests.serving import SECONDS

PROGRAM = """
import os, signal, weakref
from onneshon.web import create_app
from onneshon.web.processes import EndSignal
from onneshon.web.server import listen, make_server
from onneshon.web.threads import WorkerThreads
from tests.fake_engine import ARTICLES, FakeEngine

class Imported:
    pass

end = EndSignal()
server = make_server(
    create_app(FakeEngine(ARTICLES)), listen("127.0.0.1", 0), WorkerThreads(), end=end
)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, end)
module = Imported()
reference = weakref.ref(module, lambda _: os.kill(os.getpid(), int({number})))
del module  # Python says that it ignored what the handler raised
server.run()
"""


@pytest.mark.no_cover  # the test is about when it ends, not about what it runs
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_in_a_callback_ends_the_server(number: signal.Signals) -> None:
    """In a callback, as after each import, Python drops the exception of a signal handler."""
    program = PROGRAM.replace("{number}", str(int(number)))
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert "Exception ignored" in ended.stderr
    assert ended.returncode == 0
