"""Compiles and runs the small Java programs in this folder; Maven fetches Lucene the first time."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

__all__ = ["analyse", "compiled", "java"]

HERE = Path(__file__).parent
BUILT = HERE.parent / "results" / "lucene"


def compiled() -> bool:
    """Compile the programs; return False, after printing the reason, where that is not possible."""
    if not (shutil.which("java") and shutil.which("mvn")):
        print("Lucene is left out: there is no Java with Maven here.")
        return False
    maven = ["mvn", "--quiet", "--batch-mode", "--file", str(HERE / "pom.xml"), "package"]
    built = subprocess.run(maven, capture_output=True, text=True, check=False)
    if built.returncode:
        print("Lucene is left out: Maven could not build it.", built.stdout[-2000:], sep="\n")
    return built.returncode == 0


def java(program: str, *arguments: str, options: Iterable[str] = ()) -> list[str]:
    """The command that runs one of the programs."""
    classpath = f"{BUILT / 'classes'}:{BUILT / 'dependency'}/*"
    return ["java", *options, "-cp", classpath, program, *arguments]


def analyse(texts: Iterable[str]) -> list[list[str]]:
    """The tokens of each text from Lucene's BengaliAnalyzer, without its stop words."""
    lines = "".join(" ".join(text.split()) + "\n" for text in texts)
    done = subprocess.run(java("Tokens"), input=lines, capture_output=True, text=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]
