"""Contents of the wheel: one complete package that coexists with a project's own packages."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.packages import PACKAGES, ROOT

LEFT_BEHIND = shutil.ignore_patterns(
    ".*", "var", "build", "dist", "tests", "benchmarks", "__pycache__", "*.egg-info"
)

pytestmark = pytest.mark.slow

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
COMMIT = "0123abcd4567"

SETTINGS = f"""
SECRET_KEY = "test"
INSTALLED_APPS = {list(PACKAGES)}
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
USE_TZ = True
"""

APP_TEST = """
from importlib import import_module

from django.apps import apps
from django.test import SimpleTestCase

from onneshon import Article, Engine
from onneshon.web import create_app


class BesideOnneshon(SimpleTestCase):
    def test_the_project_has_its_own_apps(self):
        for app in apps.get_app_configs():
            self.assertEqual(import_module(app.name).OF, "the project")
            self.assertEqual(app.module, import_module(app.name))

    def test_an_article_is_found(self):
        with Engine.of([Article(id="1", title="বিশ্ববিদ্যালয়ের ইতিহাস")]) as engine:
            self.assertEqual([hit.id for hit in engine.search("বিশ্ববিদ্যালয়").hits], ["1"])
            page = create_app(engine).test_client().get("/search?q=ইতিহাস")
        self.assertIn("<title>ইতিহাস", page.get_data(as_text=True))
"""


def _run(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _keep_compiled(source: Path) -> None:
    """Copy this environment's compiled kernel to where a build finds it, so that nothing is compiled."""
    name = f"lib.{sysconfig.get_platform()}-{sys.implementation.cache_tag}"
    kernel = source / "build" / name / "onneshon" / "index" / "kernel"
    kernel.mkdir(parents=True)
    for path in (source / "index" / "kernel").glob("*.c"):
        path.touch()  # newer than the headers of a later Cython
    for path in (ROOT / "index" / "kernel").glob("*.so"):
        shutil.copy(path, kernel)  # newer than its source, so that it counts as up to date


def _git_that_says(commit: str, source: Path) -> Path:
    """A folder with a git that reports a commit, for sources that seem to be a repository."""
    (source / ".git").mkdir()
    git = source / ".git" / "git"
    git.write_text(f"#!/bin/sh\necho {commit}\n")
    git.chmod(0o755)
    return git.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the repository in its current state."""
    source = tmp_path_factory.mktemp("wheel") / "source"
    shutil.copytree(ROOT, source, symlinks=True, ignore=LEFT_BEHIND)
    _keep_compiled(source)
    path = os.pathsep.join([str(_git_that_says(COMMIT, source)), os.environ["PATH"]])
    _run([sys.executable, "setup.py", "-q", "bdist_wheel", "--dist-dir", "dist"], source, PATH=path)
    (made,) = (source / "dist").glob("*.whl")
    return made


def test_the_wheel_installs_one_name(wheel: Path) -> None:
    """It has every file of the layers, except sources in Cython and C."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"onneshon"}
    expected = {
        f"onneshon/{path.relative_to(ROOT)}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".pyx", ".pxd", ".c"}
    }
    assert {name for name in names if name.startswith("onneshon/")} == expected | {
        "onneshon/COMMIT",
        "onneshon/__init__.py",
        "onneshon/__main__.py",
        "onneshon/py.typed",
        "onneshon/sample/articles.jsonl",
    }


def test_what_is_installed_knows_its_version_and_commit(wheel: Path, tmp_path: Path) -> None:
    """The version is known without git and without a repository."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    said = _run(
        [sys.executable, "-m", "onneshon.index.commands.main", "--version"],
        tmp_path,
        PYTHONPATH=str(tmp_path),
        PATH="",
    )
    assert said == f"onneshon, version {VERSION} ({COMMIT})\n"


def test_a_django_project_with_apps_of_the_names_of_our_layers_keeps_them(
    wheel: Path, tmp_path: Path
) -> None:
    """The project's tests and a search run in one process."""
    site, project = tmp_path / "site", tmp_path / "project"
    zipfile.ZipFile(wheel).extractall(site)
    for app in PACKAGES:
        (project / app).mkdir(parents=True)
        (project / app / "__init__.py").write_text('OF = "the project"\n')
        (project / app / "tests.py").write_text(APP_TEST)
    (project / "settings.py").write_text(SETTINGS)
    said = _run(
        [sys.executable, "-m", "django", "test"],
        project,
        PYTHONPATH=os.pathsep.join([str(project), str(site)]),
        DJANGO_SETTINGS_MODULE="settings",
    )
    assert f"Ran {2 * len(PACKAGES)} tests" in said
