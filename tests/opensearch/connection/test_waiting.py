"""What a build waits for is reported: soon, and not too often."""

import logging

import pytest

from onneshon.opensearch.connection.faults import AGAIN, SOON, Waiting
from tests.opensearch.fake_cluster import refused

WHERE = "opensearch://127.0.0.1:9200/news"


def test_what_is_waited_for_is_reported_within_seconds(caplog: pytest.LogCaptureFixture) -> None:
    """A wait is reported once, again after a while, and when it ends."""
    caplog.set_level(logging.WARNING)
    now = [0.0]
    full = refused(429, "cluster_block_exception", "index has read-only-allow-delete block")
    with Waiting(WHERE, lambda: now[0]) as waiting:
        for at in (0.0, SOON, SOON + 1, SOON + AGAIN):
            now[0] = at
            waiting.because(full)
        waiting.because(None)
        now[0] += AGAIN
        waiting.because(None)
    assert SOON <= 5
    messages = [record.getMessage() for record in caplog.records]
    assert [message.split(" because ")[0] for message in messages] == [
        "waiting for 3 s",
        "waiting for 33 s",
        "waiting for 63 s",
        "goes on after 63 s",
    ]
    assert "index gc --only-live" in messages[0]
    assert messages[2].endswith(f"{WHERE} has not answered yet")


def test_what_takes_no_time_is_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    """A short wait is not reported, and a failed wait does not end with a report that work continues."""
    caplog.set_level(logging.WARNING)
    with Waiting(WHERE, lambda: 0.0) as waiting:
        waiting.because(refused(429))
    now = [0.0]
    failing = Waiting(WHERE, lambda: now[0])
    with failing:
        now[0] = SOON
        failing.because(refused(429))
        caplog.clear()
        failing.__exit__(ValueError, ValueError("over"), None)
        assert not caplog.records
