"""A Java that runs OpenSearch, and the archives that it is made of; as a program, fetches these."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["RELEASES", "Release", "archives", "java_for", "missing"]


@dataclass(frozen=True)
class Release:
    """A release of OpenSearch that tests can be run against.

    Attributes:
        runner: version of what starts it, without which that of the description counts.
        java: the oldest version that runs it, and the first that does not any more.
    """

    runner: str
    java: tuple[int, int]


RELEASES = {"3": Release("", (21, 100)), "2": Release("2.19.1.0", (17, 24))}
"""By their names for ``--opensearch``; the first is that of most tests. Java 24 has no security manager."""

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var" / "opensearch"
"""Outside of what is kept: archives, and folders of clusters that a person starts."""

_VERSION = re.compile(r'version "(\d+)')


def _candidates() -> Iterator[Path]:
    """Programs that may be Java: where it is said to be, on the path, and where systems install it."""
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)
    for folder, inner in (
        ("/usr/lib/jvm", "*/bin/java"),
        ("/Library/Java/JavaVirtualMachines", "*/Contents/Home/bin/java"),
    ):
        yield from sorted(Path(folder).glob(inner))


def _version(program: Path) -> int:
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return 0
    found = _VERSION.search(said.stderr)
    return int(found[1]) if found else 0


@cache
def java_for(release: Release) -> Path | None:
    """The newest Java on this machine that runs a release."""
    found = {program.resolve(): _version(program) for program in _candidates() if program.exists()}
    oldest, beyond = release.java
    fit = [program for program, version in found.items() if oldest <= version < beyond]
    return max(fit, key=found.__getitem__, default=None)


PLAIN = Path(__file__).parent / "pom.xml"
"""What the nodes of a cluster that anybody may ask are made of."""


def missing(description: Path = PLAIN, release: Release = RELEASES["3"]) -> str:
    """What is not here that a cluster needs; empty where it is all there.

    Args:
        description: of its archives, as Maven reads it.
        release: of OpenSearch.
    """
    if java_for(release) is None:
        oldest, beyond = release.java
        return f"no Java {oldest} or newer" + (f", older than {beyond}" if beyond < 100 else "")
    if not _kept(description, release) and shutil.which("mvn") is None:
        return "no Maven to fetch OpenSearch with"
    return ""


def _library(description: Path, release: Release) -> Path:
    name = "lib" if description == PLAIN else description.parent.name
    return FOLDER / f"{name}{release.runner and '-'}{release.runner}"


def _kept(description: Path, release: Release) -> bool:
    stamp = _library(description, release) / "fetched"
    return stamp.exists() and stamp.read_text() == description.read_text()


def archives(description: Path = PLAIN, release: Release = RELEASES["3"]) -> Path:
    """The folder of what OpenSearch consists of; fetched by Maven where it is not here yet."""
    library = _library(description, release)
    if not _kept(description, release):
        shutil.rmtree(library, ignore_errors=True)
        fetch = ["mvn", "-q", "-B", "-f", str(description), "dependency:copy-dependencies"]
        fetch += [f"-Drunner={release.runner}"] if release.runner else []
        subprocess.run([*fetch, f"-DoutputDirectory={library}"], check=True, timeout=600)
        for plugin in library.glob("*.zip"):
            shutil.unpack_archive(plugin, library)
        (library / "fetched").write_text(description.read_text())
    return library


def main() -> None:
    """Fetch the archives of every cluster of the tests, where they can be fetched and are not here yet."""
    for description in sorted(PLAIN.parent.rglob(PLAIN.name)):
        if not missing(description):
            archives(description)


if __name__ == "__main__":
    main()
