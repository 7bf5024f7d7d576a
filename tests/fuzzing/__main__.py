"""``python -m tests.fuzzing FOLDER MINUTES [TARGET...]``: each target gets its share of the time, in turn.

Ends with 1 where something was found, which stands in ``FOLDER/found``: bytes, and beside them what they led
to. Put bytes whose mistake is mended into ``tests/fuzzing/seeds/TARGET``.
"""

import subprocess
import sys
from pathlib import Path

from onneshon.index.commands.terminal import say
from tests.fuzzing import one_target
from tests.fuzzing.targets import NAMES

__all__ = ["main"]


def main(folder: Path, minutes: float, names: list[str]) -> int:
    """Run them; how many things were found, and processes ended with an error."""
    chosen = names or [*NAMES]
    seconds = max(1, round(minutes * 60 / len(chosen)))
    folder.mkdir(parents=True, exist_ok=True)
    ended: list[str] = []
    for name in chosen:
        say(f"{name}: {seconds} s")
        command = [sys.executable, "-m", one_target.__name__, name, str(folder.resolve()), str(seconds)]
        if subprocess.run(command, check=False).returncode:
            ended.append(name)
    found = sorted(path for path in (folder / "found").rglob("*") if path.is_file() and not path.suffix)
    for path in found:
        told = path.with_suffix(".txt")
        what = told.read_text("utf-8").partition("\n")[0] if told.exists() else "ended the process"
        say(f"{path}: {what}")
    for name in ended:
        say(f"{name}: the process ended with an error, see above")
    say(f"{len(found)} found")
    return len(found) + len(ended)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]) > 0)
