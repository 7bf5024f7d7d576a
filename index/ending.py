"""What tells a loop that it is time to end."""

from typing import Protocol


class Ending(Protocol):
    """As ``threading.Event``, of which nobody here sets it."""

    def is_set(self) -> bool:
        """Whether it is time to end."""

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds for it."""
