"""Files of articles that an admin drops in: previewed, then read into the index by a separate process.

    DIR/imports/NAME/import-DIGEST.csv   the file; of its own name only the ending is used
    DIR/imports/NAME/state.json          the state of the import
    DIR/imports/NAME/report.json         the counts of the process
    DIR/imports/NAME/cancel              exists once somebody cancels the import
    DIR/imports/NAME/running.lock        held while it runs; free again if its server dies

The process is ``onneshon index update`` or ``onneshon index build``: the live generation answers until all is
built, and stays live if the process fails, is cancelled or killed.
"""

import contextlib
import json
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import IO, Any, Final, Literal, TypeAlias

from filelock import FileLock, Timeout

from onneshon.index.configuration import Configuration
from onneshon.index.ingest.preview import Preview, preview
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.storage.durable import explain, file_lock, our_environment, replace_file
from onneshon.search import QueryError
from onneshon.web.desk.store import DeskStoreError

How: TypeAlias = Literal["update", "build"]
"""``update``: add articles, replacing those with the same ids. ``build``: replace all articles."""

State: TypeAlias = Literal["looked at", "running", "done", "failed", "cancelled", "stopped"]

KINDS: Final = (
    *(".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".xml", ".html", ".txt", ".md"),
    *(".docx", ".odt", ".xlsx", ".epub", ".pdf"),
)
"""Endings of files that may be dropped in. Databases and web addresses need access to the machine."""

MAPPED: Final = ("id", "title", "body", "date", "category", "author", "url")
"""Fields for which a column can be named."""

MOST: Final = 20
"""Maximum number of imports kept; older ones are deleted."""

_NAME: Final = re.compile(r"[0-9]{14}-[0-9a-f]{8}")
_POLL_SECONDS: Final = 0.2
_END_SECONDS: Final = 20.0
_MOST_TEXT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was dropped in.

    Attributes:
        name: the name of the import.
        file: the name of the file as it was dropped in.
        who: the name of the client that dropped it in.
        mapping: the columns chosen for fields.
        state: the state of the import.
        how: whether it updates the index or builds it again.
        said: the last output of the process.
        bad: how many articles may be left out, the number that the preview showed; None for the default.
        taken: the number of articles read; None until the import is done.
        left_out: the number of articles left out.
    """

    name: str
    file: str
    who: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    state: State = "looked at"
    how: How = "update"
    said: str = ""
    bad: int | None = None
    taken: int | None = None
    left_out: int = 0


class Imports:
    """The imports of an index; threads and processes may share them.

    Args:
        directory: the directory of the index.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._folder = directory / "imports"

    def receive(self, stream: IO[bytes], file: str, who: str) -> Import:
        """Store a file that was dropped in.

        Args:
            stream: the content of the file.
            file: the name of the file; its ending gives the format.
            who: the name of the client that dropped it in.

        Raises:
            QueryError: the format is none of ``KINDS``.
            DeskStoreError: the file cannot be written.
        """
        named = PurePath(file.replace("\\", "/"))
        file, ending = named.name[:200], named.suffix.lower()
        if ending not in KINDS:
            raise QueryError(f"{file!r} does not end with {', '.join(KINDS)}", parameter="file")
        name = f"{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
        # Articles without ids get them from this name, so the same file again gives the same articles.
        kept = f"import-{blake2b(file.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}{ending}"
        try:
            folder = self._folder / name
            folder.mkdir(mode=0o700, parents=True)
            with (folder / kept).open("xb") as target:
                shutil.copyfileobj(stream, target)
            self._forget(name)
        except OSError as error:
            raise DeskStoreError(f"nothing was taken: {explain(error, self._folder)}") from error
        return self._write(Import(name, file, who))

    def _forget(self, received: str) -> None:
        names = {path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name)} - {received}
        for name in sorted(names, reverse=True)[MOST - 1 :]:
            if not self._runs(name):
                shutil.rmtree(self._folder / name, ignore_errors=True)

    def _write(self, imported: Import) -> Import:
        replace_file(self._folder / imported.name / "state.json", json.dumps(asdict(imported)).encode())
        return imported

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise QueryError("there is no such import", parameter="name")
        found = next((self._folder / name).glob("import-*"), None)
        if found is None:
            raise QueryError("there is no such import, or it is too old", parameter="name")
        return found

    def named(self, name: str) -> Import:
        """The import of a name; raises QueryError where there is none."""
        folder = self._path(name).parent
        known = Import(**json.loads((folder / "state.json").read_bytes()))
        if known.state != "running":
            return known
        if not self._runs(name):
            return replace(known, state="stopped")
        return replace(known, said=self._said(known))

    def all(self) -> list[Import]:
        """All imports that are kept, the latest first."""
        try:
            names = sorted(
                (path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True
            )
        except FileNotFoundError:
            return []
        found = []
        for name in names:
            with contextlib.suppress(
                QueryError, OSError, ValueError, TypeError
            ):  # half made, or half removed
                found.append(self.named(name))
        return found

    def preview(self, name: str, configuration: Configuration, mapping: Mapping[str, str]) -> Preview:
        """Preview what would be read from the file of an import, with some columns chosen for fields.

        Raises:
            OnneshonError: the file cannot be read at all.
        """
        named = {of: (column,) for of, column in mapping.items()}
        path, file = self._path(name), self.named(name).file
        found = preview([path], configuration, ReadingOptions(mapping=named))
        faults = [fault.named(str(path), file) for fault in found.faults]
        return replace(found, faults=faults)

    def _said(self, known: Import) -> str:
        """The last output of an import's process, with the original name of the file."""
        path = self._path(known.name)
        return _tail(path.parent / "said").replace(str(path), known.file)

    def _lock(self, name: str) -> FileLock:
        return file_lock(self._folder / name / "running.lock")

    def _runs(self, name: str) -> bool:
        try:
            with self._lock(name).acquire(timeout=0):
                return False
        except Timeout:
            return True
        except OSError:
            return False

    def start(self, name: str, how: How, mapping: Mapping[str, str], bad: int | None = None) -> Import:
        """Begin to read an import into the index.

        Args:
            name: the name of the import.
            how: whether to update the index or build it again.
            mapping: the columns chosen for fields.
            bad: as in ``Import``.

        Raises:
            QueryError: there is no such import, or it is running or done already.
        """
        path, known = self._path(name), self.named(name)
        lock = self._lock(name)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise QueryError("this import runs already", parameter="name") from None
        if known.state == "done":
            lock.release()
            raise QueryError("this import is done", parameter="name")
        begun = self._write(Import(name, known.file, known.who, dict(mapping), "running", how, bad=bad))
        (path.parent / "cancel").unlink(missing_ok=True)
        threading.Thread(target=self._run, args=(path, begun, lock), name="import", daemon=True).start()
        return begun

    def cancel(self, name: str) -> None:
        """Cancel an import; what is live stays live. Raises QueryError where there is no such import."""
        (self._path(name).parent / "cancel").touch()

    def _run(self, path: Path, begun: Import, lock: FileLock) -> None:
        try:
            with (path.parent / "said").open("wb") as said, self._process(path, begun, said) as process:
                cancelled = self._watch(process, path.parent / "cancel")
            good = process.returncode in {0, 6}  # 6: some articles were left out
            state: State = "cancelled" if cancelled else "done" if good else "failed"
            ended = replace(begun, state=state, said=self._said(begun))
            self._write(_counted(ended, path.parent) if state == "done" else ended)
        finally:
            lock.release()

    def _process(self, path: Path, begun: Import, said: IO[bytes]) -> "subprocess.Popen[bytes]":
        maps = [part for of, column in begun.mapping.items() for part in ("--map", f"{of}={column}")]
        bad = ("--max-bad", str(begun.bad)) if begun.bad is not None else ()
        options = ("--json", "--index", str(self._directory), "--wait", "600")
        command = ("index", begun.how, *maps, *bad, *options)
        with (path.parent / "report.json").open("wb") as report:
            return subprocess.Popen(  # noqa: S603  # this very Python, no shell
                [sys.executable, "-m", "onneshon.index.commands.main", *command, "--", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=report,
                stderr=said,
                env=our_environment(),
            )

    @staticmethod
    def _watch(process: "subprocess.Popen[bytes]", cancel: Path) -> bool:
        """Wait for the process to end, or end it if it is cancelled; return whether it was."""
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_POLL_SECONDS)
                return False
            if cancel.exists():
                process.terminate()
                try:
                    process.wait(_END_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                return True


def _counted(ended: Import, folder: Path) -> Import:
    """The import with the counts of its process, which the desk reports in the editor's language."""
    report = json.loads((folder / "report.json").read_bytes())
    left_out = sum(report["skipped"].values())
    return replace(ended, taken=report["seen"] - left_out, left_out=left_out)


def _tail(path: Path) -> str:
    with contextlib.suppress(OSError):
        text: str = path.read_bytes()[-_MOST_TEXT:].decode("utf-8", "replace")
        return text.replace("\r", "\n").strip()
    return ""


def mapping_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The columns that a form names for fields."""
    return {of: text for of in MAPPED if (text := str(given.get(f"map-{of}", "")).strip()[:200])}
