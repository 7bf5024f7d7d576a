"""Measures the effects of one flipped bit in an index: the answers of searches, and the repair.

    python -m benchmarks.reliability.damage CORPUS... [--bits 2000] [--queries FILE] [--seed 1]

Builds the corpus, updates it with an article, so that both generations share the large files, and flips
single bits of the live generation one at a time, at random in its files by their sizes. After each flip it
opens the index, runs some queries twice with a full verification in between, as a server does, and checks
whether a mended copy has the original bytes. Answers are compared with those before; the bit is flipped back.
"""

import argparse
import os
import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from onneshon import Article, build
from onneshon.index import OnneshonError, open_writer
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import Generation
from onneshon.index.storage.parity import mended_copy
from onneshon.search import Engine

__all__ = ["Answers", "answered", "flipped", "main"]

QUERIES: Final = ("বাংলাদেশ", "ভাষা আন্দোলন", '"ভাষা আন্দোলন"', "bangladesher itihas", "বাংলদেস", "মুক্তি*", "নদীর জল")

Answers: TypeAlias = list[list[tuple[str, float]]]


def answered(engine: Engine, queries: list[str]) -> Answers:
    """The ids and scores of the hits of each query."""
    pages = (engine.search(query) for query in queries)
    return [[(hit.article.id, round(hit.score, 6)) for hit in page.hits] for page in pages]


def outcome(directory: Path, queries: list[str], expected: Answers) -> str:
    """The outcome of searches: right, from an older generation, wrong, or failed."""
    try:
        with Engine.open(directory, time_limit=None) as engine:
            first = answered(engine, queries)
            with suppress(OnneshonError):  # damage found by verifying; a sound generation answers afterwards
                engine.verify()
            again = answered(engine, queries)
            warning = engine.health.warning
    except OnneshonError:
        return "failed"
    if expected == first == again:
        return "right, mended in memory" if "mended" in warning else "right, and nothing was noticed"
    return "an older generation, as is told" if warning else "wrong, and nothing is told"


def is_mended(generation: Generation) -> bool:
    """Whether a mended copy has every byte of the generation as built."""
    with TemporaryDirectory(dir=generation.folder.parent) as folder:
        try:
            mended_copy(generation, Path(folder), os.link)
            manifest, _ = generation.agreed_manifest()
            manifest.check_files(Path(folder), digests=True)
        except OnneshonError:
            return False
    return True


def flipped(path: Path, offset: int, bit: int) -> None:
    """Flip a bit of a file in place, so that its hard links change too."""
    with path.open("r+b") as stream:
        stream.seek(offset)
        (byte,) = stream.read(1)
        stream.seek(offset)
        stream.write(bytes([byte ^ 1 << bit]))


def _made(corpus: list[Path], directory: Path) -> Generation:
    """An index of the corpus that was updated once; its live generation is made writable."""
    build(corpus, directory)
    with open_writer(directory) as writer:
        writer.add(Article("নতুন", title="হাওরে শীতের পাখি", body="এবার আগেই এসেছে পরিযায়ী পাখি।"))
    generation = Generations(directory).current()
    for path in generation.folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return generation


def main() -> None:
    """Flip bits, run the queries, and count the outcomes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--bits", type=int, default=2000)
    parser.add_argument("--queries", type=Path, help="a query a line")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    queries = given.queries.read_text("utf-8").splitlines() if given.queries else [*QUERIES]
    chance = random.Random(given.seed)  # noqa: S311  # no secret
    with TemporaryDirectory() as folder:
        directory = Path(folder) / "index"
        generation = _made(given.corpus, directory)
        files = [path for path in sorted(generation.folder.rglob("*")) if path.is_file()]
        sizes = [path.stat().st_size for path in files]
        with Engine.open(directory, time_limit=None) as engine:
            expected = answered(engine, queries)
        seen: Counter[str] = Counter()
        slowest, mended = 0.0, 0
        for path in chance.choices(files, sizes, k=given.bits):
            offset, bit = chance.randrange(path.stat().st_size), chance.randrange(8)
            flipped(path, offset, bit)
            began = time.perf_counter()
            seen[outcome(directory, queries, expected)] += 1
            slowest = max(slowest, time.perf_counter() - began)
            mended += is_mended(generation)
            flipped(path, offset, bit)
    print(f"{given.bits:,} bits of {sum(sizes):,} bytes in {len(files)} files, {len(queries)} queries each")
    for name, count in seen.most_common():
        print(f"{count:7,} {name}")
    print(f"{mended:7,} of which a mended copy is as it was built")
    print(f"slowest opening with all queries: {slowest * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
