"""What a writer has changed and not committed: deleted of the live generation, and added to it."""

from collections.abc import Callable, Collection, Iterator, KeysView, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import fingerprint
from onneshon.index.article import Article, schema_fingerprint
from onneshon.index.columnar.change_dates import changed_now, last_date, read_gone
from onneshon.index.errors import IndexMissingError
from onneshon.index.indexer.digests import Digests
from onneshon.index.ingest.fields import NO_RECORD
from onneshon.index.ranking import Basis
from onneshon.index.storage.generations import Generations
from onneshon.index.storage.manifest import Manifest
from onneshon.index.storage.reader import check_fingerprints
from onneshon.index.upkeep.merging import NewSegment, OpenSegment, opened_segments

_PAYS: Final = 1_000
"""Documents of whose numbers a set is made in the time that one article takes to be read and looked for."""


def empty_manifest() -> Manifest:
    """The manifest of an index that has no generation yet."""
    return Manifest(articles=0, analyzer=fingerprint(), schema=schema_fingerprint(), created="")


class _LiveNumbers:
    """The numbers that documents have which are not dead; asked often, it costs a set of all.

    Args:
        segments: whose documents they are.
        numbers: those of the documents of one.
    """

    def __init__(
        self, segments: Sequence[OpenSegment], numbers: Callable[[OpenSegment], NDArray[np.uint64]]
    ) -> None:
        self._segments = segments
        self._numbers = numbers
        self._asked = 0
        self._all: set[int] | None = None

    def has(self, number: int) -> bool:
        """Whether one of them has it; False as well before it pays to look."""
        self._asked += 1
        if self._all is None:
            if self._asked * _PAYS < sum(len(part.dead) for part in self._segments):
                return False
            self._all = {
                number for part in self._segments for number in self._numbers(part)[~part.dead].tolist()
            }
        return number in self._all

    def discard(self, segment: OpenSegment, doc: int) -> None:
        """A document has its number no more."""
        if self._all is not None:
            self._all.discard(int(self._numbers(segment)[doc]))


