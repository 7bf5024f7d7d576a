"""The installed packages and their names."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packages import PACKAGES, ROOT

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover


@pytest.mark.parametrize("package", PACKAGES)
def test_a_layer_is_a_folder_at_the_root_under_our_name(package: str) -> None:
    """The links of the package are relative, so that they work wherever the repository is."""
    link = ROOT / "onneshon" / package
    assert link.readlink() == Path("..", package)
    module = importlib.import_module(f"onneshon.{package}")
    assert Path(module.__file__ or "").resolve().parent == ROOT / package


def test_nothing_else_installed_provides_our_name() -> None:
    """An editable installation has no list of files, so that ours need not appear."""
    assert set(packages_distributions().get("onneshon", [])) <= {"onneshon"}


def test_types_are_published() -> None:
    """The marker lets type checkers read the types of the package."""
    assert (ROOT / "onneshon" / "py.typed").is_file()


@pytest.mark.parametrize("package", ["onneshon", *(f"onneshon.{package}" for package in PACKAGES)])
def test_public_names_are_explicit_and_real(package: str) -> None:
    """Every name in __all__ can be imported, is listed once, and is in order."""
    module = importlib.import_module(package)
    assert list(module.__all__) == sorted(set(module.__all__))
    for name in module.__all__:
        assert getattr(module, name) is not None


@pytest.mark.parametrize("package", ["index", "search"])
def test_tables_are_shipped_with_their_package(package: str) -> None:
    """Whole packages are included in the wheel, so that tables within them are installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["setuptools"]["include-package-data"]
    assert project["tool"]["setuptools"]["packages"]["find"]["include"] == ["onneshon*"]
    assert "graft onneshon" in (ROOT / "MANIFEST.in").read_text("utf-8").splitlines()
    assert list((ROOT / package).glob("*/data/*.tsv"))


@pytest.mark.parametrize(("name", "holed"), [("flask", "3.1.0"), ("waitress", "3.0.0")])
def test_no_version_with_a_known_hole_is_allowed(name: str, holed: str) -> None:
    """CVE-2025-47278; CVE-2024-49768 and CVE-2024-49769."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (needed,) = (
        requirement for requirement in map(Requirement, project["dependencies"]) if requirement.name == name
    )
    assert not needed.specifier.contains(holed)


def _modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def _imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_say_what_they_are_and_import_absolutely(path: Path) -> None:
    """A module has a docstring, imports by absolute names, and imports no private name of another."""
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
    taken = [node for node in _imports(path) if isinstance(node, ast.ImportFrom)]
    assert not [node for node in taken if node.level]
    of_ours = [node for node in taken if (node.module or "").startswith("onneshon")]
    assert not [alias.name for node in of_ours for alias in node.names if alias.name.startswith("_")]


def test_packages_name_what_they_export() -> None:
    """Packages that users import from declare their public names."""
    for package in ("onneshon", "index", "search", "web", "opensearch", "testing"):
        assert "__all__ = " in (ROOT / package / "__init__.py").read_text("utf-8")


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_hides_a_package(path: Path) -> None:
    """No module defines or imports a name of a package at its top level, except the packages themselves."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert node.name not in PACKAGES
        if isinstance(node, ast.ImportFrom):
            assert not {alias.asname or alias.name for alias in node.names} & set(PACKAGES)


def _asked_of(distribution: str, extra: str = "") -> list[Requirement]:
    """The requirements of an installed distribution on this platform; with an extra, only what it adds."""
    asked = list(map(Requirement, requires(distribution) or []))
    plain = [
        requirement
        for requirement in asked
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    ]
    if not extra:
        return plain
    spellings = {extra, extra.replace("_", "-"), extra.replace("-", "_")}
    added = [
        requirement
        for requirement in asked
        if any(requirement.marker and requirement.marker.evaluate({"extra": name}) for name in spellings)
    ]
    return [requirement for requirement in added if requirement not in plain]


def _by_extras_of_others(name: str, met: set[str]) -> Iterator[str]:
    """The distributions that a distribution gets through extras of its requirements, at any depth."""
    if name in met:
        return
    met.add(name)
    for asked in _asked_of(name):
        for extra in asked.extras:
            yield from (canonicalize_name(requirement.name) for requirement in _asked_of(asked.name, extra))
        yield from _by_extras_of_others(canonicalize_name(asked.name), met)


EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]


@pytest.mark.parametrize("extra", sorted(EXTRAS.keys() - {"formats", "server"}))  # which are of the others
def test_what_a_library_gets_by_an_extra_of_another_is_asked_for_by_name(extra: str) -> None:
    """Pip 23 does not find an extra that is written with an underscore, and installs nothing for it."""
    named = {canonicalize_name(Requirement(asked).name) for asked in EXTRAS[extra]}
    needed = {requirement for name in named for requirement in _by_extras_of_others(name, set())}
    assert needed <= named
    assert ("lxml-html-clean" in needed) == (extra in {"html", "site", "warc"})


def test_a_server_has_every_library_that_it_may_ask_for() -> None:
    """A server may have no network to install a missing library from."""
    folders = (ROOT / name for name in ("index/replication", "opensearch", "web"))
    sources = (path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py"))
    asked = {extra for source in sources for extra in re.findall(r"onneshon\[([a-z]+)]", source)}
    (server,) = EXTRAS["server"]
    assert {"opensearch", "pictures", "store"} <= asked <= Requirement(server).extras
