"""The pins of an index: a file beside it, so that builds and rollbacks leave them alone.

The file is replaced whole, by one process at a time: who reads, and a power cut, finds it as it was before a
change or after it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from onneshon.index.configuration import PINS_FILE
from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.watched_file import WatchedFile, change_lock
from onneshon.search.curation.pins import MOST_PINS, Pin, decoded, encoded
from onneshon.search.errors import PinError


class PinFile(WatchedFile[tuple[Pin, ...]]):
    """The pins of an index, to be read and changed; threads and processes may share the file.

    pins = PinFile(Path("var/index"))
    pins.add(Pin(("পদ্মা সেতু",), first=("bridge-1",)))

    Args:
        directory: of the index; for one on a cluster, where its ``onneshon.toml`` is.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory / PINS_FILE, ())

    def read(self) -> tuple[Pin, ...]:
        """The pins as they are now.

        Raises:
            PinError: the file cannot be read or makes no sense.
        """
        try:
            return decoded(self.path.read_bytes(), str(self.path))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise PinError(f"{self.path} cannot be read: {error.strerror}") from error

    def named(self, name: str) -> Pin:
        """The pin of a name.

        Raises:
            PinError: there is none, or the file makes no sense.
        """
        return _named(self.read(), name)

    def add(self, pin: Pin) -> None:
        """Add a pin, or put it in place of that of its name.

        Raises:
            PinError: it makes no sense, there are too many, or the file cannot be written.
        """
        pin.check()

        def added(pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
            if any(known.name == pin.name for known in pins):
                return tuple(pin if known.name == pin.name else known for known in pins)
            return (*pins, pin)

        self._change(added)

    def remove(self, name: str) -> Pin:
        """Take a pin away; gives it.

        Raises:
            PinError: there is none of that name, or the file cannot be written.
        """
        removed: list[Pin] = []

        def left(pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
            removed.append(_named(pins, name))
            return tuple(pin for pin in pins if pin.name != name)

        self._change(left)
        return removed[0]

    def move(self, name: str, article_id: str, place: int) -> Pin:
        """Give an article another place among those that a pin puts first; gives the pin as it is then.

        Args:
            name: of the pin.
            article_id: of the article.
            place: from 1; beyond the last is the last.

        Raises:
            PinError: there is no such pin, it has no such article, or the file cannot be written.
        """
        moved: list[Pin] = []

        def changed(pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
            pin = _named(pins, name)
            others = [other for other in pin.first if other != article_id]
            if len(others) == len(pin.first):
                raise PinError(f"pin {name} does not put {article_id} first; `onneshon pins list` shows it")
            others.insert(max(place - 1, 0), article_id)
            moved.append(replace(pin, first=tuple(others)))
            return tuple(moved[0] if other.name == name else other for other in pins)

        self._change(changed)
        return moved[0]

    def _change(self, change: Callable[[tuple[Pin, ...]], tuple[Pin, ...]]) -> None:
        with change_lock(self.path, _unchanged):
            pins = change(self.read())
            if len(pins) > MOST_PINS:
                raise PinError(f"there are {MOST_PINS:,} pins already: remove some that hold no longer")
            replace_file(self.path, encoded(pins))
        self.look_again()


def _unchanged(reason: str) -> PinError:
    return PinError(f"the pins are as they were: {reason}")


def _named(pins: tuple[Pin, ...], name: str) -> Pin:
    for pin in pins:
        if pin.name == name:
            return pin
    raise PinError(f"there is no pin {name}; `onneshon pins list` names those there are")
