"""Libraries that nobody can bound from within, run in a process of bounded memory and time."""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any, Final, cast

MEMORY: Final = 448 << 20
"""Bytes that such a process may have of its own."""

_ENVIRONMENT: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
"""Without these, libraries ask for more memory than they use, and the system counts what is asked for."""
_PROGRAM: Final = "from onneshon.index.ingest.readers.limited_process import main; main()"


def in_a_limited_process(
    function: Callable[..., Iterator[Any]], *arguments: Any, seconds: float
) -> Iterator[Any]:
    """What a function gives, one by one, run where neither its memory nor its time can be more than it may.

    Args:
        function: of a module.
        arguments: of the function; they and what it gives are pickled.
        seconds: of the processor.

    Raises:
        ValueError: the function raised something, or needs more than it may have; the message says which.
    """
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(  # noqa: S603  # this program itself
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as process:
        asked = cast("IO[bytes]", process.stdin)
        answer = cast("IO[bytes]", process.stdout)
        try:
            pickle.dump((function, arguments, max(1, round(seconds))), asked)
            asked.close()
            while True:
                found, fault = pickle.load(answer)  # noqa: S301  # of this program itself
                if fault is not None:
                    raise ValueError(fault)
                if found is None:
                    return
                yield found
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise ValueError(_why(process.wait(), seconds)) from None
        finally:
            process.kill()


def _why(code: int, seconds: float) -> str:
    """Why a process ended before it said so."""
    if code == -signal.SIGXCPU:
        return f"takes more than {round(seconds)} s of the processor"
    return f"the process that reads it ended ({code}), out of {MEMORY >> 20} MiB of memory perhaps"


def main() -> None:
    """Run what standard input says, and write what it gives to standard output."""
    function, arguments, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301  # of this program itself
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    fault = None
    try:
        _limit(seconds)
        for found in function(*arguments):
            pickle.dump((found, None), out)
    except MemoryError:
        fault = f"needs more than {MEMORY >> 20} MiB of memory"
    except Exception as error:  # noqa: BLE001  # reported by whoever asked
        fault = (str(error) or type(error).__name__).splitlines()[0][:200]
    pickle.dump((None, fault), out)
    out.flush()


def _limit(seconds: int) -> None:
    """Ask the system for limits, where it knows of any."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # not on every system

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
