"""Writes measured figures into a document, between two marks, so that no figure is copied by hand."""

import argparse
import datetime as dt
import os
import platform
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from onneshon.index.analysis.icu_text import versions

__all__ = ["command_line", "replace_figures"]

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def replace_figures(path: Path, lines: Iterable[str], command: str) -> None:
    """Replace the text between the marks by the given lines.

    Args:
        path: a Markdown file with both marks.
        lines: the new text, as lines of Markdown.
        command: the command that measured the figures.
    """
    before, _, rest = path.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    where = f"Python {platform.python_version()}, ICU {versions()['icu']}, {os.cpu_count()} cores"
    stamp = f"Measured on {dt.datetime.now(dt.UTC).date()} by `{command}` ({where})."
    path.write_text("\n".join([before + BEGIN, stamp, "", *lines, END + after]), "utf-8")


def command_line(script: str, arguments: Sequence[str], options: argparse.Namespace) -> str:
    """A command as a document shows it: FOLDER replaces each path, which exists on this machine only.

    Args:
        script: the script that was run, from the root of the repository.
        arguments: its arguments.
        options: its parsed arguments.
    """
    values = (value if isinstance(value, list) else [value] for value in vars(options).values())
    paths = {value for several in values for value in several if isinstance(value, Path)}
    given = (_without_path(argument, paths) for argument in arguments)
    return shlex.join(["python", *script.split(), *given])


def _without_path(argument: str, paths: set[Path]) -> str:
    """FOLDER in place of a path, which may stand by itself or after the name of its option."""
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    return f"{option}{equals}FOLDER" if Path(value) in paths else argument
