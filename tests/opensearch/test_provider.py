"""Names that begin with ``opensearch://``, before any request to a cluster."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index.errors import ConfigurationError, OnneshonError
from onneshon.index.remote import location_of
from onneshon.opensearch import OpenSearchIndex
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.search import open_engine
from onneshon.web.service import Service, Settings

NOWHERE = "opensearch://127.0.0.1:1/news"


@pytest.mark.parametrize("text", [NOWHERE, "opensearch+https://search.example:9200/news"])
def test_an_address_of_a_cluster_is_found_by_what_is_installed(text: str) -> None:
    """The entry point alone makes the location, whose text can be parsed again."""
    index = location_of(text)
    assert isinstance(index, OpenSearchIndex)
    assert str(index) == text


def test_an_invalid_address_is_refused() -> None:
    """The error shows the right form of an address."""
    for text in ("opensearch://host", "opensearch+http://host:9200/news", "OPENSEARCH://host/news"):
        with pytest.raises(ConfigurationError, match="host:9200"):
            location_of(text)


@pytest.mark.parametrize(
    ("module", "ask"),
    [
        ("onneshon.opensearch.commands", lambda: OpenSearchIndex(NOWHERE).commands()),
        ("onneshon.opensearch.searching.engine", lambda: open_engine(NOWHERE)),
    ],
)
def test_without_its_library_the_extra_is_named(
    module: str, ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the extra to install, for commands and engines."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OnneshonError, match=r"pip install 'onneshon\[opensearch\]'"):
        ask()


@pytest.mark.parametrize(
    "ask", [lambda: OpenSearchIndex(NOWHERE).commands().stats(), lambda: open_engine(NOWHERE)]
)
def test_a_cluster_that_is_not_there_is_an_error_in_a_sentence(ask: Callable[[], object]) -> None:
    """Commands and engines raise the same error."""
    with pytest.raises(ClusterError, match="does not answer: is it running"):
        ask()


def test_it_is_served_and_published_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue is in the working directory; a cluster's index cannot be pushed to an object store."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys").write_text("", "utf-8")
    settings = Settings(location=location_of(NOWHERE), keys=tmp_path / "keys")
    service = Service(settings)
    assert service.app.test_client().get("/readyz").status_code == 503
    assert service.publisher
    assert service.publisher.queue.state().position == 0
    assert (tmp_path / "publishing").is_dir()
    with pytest.raises(ConfigurationError, match=rf"is in a directory, and {NOWHERE} is none"):
        Service(replace(settings, pushes=f"file://{tmp_path}/store"))
