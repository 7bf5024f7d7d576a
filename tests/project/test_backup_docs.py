"""The backup that docs/operations.md describes, beside a server that writes."""

import contextlib
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from onneshon.web.desk.store import DeskStore, Held
from tests.packages import ROOT

TEXT = (
    (ROOT / "docs" / "operations.md").read_text("utf-8").partition("\n## Backup\n")[2].partition("\n## ")[0]
)
HELD = Held("সেতু", "2999-01-01T00:00:00+00:00", "editor", "আগাম খবর", "{}")


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs the sqlite3 program")
def test_a_backup_has_what_editors_decided_while_others_read(tmp_path: Path) -> None:
    """What SQLite has not brought into its file yet as well, for the owner only; lists as they are."""
    index, backups, trial = (tmp_path / name for name in ("index", "backups", "trial"))
    for folder in (index, backups, trial):
        folder.mkdir()
    store = DeskStore(index)
    store.settle()
    with contextlib.closing(sqlite3.connect(store.path)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT * FROM held").fetchall()
        store.hold(HELD)
        (index / "pins.json").write_text('{"pins": []}', "utf-8")
        for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)[2:]:
            there = block.replace("/var/backups", str(backups)).replace("/tmp/trial", str(trial))  # noqa: S108  # of the page
            subprocess.run(
                ["/bin/sh", "-euc", there],
                env={"ONNESHON_INDEX": str(index), "PATH": "/usr/bin:/bin"},
                check=True,
            )
    assert DeskStore(trial).waiting() == [HELD]
    assert (trial / "withheld.txt").read_text("utf-8") == "সেতু\n"
    assert (trial / "pins.json").exists()
    assert {path.stat().st_mode & 0o077 for path in backups.iterdir()} == {0}
