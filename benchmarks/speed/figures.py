"""The figures of all sizes, kept in one file, so that one size can be measured without the others."""

import json
from pathlib import Path
from typing import Any

__all__ = ["merge", "read_figures", "with_latencies"]


def read_figures(path: Path) -> dict[int, dict[str, Any]]:
    """Figures by number of articles, the smallest first; empty where nothing is measured yet."""
    results = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return {result["articles"]: result for result in sorted(results, key=lambda result: result["articles"])}


def merge(path: Path, result: dict[str, Any]) -> None:
    """Put the figures of one size in place of its former ones."""
    figures = read_figures(path) | {result["articles"]: result}
    ordered = sorted(figures.values(), key=lambda figure: figure["articles"])
    path.write_text(json.dumps(ordered, indent=1), "utf-8")


def with_latencies(result: dict[str, Any], timed: dict[str, Any], *, again: bool) -> dict[str, Any]:
    """The figures of one size with new latencies of the timed engines; those of other engines stay."""
    engines = {
        name: {"open_ms": None, "classes": {}} | figures | timed["engines"].get(name, {})
        for name, figures in result["engines"].items()
    }
    latencies = timed | {"engines": list(timed["engines"]), "again": again}
    return result | {"engines": engines, "latencies": latencies}
