"""Changes single bytes of an index, runs all queries, and compares the answers."""

import os
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from onneshon.index.storage.manifest import MANIFEST_FILE
from onneshon.search import Engine, Hit, IndexCorruptError, OnneshonError, ResultPage
from onneshon.search.results.values import Snippet

__all__ = ["FLIPS", "OUTCOMES", "Outcome", "Walk", "files_of", "flips"]

Outcome: TypeAlias = Literal["found at open", "found at query", "harmless", "wrong answer"]
OUTCOMES: tuple[Outcome, ...] = ("found at open", "found at query", "harmless", "wrong answer")

FLIPS = os.environ.get("ONNESHON_FLIPS", "300")
"""The number of bytes that the walk changes, spread over all files by their sizes; ``all`` for each byte."""

AT_LEAST = 50
"""The least number of bytes changed in each file, however small the file."""

QUERIES = (
    "বাংলাদেশ",
    "ভাষা আন্দোলন",
    '"ভাষা আন্দোলন"',
    '"নদীর জল"~5',
    "মুক্তি*",
    "+নদী -ঢাকা",
    "শিরোনাম:ঢাকা OR নদী",
    "bangladesher itihas",
    "rabindranath",
    "বাংলদেস",
    "মুক্তিযুদ্দ",
    "১৯৭১",
    "শিক্ষা ও স্বাস্থ্য নিয়ে সরকারের নতুন নীতি কী",
    "খপুষ্প",
)

Answer: TypeAlias = tuple[object, ...]
Question: TypeAlias = Callable[[Engine], Answer | None]


def files_of(directory: Path) -> list[Path]:
    """All files of an index except its lock, the copy of its manifest, and the history of builds.

    The excluded files are not read by any query.
    """
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    others = ("writer.", "builds.", MANIFEST_FILE)
    return [path for path in paths if path.parent != directory or not path.name.startswith(others)]


def flips(directory: Path, wanted: str, seed: int = 0) -> Iterator[tuple[Path, int]]:
    """Places to change in each file, in proportion to its size, with a minimum for each.

    Args:
        directory: the index.
        wanted: the number of places, or ``all``.
        seed: the seed of the choice of places.
    """
    files = files_of(directory)
    total = sum(path.stat().st_size for path in files)
    chance = random.Random(seed)  # noqa: S311  # no secret
    for path in files:
        size = path.stat().st_size
        count = size if wanted == "all" else min(size, max(AT_LEAST, int(wanted) * size // total))
        yield from ((path, place) for place in chance.sample(range(size), count))


def _snippet(snippet: Snippet) -> Answer:
    return snippet.text, snippet.matches


def _hit(hit: Hit) -> Answer:
    layers = sorted(hit.layers.items())
    return hit.article, hit.score, _snippet(hit.marked_title), _snippet(hit.snippet), layers


def _page(page: ResultPage) -> Answer | None:
    """All of a page except its time; None if the page says that a part is missing."""
    if page.partial:
        return None
    return (
        tuple(map(_hit, page.hits)),
        page.total,
        page.suggestions,
        page.counts,
        page.understanding,
    )


def _questions(articles: Sequence[str], categories: Sequence[str]) -> Iterator[Question]:
    for text in QUERIES:
        yield lambda engine, text=text: _page(engine.search(text))  # type: ignore[misc]
    for category in categories:
        yield lambda engine, name=category: _page(engine.search("", category=name))  # type: ignore[misc]
    for article_id in articles:
        yield lambda engine, name=article_id: (engine.article(name),)  # type: ignore[misc]
    yield lambda engine: (engine.count,)


@dataclass
class Walk:
    """Changes single bytes of an index, and records the outcomes.

    Args:
        directory: an index, which is restored after each step.
        articles: the ids of articles that are read.
        categories: categories whose articles are listed.

    Attributes:
        seen: the number of each outcome, by the suffix of the file's name.
        wrong: the places where answers differed without a warning.
        noise: warnings that a server would have printed.
    """

    directory: Path
    articles: Sequence[str]
    categories: Sequence[str]
    seen: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in files_of(self.directory):
            path.chmod(0o600)
        self._questions = list(_questions(self.articles, self.categories))
        self._expected = self._ask()[1]
        assert len(self._expected) == len(self._questions)

    def flip(self, path: Path, places: Sequence[int], mask: int) -> None:
        """Flip the bits of ``mask`` in some bytes, run the queries, and restore the file."""
        content = path.read_bytes()
        changed = bytearray(content)
        for place in places:
            changed[place] ^= mask
        path.write_bytes(changed)
        try:
            self._note(path, f"{path.name} at {places} ^ {mask:02x}")
        finally:
            path.write_bytes(content)

    def cut(self, path: Path, size: int) -> None:
        """Truncate a file, run the queries, and restore it."""
        content = path.read_bytes()
        path.write_bytes(content[:size])
        try:
            self._note(path, f"{path.name} cut to {size}")
        finally:
            path.write_bytes(content)

    def _note(self, path: Path, what: str) -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            outcome, _ = self._ask()
        self.noise += [f"{what}: {warning.message}" for warning in caught]
        if outcome == "wrong answer":
            self.wrong.append(what)
        self.seen[path.suffix or path.name, outcome] += 1

    def _ask(self) -> tuple[Outcome, dict[int, Answer]]:
        try:
            engine = Engine.open(self.directory, time_limit=None)
        except IndexCorruptError:
            return "found at open", {}
        if engine.health.warning:  # an older generation may answer, as long as it warns
            engine.close()
            return "found at open", {}
        answers = {}
        with engine:
            for number, question in enumerate(self._questions):
                try:
                    if (answer := question(engine)) is not None:
                        answers[number] = answer
                except IndexCorruptError:
                    continue
                except OnneshonError as error:  # an answer as well; any other error fails the walk
                    answers[number] = (str(error),)
        return self._outcome(answers), answers

    def _outcome(self, answers: dict[int, Answer]) -> Outcome:
        expected = getattr(self, "_expected", answers)
        if any(answer != expected[number] for number, answer in answers.items()):
            return "wrong answer"
        return "harmless" if len(answers) == len(self._questions) else "found at query"

    def total(self, outcome: Outcome) -> int:
        """The number of changes with this outcome."""
        return sum(count for (_, kind), count in self.seen.items() if kind == outcome)

    def report(self) -> str:
        """A line for each kind of file, with the number of changes by outcome."""
        names = sorted({name for name, _ in self.seen})
        rows = [
            f"{name:16}" + "".join(f"{self.seen[name, outcome]:9,} {outcome}" for outcome in OUTCOMES)
            for name in names
        ]
        total = "".join(f"{self.total(outcome):9,} {outcome}" for outcome in OUTCOMES)
        return "\n".join([*rows, f"{'all':16}{total}"])
