"""How much an index of so many articles takes: seconds and memory to build, bytes, memory to serve.

    python -m benchmarks.publishing.capacity CORPUS... --queries QUERIES

Of the CORPUS files, and as far as they do not suffice of articles mixed from sentences of theirs, indexes of
each of ``--sizes`` are built by ``onneshon index build``, and served while 300 headlines from QUERIES are
asked.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import quote

from benchmarks.document import command_line, replace_figures
from benchmarks.publishing.loop import Server, articles

PROGRAM: Final = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()"]
ASKED: Final = 300


def write(path: Path, corpus: list[Path], count: int) -> int:
    """JSON Lines of so many articles; their bytes."""
    random = Random(1)  # noqa: S311 - articles, no secret
    with path.open("w", encoding="utf-8") as stream:
        for article in articles(corpus, count, random):
            fields = asdict(article) | {"date": article.date.isoformat() if article.date else None}
            stream.write(json.dumps(fields, ensure_ascii=False) + "\n")
    return path.stat().st_size


def build(path: Path, index: Path) -> tuple[float, int]:
    """Seconds of a build in one process, and MB of its memory at most."""
    command = [*PROGRAM, "index", "build", str(path), "--index", str(index), "-q", "--max-bad", "100%"]
    began = time.perf_counter()
    child = os.spawnv(os.P_NOWAIT, command[0], command)  # noqa: S606 - no shell is wanted
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 6}:
        raise RuntimeError("the build failed")
    return time.perf_counter() - began, used.ru_maxrss >> 10


def serve(index: Path, queries: list[str], keys: Path) -> tuple[int, int]:
    """MB of memory of a server after some searches: its own, and what it maps."""
    server = Server(index, keys)
    try:
        for query in queries[:ASKED]:
            server.ask("GET", "/api/v1/search?q=" + quote(query[:500]))
        return server.memory("RssAnon"), server.memory("RssFile")
    finally:
        server.kill()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 30_000, 100_000])
    parser.add_argument("--write", type=Path, help="put the figures into this document")
    options = parser.parse_args()
    queries = [line for line in options.queries.read_text("utf-8").splitlines() if line.strip()]
    lines = [
        "| articles | corpus, MB | build, s | articles/s | memory, MB | index, MB | serving, MB | mapped |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for count in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "keys").touch()
            size = write(place / "articles.jsonl", options.corpus, count)
            seconds, peak = build(place / "articles.jsonl", place / "index")
            bytes_ = sum(one.stat().st_size for one in (place / "index").rglob("*") if one.is_file())
            own, mapped = serve(place / "index", queries, place / "keys")
        speed = f"{count / seconds:,.0f}"
        row = [
            f"{count:,}",
            f"{size / 1e6:.0f}",
            f"{seconds:.0f}",
            speed,
            peak,
            f"{bytes_ / 1e6:.0f}",
            own,
            mapped,
        ]
        lines.append(f"| {' | '.join(str(one) for one in row)} |")
        print(lines[-1], flush=True)
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    lines += ["", f"Load of the machine at the end: {load}.", ""]
    print("\n".join(lines))
    if options.write:
        command = command_line("-m benchmarks.publishing.capacity", sys.argv[1:], options)
        replace_figures(options.write, lines, command)


if __name__ == "__main__":
    main()
