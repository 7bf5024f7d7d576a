"""The phases of a build: they are reported and recorded, with their time and the expected rest."""

import json
from pathlib import Path

from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.index.indexer.progress import Phases, Progress
from onneshon.index.storage.beside import recorded_builds
from tests.building import numbered, write_corpus

PHASES = ["reading", "writing", "making the vocabulary", "checking", "publishing"]


class Clock:
    """A clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


class Heard(Progress):
    """Progress that records all calls."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def stage(self, name: str, left: float | None = None) -> None:
        """Record a stage."""
        self.told.append((name, left))

    def phase(self, name: str, seconds: float, articles: int) -> None:
        """Record a phase."""
        self.told.append((name, seconds, articles))


def _run(phases: Phases, clock: Clock) -> None:
    phases.start(None)
    for _ in range(20):
        phases.article()
        clock.now += 1
    for name in ("writing", "checking"):
        phases.stage(name)
        clock.now += 5
    phases.finish()


def test_each_phase_is_timed() -> None:
    """Each phase lasts until the next begins; the last until the end."""
    clock, heard = Clock(), Heard()
    phases = Phases(heard, clock=clock)
    _run(phases, clock)
    assert phases.seconds == {"reading": 20.0, "writing": 5.0, "checking": 5.0}
    assert heard.told == [
        ("reading", 20.0, 20),
        ("writing", None),
        ("writing", 5.0, 20),
        ("checking", None),
        ("checking", 5.0, 20),
    ]


def test_the_build_before_says_how_long_it_will_take() -> None:
    """With twice as many articles as before, each remaining phase is expected to take twice as long."""
    clock, heard = Clock(), Heard()
    phases = Phases(heard, clock=clock)
    phases.expect(10, {"reading": 9.0, "writing": 3.0, "checking": 1.0})
    _run(phases, clock)
    assert [told for told in heard.told if len(told) == 2] == [("writing", 8.0), ("checking", 2.0)]


def test_the_command_logs_and_remembers(tmp_path: Path) -> None:
    """All phases of a real build are in the log and in the record; a second build adds to both."""
    corpus = write_corpus(tmp_path / "articles.jsonl", numbered(20))
    directory, log = tmp_path / "index", tmp_path / "build.jsonl"
    for _ in range(2):
        words = ["index", "build", str(corpus), "--index", str(directory), "--log", str(log)]
        built = CliRunner().invoke(main, words)
        assert built.exit_code == 0, built.output
    logged = [json.loads(line)["phase"] for line in log.read_text("utf-8").splitlines()]
    assert logged == PHASES * 2
    builds = recorded_builds(directory)
    assert [(build.generation, build.articles) for build in builds] == [("000001", 20), ("000002", 20)]
    assert list(builds[0].phases) == PHASES
    assert ", about 0:0" in built.stderr
