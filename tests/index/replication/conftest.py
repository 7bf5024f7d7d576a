"""An index to be pushed, built once."""

import shutil
from pathlib import Path

import pytest

from onneshon.index.replication.store import ObjectStore
from tests.building import build_numbered
from tests.stores import empty_store


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of an index that is not changed."""
    directory = tmp_path_factory.mktemp("built") / "index"
    build_numbered(directory)
    return directory


@pytest.fixture
def directory(built: Path, tmp_path: Path) -> Path:
    """An index of its own, of generation 000001 with the articles 0 to 19."""
    return Path(shutil.copytree(built, tmp_path / "writer"))


@pytest.fixture
def replica(tmp_path: Path) -> Path:
    """Directory that will follow; not there yet."""
    return tmp_path / "replica"


@pytest.fixture
def store() -> ObjectStore:
    """An empty one."""
    return empty_store()
