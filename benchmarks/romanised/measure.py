"""Measures romanised look-up and spelling correction against pairs of typed and meant words.

    python benchmarks/romanised/measure.py --data ../shared/data [--index DIR | --words TSV] [--half]
    [--misses N]

The vocabulary is that of an index, or a file of words and frequencies, or the words of the news corpus. A
pair counts if the word meant is in the vocabulary. ``--half`` measures the odd pairs only: those that
``fit.py --half`` has not learnt from.
"""

import argparse
import json
import lzma
import math
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.romanised.pairs import half, name_pairs, sentence_pairs, spelling_pairs, word_pairs
from index.analysis.canonical import canonical
from index.vocabulary.vocabulary import Candidate, Vocabulary, write_vocabulary
from search.understanding.romanised import read

BENGALI = re.compile("[\u0980-\u09df\u200c\u200d\u09f0\u09f1]+")
TOKEN = re.compile("[\u0980-\u09df\u200c\u200d]+|[a-z0-9]+")
DEPTH = 10


def news_words(data: Path) -> Counter[str]:
    """The words of the news corpus and in how many articles they are."""
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
    """The vocabulary asked for, written afresh unless it is that of an index."""
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
    """Prints the share of pairs whose word is found first, and among five, and the time a word takes."""
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


class Sentences:
    """A plain BM25 over the words of sentences, so that only the reading of the query counts."""

    vocabulary: Vocabulary | None = None

    def __init__(self, sentences: Sequence[str]) -> None:
        self.postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        tokens = [self.words(sentence) for sentence in sentences]
        average = sum(map(len, tokens)) / len(tokens)
        for number, words in enumerate(tokens):
            for word, count in Counter(words).items():
                weight = count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(words) / average))
                self.postings[word].append((number, weight))
        self.count = len(tokens)

    def document_frequency(self, field: str, term: str) -> int:
        """How many sentences hold a word; they have no titles."""
        return len(self.postings.get(term, ())) if field.startswith("body") else 0

    @staticmethod
    def words(text: str) -> list[str]:
        """The words of a text in canonical spelling."""
        return [canonical(word) for word in TOKEN.findall(text.lower())]

    def rank(self, query: Sequence[Sequence[tuple[str, float]]]) -> list[int]:
        """The best sentences for readings with weights, of which the best for each word counts."""
        scores: defaultdict[int, float] = defaultdict(float)
        for readings in query:
            best: defaultdict[int, float] = defaultdict(float)
            for word, weight in readings:
                holding = self.postings.get(word, ())
                idf = math.log(1 + (self.count - len(holding) + 0.5) / (len(holding) + 0.5))
                for number, part in holding:
                    best[number] = max(best[number], weight * idf * part)
            for number, score in best.items():
                scores[number] += score
        return sorted(scores, key=lambda number: -scores[number])[:DEPTH]


def report_sentences(data: Path, limit: int) -> None:
    """Prints the mean reciprocal rank of the Bengali sentence for its Latin form, among all sentences."""
    pairs = sentence_pairs(data)
    sentences = Sentences([bengali for _, bengali in pairs])
    directory = Path(tempfile.mkdtemp())
    write_vocabulary(directory, ((word, len(found)) for word, found in sentences.postings.items()))
    sentences.vocabulary = Vocabulary.open(directory)
    answers = {bengali: number for number, (_, bengali) in enumerate(pairs)}
    total = asked = 0.0
    for latin, bengali in pairs[:limit]:
        query = [read(word, sentences) or [(word, 1.0)] for word in Sentences.words(latin)]
        ranked = [pairs[number][1] for number in sentences.rank(query)]
        total += 1 / (1 + ranked.index(bengali)) if bengali in ranked else 0
        asked += 1
    print(f"{'sentences':24}{int(asked):6} of {len(answers)}   MRR@10 {total / asked:.4f}")


def main() -> None:
    """Measures everything and prints it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, help="directory that holds a vocabulary")
    parser.add_argument("--words", type=Path, help="file of words and frequencies, tab-separated")
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--sentences", type=int, default=1000)
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
    if options.sentences:
        report_sentences(options.data, options.sentences)


if __name__ == "__main__":
    main()
