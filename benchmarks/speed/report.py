"""Formats the figures as a table and as a plot."""

from collections.abc import Callable, Iterator, Sequence
from math import exp, log
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.speed.queries import KINDS

__all__ = ["plot", "table"]

OURS = "onneshon"
WIDTH = 24


def table(result: dict[str, Any]) -> Iterator[str]:
    """Indexing, then latency by class; ratios of latency are ours to theirs: below 1 is faster."""
    engines, articles = result["engines"], result["articles"]
    measured = f", measured on {result['measured']}" if "measured" in result else ""
    yield f"\n{articles:,} articles{measured}: indexing ({_cores(engines)}), size, memory"
    for name, figures in engines.items():
        rate, size = articles / figures["seconds"], figures["size"]
        opened = f"{figures['open_ms']:8.1f} ms to open and answer once" if figures["open_ms"] else ""
        yield (
            f"  {name:<20}{rate:9,.0f} articles/s {size / 1e6:9.1f} MB"
            f" ({size / result['text_bytes']:.2f} of the text) {figures['peak_mb']:6,} MB peak {opened}"
        )
    yield from _indexing_ratios(engines)
    yield from _when(result)
    latencies = result.get("latencies", {})
    queries, rounds = _queries(latencies), latencies.get("rounds")
    for prefix, title in (
        ("", f"warm, {rounds} rounds" if rounds else "warm"),
        ("first ", "first use of the words"),
    ):
        yield from _latency(engines, prefix, f"{queries}{title}")


def _cores(engines: dict[str, Any]) -> str:
    """The number of cores that the builds were pinned to."""
    cores = {name: figures.get("cores") for name, figures in engines.items()}
    if None in cores.values():
        return "not held to one core: the platform cannot, or the run is an old one"
    two = [name for name, count in cores.items() if count == 2]
    return ", ".join(["one core", *(f"two for {name}" for name in two)])


def _queries(latencies: dict[str, Any]) -> str:
    """The number of queries in a class."""
    counts = latencies.get("queries", {})
    classes = [counts.get(kind, 0) for kind in KINDS]
    if not any(classes):
        return ""
    few, many = min(classes), max(classes)
    each = f"{many}" if few == many else f"{few} to {many}"
    headlines = f" ({counts['headline']} of headline)" if "headline" in counts else ""
    return f"{each} queries a class{headlines}, "


def _when(result: dict[str, Any]) -> Iterator[str]:
    """A note that latencies are newer than the build, and which engines' are older still."""
    latencies = result.get("latencies", {})
    if latencies.get("again"):
        engines = result["engines"].items()
        older = [name for name, figures in engines if figures["classes"] and name not in latencies["engines"]]
        rest = f"; not those of {', '.join(older)}" if older else ""
        yield f"\nlatencies measured again on {latencies['measured']} over the same indexes{rest}"


def _indexing_ratios(engines: dict[str, Any]) -> Iterator[str]:
    pairs = (
        ("onneshon terms", "tantivy", "given terms, ours ÷ tantivy"),
        ("onneshon", "lucene bengali", "with Bengali analysis, ours ÷ Lucene's BengaliAnalyzer"),
        ("onneshon 2 workers", "onneshon", "two workers ÷ one"),
    )
    for ours, theirs, label in pairs:
        if ours in engines and theirs in engines:
            yield f"  {label}: {engines[theirs]['seconds'] / engines[ours]['seconds']:.2f}"


def _latency(engines: dict[str, Any], prefix: str, title: str) -> Iterator[str]:
    names = [name for name, figures in engines.items() if figures["classes"]]
    yield f"\nmilliseconds, p50/p95, {title}; in brackets p95 of ours ÷ theirs"
    yield f"  {'':<14}" + "".join(f"{name:>{WIDTH}}" for name in names)
    for kind in (*KINDS, "headline"):
        cells = [_cell(engines, name, kind, prefix) for name in names]
        if any(cells):
            yield f"  {kind:<14}" + "".join(f"{cell:>{WIDTH}}" for cell in cells)


def _cell(engines: dict[str, Any], name: str, kind: str, prefix: str) -> str:
    times = engines[name]["classes"].get(kind)
    if times is None:
        return ""
    cell = f"{times[prefix + 'p50']:.3f}/{times[prefix + 'p95']:.3f}"
    ours = engines.get(OURS, {}).get("classes", {}).get(kind)
    if name == OURS or ours is None:
        return cell
    return f"{cell} ({ours[prefix + 'p95'] / times[prefix + 'p95']:.2f})"


def _mean_p95(figures: dict[str, Any]) -> float:
    return exp(fmean(log(figures["classes"][kind]["p95"]) for kind in KINDS if kind in figures["classes"]))


def plot(results: Sequence[dict[str, Any]], path: Path) -> None:
    """Plot latency, indexing rate and size against the number of articles; needs matplotlib."""
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415 (the table does not need it)
    except ImportError:
        print("no plot: matplotlib is not installed (pip install --group benchmark)")
        return
    panels: dict[str, Callable[[dict[str, Any], dict[str, Any]], float]] = {
        "p95, geometric mean of the classes (ms)": lambda _, figures: _mean_p95(figures),
        "articles indexed a second": lambda result, figures: result["articles"] / figures["seconds"],
        "bytes of index ÷ bytes of text": lambda result, figures: figures["size"] / result["text_bytes"],
    }
    figure, axes = plt.subplots(1, len(panels), figsize=(15, 4.5), layout="constrained")
    names = list(dict.fromkeys(name for result in results for name in result["engines"]))
    for axis, (label, value) in zip(axes, panels.items(), strict=True):
        for name in names:
            points = [
                (result["articles"], value(result, result["engines"][name]))
                for result in results
                if name in result["engines"] and (label[0] != "p" or result["engines"][name]["classes"])
            ]
            if points:
                axis.plot(*zip(*points, strict=True), marker="o", label=name)
        axis.set(title=label, xlabel="articles", xscale="log", yscale="log")
        axis.legend(fontsize="small")
    figure.savefig(path)
    plt.close(figure)
