"""Puts measured figures into a document, between two marks, so that no figure is copied by hand."""

import datetime as dt
import os
import platform
from collections.abc import Iterable
from pathlib import Path

from index.icu_text import versions

__all__ = ["replace_figures"]

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def replace_figures(path: Path, lines: Iterable[str], command: str) -> None:
    """Write lines in place of what stands between the marks.

    Args:
        path: a Markdown file with both marks.
        lines: Markdown.
        command: what measured them.
    """
    before, _, rest = path.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    where = f"Python {platform.python_version()}, ICU {versions()['icu']}, {os.cpu_count()} cores"
    stamp = f"Measured on {dt.datetime.now(dt.UTC).date()} by `{command}` ({where})."
    path.write_text("\n".join([before + BEGIN, stamp, "", *lines, END + after]), "utf-8")
