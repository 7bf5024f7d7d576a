"""Servers, a writer, clients, a clock and a disk that all do what one seed says.

The journal, the queue, the applier, replaying and the live engines are those of the product; an index is only
what articles it has. In each step a client asks some server for something, or the writer applies what waits,
or a process is killed, a bit of the queue turns, the clock is set, a nightly build begins or ends. What
clients were told is remembered, and has to be true from then on.
"""

import datetime as dt
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Final

import pytest

from onneshon.index import Article
from onneshon.index.publishing import replay as replaying
from onneshon.index.publishing.applying import Applier
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import ProgressFile
from onneshon.web.live import LiveEngine
from onneshon.web.publishing.queue import PublishingQueue

__all__ = ["BrokenPromiseError", "World", "live_through"]

STEPS: Final = 40
SERVERS: Final = 3
IDS: Final = ("নদী", "ভাষা", "মেলা")

_WRITE, _PWRITE = os.write, os.pwrite


class BrokenPromiseError(AssertionError):
    """Somebody was told what is not so."""


class _Killed(BaseException):
    """The process is gone; nothing that it would have done any more happens."""


@dataclass
class _Request:
    """What a client asked for.

    Attributes:
        changes: titles by ids; None for an article that is taken out.
        position: that was answered; None where nobody answered, as the process was killed.
        turned: the bits of its line that the disk has altered.
        visible: the client was told that it is visible.
    """

    changes: dict[str, str | None]
    position: int | None = None
    turned: set[tuple[int, int]] = field(default_factory=set)
    visible: bool = False

    @property
    def rotten(self) -> bool:
        """Whether it can no longer be read; a bit that turned twice is as it was."""
        return bool(self.turned)


