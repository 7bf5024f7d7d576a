"""Lists common words that the fold gives one key: spelling variants, it is hoped, not different words.

    python -m benchmarks.analysis.merges [--data DIR] [--least N] [--hide-soft]

DIR holds ``corpora/*.jsonl.xz``. Prints every key that two or more stems share, each stem with the number of
articles that contain a form of it (at least N), ordered by the frequency of a key's second stem. Which
of the pairs mean different things is for a reader to say; ``index/analysis/data/homophones.tsv`` takes them.
``--hide-soft`` leaves out pairs that differ in ি and ী, ু and ূ, ন and ণ, ং and ঙ alone: most are variants.
"""

import argparse
import json
import lzma
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import fold, stem

CORPORA = ("news-ittefaq", "wikipedia-intros", "poems")
SOFT = str.maketrans({"ী": "ি", "ূ": "ু", "ণ": "ন", "ঈ": "ই", "ঊ": "উ", "ঙ": "ং"})


def words_of(path: Path) -> Iterator[set[str]]:
    """The Bengali words of each article of a corpus."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            exact = {key for key, _ in word_keys(f"{article.get('title') or ''}\n{article['body']}")}
            yield set(filter(is_bengali, exact))


def frequencies(folder: Path) -> Counter[str]:
    """The number of articles that contain a form of each stem."""
    counts: Counter[str] = Counter()
    for name in CORPORA:
        for words in words_of(folder / f"{name}.jsonl.xz"):
            counts.update(set(map(stem, words)))
    return counts


def merged(counts: Counter[str], least: int, *, hide_soft: bool) -> list[list[tuple[int, str]]]:
    """The stems of each key that has several common ones, with their articles, frequent stems first."""
    by_key: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, count in counts.items():
        if count >= least:
            by_key[fold(word)].append((count, word))
    groups = [sorted(group, reverse=True) for group in by_key.values() if len(group) > 1]
    if hide_soft:
        groups = [group for group in groups if len({word.translate(SOFT) for _, word in group}) > 1]
    return sorted(groups, key=lambda group: -group[1][0])


def main() -> None:
    """Print the groups and their number."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared/data")
    parser.add_argument("--least", type=int, default=30, help="articles a stem must be in; 30 without it")
    parser.add_argument("--hide-soft", action="store_true", help="see above")
    options = parser.parse_args()
    groups = merged(frequencies(options.data / "corpora"), options.least, hide_soft=options.hide_soft)
    for group in groups:
        print("  ".join(f"{word} {count}" for count, word in group))
    print(f"{len(groups)} keys")


if __name__ == "__main__":
    main()
