"""How many people asked for something today, without knowing who: in memory that is never written.

Each pair of a person and a question is remembered as a digest with a key that is drawn anew every day, so
that a person counts once a question and nobody can be recognised the day after. What fewer people than a
least number asked never leaves this memory, which all processes share that are forked after it was made.
"""

import datetime as dt
import mmap
import secrets
from hashlib import blake2b
from typing import Final, Literal, TypeAlias

import numpy as np

from onneshon.web.access.guard import SharedLock

Span: TypeAlias = Literal["day", "week"]
"""Within what a question has to be asked by enough people."""

PAIRS: Final = 1 << 18
"""Pairs of a person and a question that are remembered; of further ones nothing is counted that day."""

_QUESTIONS: Final = 1 << 16
_KEY_BYTES: Final = 32
_FULLEST: Final = 0.75


class Askers:
    """Counts people for each question of a day or a week.

    Args:
        least: people who must have asked something before it is told.
        span: within what.
    """

    def __init__(self, least: int, span: Span = "day") -> None:
        self._least = least
        self._span = span
        self._lock = SharedLock()
        size = _KEY_BYTES + 16 + 8 * PAIRS + 16 * _QUESTIONS
        memory = mmap.mmap(-1, size)
        self._memory = memory
        self._head = np.frombuffer(memory, np.int64, 2, _KEY_BYTES)
        """Which span it is, and how many pairs are known."""
        self._pairs = np.frombuffer(memory, np.uint64, PAIRS, _KEY_BYTES + 16)
        self._questions = np.frombuffer(memory, np.uint64, 2 * _QUESTIONS, _KEY_BYTES + 16 + 8 * PAIRS)

    def told(self, person: str, question: str, day: dt.date) -> int:
        """How many people more are to be told to have asked something, now that this one did.

        Args:
            person: an address, of which nothing is kept but the digest.
            question: what was asked.
            day: of now.

        Returns:
            0 while there are too few, or this person asked before; when there are enough, all of them; then
            1 for each further one.
        """
        with self._lock.acquired():
            self._begin(day)
            if not self._remember(self._digest(question, person)):
                return 0
            people = self._count(self._digest(question))
        return 0 if people < self._least else people if people == self._least else 1

    def _begin(self, day: dt.date) -> None:
        """Forget all with the span before."""
        number = day.toordinal() if self._span == "day" else (day.toordinal() - 1) // 7 + 1
        if self._head[0] != number:
            self._memory[:] = bytes(len(self._memory))
            self._memory[:_KEY_BYTES] = secrets.token_bytes(_KEY_BYTES)
            self._head[0] = number

    def _digest(self, *parts: str) -> int:
        digest = blake2b(key=self._memory[:_KEY_BYTES], digest_size=8)
        for part in parts:
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return int.from_bytes(digest.digest()) or 1  # 0 is a free place

    def _remember(self, pair: int) -> bool:
        """Whether a pair is new, and there was room for it."""
        place = self._place(self._pairs, pair, PAIRS)
        if self._pairs[place] == pair or self._head[1] >= _FULLEST * PAIRS:
            return False
        self._pairs[place] = pair
        self._head[1] += 1
        return True

    def _count(self, question: int) -> int:
        """How many people asked a question, with one more; 0 where there is no room for it."""
        keys, counts = self._questions[:_QUESTIONS], self._questions[_QUESTIONS:]
        place = self._place(keys, question, _QUESTIONS)
        if keys[place] == 0 and np.count_nonzero(keys) >= _FULLEST * _QUESTIONS:
            return 0
        keys[place] = question
        counts[place] += np.uint64(1)
        return int(counts[place])

    @staticmethod
    def _place(table: "np.ndarray[tuple[int], np.dtype[np.uint64]]", key: int, size: int) -> int:
        """Where a key stands in a table, or the free place where it would."""
        place = key % size
        while table[place] not in (0, key):
            place = (place + 1) % size
        return place
