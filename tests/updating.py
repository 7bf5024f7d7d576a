"""A process that updates an index in children of its own that can be killed, as ``tests.crashing`` builds.

Each line of its input is the number of a durable step (fsync, link, rename) before which the child kills
itself, 0 for none, and ``kill``, ``power`` or ``torn``: with the latter two, before it dies, the child
destroys what it did not sync, all or the second half. It commits edition after edition of the same articles,
and writes the number of each committed one to a file. The process answers with the child's process id, and
with ``killed`` or ``ended`` when the child is over.
"""

import os
import sys
from functools import partial
from pathlib import Path

from onneshon.index import Article, build, open_index, open_writer
from tests.crashing import Countdown, serve

__all__ = ["ARTICLES", "edition", "edition_of", "main"]

ARTICLES = 6
AT_ONCE = 40
"""The number of editions that a child commits unless it is killed."""


def edition(number: int) -> list[Article]:
    """Articles that name their edition."""
    return [
        Article(str(place), title=f"সংস্করণ {number}", body=f"নদীর কথা {number} {place}", category=str(number))
        for place in range(ARTICLES)
    ]


def edition_of(directory: Path) -> int:
    """The number of the live edition; verifies every byte, and that exactly its articles are there."""
    with open_index(directory, verify=True) as reader:
        number = int(reader.article("0").category)
        expected = edition(number)
        assert [reader.article(article.id) for article in expected] == expected
        assert reader.count == ARTICLES + (number % 2)
        return number


def commit(directory: Path, number: int) -> None:
    """Replace all articles; odd editions have an extra one."""
    with open_writer(directory, wait=5) as writer:
        for article in edition(number):
            writer.add(article)
        if number % 2:
            writer.add(Article("বাড়তি", title=f"বাড়তি {number}"))
        else:
            writer.delete("বাড়তি")
        writer.commit()
        if number % 7 == 0:
            writer.merge(everything=True)


def update_in_child(directory: Path, acknowledged: Path, steps: int, end: str) -> int:
    """Fork consecutive updates; return the child's process id."""
    child = os.fork()
    if child:
        return child
    try:
        first = edition_of(directory) + 1
        countdown = Countdown(steps, None if end == "kill" else directory, torn=end == "torn")
        for name in ("fsync", "replace", "rename", "link"):
            setattr(os, name, countdown.before(getattr(os, name)))
        for number in range(first, first + AT_ONCE):
            commit(directory, number)
            acknowledged.write_text(str(number))
    finally:
        os._exit(0)


def _rehearse(directory: Path) -> None:
    """Build a first edition, commit another, and open the index."""
    build(edition(0), directory)
    commit(directory, 1)
    assert edition_of(directory) == 1


def main() -> None:
    """Update in children until the input ends."""
    directory, acknowledged = map(Path, sys.argv[1:])
    serve(partial(update_in_child, directory, acknowledged), _rehearse)


if __name__ == "__main__":
    main()
