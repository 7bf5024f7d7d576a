"""Finds the small changes of a room that its tests would not notice.

    python -m benchmarks.mutants.run ROOM [--module NAME...] [--count 10 | --sample 120] [--seed 1]

Runs the fast tests of the room once, and records which test runs which line. Then draws mutants of each
module, or of all together, and runs for each, in a process of its own, the tests that run its line, until one
fails. Prints the unnoticed mutants, and the number of noticed ones by module. A mutant also counts as noticed
if its tests take twice the processor time of all tests of the room, or wait without end.

The last line leaves out mutants of numbers in constants: which number is best is judged by measurements, and
a test that repeats the number would show nothing. A test pins the purpose of a constant by words on both
sides of it. The two shares are to be reported together.
"""

import argparse
import math
import os
import random
import re
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from benchmarks.mutants.applying import Loader, apply, loaded_from
from benchmarks.mutants.covering import Covering, record, run_tests
from benchmarks.mutants.mutations import Mutant, count_of, mutants_of

__all__ = ["is_noticed", "main", "plain_id"]

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 20
TIMES: Final = 2
"""Limit of processor time of a mutant's tests: max(SECONDS, TIMES * that of all tests of the room)."""
PATIENCE: Final = 5
"""Limit of elapsed time, as a multiple of that of processor time, as the machine may be busy."""


def plain_id(name: str) -> str:
    """The id of a test without repeated escapes: pytest escapes non-ASCII again at each collection."""
    return re.sub(r"\\+", r"\\", name)


class _Chosen:
    """Runs the given tests alone, over an index of the sample that no mutant changes."""

    def __init__(self, names: Iterable[str], sample: Path | None) -> None:
        self._names, self._sample = {*map(plain_id, names)}, sample

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if plain_id(item.nodeid) in self._names]

    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Path], request: pytest.FixtureRequest
    ) -> Path | None:
        if fixturedef.argname == "sample_index" and self._sample:
            fixturedef.cached_result = (self._sample, fixturedef.cache_key(request), None)  # type: ignore[arg-type]
            return self._sample
        return None


@dataclass(frozen=True, slots=True)
class Trial:
    """The parameters of one mutant's trial.

    Attributes:
        file: the file of the module.
        number: the mutant's number among those of the module.
        mutant: the mutant that replaces the module.
        tests: the ids of the tests, as pytest has them.
        anew: whether modules must be loaded again for it.
        seconds: processor time after which the mutant counts as noticed.
        sample: an index of the sample for the tests; None where a mutant may build a different one.
    """

    file: Path
    number: int
    mutant: Mutant
    tests: Collection[str]
    anew: bool
    seconds: int = SECONDS
    sample: Path | None = None


def is_noticed(trial: Trial) -> bool:
    """Whether one of the tests fails with the mutant in place of its module."""
    if not trial.tests:
        return False
    if child := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == pytest.ExitCode.NO_TESTS_COLLECTED:
            raise RuntimeError(f"no test is called so: {min(trial.tests)}")
        return code != 0
    code = 1
    try:
        code = _tried(trial)
    finally:
        os._exit(code)  # whatever happened: what the parent has open is not this process's to close


def _tried(trial: Trial) -> int:
    """The exit code of pytest in this process, with the mutant in place of its module."""
    file, mutant = trial.file, trial.mutant
    resource.setrlimit(resource.RLIMIT_CPU, (trial.seconds, trial.seconds))
    signal.alarm(PATIENCE * trial.seconds)  # a test that waits for a lock takes no processor time
    resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
    if trial.anew or loaded_from(file) is None:
        name = ".".join(("onneshon", *file.relative_to(ROOT).with_suffix("").parts))
        sys.meta_path.insert(0, Loader(name, compile(mutant.tree, str(file), "exec"), file))
    else:
        apply(file, mutant)
    return run_tests(["-x", *_files(file, trial.tests)], _Chosen(trial.tests, trial.sample))


def _files(module: Path, tests: Iterable[str]) -> list[str]:
    """The files of tests: those named like the module first, then those with the fewest tests."""
    words = set(module.stem.split("_"))
    files = Counter(sorted(test.partition("::")[0] for test in tests))
    return sorted(files, key=lambda file: (-len(words & set(Path(file).stem.split("_"))), files[file]))


def _drawn(files: Sequence[Path], counts: Sequence[int], given: argparse.Namespace) -> list[tuple[Path, int]]:
    """The mutants to try, each by its module and number."""
    chance = random.Random(given.seed)  # noqa: S311  # no secret
    numbered = [
        [(file, number) for number in range(count)] for file, count in zip(files, counts, strict=True)
    ]
    if given.number:
        return [pair for pairs in numbered for pair in pairs if pair[1] in given.number]
    if given.sample:
        every = [pair for pairs in numbered for pair in pairs]
        return sorted(chance.sample(every, min(given.sample, len(every))))
    return [pair for pairs in numbered for pair in chance.sample(pairs, min(given.count, len(pairs)))]