class BaseGeneration:
    """What is live, and what is deleted of it.

    Args:
        name: of the generation; empty where there is none yet.
        manifest: of the generation.
        segments: of the generation, in their order.
        gone: ids of articles that are not in it any more, and since when.
    """

    def __init__(
        self,
        name: str,
        manifest: Manifest,
        segments: Sequence[OpenSegment],
        gone: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.name = name
        self.gone = gone
        self.manifest = manifest
        self.segments = segments
        self._contents = _LiveNumbers(segments, lambda segment: segment.digests.contents)
        self._records = _LiveNumbers(segments, lambda segment: segment.digests.records)

    @classmethod
    def load(cls, generations: Generations) -> Self:
        """Open the live generation.

        Raises:
            IndexStateError: there is one, but it cannot be opened.
        """
        try:
            live = generations.current()
        except IndexMissingError:
            return cls("", empty_manifest(), ())
        manifest = live.check(digests=False)
        check_fingerprints(manifest)
        return cls(live.name, manifest, opened_segments(live.folder), read_gone(live.folder))

    @property
    def alive(self) -> int:
        """How many articles are not dead."""
        return sum(segment.alive for segment in self.segments)

    @property
    def dictionary(self) -> bytes | None:
        """By what stored texts are compressed; None where there are none yet."""
        return self.segments[0].dictionary if self.segments else None

    @property
    def basis(self) -> Basis | None:
        """What impacts are made with, chosen when the index was first built; None where there is none yet."""
        return None if self.manifest.basis is None else Basis.from_dict(self.manifest.basis)

    @cached_property
    def last_date(self) -> int:
        """When something was last put in or taken out, in seconds of Unix; 0 where nobody knows."""
        return last_date((segment.digests.changed for segment in self.segments), self.gone)

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling, if the oldest segment, mostly the largest, has it."""
        return self.segments[0].reader.stem_of(word) if self.segments else None

    def ids(self, records: Collection[int] = ()) -> Iterator[str]:
        """The ids of the articles that are not dead, in no order, but for those made of some records."""
        passed = np.fromiter(records, np.uint64, len(records))
        for segment in self.segments:
            # By sorting: a table of numbers so large overflows in NumPy 2.0.
            wanted = ~segment.dead & ~np.isin(segment.digests.records, passed, kind="sort")
            yield from segment.reader.article_ids(wanted.nonzero()[0])

    def holds(self, digest: int) -> bool:
        """Whether an article of that digest is here and not dead; where few ask, False without looking."""
        return self._contents.has(digest)

    def knows(self, record: int) -> bool:
        """Whether an article is here and not dead that was made of that record; as ``holds``."""
        return record != NO_RECORD and self._records.has(record)

    def remember(self, article_id: str, record: int) -> None:
        """From now on an article that is here is known by that record."""
        found = self._find(article_id)
        if found is not None:
            segment, doc = found
            self._records.discard(segment, doc)
            segment.digests.records[doc] = record

    def digest_of(self, article_id: str) -> int | None:
        """The digest of an article; None where there is none, or it is dead."""
        found = self._find(article_id)
        return None if found is None else int(found[0].digests.contents[found[1]])

    def delete(self, article_id: str) -> bool:
        """Let an article be dead; False where there is none."""
        found = self._find(article_id)
        if found is not None:
            segment, doc = found
            segment.dead[doc] = True
            self._contents.discard(segment, doc)
            self._records.discard(segment, doc)
        return found is not None

    def _find(self, article_id: str) -> tuple[OpenSegment, int] | None:
        for segment in reversed(self.segments):
            doc = segment.find(article_id)
            if doc is not None:
                return segment, doc
        return None


class NewArticles:
    """What is added to it: articles in a segment of their own, of those with one id the last."""

    def __init__(self) -> None:
        self._segment: NewSegment | None = None
        self._docs: dict[str, int] = {}
        self._digests: list[int] = []
        self._records: list[int] = []
        self.samples: dict[str, Article] = {}
        """Some of them, to be compared with what was written."""

    def __len__(self) -> int:
        return len(self._docs)

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._docs

    @property
    def ids(self) -> KeysView[str]:
        """Their ids."""
        return self._docs.keys()

    def digest_of(self, article_id: str) -> int:
        """The digest of one of them."""
        return self._digests[self._docs[article_id]]

    def add(self, article: Article, digest: int, record: int, begun: Callable[[], NewSegment]) -> None:
        """Add an article whose id none of them has.

        Args:
            article: to add.
            digest: of its content.
            record: the digest of what it was made of.
            begun: gives the segment when the first one comes.
        """
        self._segment = segment = self._segment or begun()
        number = segment.count
        segment.add(article)
        self._docs[article.id] = number
        self._digests.append(digest)
        self._records.append(record)
        if number & (number - 1) == 0:  # the 1st, 2nd, 3rd, 5th, 9th ... is compared with what was written
            self.samples[article.id] = article

    def forget(self, article_id: str) -> bool:
        """Leave one of them out; False where there is none of that id."""
        self.samples.pop(article_id, None)
        return self._docs.pop(article_id, None) is not None

    def written(self, folder: Path, number: str, last: int) -> list[OpenSegment]:
        """Their segment, of which those that were left out are dead; none where none ever came.

        Args:
            folder: in which it is written.
            number: its name.
            last: the date of what was written last before them, see ``changed_now``.
        """
        segment, self._segment = self._segment, None
        if segment is None:
            return []
        contents, records = (np.array(column, np.uint64) for column in (self._digests, self._records))
        entry = segment.finish(folder, number)
        dated = Digests.new(contents, records, changed_now(last))  # when it is there
        opened = OpenSegment.open(folder, entry, dated)
        opened.dead[:] = True
        opened.dead[list(self._docs.values())] = False
        return [opened]

    def cancel(self) -> None:
        """Give up writing them."""
        if self._segment is not None:
            self._segment.cancel()
