"""Makes a dump of MediaWiki of any size and reads it: how fast, and in how much memory.

    python -m benchmarks.formats.dump --megabytes 1000 --file /tmp/dump.xml

Its pages are articles of 2 to 60 kB with links, boxes, notes, tables and pictures, and among every ten of
them a redirect, a talk page and a template; one page of a thousand has a megabyte. The peak of memory is
that of the process that reads, after the dump was written by another.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from benchmarks.formats.wiki_dump import ARTICLE, HEAD, TAIL, page
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.problems import Problems

WORDS = [
    "নদী",
    "পদ্মা",
    "মেঘনা",
    "বাংলাদেশ",
    "ইতিহাস",
    "ভাষা",
    "আন্দোলন",
    "স্বাধীনতা",
    "মুক্তিযুদ্ধ",
    "বিশ্ববিদ্যালয়",
    "গ্রাম",
    "শহর",
    "মানুষ",
    "জীবন",
    "সাহিত্য",
    "কবিতা",
    "গল্প",
    "উপন্যাস",
    "শিল্প",
    "সংস্কৃতি",
    "কৃষি",
    "ধান",
    "পাট",
    "চা",
    "শিক্ষা",
    "বিজ্ঞান",
    "প্রযুক্তি",
    "রাষ্ট্র",
    "সরকার",
    "আইন",
    "আদালত",
    "বাজার",
    "অর্থনীতি",
]


def write(path: Path, megabytes: int) -> None:
    """Write a dump of at least so many megabytes."""
    chance = Random(1952)  # noqa: S311  # a benchmark's texts
    with path.open("wb") as file:
        written = file.write(HEAD.encode())
        number = 0
        while written < megabytes * 1_000_000:
            number += 1
            written += file.write(made(number, chance).encode())
        file.write(TAIL.encode())


def made(number: int, chance: Random) -> str:
    """The page of a number."""
    match number % 10:
        case 3:
            return page(number, f"পুনর্নির্দেশ {number}", "#পুনর্নির্দেশ [[নদী]]", redirect="নদী")
        case 5:
            return page(number, f"আলাপ:নদী {number}", "কেন?", namespace=1)
        case 7:
            return page(number, f"টেমপ্লেট:তথ্যছক {number}", "{{{নাম}}}", namespace=10)
    paragraphs = 400 if number % 1000 == 0 else chance.randint(1, 20)
    texts = (" ".join(sentence(chance) for _ in range(12)) for _ in range(paragraphs))
    return page(number, f"নদী {number}", ARTICLE.replace("NUMBER", str(number)) + "\n\n".join(texts))


def sentence(chance: Random) -> str:
    """A sentence of wikitext."""
    words = chance.choices(WORDS, k=chance.randint(6, 14))
    words[0] = f"[[{words[0]}]]"
    words[2] = f"[[{words[2]}|{words[1]}]]ের"
    words[4] = f"'''{words[4]}'''"
    note = "<ref>{{সংবাদ উদ্ধৃতি|শিরোনাম=খবর}}</ref>" if chance.random() < 0.3 else ""  # a share
    return " ".join(words) + "।" + note


def read(path: Path) -> None:
    """Read a dump, and print what it took."""
    started = time.perf_counter()
    problems = Problems()
    corpus = Corpus([path], problems)
    characters = sum(len(article.body) for article in corpus)
    seconds = time.perf_counter() - started
    size = path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{size:,.0f} MB: {corpus.given:,} articles of {characters:,} characters, {problems.total} faults")
    print(f"passed over: {', '.join(f'{name} {count:,}' for name, count in corpus.passed.items())}")
    print(f"{seconds:,.0f} s, {size / seconds:.2f} MB/s, peak of memory {peak:,.0f} MB")


def main() -> None:
    """Write, then read in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--file", type=Path, default=Path("dump.xml"))
    parser.add_argument("--write", action="store_true", help="only write")
    options = parser.parse_args()
    if options.write:
        write(options.file, options.megabytes)
        return
    if not options.file.exists():
        command = [sys.executable, "-m", "benchmarks.formats.dump", "--write", "--file", str(options.file)]
        subprocess.run([*command, "--megabytes", str(options.megabytes)], check=True)
    read(options.file)


if __name__ == "__main__":
    main()
