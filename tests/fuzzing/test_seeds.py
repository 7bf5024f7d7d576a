"""Bytes with which fuzzing begins, and all in which it found something once, lead to nothing wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.search import Engine
from tests.building import build_numbered
from tests.fuzzing import targets
from tests.fuzzing.targets import NAMES, SEEDS, Checks


@pytest.fixture(scope="module")
def checks(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checks]:
    """What checks bytes, by target, over one engine."""
    folder = tmp_path_factory.mktemp("fuzzing")
    with Engine.open(sample_index, time_limit=None) as engine:
        yield targets.checks(engine, folder)


def test_every_target_has_seeds(checks: Checks) -> None:
    """Without them its first minutes would be spent on finding what its format is."""
    assert set(checks) == set(NAMES)


@pytest.mark.parametrize(
    "seed",
    [path.relative_to(SEEDS).as_posix() for name in NAMES for path in sorted((SEEDS / name).iterdir())],
)
def test_nothing_is_wrong_with_what_is_kept(checks: Checks, seed: str) -> None:
    """Whatever a target is given, its check raises nothing."""
    checks[seed.partition("/")[0]]((SEEDS / seed).read_bytes())


def test_an_index_that_another_version_built_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of findings outlives the version that it was begun with; no target may be left out for it."""
    with monkeypatch.context() as patch:
        patch.setattr("onneshon.index.indexer.builder.fingerprint", lambda: "another")
        build_numbered(tmp_path / "index", 3)
    check = targets.check_of("query", tmp_path)
    check("পদ্মা সেতু".encode())
