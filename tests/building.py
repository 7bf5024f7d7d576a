"""Small indexes for tests of building and opening: quickly made, and distinguished by their articles."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index import ArticleNotFoundError, open_index
from onneshon.index.indexer.builder import build
from onneshon.index.indexer.write_job import BuildReport
from onneshon.index.storage.checking import check_index
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import MANIFEST_FILE, Manifest, describe_files

__all__ = [
    "build_numbered",
    "folder_of",
    "numbered",
    "overwrite",
    "seal",
    "segments_left_apart",
    "titles",
    "write_corpus",
]


def numbered(count: int, edition: str = "প্রথম") -> list[dict[str, str]]:
    """Records with ids from 0 to ``count - 1``, whose titles name their edition."""
    return [
        {
            "id": str(number),
            "title": f"{edition} সংস্করণ {number}",
            "body": f"বাংলাদেশের নদী নি\u09dfে লেখা {number}। পদ্মা মেঘনা যমুনা।",
            "category": "প্রকৃতি" if number % 2 else "ইতিহাস",
            "date": f"2023-11-{1 + number % 28:02}",
        }
        for number in range(count)
    ]


def write_corpus(path: Path, records: Iterable[dict[str, str]]) -> Path:
    """Write records as JSON Lines; return the path."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def build_numbered(directory: Path, count: int = 20, edition: str = "প্রথম") -> BuildReport:
    """Build an index of ``numbered`` articles; their corpus is written next to its directory."""
    corpus = write_corpus(directory.with_name(f"{edition}.jsonl"), numbered(count, edition))
    return build([corpus], directory)


def titles(directory: Path, *ids: str) -> list[str | None]:
    """The titles of the articles with these ids; None for each that is missing."""
    with open_index(directory) as reader:

        def title(article_id: str) -> str | None:
            try:
                return reader.article(article_id).title
            except ArticleNotFoundError:
                return None

        return [title(article_id) for article_id in ids]


def overwrite(path: Path, content: bytes) -> None:
    """Replace a file's bytes in place; published files are read-only."""
    path.chmod(0o600)
    path.write_bytes(content)


def folder_of(directory: Path) -> Path:
    """The folder of the live generation."""
    return Generations(directory).current().folder


def seal(directory: Path) -> None:
    """Write a manifest and a pointer that match the files of the live generation as they are."""
    generations = Generations(directory)
    folder = folder_of(directory)
    path = folder / MANIFEST_FILE
    manifest = Manifest.decode(path.read_bytes(), path)
    path.unlink()
    path.write_bytes(replace(manifest, files=describe_files(folder)).encode())
    generations._point_at(generations._named(folder.name))
    check_index(directory)


@contextmanager
def segments_left_apart() -> Iterator[None]:
    """Let commits leave segments apart, which are so small here that they would be merged at once."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("onneshon.index.upkeep.merging.OUTWEIGHING", 0)
        yield
