"""Shared by all tests: an index of the sample articles, Hypothesis's profiles, the flag for golden files."""

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

# A busy machine must not turn a slow example into a failure; `--hypothesis-profile thorough` tries more.
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
"""A file system in memory on Linux, where fsync costs nothing: half the time of a build of some articles."""

ROOM = 4 << 30
"""The free bytes needed there; a run of all tests takes a fifth."""


def _keep_files_in_memory() -> None:
    """Keep temporary folders of tests in memory, where programs can run there and no other place is set."""
    if not MEMORY.is_dir():
        return
    there = os.statvfs(MEMORY)
    if there.f_bavail * there.f_frsize > ROOM and not there.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_configure() -> None:
    """Accept signals even if the parent process ignores them, as programs under test would inherit that."""
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
"""The time limit of a search in a test that sets none, in seconds."""


@pytest.fixture(autouse=True)
def _slow_moments() -> "Iterator[None]":
    """Give searches a long time limit, so that a machine that stalls briefly makes no partial answer."""
    searching = sys.modules.get("onneshon.search.engine.searching")
    if searching is None:  # a test of a lower layer
        yield
        return
    budget: type[TimeBudget] = searching.TimeBudget
    default: float = searching.TIME_LIMIT  # compared by identity: a test may pass an equal limit of its own

    def patient(seconds: float | None, *clock: Any) -> "TimeBudget":
        return budget(PATIENCE if seconds is default else seconds, *clock)

    with pytest.MonkeyPatch.context() as patch:  # undone at the end, independently of the test's own patches
        patch.setattr(searching, "TimeBudget", patient)
        yield


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time limit of every search expire as it begins."""
    from onneshon.search.retrieval.budget import TimeBudget  # noqa: PLC0415 (as below)

    def spent(seconds: float | None, *clock: Any) -> TimeBudget:
        return TimeBudget(None if seconds is None else 0.0, *clock)

    monkeypatch.setattr("onneshon.search.engine.searching.TimeBudget", spent)


@pytest.fixture
def beyond_parity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make any damage to a generation's files irreparable, except for damage to its lists of files."""
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
    """An engine over the sample articles, opened once, as an engine is safe for any number of readers."""
    from onneshon.search import Engine  # noqa: PLC0415 (as above)

    with Engine.open(sample_index, time_limit=None) as engine:
        yield engine


@pytest.fixture(scope="session")
def sample_site(sample_index: Path) -> "Iterator[Site]":
    """The real server over the sample articles; at the end its log must not have a traceback."""
    from tests.serving import serving  # noqa: PLC0415 (as above)

    log: list[str] = []
    with serving(sample_index, log=log) as site:
        yield site
    assert "Traceback" not in log[0], log[0]
