"""Files edited by people: a changed file is read again, and changes are made one at a time."""

import os
import threading
from pathlib import Path

import pytest

from onneshon.index.errors import OnneshonError
from onneshon.index.storage.watched_file import RECHECK_SECONDS, WatchedFile, change_lock


class Notice(WatchedFile[str]):
    """A one-line file with a clock set by hand, and a count of the calls of ``stat``."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "নেই", clock=lambda: self.now, stat=self._looked_at)
        self.now, self.looks = 0.0, 0

    def _looked_at(self, path: Path) -> os.stat_result:
        self.looks += 1
        return path.stat()

    def read(self) -> str:
        """Return the line; a line of ASCII alone is refused."""
        text = self.path.read_text("utf-8")
        if text.isascii():
            raise OnneshonError(f"{text} is no notice")
        return text

    def later(self) -> str:
        """The value after the time until the next check has passed."""
        self.now += RECHECK_SECONDS
        return self.current()


@pytest.fixture
def notice(tmp_path: Path) -> Notice:
    """A notice whose file does not exist yet."""
    return Notice(tmp_path / "notice.txt")


def test_a_file_comes_changes_and_goes(notice: Notice) -> None:
    """Each time the current content is returned, under a new version."""
    said = [notice.current()]
    versions = {notice.version}
    for text in ("বন্ধ", "খোলা আছে", "ছুটি"):
        notice.path.unlink(missing_ok=True)
        notice.path.write_text(text, "utf-8")
        said.append(notice.later())
        versions.add(notice.version)
    notice.path.unlink()
    assert [*said, notice.later()] == ["নেই", "বন্ধ", "খোলা আছে", "ছুটি", "নেই"]
    assert len(versions) == 4
    assert notice.version in versions


def test_a_file_is_checked_at_intervals(notice: Notice) -> None:
    """Between two checks the cached content is returned, even if the file has changed."""
    assert notice.current() == "নেই"
    notice.path.write_text("বন্ধ", "utf-8")
    notice.now += RECHECK_SECONDS / 2
    assert [notice.current() for _ in range(3)] == ["নেই"] * 3
    notice.now += RECHECK_SECONDS / 2
    assert notice.looks == 1
    assert [notice.current() for _ in range(3)] == ["বন্ধ"] * 3
    assert notice.looks == 2


def test_a_file_that_this_process_wrote_is_read_at_once(notice: Notice) -> None:
    """A process sees its own changes without delay."""
    notice.current()
    notice.path.write_text("বন্ধ", "utf-8")
    notice.look_again()
    assert notice.current() == "বন্ধ"


def test_an_invalid_file_changes_nothing_until_it_is_mended(
    notice: Notice, caplog: pytest.LogCaptureFixture
) -> None:
    """The reason is logged once."""
    notice.path.write_text("বন্ধ", "utf-8")
    assert (notice.current(), notice.fault) == ("বন্ধ", None)
    notice.path.write_text("closed", "utf-8")
    assert [notice.later(), notice.later()] == ["বন্ধ", "বন্ধ"]
    assert str(notice.fault) == "closed is no notice"
    assert caplog.messages == ["closed is no notice; what it said before stays in use"]
    notice.path.write_text("খোলা", "utf-8")
    assert (notice.later(), notice.fault) == ("খোলা", None)


def test_nobody_waits_while_a_file_is_read(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers get the earlier content meanwhile."""
    notice.path.write_text("বন্ধ", "utf-8")
    begun, answered = threading.Event(), threading.Event()

    def read() -> str:
        begun.set()
        return "খোলা আছে" if answered.wait(9) else "nobody was answered"

    notice.current()
    monkeypatch.setattr(notice, "read", read)
    notice.path.write_text("খোলা আছে", "utf-8")
    reading = threading.Thread(target=notice.later)
    reading.start()
    assert begun.wait(9)
    assert notice.current() == "বন্ধ"
    answered.set()
    reading.join()
    assert notice.current() == "খোলা আছে"


def test_what_a_disk_refuses_under_the_lock_is_reported(tmp_path: Path) -> None:
    """The error has the class that the caller passed."""
    with (
        pytest.raises(OnneshonError, match="No such file"),
        change_lock(tmp_path / "x", OnneshonError),
    ):
        (tmp_path / "খবর" / "notice.txt").write_text("বন্ধ", "utf-8")
