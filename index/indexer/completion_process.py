"""What an index suggests, written by a process beside the build: it reads the titles while lists are made.

Its input is two lines of JSON: the directory, the file of the titles and the number of articles; then, as
soon as the segment is there, ``true``. If the second line does not come, the build is gone, and nothing is
written.
"""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.completion.titles import TitleSpool, titles_in
from onneshon.index.completion.words import WordCount, word_counts
from onneshon.index.completion.writer import write_completion
from onneshon.index.indexer.side_process import SideProcess, rare_collections

SEGMENT_IS_THERE: Final = b"true\n"
TITLES: Final = "titles"
"""Name of the file of titles, which goes when they are read."""


@contextmanager
def completion_beside(directory: Path, titles: TitleSpool, articles: int) -> Iterator[SideProcess]:
    """Another process writes the suggestions; ``send(SEGMENT_IS_THERE)`` lets it, ``wait`` waits for it.

    Args:
        directory: of the generation, which has no segment yet.
        titles: of its articles.
        articles: how many there are.
    """
    path, log = directory / TITLES, directory / f"{TITLES}.log"
    titles.copy_to(path)
    try:
        with SideProcess("onneshon.index.indexer.completion_process", log) as other:
            other.send(json.dumps([str(directory), str(path), articles]).encode() + b"\n", more=True)
            yield other
    finally:
        path.unlink(missing_ok=True)
        log.unlink(missing_ok=True)


def main() -> int:
    """Do what the standard input says; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with rare_collections():
        directory, titles, articles = json.loads(sys.stdin.buffer.readline())
        with Path(titles).open("rb") as lines:
            write_completion(
                Path(directory), _words(Path(directory), sys.stdin.buffer), titles_in(lines), articles
            )
    return 0


def _words(directory: Path, news: IO[bytes]) -> Iterator[WordCount]:
    """The words of the segment, once it is there."""
    if news.readline() != SEGMENT_IS_THERE:
        raise EOFError("the build ended before the segment was there")
    yield from word_counts(open_segments(directory))


if __name__ == "__main__":
    sys.exit(main())
