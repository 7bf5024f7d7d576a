"""Wheels for machines without a compiler, as far as they are made without compiling."""

import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from deploy import wheels
from tests.packages import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
PLAIN = "flask-3.1.3-py3-none-any.whl"
OURS = f"onneshon-{VERSION}-cp311-cp311-linux_x86_64.whl"
PYICU = "pyicu-2.17-cp311-cp311-linux_x86_64.whl"


@pytest.mark.parametrize(
    ("name", "portable"),
    [
        (PLAIN, True),
        ("watchfiles-1.3.0-cp310-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", True),
        ("pyicu-2.17-cp311-cp311-manylinux_2_35_x86_64.whl", True),
        (PYICU, False),
    ],
)
def test_a_wheel_is_portable_unless_it_was_made_for_this_machine(name: str, *, portable: bool) -> None:
    """Portable tags name the oldest C library that suffices, as auditwheel determined it."""
    assert wheels.portable(Path(name)) == portable


def test_constraints_name_each_library_once() -> None:
    """A constraint names its Python where versions differ, in the normalised spelling that pip compares."""
    old = [
        PLAIN,
        "Whoosh_Reloaded-2.7.5-py2.py3-none-any.whl",
        "numpy-2.2.6-cp311-cp311-manylinux_2_17_x86_64.whl",
    ]
    new = [*old[:2], "numpy-2.4.6-cp313-cp313-manylinux_2_27_x86_64.whl", "audioop_lts-0.2-py3-none-any.whl"]
    made = {version: list(map(Path, names)) for version, names in {"3.11": old, "3.13": new}.items()}
    assert wheels.constraints(made) == [
        'audioop-lts==0.2 ; python_version == "3.13"',
        "flask==3.1.3",
        'numpy==2.2.6 ; python_version == "3.11"',
        'numpy==2.4.6 ; python_version == "3.13"',
        "whoosh-reloaded==2.7.5",
    ]


def test_what_is_to_be_compiled_and_is_not_portable_is_missing() -> None:
    """A wheel of PyICU without bundled ICU installs, but does not run."""
    assert wheels.missing(map(Path, [PLAIN, OURS.replace("linux", "manylinux_2_17"), PYICU])) == ["pyicu"]


def test_the_archive_is_the_same_for_the_same_files(tmp_path: Path) -> None:
    """The archive has the folder that ``./dev run`` expects, and not itself."""
    packed = []
    for folder in (tmp_path / "early" / "dist", tmp_path / "late" / "dist"):
        folder.mkdir(parents=True)
        for name in ("constraints.txt", PLAIN):
            (folder / name).write_text("বই", "utf-8")
        wheels.pack(folder, "onneshon-wheels")
        packed.append(wheels.pack(folder, "onneshon-wheels"))
    assert packed[0].read_bytes() == packed[1].read_bytes()
    with tarfile.open(packed[0]) as archive:
        assert archive.getnames() == ["dist/constraints.txt", f"dist/{PLAIN}"]


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Recorded commands, none of which runs; pip leaves three wheels, auditwheel one with a portable tag."""
    called: list[list[str]] = []
    run = subprocess.run

    def pretend(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        called.append(command)
        if "wheel" in command:
            folder = Path(command[command.index("--wheel-dir") + 1])
            for name in (PLAIN, OURS, PYICU):
                (folder / name).touch()
        elif "auditwheel" in command:
            wheel = Path(command[-1])
            folder = Path(command[command.index("--wheel-dir") + 1])
            (folder / wheel.name.replace("linux_", "manylinux_2_35_")).touch()
        else:
            return run(command, **options)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr(wheels, "ROOT", Path("nowhere") / ROOT.name)
    monkeypatch.setattr(wheels, "_archive_name", lambda: "all")
    return called


def test_a_folder_is_filled_for_each_python(
    pretended: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wheels with native libraries are made portable, and former contents are removed."""
    into = tmp_path / "dist"
    into.mkdir()
    (into / "onneshon-0.1.0-cp311-cp311-linux_x86_64.whl").touch()
    wheels.main(["--into", str(into), "--sources", "1234 5", sys.executable])
    made = [name.replace("linux_", "manylinux_2_35_") for name in (PLAIN, OURS, PYICU)]
    assert {path.name for path in into.iterdir()} == {*made, "constraints.txt", "sources", "all.tar"}
    assert (into / "sources").read_text("utf-8") == "1234 5\n"
    assert "pyicu==2.17\n" in (into / "constraints.txt").read_text("utf-8")
    assert [sys.executable in command for command in pretended] == [
        True
    ] * 4  # the two tools are of this Python too
    assert "3 wheels in" in capsys.readouterr().err


@pytest.mark.parametrize("tool", ["wheel", "auditwheel"])
def test_a_tool_that_fails_ends_in_a_sentence(
    tool: str, pretended: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no traceback, and no set is left that could be taken for complete."""
    working = subprocess.run

    def fail(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        if tool not in command:
            return working(command, **options)
        if options.get("check"):
            raise subprocess.CalledProcessError(1, command)
        return subprocess.CompletedProcess(command, 1, "", "libicudata.so.72 is too new")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(SystemExit, match=r"no wheels|cannot be made portable"):
        wheels.main(["--into", str(tmp_path / "dist"), sys.executable])
    assert not (tmp_path / "dist" / "sources").exists()
    assert pretended


def test_a_python_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message has the name from the command line."""
    with pytest.raises(SystemExit, match=r"python3\.99"):
        wheels.main(["--into", str(tmp_path / "dist"), "python3.99"])


def test_a_wheel_that_pip_did_not_make_is_missed(
    pretended: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set without PyICU would make its users need a compiler."""
    monkeypatch.setattr(wheels, "COMPILED", ("onneshon", "pyicu", "numpy"))
    with pytest.raises(SystemExit, match="no wheel was made of numpy"):
        wheels.main(["--into", str(tmp_path / "dist"), sys.executable])
    assert pretended


def test_pip_and_all_that_a_server_needs_are_among_what_is_wanted() -> None:
    """The wheel of pip serves to make an environment without pip."""
    names = [wanted.rpartition("/")[2] for wanted in wheels.WANTED]
    assert names == [f"{ROOT.name}[server]", "pip"]
    assert wheels._archive_name().startswith(f"onneshon-{VERSION}-wheels-")
