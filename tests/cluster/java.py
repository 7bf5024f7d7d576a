"""A Java that runs OpenSearch, and the archives that it is made of."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = ["LEAST_JAVA", "archives", "missing", "newest_java"]

LEAST_JAVA = 21

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
def newest_java() -> Path | None:
    """The newest Java on this machine, if it is new enough."""
    found = {program.resolve(): _version(program) for program in _candidates() if program.exists()}
    fit = [program for program, version in found.items() if version >= LEAST_JAVA]
    return max(fit, key=found.__getitem__, default=None)


PLAIN = Path(__file__).parent / "pom.xml"
"""What the nodes of a cluster that anybody may ask are made of."""


def missing(description: Path = PLAIN) -> str:
    """What is not here that a cluster needs; empty where it is all there.

    Args:
        description: of its archives, as Maven reads it.
    """
    if newest_java() is None:
        return f"no Java {LEAST_JAVA} or newer"
    if not _kept(description) and shutil.which("mvn") is None:
        return "no Maven to fetch OpenSearch with"
    return ""


def _library(description: Path) -> Path:
    return FOLDER / ("lib" if description == PLAIN else description.parent.name)


def _kept(description: Path) -> bool:
    stamp = _library(description) / "fetched"
    return stamp.exists() and stamp.read_text() == description.read_text()


def archives(description: Path = PLAIN) -> Path:
    """The folder of what OpenSearch consists of; fetched by Maven where it is not here yet."""
    library = _library(description)
    if not _kept(description):
        shutil.rmtree(library, ignore_errors=True)
        fetch = ["mvn", "-q", "-B", "-f", str(description), "dependency:copy-dependencies"]
        subprocess.run([*fetch, f"-DoutputDirectory={library}"], check=True, timeout=600)
        for plugin in library.glob("*.zip"):
            shutil.unpack_archive(plugin, library)
        (library / "fetched").write_text(description.read_text())
    return library
