"""An index to push, which is built once, a directory for its replica, and an empty store."""

import shutil
from pathlib import Path

import pytest

from onneshon.index.replication.store import ObjectStore
from tests.building import build_numbered
from tests.stores import empty_store


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of an index that tests do not change."""
    directory = tmp_path_factory.mktemp("built") / "index"
    build_numbered(directory)
    return directory


@pytest.fixture
def directory(built: Path, tmp_path: Path) -> Path:
    """A test's own index, of generation 000001 with the articles 0 to 19."""
    return Path(shutil.copytree(built, tmp_path / "writer"))


@pytest.fixture
def replica(tmp_path: Path) -> Path:
    """The directory of a replica, which does not exist yet."""
    return tmp_path / "replica"


@pytest.fixture
def store() -> ObjectStore:
    """An empty object store."""
    return empty_store()
