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


def missing() -> str:
    """What is not here that a cluster needs; empty where it is all there."""
    if newest_java() is None:
        return f"no Java {LEAST_JAVA} or newer"
    if not _kept() and shutil.which("mvn") is None:
        return "no Maven to fetch OpenSearch with"
    return ""


def _kept() -> bool:
    stamp = FOLDER / "lib" / "fetched"
    return stamp.exists() and stamp.read_text() == _description()


def _description() -> str:
    return (Path(__file__).parent / "pom.xml").read_text()


def archives() -> str:
    """The class path of OpenSearch; fetched by Maven where it is not here yet."""
    library = FOLDER / "lib"
    if not _kept():
        description = Path(__file__).parent / "pom.xml"
        shutil.rmtree(library, ignore_errors=True)
        fetch = ["mvn", "-q", "-B", "-f", str(description), "dependency:copy-dependencies"]
        subprocess.run([*fetch, f"-DoutputDirectory={library}"], check=True, timeout=600)
        (library / "fetched").write_text(_description())
    return f"{library}/*"
