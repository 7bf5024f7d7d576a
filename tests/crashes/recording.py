"""What a program does to a folder, call by call, as a disk would see it.

Around each call of ``os`` or ``open`` that may change files the folder is looked at: what has changed since
the last look is what the call did, or what was written before it through buffers, NumPy and mapped memory.
"""

import builtins
import io
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

__all__ = ["ROOT", "Acknowledged", "Event", "Names", "Recorder", "Synced", "Written"]

_CALLS: Final = (
    *("open", "write", "pwrite", "replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir"),
    *("truncate", "ftruncate", "chmod", "fchmod", "fsync", "fdatasync", "close"),
)

Node: TypeAlias = int
"""A file or a folder, whatever it is called; the folder that is watched is ``ROOT``."""

ROOT: Final[Node] = 0


@dataclass(frozen=True, slots=True)
class Names:
    """Names that one call gave, took or moved, all at once.

    Attributes:
        changes: what a name in a folder stands for from now on; None for nothing.
    """

    changes: Mapping[tuple[Node, str], Node | None]


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a file, as whoever reads it now would see it."""

    node: Node
    content: bytes


@dataclass(frozen=True, slots=True)
class Synced:
    """A file, or the names in a folder, are on the disk as they are now."""

    node: Node


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody was told that something is done, and relies on it."""

    what: Any


Event: TypeAlias = Names | Written | Synced | Acknowledged


@dataclass
class Recorder:
    """Records what is done to a folder while it is watched.

    Attributes:
        folder: that is watched; what is in it when that begins is on the disk.
        events: all that was done, in order.
        folders: nodes that are folders.
        held: what is in the folder to begin with, as events.
    """

    folder: Path
    events: list[Event] = field(default_factory=list)
    held: list[Event] = field(default_factory=list)
    folders: set[Node] = field(default_factory=lambda: {ROOT})
    _names: dict[tuple[Node, str], Node] = field(default_factory=dict)
    _nodes: dict[int, Node] = field(default_factory=dict)
    _seen: dict[Node, tuple[int, int]] = field(default_factory=dict)
    _contents: dict[Node, bytes] = field(default_factory=dict)
    _made: int = ROOT
    _busy: threading.RLock = field(default_factory=threading.RLock)

    def acknowledge(self, what: Any) -> None:
        """Somebody was told."""
        self._look()
        self.events.append(Acknowledged(what))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Record meanwhile."""
        self._look()
        self.held, self.events = self.events, []
        with pytest.MonkeyPatch.context() as patched:
            for name in _CALLS:
                patched.setattr(os, name, self._watched(getattr(os, name)))
            for module in (io, builtins):
                patched.setattr(module, "open", self._watched(io.open))
            yield
        self._look()

    def _watched(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            with self._busy:
                self._look()
                node = self._node_of(arguments[0]) if "sync" in real.__name__ else None
                try:
                    return real(*arguments, **options)
                finally:
                    self._look()
                    if node is not None:
                        self.events.append(Synced(node))

        call.__name__ = real.__name__
        return call

    def _node_of(self, descriptor: int) -> Node | None:
        inode = os.fstat(descriptor).st_ino
        return ROOT if inode == self.folder.stat().st_ino else self._nodes.get(inode)

    def _look(self) -> None:
        names: dict[tuple[Node, str], Node] = {}
        nodes: dict[int, Node] = {}
        written: list[Written] = []
        while not self._walks(names, nodes, written):
            names.clear()
        changes: dict[tuple[Node, str], Node | None] = {
            key: node for key, node in names.items() if self._names.get(key) != node
        }
        changes |= dict.fromkeys(self._names.keys() - names.keys())
        if changes:
            self.events.append(Names(changes))
        self.events += written
        self._names, self._nodes = names, nodes

    def _walks(
        self, names: dict[tuple[Node, str], Node], nodes: dict[int, Node], written: list[Written]
    ) -> bool:
        """Whether nothing was renamed by another thread meanwhile, which is seen by looking again."""
        with suppress(FileNotFoundError):
            self._walk(self.folder, ROOT, names, nodes, written)
            return True
        return False

    def _walk(
        self,
        folder: Path,
        parent: Node,
        names: dict[tuple[Node, str], Node],
        nodes: dict[int, Node],
        written: list[Written],
    ) -> None:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            status = entry.stat(follow_symlinks=False)
            node = nodes.get(status.st_ino) or self._known(status.st_ino)
            names[parent, entry.name] = nodes[status.st_ino] = node
            if entry.is_dir(follow_symlinks=False):
                self.folders.add(node)
                self._walk(Path(entry.path), node, names, nodes, written)
            elif self._seen.get(node) != (seen := (status.st_mtime_ns, status.st_size)):
                self._seen[node] = seen
                self._read(node, Path(entry.path), written)

    def _known(self, inode: int) -> Node:
        known = self._nodes.get(inode)
        if known is None:
            self._made += 1
            known = self._made
        return known

    def _read(self, node: Node, path: Path, written: list[Written]) -> None:
        descriptor = _OPEN(path, os.O_RDONLY)
        try:
            content = _READ(descriptor, 1 << 30)
        finally:
            _CLOSE(descriptor)
        if self._contents.get(node, b"") != content:
            self._contents[node] = content
            written.append(Written(node, content))


_OPEN, _READ, _CLOSE = os.open, os.read, os.close
"""As they are without a recorder."""
