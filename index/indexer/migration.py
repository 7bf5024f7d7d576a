"""An index built by another version, built anew from the articles that it stores."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from onneshon.index.article import Article
from onneshon.index.indexer.builder import BuildReport, run_build
from onneshon.index.indexer.write_options import BuildOptions
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.reader import IndexReader, open_folder
from onneshon.index.storage.stale_averages import present_basis

__all__ = ["migrate"]


def migrate(
    directory: Path,
    options: BuildOptions = BuildOptions(),  # noqa: B008  # frozen
) -> BuildReport:
    """Build the live generation again by the rules of this version; the old one stays for a rollback.

    What an index stores of an article is all that was indexed of it, so that no source is needed. All
    articles are known by then, so that the ranking takes their average and not that of the first.

    Args:
        directory: the index.
        options: of the build; it is strict, and has the basis of the articles that are there.

    Raises:
        IndexMissingError: there is no index.
        IndexCorruptError: a file is not as it was built; all are read and compared first.
        IndexLockedError: another process writes the index.
        BuildError: the new generation could not be built; the old one is still live.
    """
    generation = Generations(directory).current()
    manifest = generation.check(digests=True)
    with open_folder(generation.folder, generation.name, manifest) as reader:
        basis = present_basis(reader) if manifest.basis else None
        return run_build(_articles(reader), directory, replace(options, strict=True, basis=basis))


def _articles(reader: IndexReader) -> Iterator[Article]:
    for segment in reader.segments:
        for doc in range(segment.doc_count):
            if segment.deleted is None or not segment.deleted[doc]:
                yield segment.article(doc)
