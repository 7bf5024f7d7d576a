"""How well Bijoy is told and read: corpora typed for it and converted back, and Latin texts left alone.

    python -m benchmarks.bijoy.accuracy --bengali CORPUS.jsonl.xz ... --latin TEXTS.tsv ...

CORPUS has Bengali articles, TEXTS has Latin ones in its first column, of which those lines count that the
weights were not made of. Joiners do not count, as Bijoy cannot type them; neither do lines of CORPUS that
hold Latin letters, or codes of Bijoy that a publisher left in.
"""

import argparse
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bijoy.typist import Typist, composed
from onneshon.index.encodings.bijoy_evidence import verdict
from onneshon.index.encodings.bijoy_table import bijoy_codes
from onneshon.index.encodings.legacy import in_unicode

_FOREIGN = frozenset(bijoy_codes()) - {*"0123456789|$\\&_~^`"} - {*"‘’“”–—"}
"""Latin letters and other codes; what is left out reads back as itself or as a Bengali digit."""
_JOINERS = re.compile("[\u200b-\u200d]")


def lines(path: Path, limit: int) -> Iterator[str]:
    """Lines of the articles of a corpus, without those that Bijoy cannot type."""
    with lzma.open(path, "rt", encoding="utf-8") as records:
        for _, record in zip(range(limit), records, strict=False):
            article = json.loads(record)
            for line in (article.get("title", ""), *article["body"].split("\n")):
                if len(line) > 1 and _FOREIGN.isdisjoint(line) and re.search("[\u0980-\u09ff]", line):
                    yield line


def compared(text: str) -> list[str]:
    """The words of a text, with what Bijoy has one code for made equal."""
    return _JOINERS.sub("", composed(text)).translate(str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")).split()


def measure(path: Path, limit: int) -> None:
    """Print how many lines of a corpus are told, and how many words read right."""
    typist = Typist(1)
    seen = told = words = right = 0
    for line in lines(path, limit):
        seen += 1
        found = in_unicode(typist(line), near=True)
        told += verdict(typist(line)) == "bijoy"
        expected, read = compared(line), compared(found.text)
        words += len(expected)
        right += sum(a == b for a, b in zip(expected, read, strict=False))
    name = path.name.split(".")[0]
    share = f"{told / seen:.2%} told by themselves"
    print(f"{name}: {seen:,} lines, {share}; {right / words:.3%} of {words:,} words right")


def mistaken(path: Path) -> None:
    """Print how many Latin texts are taken for Bijoy."""
    texts = [line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()[1::2]]
    taken = [text for text in texts if verdict(text) != "other"]
    print(f"{path.stem}: {len(taken)} of {len(texts):,} Latin texts taken for Bijoy", *taken[:5])


def main() -> None:
    """Measure all that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bengali", type=Path, nargs="*", default=[])
    parser.add_argument("--latin", type=Path, nargs="*", default=[])
    parser.add_argument("--articles", type=int, default=1000)
    options = parser.parse_args()
    for path in options.bengali:
        measure(path, options.articles)
    for path in options.latin:
        mistaken(path)


if __name__ == "__main__":
    main()
