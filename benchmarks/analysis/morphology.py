"""Measures the stem layer on lists of lemmas and forms, its over-stemming, and its speed against bare ICU.

    python -m benchmarks.analysis.morphology [--data DIR] [--misses FILE] [--half first|second] [--only-speed]

DIR holds ``pairs.tsv``, ``morphology/*.tsv`` (lemma, form), ``morphology/hunspell-bn-words.txt.xz`` and, for
the speed, ``corpora/news-ittefaq.jsonl.xz``. ``--half`` takes of each list the lemmas whose SHA-256 begins
with an even (first) or odd (second) byte: rules are made from misses of the first half, never from those of
the second. Every figure is printed on a line of its own; words that went wrong are written to FILE. Bare ICU
is its word iterator over the same texts: the status of each boundary is read, each word is cut out as a
string, and nothing else is done. One thread; all caches are warm except for ``cold``.
"""

import argparse
import hashlib
import json
import lzma
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

import icu

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import stem as stem_of
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.analysis.verbs import stems_of, verb_key

LISTS = ("isical-lemma-dev", "isical-lemma-train", "unimorph-ben", "google-verbs", "banglakit-lemma")
ARTICLES = 1500
ROUNDS = 5
PARADIGM = 14
"""A stem found with this number of verb endings is a root: the word list spells out whole paradigms."""
CLASSES = ("same", "e", "made", "open")
VOWEL_ENDINGS = frozenset(
    "ই য় ন স ও ইয়া ইয়ে ইয়ো ইও য়ে উন উক ইস ইল ইলি ইলে ইলেন ইলাম ইত ইতে ইতেন ইব ইবে ইবেন ইবি ইবার".split()  # noqa: SIM905 (so it is read as a line of a grammar)
)


def pairs(path: Path) -> Iterator[tuple[str, str, str]]:
    """The first three fields of a table: lemma, form, and the expected outcome or else ``match``."""
    for line in path.read_text(encoding="utf-8").splitlines():
        first, second, *rest = line.split("\t")
        yield first, second, rest[0] if rest else "match"


def keys(text: str) -> list[str]:
    """The stem keys of a text."""
    return [token.stem for token in analyze(text)]


def pair_suite(path: Path, misses: TextIO) -> tuple[int, int]:
    """Count the pairs that match or differ as they should, and all pairs."""
    right = total = 0
    for first, second, wanted in pairs(path):
        total += 1
        met = not set(keys(first)).isdisjoint(keys(second))
        right += met == (wanted == "match")
        if met != (wanted == "match"):
            misses.write(f"pairs\t{first}\t{second}\t{wanted}\n")
    return right, total


def half_of(lemma: str) -> str:
    """The half of a list that contains all forms of a lemma, whatever else is in the list."""
    return "second" if hashlib.sha256(lemma.encode()).digest()[0] % 2 else "first"


def inflected(path: Path, misses: TextIO, half: str | None = None) -> tuple[int, int]:
    """Count the forms that differ from their lemma and share its key, and all forms that differ from it."""
    right = total = 0
    for lemma, form, _ in pairs(path):
        if " " in lemma or canonical(lemma) == canonical(form) or half not in {None, half_of(lemma)}:
            continue
        total += 1
        met = keys(lemma) == keys(form)
        right += met
        if not met:
            misses.write(f"{path.stem}\t{lemma}\t{form}\t{keys(lemma)}\t{keys(form)}\n")
    return right, total


def merged(words: Iterable[str], key: Callable[[str], str], misses: TextIO | None = None) -> tuple[int, int]:
    """Count the words that share their key with another word of the list, and all words."""
    by_key: dict[str, list[str]] = {}
    for word in words:
        by_key.setdefault(key(word), []).append(word)
    groups = [group for group in by_key.values() if len(group) > 1]
    if misses:
        misses.writelines(f"merged\t{' '.join(group)}\n" for group in groups)
    return sum(map(len, groups)), sum(map(len, by_key.values()))


def verb_endings() -> set[str]:
    """The endings of a verb, after a consonant or a vowel."""
    after_consonant = {ending for kind in CLASSES for _, endings in stems_of("", kind) for ending in endings}
    return (after_consonant | VOWEL_ENDINGS) - {""}


def dictionary(path: Path) -> list[str]:
    """The word list without the paradigms of verbs, whose forms are meant to be merged."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        words = {canonical(line.strip()) for line in lines if not line.strip().isdigit()}
    endings = verb_endings()
    splits = [(word[:i], word) for word in words for i in range(1, len(word)) if word[i:] in endings]
    roots = {stem for stem, count in Counter(stem for stem, _ in splits).items() if count >= PARADIGM}
    forms = roots | {word for stem, word in splits if stem in roots}
    return sorted(word for word in words - forms if not verb_key(word))


def texts(path: Path) -> list[str]:
    """The bodies of the first articles of a corpus."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["body"] for _, line in zip(range(ARTICLES), lines, strict=False)]


def best_seconds(run: Callable[[], object]) -> float:
    """Processor time of the fastest of several runs; the first one warms the caches."""
    run()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def speed(bodies: list[str]) -> Iterator[tuple[str, float]]:
    """Tokens a second: bare ICU, the build's analysis chain warm and cold, and tokens with offsets."""
    iterator = icu.BreakIterator.createWordInstance(icu.Locale("bn"))
    batch = BatchAnalyzer()

    def bare() -> None:
        for body in bodies:
            iterator.setText(body)
            words, start = [], 0
            for end in iterator:
                if iterator.getRuleStatus():
                    words.append(body[start:end])
                start = end

    def bulk() -> None:
        for body in bodies:
            batch.add(body)
        batch.take()

    def whole() -> None:
        for body in bodies:
            analyze(body)

    analyze("করেছিলেন ঢাকায় running")  # reads the tables
    start = time.process_time()
    count = sum(map(BatchAnalyzer().add, bodies))
    yield "cold", count / (time.process_time() - start)
    yield from ((run.__name__, count / best_seconds(run)) for run in (bare, bulk, whole))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared/data")
    parser.add_argument("--misses", type=argparse.FileType("w", encoding="utf-8"), default="/dev/null")
    parser.add_argument("--half", choices=("first", "second"), help="of the lemmas, by hash; all without it")
    parser.add_argument("--only-speed", action="store_true", help="leave the lists of words out")
    options = parser.parse_args()
    data, misses = options.data, options.misses

    def show(name: str, counts: tuple[int, int]) -> None:
        print(f"{name:32} {counts[0]:6d} of {counts[1]:6d}  {100 * counts[0] / counts[1]:6.2f} %", flush=True)

    if not options.only_speed:
        show("pairs", pair_suite(data / "pairs.tsv", misses))
        for name in LISTS:
            show(name, inflected(data / "morphology" / f"{name}.tsv", misses, options.half))
        words = dictionary(data / "morphology/hunspell-bn-words.txt.xz")
        show("word list merged, stem", merged(words, stem_of, misses))
        show("word list merged, stem and fold", merged(words, stem_key))
    rates = dict(speed(texts(data / "corpora/news-ittefaq.jsonl.xz")))
    for name, rate in rates.items():
        print(f"{name:32} {rate:12,.0f} tokens/s  {rate / rates['bare']:6.2f} of bare ICU")


if __name__ == "__main__":
    main()
