"""What a disk may hold after the power is cut: some of what was not synced, in whatever order.

After ALICE (Pillai et al., 2014) and CrashMonkey (Mohan et al., 2018): a file is on the disk as it was synced
last; what was written since is there, or is not, or ends anywhere, or is zeros. A name that was given, moved
or taken is on the disk once its folder was synced; those of later calls may be there without those of earlier
ones. A rename is there or not, and never half.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

from tests.crashes.recording import ROOT, Acknowledged, Event, Names, Recorder, Synced, Written

__all__ = ["CrashState", "crash_states", "sample_states", "write_state"]

PAGE: Final = 4096
"""Bytes that a disk writes at once, or not."""

Held: TypeAlias = Mapping[tuple[int, str], int]

_Way: TypeAlias = tuple[str, list[Names], dict[int, bytes]]
"""How the power was cut, what was done to names all the same, and what files hold that were not synced."""


@dataclass(frozen=True)
class CrashState:
    """What a disk holds.

    Attributes:
        names: what each name in a folder stands for.
        contents: of files.
        folders: nodes that are folders.
        acknowledged: all that somebody had been told by then.
        begun: how many events there were.
        how: the power was cut, for a person.
    """

    names: Held
    contents: Mapping[int, bytes]
    folders: frozenset[int]
    acknowledged: tuple[Any, ...]
    begun: int
    how: str

    @cached_property
    def key(self) -> int:
        """Equal for what holds the same, and was told as much."""
        return hash((tuple(self.files()), len(self.acknowledged)))

    def files(self) -> Iterator[tuple[str, bytes | None]]:
        """What can be reached, by its path; folders have no content."""
        yield from self._below(ROOT, "")

    def _below(self, folder: int, prefix: str) -> Iterator[tuple[str, bytes | None]]:
        for (parent, name), node in sorted(self.names.items()):
            if parent != folder:
                continue
            if node in self.folders:
                yield prefix + name, None
                yield from self._below(node, f"{prefix}{name}/")
            else:
                yield prefix + name, self.contents.get(node, b"")


@dataclass
class _Disk:
    """What is on the disk, and what may be.

    Attributes:
        names: that were synced.
        pending: what was done to names since, in order.
        contents: that were synced.
        newer: what was written to files since, in order.
        acknowledged: what somebody was told.
    """

    names: dict[tuple[int, str], int] = field(default_factory=dict)
    pending: list[Names] = field(default_factory=list)
    contents: dict[int, bytes] = field(default_factory=dict)
    newer: dict[int, list[bytes]] = field(default_factory=dict)
    acknowledged: list[Any] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Something was done."""
        match event:
            case Names():
                self.pending.append(event)
            case Written(node, content):
                self.newer.setdefault(node, []).append(content)
            case Synced(node):
                self._sync(node)
            case Acknowledged(what):
                self.acknowledged.append(what)

    def _sync(self, node: int) -> None:
        if written := self.newer.pop(node, []):
            self.contents[node] = written[-1]
        there = [event for event in self.pending if any(parent == node for parent, _ in event.changes)]
        self.names = _with(self.names, there)
        self.pending = [event for event in self.pending if event not in there]


def _with(names: Held, done: Sequence[Names]) -> dict[tuple[int, str], int]:
    changed: dict[tuple[int, str], int | None] = dict(names)
    for event in done:
        changed.update(event.changes)
    return {key: node for key, node in changed.items() if node is not None}


def _in_common(first: bytes, second: bytes) -> int:
    """Bytes with which both begin."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (old, new) in pairs if old != new), min(len(first), len(second)))


def _torn(synced: bytes, written: Sequence[bytes], chance: random.Random) -> bytes:
    """What may be left of a file."""
    last = chance.choice(written)
    kind = chance.randrange(5)
    if kind == 0:
        return synced
    if kind == 1:
        return last
    shared = _in_common(synced, last)
    if kind == 2:
        return last[: chance.randint(shared, len(last))]
    if kind == 3:  # as long as it was to be, and not written
        return last[:shared] + bytes(len(last) - shared)
    pages = range(0, len(last), PAGE)
    return b"".join(
        chance.choice((last, synced.ljust(len(last), b"\0")))[at : min(at + PAGE, len(last))] for at in pages
    )


def _fixed(disk: _Disk) -> Iterator[_Way]:
    """Nothing of what was not synced; all of it, as after a kill; names only; contents only."""
    last = {node: written[-1] for node, written in disk.newer.items()}
    yield "nothing that was not synced", [], {}
    yield "all that was done", disk.pending, last
    yield "names without contents", disk.pending, {}
    for count in range(1, len(disk.pending)):
        yield f"the first {count} names without contents", disk.pending[:count], {}
    for event in disk.pending:
        yield "all names but one", [other for other in disk.pending if other is not event], last


def _drawn(disk: _Disk, chance: random.Random) -> _Way:
    """Some names, in order or not, and files as they may be."""
    if chance.random() < 0.5:
        names = disk.pending[: chance.randint(0, len(disk.pending))]
    else:
        names = [event for event in disk.pending if chance.random() < 0.5]
    contents = {
        node: _torn(disk.contents.get(node, b""), written, chance) for node, written in disk.newer.items()
    }
    return "drawn by lot", names, contents


def _disks(recorder: Recorder) -> Iterator[tuple[int, _Disk]]:
    """What is on the disk after each event, and how many there were."""
    disk = _Disk()
    for event in recorder.held:
        disk.take(event)
    disk.names, disk.pending = _with(disk.names, disk.pending), []
    disk.contents, disk.newer = {node: written[-1] for node, written in disk.newer.items()}, {}
    for begun, event in enumerate(recorder.events, 1):
        disk.take(event)
        yield begun, disk


def _state(recorder: Recorder, begun: int, disk: _Disk, way: _Way) -> CrashState:
    how, names, contents = way
    return CrashState(
        _with(disk.names, names),
        {**disk.contents, **contents},
        frozenset(recorder.folders),
        tuple(disk.acknowledged),
        begun,
        how,
    )


def crash_states(recorder: Recorder, *, draws: int, chance: random.Random) -> Iterator[CrashState]:
    """What the disk may hold, after each event of a record; what it may hold twice in a row comes once.

    Args:
        recorder: of what was done.
        draws: states by lot after each event, besides those that are tried always.
        chance: draws them.
    """
    before: set[int] = set()
    for begun, disk in _disks(recorder):
        seen: set[int] = set()
        for way in [*_fixed(disk), *(_drawn(disk, chance) for _ in range(draws))]:
            state = _state(recorder, begun, disk, way)
            if state.key not in before | seen:
                yield state
            seen.add(state.key)
        before = seen


def sample_states(recorder: Recorder, count: int, chance: random.Random) -> Iterator[CrashState]:
    """Some of them, each after another event."""
    begun_at = set(chance.sample(range(1, len(recorder.events) + 1), min(count, len(recorder.events))))
    for begun, disk in _disks(recorder):
        if begun in begun_at:
            yield _state(recorder, begun, disk, chance.choice([*_fixed(disk), _drawn(disk, chance)]))


def write_state(state: CrashState, folder: Path) -> None:
    """Make a folder hold what the disk holds."""
    folder.mkdir()
    for path, content in state.files():
        if content is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(content)
