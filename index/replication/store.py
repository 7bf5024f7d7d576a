"""An object store as generations need it: whole objects, a list, and a write if nobody else wrote.

S3, Google Cloud Storage, Azure, a folder (``file://``) and memory alike, by obstore. Credentials are in
the environment variables of each (``AWS_ACCESS_KEY_ID`` and so on), never in an address.
"""

import contextlib
import datetime as dt
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from onneshon.index.errors import ConfigurationError, OnneshonError, StoreError
from onneshon.index.storage.durable import file_lock, remedy_of, replace_file, sync_file, sync_folder

if TYPE_CHECKING:
    import obstore.store

_SCHEMES: Final = ("s3", "gs", "az", "file", "memory")
_ERRNO: Final = re.compile(r"\(os error (\d+)\)")
"""The number of an error of this machine's disk, which obstore says in its message alone."""

_UPLOAD: Final = re.compile(r".+#\d+")
"""The name of a file of an upload to a folder; obstore does not list them, and those of a killed one stay."""

_PART: Final = 8 << 20
"""Bytes of a part, in which large objects are sent."""
_SENT: Final = 4
"""The number of parts of an object sent at a time."""
_DELETED: Final = 500
"""The number of objects that one request deletes; the limit of stores is a thousand."""
_RETRY_SECONDS: Final = 10.0
_RETRIES: Final = 3
_SLOW_SECONDS: Final = 20.0
_SLOW_BYTES: Final = 20_000
"""A connection with fewer bytes in ``_SLOW_SECONDS`` is given up: it might trickle for hours."""
_ALLOW_HTTP: Final = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP")


