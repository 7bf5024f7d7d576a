"""Keys of clients, of which the server stores only digests; ``onneshon keys`` makes and removes keys.

The file has one line per client: its name, its scopes (one of SCOPES, or several separated by commas), the
SHA-256 of its key, and the day when the key was made. A key has 256 random bits, so it cannot be found from
its digest: slow digests are for passwords, which people think up.
"""

import datetime as dt
import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Literal, TypeAlias, get_args

import click

from onneshon.index.commands.terminal import json_option, say, say_json
from onneshon.index.file_stamp import FileStamp
from onneshon.index.storage.durable import replace_file
from onneshon.search import OnneshonError

log = logging.getLogger(__name__)

Scope: TypeAlias = Literal["search", "write", "reader", "editor", "admin"]

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""``search``: read articles where the server is private. ``write``: put articles in and take them out.
``reader``: see the desk. ``editor``: decide there too. ``admin``: see its log as well."""

PREFIX: Final = "onn_"
"""The beginning of every key, by which scanners of repositories and logs recognise one."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEADER: Final = (
    "# Keys of Onneshon: name, scopes, SHA-256 of the key, made on. The keys themselves are nowhere.\n"
)

_file_option = click.option(
    "--keys",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="ONNESHON_KEYS",
    required=True,
    metavar="FILE",
    help="File of keys  [default: ONNESHON_KEYS]",
)


class KeyFileError(OnneshonError):
    """A file of keys that cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client that has a key.

    Attributes:
        name: the client's name.
        scopes: what the client may do.
        digest: SHA-256 of the key in lower-case hexadecimal.
        made: the day on which the key was made.
    """

    name: str
    scopes: frozenset[Scope]
    digest: str
    made: str = ""

    @property
    def line(self) -> str:
        """The client's line in the file."""
        return f"{self.name} {','.join(sorted(self.scopes))} {self.digest} {self.made}\n"


def _client(line: str, where: str) -> Client:
    name, scopes, digest, made = [*line.split(), "", "", "", ""][:4]
    wanted = frozenset(scope for scope in SCOPES if scope in scopes.split(","))
    if not _NAME.fullmatch(name) or len(wanted) != len(scopes.split(",")) or not _DIGEST.fullmatch(digest):
        raise KeyFileError(
            f"{where} is no key: take the line out, and make a new key with `onneshon keys add`."
        )
    return Client(name, wanted, digest, made)


def _read(path: Path) -> tuple[Client, ...]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise KeyFileError(f"The keys in {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise KeyFileError(
            f"{path} is no file of keys (not UTF-8): name the one that `onneshon keys add` made."
        ) from error
    found = [
        _client(line, f"{path}:{number}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]
    if len({client.name for client in found}) != len(found):
        raise KeyFileError(f"{path} has two keys of one name: take one of the lines out.")
    return tuple(found)


class KeyFile:
    """Finds clients in a file, which is read again when it changes, so that a removed key stops working.

    Args:
        path: the file's path.

    Raises:
        KeyFileError: the file cannot be read; later, no key works then, and ``fault`` and the log say so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen = FileStamp.of(path)
        self._clients = _read(path)
        self.failure = ""

    def clients(self) -> tuple[Client, ...]:
        """The clients in the current file."""
        state = FileStamp.of(self._path)
        with self._lock:
            if state != self._seen:
                self._seen = state
                self._clients = self._read_again()
            return self._clients

    def _read_again(self) -> tuple[Client, ...]:
        self.failure = ""
        try:
            return _read(self._path)
        except KeyFileError as error:
            # It is unknown which keys were meant to stay: none works until the file is mended.
            self.failure = str(error)
            log.error("No key opens anything until the file is mended: %s", error)  # noqa: TRY400  # the message says all
            return ()

    def fault(self) -> str:
        """A sentence on what is wrong with the file, without its path; empty while nothing is wrong."""
        self.clients()
        return (
            "The file of keys cannot be used, and no key opens anything; see the log." if self.failure else ""
        )

    def client(self, key: str) -> Client | None:
        """The client of a key, or None; a nearly right key takes as long as any other."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        found = None
        for client in self.clients():
            if hmac.compare_digest(client.digest, digest):
                found = client  # no break: the time taken must not show where it stands
        return found


def add_key(path: Path, name: str, scopes: Collection[Scope], today: dt.date) -> str:
    """Make a key; create the file if it does not exist, readable by its owner only.

    Args:
        path: the file's path.
        name: the client's name: letters a to z, digits and hyphens.
        scopes: what the client may do.
        today: the day to store as that of the key.

    Returns:
        The key, which is not stored.

    Raises:
        KeyFileError: the name is taken or invalid, or the file cannot be read or written.
    """
    if not _NAME.fullmatch(name):
        raise KeyFileError(f"{name!r} is no name of a client: letters a to z, digits and hyphens, up to 40.")
    clients = _read(path) if path.exists() else ()
    if any(client.name == name for client in clients):
        raise KeyFileError(
            f"There is a key for {name} already; remove it first: `onneshon keys remove {name}`."
        )
    key = PREFIX + secrets.token_urlsafe(32)
    digest = hashlib.sha256(key.encode()).hexdigest()
    _write(path, (*clients, Client(name, frozenset(scopes), digest, today.isoformat())))
    return key


def remove_key(path: Path, name: str) -> None:
    """Remove a client's key; a running server refuses it from the next request on.

    Raises:
        KeyFileError: the client has no key, or the file cannot be read or written.
    """
    clients = _read(path)
    left = tuple(client for client in clients if client.name != name)
    if len(left) == len(clients):
        raise KeyFileError(
            f"There is no key for {name} in {path}; `onneshon keys list` names those there are."
        )
    _write(path, left)


def _write(path: Path, clients: Collection[Client]) -> None:
    try:
        if not path.exists():
            path.touch(mode=0o600)
        mode = path.stat().st_mode & 0o777
        replace_file(path, (_HEADER + "".join(client.line for client in clients)).encode())
        path.chmod(mode)
    except OSError as error:
        raise KeyFileError(f"The keys in {path} cannot be written: {error.strerror}.") from error


@click.group(name="keys")
def keys_group() -> None:
    """Make keys with which clients write over HTTP, and take them away."""


@keys_group.command(name="add")
@click.argument("name")
@_file_option
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    default=("write",),
    show_default=True,
    help="What the client may do; may be given again.",
)
def add_command(name: str, path: Path, scopes: tuple[Scope, ...]) -> None:
    """Make a key for the client NAME and print it: once, as the file keeps a digest only."""
    key = add_key(path, name, scopes, dt.datetime.now(dt.UTC).date())
    say(f"This key of {name} is shown once; {path} has its digest.", err=True)
    try:
        say(key)
    except OSError:  # nobody has seen the key, nor ever will
        remove_key(path, name)
        raise


@keys_group.command(name="remove")
@click.argument("name")
@_file_option
def remove_command(name: str, path: Path) -> None:
    """Take the key of the client NAME away; a server that runs refuses it from now on."""
    remove_key(path, name)
    say(f"removed {name}")


@keys_group.command(name="list")
@_file_option
@json_option
def list_command(path: Path, *, as_json: bool) -> None:
    """Show which clients have keys, and what for."""
    clients = KeyFile(path).clients()
    if as_json:
        say_json(
            [
                {"name": client.name, "scopes": sorted(client.scopes), "made": client.made}
                for client in clients
            ]
        )
        return
    for client in clients:
        say(f"{client.name:<20} {','.join(sorted(client.scopes)):<13} {client.made}")
