"""What is known of the files of an open index: not read yet, being read, sound or damaged."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from onneshon.index.errors import IndexCorruptError, OnneshonError


@dataclass(frozen=True, slots=True)
class Health:
    """How an open index is.

    Attributes:
        generation: which build it is.
        articles: how many can be found.
        verified: True when every byte was read and found as it was built, ``running`` while that is done.
        damage: what is wrong and what to do; empty while nothing is known to be.
        warning: why an older generation answers in the place of the live one; empty where the live one does.
        settings: why what the site said before is in force; empty where what its file says now is.
    """

    generation: str
    articles: int
    verified: bool | Literal["running"] = False
    damage: str = ""
    warning: str = ""
    settings: str = ""


class HealthState:
    """Reads an index at most once, and remembers the outcome. Threads may share it."""

    def __init__(self) -> None:
        self._reading = Lock()
        self.verified: bool | Literal["running"] = False
        self.damage = ""
        self._doubted = False

    def doubt(self) -> None:
        """Have all be read anew, once: what was sound when it was read may be damaged since."""
        if self.verified is True and not self._doubted:
            self._doubted, self.verified = True, False

    def note(self, damage: OnneshonError) -> None:
        """Remember what a search met; the first is kept."""
        self.damage = self.damage or str(damage)
        self.verified = False

    def examine(self, verify: Callable[[], object]) -> None:
        """Have all of the index read, unless the outcome is known; waits where another thread does it.

        Args:
            verify: reads it, and raises IndexCorruptError where it is damaged.

        Raises:
            IndexCorruptError: it is damaged.
        """
        with self._reading:
            if not self.verified and not self.damage:
                self._read(verify)
        if self.damage:
            raise IndexCorruptError(self.damage)

    def _read(self, verify: Callable[[], object]) -> None:
        self.verified = "running"
        sound = False
        try:
            verify()
            sound = True
        except IndexCorruptError as error:
            self.note(error)
        finally:
            self.verified = sound and not self.damage
