"""Shared by every test: an index of the sample articles, Hypothesis's profiles, the flag for golden files."""

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onneshon.search import Engine
    from onneshon.search.retrieval.budget import TimeBudget
    from tests.cluster.running import LocalCluster
    from tests.serving import Site

pytest_plugins = ["tests.scheduling", "tests.watching"]

SAMPLE = Path(__file__).parent.parent / "sample" / "articles.jsonl"

# A busy machine must not turn a slow example into a failure; `--hypothesis-profile thorough` looks longer.
settings.register_profile(
    "suite", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", parent=settings.get_profile("suite"), max_examples=2_000)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that rewrites golden files, so that a change of ranking is a readable diff, and others."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files in tests/data")
    parser.addoption("--opensearch", choices=("3", "2"), default="3", help="version of the cluster")
    parser.addoption(
        "--damages", type=int, default=1_000, help="damaged lists and dictionaries that the kernel is given"
    )


MEMORY = Path("/dev/shm")  # noqa: S108  # what is made there has a name of its own
"""Of Linux, where a sync of a file costs nothing: half of the time of a build of some articles."""

ROOM = 4 << 30
"""Bytes there, of which a run of all tests takes a fifth."""


def _keep_files_in_memory() -> None:
    """Make folders of tests there, where programs can run and nobody said another place."""
    if not MEMORY.is_dir():
        return
    there = os.statvfs(MEMORY)
    if there.f_bavail * there.f_frsize > ROOM and not there.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_configure() -> None:
    """Take signals even if whatever started the tests ignores them, as programs under test would."""
    _keep_files_in_memory()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def update_golden(pytestconfig: pytest.Config) -> bool:
    """Whether golden files are to be rewritten instead of compared."""
    return bool(pytestconfig.getoption("--update-golden"))


@pytest.fixture(scope="session")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> "Iterator[LocalCluster]":
    """A real cluster of three nodes, started once for all tests that need one."""
    from tests.cluster.java import RELEASES, missing  # noqa: PLC0415 (most tests need no cluster)
    from tests.cluster.running import running_cluster  # noqa: PLC0415

    release = RELEASES[pytestconfig.getoption("--opensearch")]
    if lacking := missing(release=release):
        pytest.skip(f"no cluster of OpenSearch: {lacking}")
    with running_cluster(tmp_path_factory.mktemp("cluster"), release=release) as running:
        yield running


@pytest.fixture(scope="session")
def sample_articles() -> Path:
    """The file of sample articles that the project ships."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory, sample_articles: Path) -> Path:
    """The directory of an index of the sample articles, built once as a user builds it."""
    from onneshon.index.commands.main import main  # noqa: PLC0415 (tests of a lower layer do not wait for the upper ones)

    directory = tmp_path_factory.mktemp("sample") / "index"
    built = CliRunner().invoke(main, ["index", "build", str(sample_articles), "--index", str(directory)])
    assert built.exit_code == 0, built.output
    return directory


PATIENCE = 120.0
"""Seconds of a search in a test, where the test does not say how many."""


@pytest.fixture(autouse=True)
def _slow_moments() -> "Iterator[None]":
    """A machine that stands still for two seconds must not turn an answer into a part of one."""
    searching = sys.modules.get("onneshon.search.engine.searching")
    if searching is None:  # a test of a lower layer
        yield
        return
    budget: type[TimeBudget] = searching.TimeBudget
    default: float = searching.TIME_LIMIT  # this very number: a test may say as much of its clock

    def patient(seconds: float | None, *clock: Any) -> "TimeBudget":
        return budget(PATIENCE if seconds is default else seconds, *clock)

    with pytest.MonkeyPatch.context() as patch:  # the test's own is to be undone when it always was
        patch.setattr(searching, "TimeBudget", patient)
        yield


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of every search that has a limit is over as it begins."""
    from onneshon.search.retrieval.budget import TimeBudget  # noqa: PLC0415 (as below)

    def spent(seconds: float | None, *clock: Any) -> TimeBudget:
        return TimeBudget(None if seconds is None else 0.0, *clock)

    monkeypatch.setattr("onneshon.search.engine.searching.TimeBudget", spent)


@pytest.fixture
def beyond_parity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is damaged of a generation, it is more than can be mended; its lists alone can be."""
    from onneshon.index.errors import IndexCorruptError  # noqa: PLC0415 (as above)
    from onneshon.index.storage.parity import mended_copy  # noqa: PLC0415 (as above)

    def give_up(*given: Any, **options: Any) -> list[str]:
        if "names" in options:
            return mended_copy(*given, **options)
        raise IndexCorruptError("more damage than can be mended")

    for room in ("storage.checking", "upkeep.repair"):
        monkeypatch.setattr(f"onneshon.index.{room}.mended_copy", give_up)


@pytest.fixture(scope="session")
def sample_engine(sample_index: Path) -> "Iterator[Engine]":
    """An engine over the sample articles, opened once: an engine is safe for any number of readers."""
    from onneshon.search import Engine  # noqa: PLC0415 (as above)

    with Engine.open(sample_index, time_limit=None) as engine:
        yield engine


@pytest.fixture(scope="session")
def sample_site(sample_index: Path) -> "Iterator[Site]":
    """The real server over the sample articles; whatever it was asked, it must not have failed."""
    from tests.serving import serving  # noqa: PLC0415 (as above)

    log: list[str] = []
    with serving(sample_index, log=log) as site:
        yield site
    assert "Traceback" not in log[0], log[0]
