"""An object store as generations need it: whole objects, a list, and a write if nobody else wrote.

S3, Google Cloud Storage, Azure, a folder (``file://``) and memory alike, by obstore. Who asks stands in the
environment variables that each of them has (``AWS_ACCESS_KEY_ID`` and so on), never in an address.
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

from filelock import FileLock

from onneshon.index.errors import ConfigurationError, OnneshonError, StoreError
from onneshon.index.storage.durable import replace_file, sync_file, sync_folder

if TYPE_CHECKING:
    import obstore.store

_SCHEMES: Final = ("s3", "gs", "az", "file", "memory")
_PART: Final = 8 << 20
"""Bytes of a large object that are sent and fetched at a time."""
_SENT: Final = 4
"""Parts of an object that are under way at a time."""
_DELETED: Final = 500
"""Objects that one request deletes; a store takes a thousand."""
_RETRY_SECONDS: Final = 10.0
_RETRIES: Final = 3
_SLOW_SECONDS: Final = 20.0
_SLOW_BYTES: Final = 20_000
"""Fewer in so many seconds, and a connection is given up: it may give one now and then for hours."""
_ALLOW_HTTP: Final = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP")


@dataclass(frozen=True, slots=True)
class Found:
    """An object as it was read.

    Attributes:
        content: of it.
        version: by which a store tells whether it was written since; empty where something on the way took
            that out.
    """

    content: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a list has it.

    Attributes:
        key: its name.
        size: in bytes.
        modified: when it was written, by the clock of the store.
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
        address: of it, for messages.
        opened: gives that of obstore, always the same.
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
        """An object; None where there is none.

        Args:
            key: its name.
            unless: a version; of an object that is in it, None, and it must be there.

        Raises:
            ObjectMissingError: it was in a version, and is not there any more.
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
            ObjectMissingError: it is not there.
            StoreError: the store cannot be asked.
        """
        with _explained(self.address):
            try:
                stream = self._store.get(key).stream(min_chunk_size=1)
            except FileNotFoundError:
                raise ObjectMissingError(f"{key} is not in {self.address}") from None
            yield from self._coming(stream)

    def _coming(self, stream: Iterable[Any]) -> Iterator[bytes]:
        """The pieces of an answer as they come; raises StoreError where hardly anything does."""
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
        """Write an object, which is seen whole or not at all.

        Raises:
            StoreError: the store refuses it, or cannot be asked.
        """
        with _explained(self.address):
            self._store.put(key, content, chunk_size=_PART, max_concurrency=_SENT)

    def swap(self, key: str, content: bytes, version: str) -> str:
        """Write an object if it is in a version still; the version that it is in then.

        Args:
            key: its name.
            content: that it shall have. It must differ from all that it ever had, so that a write whose
                answer was lost is told from that of another.
            version: that it must have; empty where there must be no such object.

        Raises:
            StoreConflictError: it is in another version.
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
        """The objects whose names begin with a folder.

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


def _check_kept(address: str, key: str, unless: str) -> None:
    """Of an object that is not there: whether it was."""
    if unless:
        raise ObjectMissingError(f"{key} is not in {address} any more")


class _Folder(ObjectStore):
    """A folder of this machine, or of one that it has mounted: its conditional write holds a lock.

    It is made by who writes: who asks for what is in one that is not there may have mistyped it. What was put
    there is on the disk, as it is in any other store; obstore leaves it to the page cache.
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
        with self._written(), FileLock(self._folder / ".lock", fallback_to_soft=False):
            found = self.get(key)
            if (found.version if found else "") != version:
                raise StoreConflictError(f"{key} in {self.address} was written by another process")
            replace_file(path, content)
            found = self.get(key)
            return found.version if found else ""

    @contextlib.contextmanager
    def _written(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"{self.address} cannot be written: {error.strerror or error}") from error


def open_store(address: str) -> ObjectStore:
    """The store of an address, which is not asked yet.

    Args:
        address: ``s3://bucket/name``, ``gs://bucket/name``, ``az://account/container/name`` or
            ``file:///folder``.

    Raises:
        ConfigurationError: the address makes no sense, or its store has no credentials.
        OnneshonError: obstore is missing.
    """
    scheme = urlsplit(address).scheme
    # Behind two slashes stands a machine, and behind none a path from where the process happens to be.
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
    """Waits that end, and whether a store may be asked without TLS: where the environment says so."""
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
    """Say in a sentence what a store refused."""
    try:
        yield
    except (
        _library().exceptions.BaseError,
        FileNotFoundError,
        PermissionError,
        NotImplementedError,
    ) as error:
        raise StoreError(f"{address} cannot be asked: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    """What an error of obstore says; the state of its insides follows in further lines.

    Not how long it took, so that the same fault says the same again, and is told once.
    """
    said = re.sub(r"\s+", " ", str(error).partition("\n\n")[0])
    return re.sub(r" in [\d.]+[mµn]?s\b", "", said)[:500]
