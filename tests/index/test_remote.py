"""Indexes at addresses: the scheme selects the provider, and search opens the index through it."""

from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import remote
from onneshon.index.commands.main import main
from onneshon.index.errors import ConfigurationError
from onneshon.index.remote import location_of
from onneshon.search import open_engine
from tests.fake_engine import FakeEngine
from tests.paper_index import ASKED, PaperIndex, provide


@pytest.fixture(autouse=True)
def _provided(monkeypatch: pytest.MonkeyPatch) -> None:
    provide(monkeypatch)


@pytest.mark.parametrize("text", ["var/index", "./opensearch:/x", "opensearch", "C://news", "://x", ""])
def test_what_has_no_scheme_is_a_directory(text: str) -> None:
    """A text without a scheme is a path, whatever signs it contains."""
    assert location_of(text) == Path(text)


@pytest.mark.parametrize("text", ["paper://shelf/news", "paper+https://shelf/news", "PAPER://shelf/news"])
def test_the_scheme_says_who_provides_an_index(text: str) -> None:
    """The scheme selects the provider; what follows a plus is the provider's own way to connect."""
    assert str(location_of(text)) == text
    assert isinstance(location_of(text), PaperIndex)


@pytest.mark.parametrize("where", [location_of, open_engine])
def test_a_scheme_that_nobody_provides_is_refused(where: Callable[[str], object]) -> None:
    """The error says what to do, and no directory of that name is made."""
    with pytest.raises(ConfigurationError, match=r"nothing here provides an index at stone://: give a dir"):
        where("stone://wall/news")


def test_an_extra_that_would_provide_it_is_named() -> None:
    """The extra is taken from the metadata of the installed package, so that it is sure to exist."""
    with pytest.raises(ConfigurationError, match=r"pip install 'onneshon\[opensearch\]'"):
        location_of("opensearch://host/news")


def test_an_engine_that_cannot_be_imported_hinders_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its addresses have no provider and its options are absent; other commands work."""
    broken = EntryPoint("stone", "none.such.module:Index", remote.GROUP)
    monkeypatch.setattr(remote, "entry_points", EntryPoints([broken]).select)
    assert "--workers" in CliRunner().invoke(main, ["index", "build", "--help"]).output
    with pytest.raises(ConfigurationError, match="nothing here provides an index at stone://"):
        location_of("stone://wall/news")


def test_an_engine_is_opened_by_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options of the call and the current directory are passed to the engine."""
    assert open_engine("paper://shelf/news", costly=2).count == FakeEngine().count
    ((_, (directory, options)),) = ASKED
    assert directory == Path()
    assert options["costly"] == 2
