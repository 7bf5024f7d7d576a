"""Measures a request's processor time and compares its answer with another checkout's, the two in turn.

    python -m benchmarks.serving.beside INDEX QUERIES --checkout FOLDER [--count N] [--compare N]

QUERIES is a file with a query a line, headlines for example. FOLDER has another state of this repository,
with its kernel compiled. Both applications run as in ``onneshon serve``, each in a process of its own without
a server, and get the same requests in turns: the API and the page, of two words and of a whole headline, each
query for the first time and once more; pages as browsers request them, compressed. Prints p50 and mean of the
thread's processor milliseconds. ``--compare`` answers of every kind are compared whole, except for the time
of the search; ends with 1 where any differ.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

import numpy as np

WORKER: Final = Path(__file__).with_name("application.py")
HERE: Final = WORKER.parents[2]
TURN: Final = 25
BROWSER: Final = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br", "HTTP_ACCEPT": "text/html"}
WARMING: Final = 60


class Checkout:
    """The application of one state of the repository, in a process of its own.

    Args:
        folder: the folder of the repository.
        index: the directory of the index.
    """

    def __init__(self, folder: Path, index: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(WORKER), str(index)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(folder)},
        )

    def ask(self, targets: Sequence[str], headers: dict[str, str], *, bodies: bool = False) -> dict[str, Any]:
        """Send requests; return their milliseconds and the answers, or only the answers' sizes."""
        assert self._process.stdin  # noqa: S101  # a pipe, as asked
        assert self._process.stdout  # noqa: S101  # the same
        turn = {"targets": targets, "headers": headers, "bodies": bodies}
        self._process.stdin.write(json.dumps(turn) + "\n")
        self._process.stdin.flush()
        answers: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def two_words(text: str) -> str:
    """The first two words of a headline."""
    return " ".join(text.split()[:2])


def api(text: str) -> str:
    """The target of a search by the API."""
    return f"/api/v1/search?q={quote(text)}"


def page(text: str) -> str:
    """The target of a page of results."""
    return f"/search?q={quote(text)}"


def costs(both: Sequence[Checkout], queries: Sequence[str]) -> Iterator[str]:
    """The rows of the table: each way of asking, each checkout's p50 and mean."""
    short = list(dict.fromkeys(map(two_words, queries)))
    part = len(queries) // 2
    ways = {
        "API, two words": (short[:part], api, {}),
        "API, headline": (queries[:part], api, {}),
        "page, two words": (short[part:], page, BROWSER),
        "page, headline": (queries[part:], page, BROWSER),
    }
    for checkout in both:
        checkout.ask([make(text) for make in (api, page) for text in queries[-WARMING:]], BROWSER)
    for name, (texts, make, headers) in ways.items():
        targets = [make(text) for text in texts[:-WARMING]]
        for again in ("first", "again"):
            times: list[list[float]] = [[] for _ in both]
            for start in range(0, len(targets), TURN):
                order = range(len(both)) if start // TURN % 2 else reversed(range(len(both)))
                for number in order:
                    times[number] += both[number].ask(targets[start : start + TURN], headers)["ms"]
            cells = [f"{np.median(row):.2f} ({np.mean(row):.2f})" for row in times]
            ratio = np.median(times[0]) / np.median(times[-1])
            yield f"{name + ', ' + again:24} {'   '.join(cells)}   x{ratio:.2f}   {len(targets)} queries"


_OPTIONS: Final = (
    "", "", "", "&facets=category,author,year", "&sort=newest", "&literal=1", "&group=off", "&offset=10",
)  # fmt: skip


def _compared(queries: Sequence[str], count: int) -> Iterator[str]:
    """Targets of every kind: words, phrases, prefixes, operators, options; pages in both languages."""
    for number in range(count):
        text = queries[number % len(queries)]
        words = text.split()
        forms = (
            text, two_words(text), text, words[0], f'"{" ".join(words[1:3])}"', f"{words[-1][:3]}*",
            f"+{words[0]} +{words[-1]}", f"{words[0]} -{words[-1]}", f"title:{words[0]}",
            f'"{words[0]} {words[-1]}"~4',
        )  # fmt: skip
        form = forms[number % len(forms)]
        option = _OPTIONS[number % len(_OPTIONS)]
        if number % 3 == 0:
            yield page(form) + ("" if "facets" in option else option) + ("&lang=en" if number % 2 else "")
        else:
            yield api(form) + option


def differing(both: Sequence[Checkout], queries: Sequence[str], count: int) -> tuple[int, int, list[str]]:
    """The numbers of answers and hits compared, and the targets of the answers that differ."""
    targets = list(_compared(queries, count))
    hits, different = 0, []
    for start in range(0, count, TURN):
        part = targets[start : start + TURN]
        first, other = (checkout.ask(part, {}, bodies=True)["answers"] for checkout in both)
        for target, one_answer, another in zip(part, first, other, strict=True):
            hits += one_answer.count('"marked_title"') + one_answer.count('<li class="hit"')
            if one_answer != another:
                different.append(target)
                _show(one_answer, another)
    return len(targets), hits, different


def _show(first: str, other: str) -> None:
    at = next((at for at, pair in enumerate(zip(first, other, strict=False)) if pair[0] != pair[1]), 0)
    print(
        f"  - {first[max(at - 80, 0) : at + 120]!r}\n  + {other[max(at - 80, 0) : at + 120]!r}",
        file=sys.stderr,
    )


def main() -> int:
    """Measure, compare, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--checkout", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=600, help="queries whose costs are measured")
    parser.add_argument("--compare", type=int, default=0, metavar="N")
    given = parser.parse_args()
    lines = [line for line in given.queries.read_text("utf-8").splitlines() if len(line.split()) > 2]
    with ExitStack() as stack:
        both = [stack.enter_context(Checkout(folder, given.index)) for folder in (given.checkout, HERE)]
        if given.count:
            print("milliseconds on the processor, p50 (mean): there, here, there / here")
            for row in costs(both, lines[: given.count]):
                print(row, flush=True)
        if not given.compare:
            return 0
        answers, hits, different = differing(both, lines[given.count :] or lines, given.compare)
    print(f"{answers:,} answers with {hits:,} hits compared, {len(different)} differ")
    print(*different[:10], sep="\n")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main())
