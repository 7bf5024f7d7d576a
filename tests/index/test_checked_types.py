"""Values from outside as types, where several threads are the first to use one."""

import threading
import time
from typing import Any

import msgspec
import pytest

from onneshon.index.checked_types import checked


class Asked(msgspec.Struct):
    """Something with a field that must be a number."""

    limit: int


def test_a_value_is_converted_or_refused() -> None:
    """The first time as ever after."""
    for _ in range(2):
        assert checked({"limit": "5"}, Asked, strict=False) == Asked(5)
        with pytest.raises(msgspec.ValidationError, match="limit"):
            checked({"limit": "নদী"}, Asked, strict=False)


def test_one_thread_alone_meets_a_type_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others wait until it is described."""

    class Fresh(msgspec.Struct):
        """Nobody has used it."""

    met, released = threading.Event(), threading.Event()
    inside: list[object] = []

    def convert(value: object, kind: Any, **_settings: bool) -> object:
        inside.append(value)
        met.set()
        released.wait(20)
        return kind()

    monkeypatch.setattr(msgspec, "convert", convert)
    threads = [threading.Thread(target=checked, args=(number, Fresh)) for number in range(4)]
    for thread in threads:
        thread.start()
    assert met.wait(20)
    time.sleep(0.05)  # what must not happen has the time to
    first = len(inside)
    released.set()
    for thread in threads:
        thread.join()
    assert (first, len(inside)) == (1, 4)
