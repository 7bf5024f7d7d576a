"""Measures romanised look-up and spelling correction against pairs of typed and meant words.

    python -m benchmarks.romanised.measure --data ../shared/data [--index DIR | --words TSV] [--half]
    [--misses N]

The vocabulary is that of an index, or a file of words and frequencies, or the words of the news corpus. A
pair counts if the word meant is in the vocabulary. ``--half`` measures the odd pairs only: those that
``fit.py --half`` has not been trained on. Whole sentences are measured by ``benchmarks.relevance.run --only
romanised``.
"""

import argparse
import json
import lzma
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.romanised.pairs import half, name_pairs, spelling_pairs, word_pairs
from onneshon.index.analysis.canonical import canonical
from onneshon.index.vocabulary.file import write_vocabulary
from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary

BENGALI = re.compile("[\u0980-\u09df\u200c\u200d\u09f0\u09f1]+")


def news_words(data: Path) -> Counter[str]:
    """The words of the news corpus, with their document frequencies."""
    frequencies: Counter[str] = Counter()
    with lzma.open(data / "corpora" / "news-ittefaq.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            words = set(BENGALI.findall(f"{article['title']} {article['body']}"))
            frequencies.update({canonical(word) for word in words})
    return frequencies


def read_words(path: Path) -> Iterator[tuple[str, int]]:
    """Words and frequencies of a tab-separated file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        word, frequency = line.split("\t")
        yield word, int(frequency)


def open_vocabulary(options: argparse.Namespace) -> Vocabulary:
    """The selected vocabulary, newly written unless it is that of an index."""
    directory = options.index or Path(tempfile.mkdtemp())
    if not options.index:
        words = list(read_words(options.words) if options.words else news_words(options.data).items())
        started = time.perf_counter()
        write_vocabulary(directory, words)
        print(f"{len(words):,} words written in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    vocabulary = Vocabulary.open(directory)
    if vocabulary is None:
        raise SystemExit(f"no vocabulary in {directory}")
    print(f"{len(vocabulary):,} words opened in {1000 * (time.perf_counter() - started):.1f} ms")
    return vocabulary


def report(
    name: str, pairs: Sequence[tuple[str, str]], look_up: Callable[[str], list[Candidate]], misses: int
) -> None:
    """Print the share of pairs whose word is found first, and among five, and the time a word takes."""
    started = time.perf_counter()
    found = [[candidate.word for candidate in look_up(typed)] for typed, _ in pairs]
    milliseconds = 1000 * (time.perf_counter() - started) / max(len(pairs), 1)
    first = sum(words[:1] == [meant] for words, (_, meant) in zip(found, pairs, strict=True))
    five = [(words, pair) for words, pair in zip(found, pairs, strict=True) if pair[1] in words]
    share = 100 / max(len(pairs), 1)
    print(
        f"{name:24}{len(pairs):6} pairs   top 1 {first * share:5.1f}"
        f"   top 5 {len(five) * share:5.1f}   {milliseconds:.2f} ms"
    )
    missed = [(*pair, *words) for words, pair in zip(found, pairs, strict=True) if pair[1] not in words]
    for miss in missed[:misses]:
        print("   ", *miss)


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, help="directory that holds a vocabulary")
    parser.add_argument("--words", type=Path, help="file of words and frequencies, tab-separated")
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--misses", type=int, default=0)
    options = parser.parse_args()
    vocabulary = open_vocabulary(options)
    spelling = [(typed, meant) for typed, meant, _ in spelling_pairs(options.data)]
    for name, pairs, look_up in (
        ("romanised words", word_pairs(options.data), vocabulary.romanised),
        ("romanised names", half(name_pairs(options.data), 1)[:2000], vocabulary.romanised),
        ("misspelt words", spelling, vocabulary.similar),
    ):
        known = [
            pair for pair in (half(pairs, 1) if options.half else pairs) if vocabulary.frequency(pair[1])
        ]
        report(name, known, look_up, options.misses)


if __name__ == "__main__":
    main()