def _trials(
    chosen: Mapping[Path, Container[int]], covering: Covering, seconds: int, sample: Path | None
) -> list[Trial]:
    """The trials of the drawn mutants; those that need modules to be loaded again come first."""
    trials = []
    for file, numbers in chosen.items():
        for number, mutant in mutants_of(file.read_text("utf-8"), numbers):
            tests, anew = covering.tests_of(file, mutant.line)
            trials.append(Trial(file, number, mutant, tests, anew, seconds, sample))
    return sorted(trials, key=lambda trial: not trial.anew)


def _noticed(trials: Sequence[Trial], load: Callable[[], object]) -> list[Trial]:
    """The noticed mutants; prints the others, and the counts by module.

    Args:
        trials: in the order of ``_trials``.
        load: loads the modules of the room and its tests, before the first mutant of a loaded module.
    """
    noticed, loaded = list[Trial](), False
    for trial in trials:
        if not (trial.anew or loaded):
            load()
            loaded = True
        if is_noticed(trial):
            noticed.append(trial)
        else:
            where = f"{trial.file.relative_to(ROOT)}:{trial.mutant.line}"
            print(f"{where}: {trial.mutant.change} (number {trial.number})", flush=True)
    of_files = Counter(trial.file for trial in noticed)
    for file, tried in sorted(Counter(trial.file for trial in trials).items()):
        print(f"{file.stem}: {of_files[file]} of {tried} noticed")
    return noticed


def _sample(room: Path, folder: Path) -> Path | None:
    """An index of the sample articles for the tests of a room that makes none."""
    if room.parts[0] == "index":
        return None
    from onneshon.index import build  # noqa: PLC0415  # what no mutant changes is loaded once, for all processes

    build([ROOT / "sample" / "articles.jsonl"], folder)
    return folder


def interval(noticed: int, tried: int) -> tuple[float, float]:
    """The 95 % confidence interval of the share of all mutants that would be noticed (Wilson 1927)."""
    share, squared = noticed / tried, 1.96**2
    middle = share + squared / (2 * tried)
    half = math.sqrt(squared * share * (1 - share) / tried + (squared / (2 * tried)) ** 2)
    return (middle - half) / (1 + squared / tried), (middle + half) / (1 + squared / tried)


def _shares(noticed: Sequence[Trial], trials: Sequence[Trial]) -> Iterator[str]:
    """Lines with the number of noticed mutants: of all, and of those that alter no number of a constant."""
    others = [[trial for trial in some if not trial.mutant.is_of_constant] for some in (noticed, trials)]
    for name, found, tried in (("together", noticed, trials), ("without numbers of constants", *others)):
        if tried:
            least, most = interval(len(found), len(tried))
            share = f"{len(found)} of {len(tried)}, {len(found) / len(tried):.1%}"
            yield f"{name}: {share} (of all: {least:.1%} to {most:.1%})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("room", type=Path)
    parser.add_argument("--module", nargs="*", help="names of modules; all unless given")
    parser.add_argument("--count", type=int, default=10, help="mutants of each module")
    parser.add_argument("--sample", type=int, help="mutants of all modules together instead")
    parser.add_argument("--number", type=int, nargs="*", help="those that were printed with these numbers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="*", help="files or folders; those of the room unless given")
    return parser.parse_args()


def main() -> None:
    """Draw the mutants, try them, and print the results."""
    given = _arguments()
    os.chdir(ROOT)
    names = given.module or [path.stem for path in given.room.glob("*.py") if path.stem != "__init__"]
    files = [ROOT / given.room / f"{name}.py" for name in sorted(names)]
    counts = [count_of(file.read_text("utf-8")) for file in files]
    chosen: dict[Path, set[int]] = {}
    for file, number in _drawn(files, counts, given):
        chosen.setdefault(file, set()).add(number)
    print(f"{sum(map(len, chosen.values()))} mutants, drawn from {sum(counts):,}", flush=True)
    tests = given.tests or [str(Path("tests") / given.room)]
    with TemporaryDirectory() as folder:
        sample = _sample(given.room, Path(folder, "index"))
        recorded, took = record(given.room, tests, Path(folder, "coverage"))
        seconds = max(SECONDS, TIMES * math.ceil(took))
        trials = _trials(chosen, Covering(recorded, given.room), seconds, sample)
        noticed = _noticed(trials, lambda: run_tests(["--collect-only", *tests], None))
    print(*_shares(noticed, trials), sep="\n")


if __name__ == "__main__":
    main()