class _Index:
    """Articles, and what the live generation is called; as an engine it has those of its last reload."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.titles: dict[str, str] = {}
        self.number = 0
        self.publish({})

    def publish(self, titles: dict[str, str]) -> None:
        """Make another generation live."""
        self.number += 1
        self.titles = titles
        (self._directory / "generations" / self.name).mkdir(parents=True)
        (self._directory / "CURRENT").write_bytes(f"{self.name} {'0' * 64}\n".encode())

    @property
    def name(self) -> str:
        """Of the live generation."""
        return f"{self.number:06}"


class _Engine:
    """Searches the generation that it opened."""

    def __init__(self, index: _Index) -> None:
        self._index = index
        self.titles, self._number = index.titles, index.number
        self.health = SimpleNamespace(warning="", settings="", generation="")

    def reload(self) -> bool:
        """Move on."""
        moved = self._number != self._index.number
        self.titles, self._number = self._index.titles, self._index.number
        return moved


@dataclass
class _Writer:
    """Changes an index, as a whole or not."""

    index: _Index
    killed: Callable[[], bool]
    titles: dict[str, str] = field(default_factory=dict)

    def add(self, article: Article) -> str:
        """Put it in."""
        self.titles[article.id] = article.title
        return "added"

    def delete(self, article_id: str) -> bool:
        """Take it out."""
        return self.titles.pop(article_id, None) is not None

    def commit(self) -> SimpleNamespace:
        """Publish; its process may be killed before or afterwards."""
        if self.killed():
            raise _Killed
        self.index.publish(self.titles)
        if self.killed():
            raise _Killed
        return SimpleNamespace(generation=self.index.name, added=0, changed=0, deleted=0)


class _Server:
    """A process that serves."""

    def __init__(self, world: "World") -> None:
        self.queue = PublishingQueue(world.directory, clock=world.monotonic)
        self.live = LiveEngine(_Engine(world.index), clock=world.monotonic)  # type: ignore[arg-type]  # enough of one

    def titles(self) -> dict[str, str]:
        """Of the articles that are found by a request now."""
        self.live.expect(self.queue.newest())
        engine: Any = self.live.current()
        found: dict[str, str] = engine.titles
        return found


class World:
    """All of it.

    Args:
        seed: what happens.
        directory: an empty folder.
        by_clock: a nightly build applies again what came since it began by the clock, not by its position.
    """

    def __init__(self, seed: int, directory: Path, *, by_clock: bool = False) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # it is to come again
        self._by_clock = by_clock
        self.directory = directory
        self._now = 0.0
        self._set_by = 0.0
        self._armed = False
        self.requests: list[_Request] = []
        self.index = _Index(directory)
        self._progress = ProgressFile(directory)
        self.servers = [_Server(self) for _ in range(SERVERS)]
        self._applier = Applier(directory, self._open_writer)
        self._night: tuple[int, dt.datetime, dict[str, str]] | None = None
        self.done: list[str] = []

    def monotonic(self) -> float:
        """Seconds that only go forward."""
        return self._now

    def run(self) -> None:
        """Do all steps, let the writer finish, and look whether everything is as was told.

        Raises:
            BrokenPromiseError: something is not.
        """
        steps = [
            *[self._put] * 4,
            *[self._put_several] * 2,
            *[self._apply] * 4,
            *[self._ask] * 5,
            *(self._rot, self._set_clock, self._begin_night, self._end_night),
        ]
        with self._watched():
            for _ in range(STEPS):
                self._now += self._chance.random() / 2
                self._do(self._chance.choice(steps))
            for step in (self._apply, self._end_night, self._apply, self._ask_all):
                self._armed = False
                step()
        self._check_end()

    def _do(self, step: Callable[[], None]) -> None:
        self.done.append(step.__name__)
        self._armed = self._chance.random() < 0.2
        try:
            step()
        except _Killed:
            self.done.append("killed")
            self.servers[self._chance.randrange(SERVERS)] = _Server(self)
            self._applier = Applier(self.directory, self._open_writer)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(os, "write", self._write)
            patched.setattr(os, "pwrite", self._pwrite)
            patched.setattr(replaying, "open_writer", self._open_writer)
            yield

    def _dies(self) -> bool:
        return self._armed and self._chance.random() < 0.5

    def _write(self, descriptor: int, content: Any) -> int:
        if not self._dies():
            return _WRITE(descriptor, content)
        _WRITE(descriptor, content[: self._chance.randint(0, len(content))])
        raise _Killed

    def _pwrite(self, descriptor: int, content: Any, place: int) -> int:
        if self._dies():
            raise _Killed
        return _PWRITE(descriptor, content, place)

    @contextmanager
    def _open_writer(self, _directory: Path, **_options: Any) -> Iterator[_Writer]:
        writer = _Writer(self.index, self._dies, dict(self.index.titles))
        yield writer
        if writer.titles is not self.index.titles:
            writer.commit()

    @property
    def _clock(self) -> dt.datetime:
        return dt.datetime(2026, 11, 28, tzinfo=dt.UTC) + dt.timedelta(seconds=self._now + self._set_by)

    def _queue(self, changes: dict[str, str | None]) -> None:
        request = _Request(changes)
        self.requests.append(request)
        operations = [
            Operation(article_id, title and json.dumps({"title": title}), "", self._clock.isoformat())
            for article_id, title in changes.items()
        ]
        receipt = self._chance.choice(self.servers).queue.publish(operations, 0)
        request.position = receipt.position

    def _put(self) -> None:
        title = f"সংস্করণ {len(self.requests)}" if self._chance.randrange(4) else None
        self._queue({self._chance.choice(IDS): title})

    def _put_several(self) -> None:
        number = len(self.requests)
        self._queue({f"{number}.{place}": f"একসঙ্গে {number}" for place in range(self._chance.randint(2, 4))})

    def _apply(self) -> None:
        while not self._applier.is_idle:
            if not self._applier.step():
                raise BrokenPromiseError(self._progress.read().failure)

    def _ask(self) -> None:
        """A client asks what became of its request, and asks for its articles then."""
        answered = [request for request in self.requests if request.position is not None]
        if answered:
            self._ask_for(self._chance.choice(answered))

    def _ask_all(self) -> None:
        for request in self.requests:
            if request.position is not None:
                self._ask_for(request)

    def _ask_for(self, request: _Request) -> None:
        assert request.position is not None
        state = self._chance.choice(self.servers).queue.receipt(request.position).state
        if state == "visible":
            request.visible = True
            if request.rotten:
                raise BrokenPromiseError("what the disk lost is told to be visible")
            self._look(request, self._chance.choice(self.servers).titles())

    def _look(self, request: _Request, titles: dict[str, str]) -> None:
        for article_id in request.changes:
            found, allowed = titles.get(article_id), self._since(request, article_id)
            if found not in allowed:
                raise BrokenPromiseError(f"{article_id} is {found!r} where {allowed} was visible")

    def _since(self, request: _Request, article_id: str) -> list[str | None]:
        """What an article may be once a request is visible: what that says, or a later one."""
        later = self.requests[self.requests.index(request) :]
        return [other.changes[article_id] for other in later if article_id in other.changes]

    def _rot(self) -> None:
        """A bit turns in the last line of the queue, where that waits and was acknowledged."""
        files = sorted((self.directory / "publishing" / "journal").glob("*.log"))
        last = self.requests[-1] if self.requests else None
        waits = last is not None and (last.position or 0) > self._progress.read().position
        if not files or last is None or not waits:
            return
        content = bytearray(files[-1].read_bytes())
        line = content.rstrip(b"\n").rfind(b"\n") + 1
        if line < len(content):
            at, bit = self._chance.randrange(line, len(content) - 1), self._chance.randrange(8)
            content[at] ^= 1 << bit
            files[-1].write_bytes(content)
            last.turned ^= {(at, bit)}

    def _set_clock(self) -> None:
        self._set_by += self._chance.choice((-7200.0, -60.0, 60.0, 7200.0))

    def _begin_night(self) -> None:
        """A build reads what there is now."""
        if self._night is None:
            self._apply()
            self._night = self._progress.read().position, self._clock, dict(self.index.titles)

    def _end_night(self) -> None:
        """What was read becomes live, and what came meanwhile is applied again."""
        if self._night is None:
            return
        position, began, titles = self._night
        armed, self._armed, self._night = self._armed, False, None
        self.index.publish(titles)
        if self._by_clock:
            replaying.replay(self.directory, began)
        else:
            replaying.replay(self.directory, position=position)
        self._armed = armed

    def _check_end(self) -> None:
        """What was answered is there or told to be lost; what was not answered is there or is not."""
        titles = self.servers[0].titles()
        for request in self.requests:
            self._check_whole(request, titles)
            if request.position is not None and request.rotten:
                state = self.servers[0].queue.receipt(request.position).state
                if state != "lost":
                    raise BrokenPromiseError(f"what the disk lost is {state}")
            elif request.position is not None and not request.visible:
                raise BrokenPromiseError("what was acknowledged never becomes visible")

    def _check_whole(self, request: _Request, titles: dict[str, str]) -> None:
        """Of several articles of a request all are there or none."""
        there = [article_id in titles for article_id in request.changes]
        if len(there) > 1 and not request.rotten and any(there) != all(there):
            raise BrokenPromiseError("a request is there in part")


def live_through(seed: int, folder: Path, *, by_clock: bool = False) -> None:
    """One world from its beginning to its end.

    Args:
        seed: of the world.
        folder: in which it has a folder of its own meanwhile.
        by_clock: as of the world.

    Raises:
        BrokenPromiseError: something that was told is not so; a note says in which world, and what happened.
    """
    with TemporaryDirectory(dir=folder) as directory:
        world = World(seed, Path(directory), by_clock=by_clock)
        try:
            world.run()
        except Exception as error:
            error.add_note(f"seed {seed}: {' '.join(step.strip('_') for step in world.done)}")
            raise
