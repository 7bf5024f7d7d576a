"""A pool of N processes that analyse: each gets every Nth batch, and none may lose a document.

Batches are dealt out in turn, and the order is recorded, so that the articles keep their order. A thread for
each worker feeds it from a short queue, so that a busy worker does not hold up the others.

A worker is ``python -m`` of this module. Standard input: one line of JSON with the
arguments of ``Spooler``, then a line for each document (its stored values, encoded), then an empty line.
Standard output: one line of JSON, the spool. If the input ends without the empty line, the parent has ended,
and nothing more is written. A further line of input, the task of ``write_layer_file``, has the worker write a
layer, with one line of output for each part that is finished.
"""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Any, Final, NoReturn

from onneshon.index.columnar.stored import decode_values
from onneshon.index.errors import BuildError
from onneshon.index.indexer.segment_writer import write_layer_file
from onneshon.index.indexer.side_process import died, rare_collections, start_python
from onneshon.index.indexer.spools import Spool, Spooler

BATCH: Final = 1 << 17
"""Bytes sent to a worker at once, about forty articles."""

QUEUED: Final = 64
"""Most batches that wait for a worker: about as many as are read while it starts."""

PATIENCE: Final = 10.0
"""Seconds that a worker may take to stop after it was killed."""


class _Worker:
    """One worker process, the thread that feeds it, and its state."""

    def __init__(self, scratch: Path, number: int, memory_budget: int) -> None:
        self.sent = 0
        self.name = f"worker {number + 1}"
        self._stderr_path = scratch / f"worker{number}.log"
        self._process = start_python("onneshon.index.indexer.worker_pool", self._stderr_path, subprocess.PIPE)
        self._queue: Queue[bytes | None] = Queue(QUEUED)
        self.failed = False
        given = {"scratch": str(scratch), "name": f"spool{number}", "memory_budget": memory_budget}
        self._queue.put(json.dumps(given).encode() + b"\n")
        self._feeder = Thread(target=self._feed, name=f"feeder of {self.name}", daemon=True)
        try:
            self._feeder.start()
        except RuntimeError as error:  # "can't start new thread": no memory for its stack, or too many
            self.stop()
            raise MemoryError(f"{self.name}: {error}") from error

    def _feed(self) -> None:
        """Pass batches on; once the worker is dead, only empty the queue, so that no sender is blocked."""
        stream = self._process.stdin
        while (batch := self._queue.get()) is not None:
            if stream is not None and not self.failed:
                try:
                    stream.write(batch)
                    stream.flush()
                except OSError:
                    self.failed = True

    def send(self, batch: bytes, documents: int) -> None:
        """Queue a batch."""
        if self.failed:
            self.fail()
        self._queue.put(batch)
        self.sent += documents

    def finish(self) -> None:
        """Signal the end of the documents."""
        self._queue.put(b"\n")
        self._queue.put(None)

    def spool(self) -> Spool:
        """Wait for the spool; raises BuildError where the worker died or lost a document."""
        self._feeder.join()
        spool = Spool(*json.loads(self.answer())[0])
        if spool.documents != self.sent:
            raise BuildError(f"{self.name} was given {self.sent:,} articles and wrote {spool.documents:,}")
        return spool

    def answer(self) -> bytes:
        """Wait for the worker's next line of output; raises BuildError where the worker died."""
        line = self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            self.fail()
        return line

    def go_on(self, task: bytes) -> None:
        """Give a worker that has returned its spool one more task."""
        if stream := self._process.stdin:
            with contextlib.suppress(BrokenPipeError):  # the worker is dead, as ``answer`` will report
                stream.write(task + b"\n")
                stream.flush()

    def fail(self) -> NoReturn:
        """Raise BuildError with the last line of the worker's standard error."""
        self._process.kill()
        code = self._process.wait(PATIENCE)
        raise died(f"{self.name} died after {self.sent:,} articles", self._stderr_path, code)

    def stop(self) -> None:
        """Kill the process, whatever it is doing."""
        self._process.kill()
        self._process.wait(PATIENCE)
        self._queue.put(None)
        if self._feeder.ident is not None:  # the thread was started
            self._feeder.join(PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):  # buffered input is not wanted any more
                    stream.close()


class WorkerPool:
    """Takes documents and makes spools, as ``Spooler`` does, in other processes.

    Args:
        scratch: the directory for the spools.
        workers: the number of worker processes.
        memory_budget: bytes for all workers together.

    Attributes:
        order: for each batch in turn, the number of its worker and the number of its documents.
    """

    def __init__(self, scratch: Path, workers: int, memory_budget: int) -> None:
        self._workers: list[_Worker] = []
        try:
            for number in range(workers):
                self._workers.append(_Worker(scratch, number, memory_budget // workers))
        except BaseException:
            self.close()  # ends the workers that did start
            raise
        self.order: list[tuple[int, int]] = []
        self._batch = bytearray()
        self._documents = 0

    def add(self, encoded: bytes, _values: Mapping[str, Any]) -> None:
        """Send a document to the worker whose turn it is.

        Raises:
            BuildError: that worker is dead.
        """
        self._batch += encoded
        self._batch += b"\n"
        self._documents += 1
        if len(self._batch) >= BATCH:
            self._send()

    def _send(self) -> None:
        turn = len(self.order) % len(self._workers)
        self._workers[turn].send(bytes(self._batch), self._documents)
        self.order.append((turn, self._documents))
        self._batch.clear()
        self._documents = 0

    def finish(self) -> list[Spool]:
        """Wait for all workers; return their spools, in the order of the workers.

        Raises:
            BuildError: a worker died or lost a document.
        """
        if self._documents:
            self._send()
        for worker in self._workers:
            worker.finish()
        spools = [worker.spool() for worker in self._workers]
        for worker in self._workers[1:]:
            worker.stop()
        return spools

    def write_layer(self, task: bytes) -> Callable[[], object]:
        """Have a worker that is done with its spool write a layer.

        Args:
            task: the task as ``write_layer_file`` reads it.

        Returns:
            A function that waits, at each call, until the next part is written.
        """
        self._workers[0].go_on(task)
        return self._workers[0].answer

    def close(self) -> None:
        """End all workers; harmless when they have ended."""
        for worker in self._workers:
            worker.stop()


PARENT_IS_GONE = 1


def main() -> int:
    """Run the worker on the standard streams; return the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with rare_collections():
        return work(sys.stdin.buffer, sys.stdout)


def work(lines: IO[bytes], answer: IO[str]) -> int:
    """Spool the documents of the input, then write a layer if asked to; return the exit code."""
    given = json.loads(lines.readline())
    with contextlib.closing(
        Spooler(Path(given["scratch"]) / given["name"], given["memory_budget"])
    ) as spooler:
        for line in lines:
            encoded = line[:-1]
            if not encoded:
                print(json.dumps([astuple(spool) for spool in spooler.finish()]), file=answer, flush=True)
                break
            spooler.add(encoded, decode_values(encoded))
        else:
            return PARENT_IS_GONE
    del spooler
    if task := lines.readline():
        for _ in write_layer_file(task):
            print(file=answer, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
