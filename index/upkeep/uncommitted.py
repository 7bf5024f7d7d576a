"""The uncommitted changes of a writer: deletions from the live generation, and additions to it."""

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
"""The number of documents whose numbers go into a set in the time of reading and looking up one article."""


class _LiveNumbers:
    """The numbers (digests) of the documents that are not dead; a set of them is made once it pays.

    Args:
        segments: the segments of the documents.
        numbers: returns the numbers of the documents of a segment.
    """

    def __init__(
        self, segments: Sequence[OpenSegment], numbers: Callable[[OpenSegment], NDArray[np.uint64]]
    ) -> None:
        self._segments = segments
        self._numbers = numbers
        self._asked = 0
        self._all: set[int] | None = None

    def has(self, number: int) -> bool:
        """Whether a live document has the number; also False while making the set does not pay yet."""
        self._asked += 1
        if self._all is None:
            if self._asked * _PAYS < sum(len(part.dead) for part in self._segments):
                return False
            self._all = {
                number for part in self._segments for number in self._numbers(part)[~part.dead].tolist()
            }
        return number in self._all

    def discard(self, segment: OpenSegment, doc: int) -> None:
        """Remove the number of a document."""
        if self._all is not None:
            self._all.discard(int(self._numbers(segment)[doc]))


class BaseGeneration:
    """The live generation, with the deletions of the writer.

    Args:
        name: the name of the generation; empty if there is none yet.
        manifest: the manifest of the generation.
        segments: the segments of the generation, in their order.
        gone: the ids of removed articles, each with the time of its removal.
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
            IndexStateError: there is a live generation, but it cannot be opened.
        """
        try:
            live = generations.current()
        except IndexMissingError:
            empty = Manifest(articles=0, analyzer=fingerprint(), schema=schema_fingerprint(), created="")
            return cls("", empty, ())
        manifest = live.check(digests=False)
        check_fingerprints(manifest)
        return cls(live.name, manifest, opened_segments(live.folder), read_gone(live.folder))

    @property
    def alive(self) -> int:
        """The number of articles that are not dead."""
        return sum(segment.alive for segment in self.segments)

    @property
    def dictionary(self) -> bytes | None:
        """The dictionary by which stored texts are compressed; None if there are none yet."""
        return self.segments[0].dictionary if self.segments else None

    @property
    def basis(self) -> Basis | None:
        """The basis of the impacts, chosen when the index was first built; None if there is no index yet."""
        return None if self.manifest.basis is None else Basis.from_dict(self.manifest.basis)

    @cached_property
    def last_date(self) -> int:
        """When an article was last added or removed, in Unix seconds; 0 if that is not known."""
        return last_date((segment.digests.changed for segment in self.segments), self.gone)

    def stem_of(self, word: str) -> str | None:
        """The stem key of a word in canonical spelling, if the oldest segment, mostly the largest, has it."""
        return self.segments[0].reader.stem_of(word) if self.segments else None

    def ids(self, records: Collection[int] = ()) -> Iterator[str]:
        """The ids of the live articles, in no order, except those made from the given records."""
        passed = np.fromiter(records, np.uint64, len(records))
        for segment in self.segments:
            # By sorting: NumPy 2.0's lookup table overflows with numbers so large.
            wanted = ~segment.dead & ~np.isin(segment.digests.records, passed, kind="sort")
            yield from segment.reader.article_ids(wanted.nonzero()[0])

    def holds(self, digest: int) -> bool:
        """Whether a live article has that digest; also False while too few calls have made a set pay."""
        return self._contents.has(digest)

    def knows(self, record: int) -> bool:
        """Whether a live article was made from that record; also False as for ``holds``."""
        return record != NO_RECORD and self._records.has(record)

    def remember(self, article_id: str, record: int) -> None:
        """Set the record digest of an article, if it is live."""
        found = self._find(article_id)
        if found is not None:
            segment, doc = found
            self._records.discard(segment, doc)
            segment.digests.records[doc] = record

    def digest_of(self, article_id: str) -> int | None:
        """The content digest of a live article; None if there is none of that id."""
        found = self._find(article_id)
        return None if found is None else int(found[0].digests.contents[found[1]])

    def delete(self, article_id: str) -> bool:
        """Mark an article as dead; return False if there is no live article of that id."""
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
    """The added articles, in a segment of their own; of several with one id the last counts."""

    def __init__(self) -> None:
        self._segment: NewSegment | None = None
        self._docs: dict[str, int] = {}
        self._digests: list[int] = []
        self._records: list[int] = []
        self.samples: dict[str, Article] = {}
        """Some of the articles by id, to be compared with the written segment."""

    def __len__(self) -> int:
        return len(self._docs)

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._docs

    @property
    def ids(self) -> KeysView[str]:
        """The ids of the added articles."""
        return self._docs.keys()

    def digest_of(self, article_id: str) -> int:
        """The content digest of an added article."""
        return self._digests[self._docs[article_id]]

    def add(self, article: Article, digest: int, record: int, begun: Callable[[], NewSegment]) -> None:
        """Add an article with an id that no added article has.

        Args:
            article: the article to add.
            digest: the digest of its content.
            record: the digest of the record it was made from.
            begun: makes the segment, for the first article.
        """
        self._segment = segment = self._segment or begun()
        number = segment.count
        segment.add(article)
        self._docs[article.id] = number
        self._digests.append(digest)
        self._records.append(record)
        if number & (number - 1) == 0:  # the 1st, 2nd, 3rd, 5th, 9th ... is compared once it is written
            self.samples[article.id] = article

    def forget(self, article_id: str) -> bool:
        """Leave an added article out; return False if none has that id."""
        self.samples.pop(article_id, None)
        return self._docs.pop(article_id, None) is not None

    def written(self, folder: Path, number: str, last: int) -> list[OpenSegment]:
        """Write the segment, with the articles left out marked as dead; none if no article was ever added.

        Args:
            folder: the folder to write the segment into.
            number: the number in the segment's name.
            last: the date of the last change before these, see ``changed_now``.
        """
        segment, self._segment = self._segment, None
        if segment is None:
            return []
        contents, records = (np.array(column, np.uint64) for column in (self._digests, self._records))
        entry = segment.finish(folder, number)
        dated = Digests.new(contents, records, changed_now(last))  # dated after the segment is written
        opened = OpenSegment.open(folder, entry, dated)
        opened.dead[:] = True
        opened.dead[list(self._docs.values())] = False
        return [opened]

    def cancel(self) -> None:
        """Stop writing the segment."""
        if self._segment is not None:
            self._segment.cancel()