@dataclass(frozen=True, slots=True)
class Found:
    """An object as it was read.

    Attributes:
        content: the content of the object.
        version: the ETag, by which a store sees whether it was written since; empty where something on the
            way removed it.
    """

    content: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a listing.

    Attributes:
        key: the object's name.
        size: the size in bytes.
        modified: the time when it was written, by the clock of the store.
    """

    key: str
    size: int
    modified: dt.datetime


class StoreConflictError(StoreError):
    """Somebody else has written the object meanwhile."""


class ObjectMissingError(StoreError):
    """There is no such object."""


class ObjectStore:
    """A folder of a store.

    Args:
        address: the address of the folder, for messages.
        opened: returns the store of obstore, always the same one.
    """

    def __init__(self, address: str, opened: Callable[[], "obstore.store.ObjectStore"]) -> None:
        self.address = address
        self._opened = opened

    @property
    def _store(self) -> "obstore.store.ObjectStore":
        return self._opened()

    def __str__(self) -> str:
        return self.address

    def get(self, key: str, unless: str = "") -> Found | None:
        """Read an object; None where there is none.

        Args:
            key: the object's name.
            unless: a version; None is returned if the object, which must exist, still has it.

        Raises:
            ObjectMissingError: ``unless`` is given, and the object does not exist any more.
            StoreError: the store cannot be asked.
        """
        with _explained(self.address):
            try:
                answer = self._store.get(key, options={"if_none_match": unless} if unless else None)
                content = b"".join(self._coming(answer.stream(min_chunk_size=1)))
                return Found(content, str(answer.meta["e_tag"] or ""))
            except FileNotFoundError:
                _check_kept(self.address, key, unless)
                return None
            except _library().exceptions.NotModifiedError:
                return None

    def pieces(self, key: str) -> Iterator[bytes]:
        """The content of an object, piece by piece.

        Raises:
            ObjectMissingError: there is no such object.
            StoreError: the store cannot be asked.
        """
        with _explained(self.address):
            try:
                stream = self._store.get(key).stream(min_chunk_size=1)
            except FileNotFoundError:
                raise ObjectMissingError(f"{key} is not in {self.address}") from None
            yield from self._coming(stream)

    def _coming(self, stream: Iterable[Any]) -> Iterator[bytes]:
        """The pieces of an answer as they arrive; raises StoreError if they arrive too slowly."""
        waited, came, asked = 0.0, 0, time.monotonic()
        for piece in map(bytes, stream):
            waited += time.monotonic() - asked
            came += len(piece)
            if waited >= _SLOW_SECONDS:
                if came < _SLOW_BYTES:
                    raise StoreError(f"{self.address} cannot be asked: it hardly answers")
                waited, came = 0.0, 0
            yield piece
            asked = time.monotonic()

    def put(self, key: str, content: bytes | Iterable[bytes]) -> None:
        """Write an object, which becomes visible whole or not at all.

        Raises:
            StoreError: the store refuses it, or cannot be asked.
        """
        with _explained(self.address):
            self._store.put(key, content, chunk_size=_PART, max_concurrency=_SENT)

    def swap(self, key: str, content: bytes, version: str) -> str:
        """Write an object if it still has a version (compare and swap); returns the new version.

        Args:
            key: the object's name.
            content: the new content. It must differ from all that the object ever had, so that a write whose
                answer was lost is distinguished from that of another process.
            version: the version it must have; empty if the object must not exist.

        Raises:
            StoreConflictError: the object has another version.
            StoreError: the store cannot be asked; whether it wrote is not known.
        """
        errors = _library().exceptions
        mode: Any = {"e_tag": version} if version else "create"
        with _explained(self.address):
            try:
                return str(self._store.put(key, content, mode=mode)["e_tag"] or "")
            except (errors.AlreadyExistsError, errors.PreconditionError):
                found = self.get(key)
                if found is not None and found.content == content:
                    return found.version
                raise StoreConflictError(f"{key} in {self.address} was written by another process") from None

    def listed(self, prefix: str) -> Iterator[Listed]:
        """The objects in a folder, which is the beginning of their names.

        Raises:
            StoreError: the store cannot be asked.
        """
        with _explained(self.address):
            for chunk in self._store.list(prefix, chunk_size=1000):
                for meta in chunk:
                    yield Listed(meta["path"], meta["size"], meta["last_modified"])

    def delete(self, keys: list[str]) -> None:
        """Delete objects.

        Raises:
            StoreError: the store cannot be asked.
        """
        with _explained(self.address):
            for first in range(0, len(keys), _DELETED):
                self._store.delete(keys[first : first + _DELETED])

    def remove_unfinished(self, before: dt.datetime) -> list[int]:  # noqa: ARG002  # for folders
        """Remove uploads that were last written to before a time; returns the bytes of each.

        Buckets are asked for none: their own rules remove them ("lifecycle").

        Raises:
            StoreError: the store refuses it.
        """
        return []


def _check_kept(address: str, key: str, unless: str) -> None:
    """Raise ObjectMissingError for a missing object if a version of it was known."""
    if unless:
        raise ObjectMissingError(f"{key} is not in {address} any more")


class _Folder(ObjectStore):
    """A folder of this machine, or of one that it has mounted: its conditional write holds a lock.

    Only writes make the folder: for a reader, a missing one may be a mistyped address. Writes are synced to
    the disk (fsync), as durable as in any other store; obstore leaves them in the page cache.
    """

    def __init__(self, address: str, folder: Path) -> None:
        there = _library().store.LocalStore(folder, mkdir=True) if folder.exists() else None
        super().__init__(address, cache(lambda: there or self._made()))
        self._folder = folder

    def _made(self) -> "obstore.store.ObjectStore":
        with self._written():
            made: obstore.store.ObjectStore = _library().store.LocalStore(self._folder, mkdir=True)
            return made

    def get(self, key: str, unless: str = "") -> Found | None:
        if not self._folder.exists():
            _check_kept(self.address, key, unless)
            return None
        return super().get(key, unless)

    def put(self, key: str, content: bytes | Iterable[bytes]) -> None:
        super().put(key, content)
        path = self._folder / key
        with self._written():
            sync_file(path)
            sync_folder(path.parent)
            sync_folder(self._folder)

    def swap(self, key: str, content: bytes, version: str) -> str:
        path = self._folder / key
        self._opened()
        with self._written(), file_lock(self._folder / ".lock"):
            found = self.get(key)
            if (found.version if found else "") != version:
                raise StoreConflictError(f"{key} in {self.address} was written by another process")
            replace_file(path, content)
            found = self.get(key)
            return found.version if found else ""

    def remove_unfinished(self, before: dt.datetime) -> list[int]:
        removed = []
        with self._written():
            for path in filter(_is_upload, self._folder.rglob("*#*")):
                with contextlib.suppress(FileNotFoundError):  # it has just been finished
                    known = path.stat()
                    if known.st_mtime < before.timestamp():
                        path.unlink()
                        removed.append(known.st_size)
        return removed

    @contextlib.contextmanager
    def _written(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            said = _with_remedy(f"({error.strerror or error})", error.errno)
            raise StoreError(f"{self.address} cannot be written {said}") from error


def _is_upload(path: Path) -> bool:
    return _UPLOAD.fullmatch(path.name) is not None


def open_store(address: str) -> ObjectStore:
    """The store of an address; no request is made yet.

    Args:
        address: ``s3://bucket/name``, ``gs://bucket/name``, ``az://account/container/name`` or
            ``file:///folder``.

    Raises:
        ConfigurationError: the address is malformed, or its store has no credentials.
        OnneshonError: obstore is missing.
    """
    scheme = urlsplit(address).scheme
    # After two slashes comes a host name, and after none a relative path.
    if scheme not in _SCHEMES or (scheme == "file" and not address.lower().startswith("file:///")):
        raise ConfigurationError(
            None,
            "",
            f"{address!r} is no address of an object store: give s3://, gs://, az:// or file:///FOLDER",
        )
    library = _library()
    try:
        if scheme == "file":
            folder = Path(unquote(urlsplit(address).path))
            return _Folder(address, folder)
        if scheme == "memory":
            store = library.store.MemoryStore()
        else:
            store = library.store.from_url(
                address,
                client_options=_client_options(),
                retry_config={"max_retries": _RETRIES, "retry_timeout": dt.timedelta(seconds=_RETRY_SECONDS)},
            )
        return ObjectStore(address, lambda: store)
    except (library.exceptions.BaseError, ValueError, OSError) as error:
        raise ConfigurationError(None, "", f"{address} cannot be opened: {_first_line(error)}") from error


def _client_options() -> Any:
    """Timeouts, and whether requests without TLS are allowed, as the environment says."""
    without_tls = any(os.environ.get(name, "").lower() in {"1", "true"} for name in _ALLOW_HTTP)
    return {"connect_timeout": "5s", "read_timeout": "20s", "timeout": "1h", "allow_http": without_tls}


def _library() -> Any:
    try:
        import obstore  # noqa: PLC0415  # an extra
        import obstore.exceptions  # noqa: PLC0415
        import obstore.store  # noqa: PLC0415
    except ImportError as error:
        raise OnneshonError(
            f"an object store needs obstore: install it with `pip install 'onneshon[store]'` ({error})"
        ) from error
    return obstore


@contextlib.contextmanager
def _explained(address: str) -> Iterator[None]:
    """Raise errors of a store as StoreError, with a sentence."""
    try:
        yield
    except (
        _library().exceptions.BaseError,
        FileNotFoundError,
        PermissionError,
        NotImplementedError,
    ) as error:
        line = _first_line(error)
        number = _ERRNO.search(line)
        said = _with_remedy(line, int(number[1]) if number else None)
        raise StoreError(f"{address} cannot be asked: {said}") from error


def _with_remedy(said: str, number: int | None) -> str:
    """A reason with what to do about an error of the system of this number, if there is anything."""
    remedy = remedy_of(number)
    return f"{said}: {remedy}" if remedy else said


def _first_line(error: Exception) -> str:
    """The first line of an error of obstore, whose further lines show internal state.

    Durations are removed, so that the same fault has the same message, and is logged once.
    """
    said = re.sub(r"\s+", " ", str(error).partition("\n\n")[0])
    return re.sub(r" in [\d.]+[mµn]?s\b", "", said)[:500]
