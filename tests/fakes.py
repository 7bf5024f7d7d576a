"""An index in memory with the interface that searching reads, so that tests of searching need no files."""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from operator import add
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.columnar.change_dates import ChangeDates
from onneshon.index.columnar.keywords import Keywords
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_dictionary import TermDictionary, TermDictionaryWriter, term_bytes
from onneshon.index.errors import ArticleNotFoundError, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.encoding import encode
from onneshon.index.kernel.postings import CheckedBlocks, PostingList
from onneshon.index.kernel.terms import Dictionary, StemmedWords, TermLists, TermRange
from onneshon.index.ranking import GAP, Basis, impacts, norms
from onneshon.index.storage.reader import NO_PAIRS, NO_WORDS
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.retrieval.collection import Collection

__all__ = ["FakeField", "FakeReader", "FakeSegment", "article", "collection_of", "reader_of"]

Worth: TypeAlias = Callable[[int, Sequence[int]], int]
"""Returns the impact of a key, given a document and the key's positions in it."""


def dictionary_of(terms: Sequence[str]) -> Dictionary:
    """Sorted terms as a dictionary of the kernel."""
    writer, stream = SectionWriter(), BytesIO()
    TermDictionaryWriter(writer, "terms").extend([*map(term_bytes, terms)])
    writer.write_to(stream, "terms")
    return TermDictionary(SectionFile(stream.getvalue(), "terms"), "terms").kernel


class FakeField:
    """One layer of the texts: real posting lists of the keys of each document, by position."""

    def __init__(self, documents: Sequence[Mapping[int, str]], worth: Worth, *, positions: bool) -> None:
        places: dict[str, dict[int, list[int]]] = defaultdict(dict)
        for doc, keys in enumerate(documents):
            for position, key in sorted(keys.items()):
                places[key].setdefault(doc, []).append(position)
        self._terms = sorted(places)
        self._documents = len(documents)
        self._positions = positions
        lists = [places[term] for term in self._terms]
        rows = [(doc, at) for held in lists for doc, at in held.items()]
        freqs = np.array([len(at) for _, at in rows], np.uint32)
        data, sizes = encode(
            np.array([len(held) for held in lists], np.uint32),
            np.array([doc for doc, _ in rows], np.uint32),
            np.array([worth(doc, at) for doc, at in rows], np.uint8),
            freqs if positions else None,
            np.array([position for _, at in rows for position in at], np.uint32) if positions else None,
        )
        self._data = np.frombuffer(data + bytes(16), np.uint8)
        self._starts = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.uint32)

    def ordinal(self, term: str) -> int | None:
        """As in a real segment."""
        at = bisect_left(self._terms, term)
        return at if at < len(self._terms) and self._terms[at] == term else None

    def ordinals(self, terms: Sequence[str]) -> list[int]:
        """As in a real segment."""
        found = map(self.ordinal, terms)
        return [-1 if ordinal is None else ordinal for ordinal in found]

    def frequency(self, term: str) -> int:
        """As in a real segment."""
        ordinal = self.ordinal(term)
        return 0 if ordinal is None else self.postings(ordinal, 0).df

    def term(self, ordinal: int) -> str:
        """As in a real segment."""
        return self._terms[ordinal]

    def begins(self, prefix: str) -> bool:
        """As in a real segment."""
        return any(term.startswith(prefix) for term in self._terms)

    @cached_property
    def kernel(self) -> TermLists:
        """As in a real segment."""
        size = len(self._data)
        checked = CheckedBlocks(self._data, np.zeros(1, np.uint32), size, DamageError, lambda _: 0)
        terms, starts = dictionary_of(self._terms), self._starts
        return TermLists(terms, starts, self._data, checked, self._documents, positions=self._positions)

    def _range(self, prefix: str) -> range:
        matching = [i for i, term in enumerate(self._terms) if term.startswith(prefix)]
        return range(matching[0], matching[-1] + 1) if matching else range(0)

    def postings(self, ordinal: int, base: int) -> PostingList:
        """As in a real segment."""
        start, end = self._starts[ordinal : ordinal + 2].tolist()
        return PostingList(self._data, start, end, self._documents, positions=self._positions, base=base)

    def list_of(self, term: str, base: int) -> PostingList | None:
        """As in a real segment."""
        ordinal = self.ordinal(term)
        return None if ordinal is None else self.postings(ordinal, base)

    def beginning(self, prefix: str, most: int, base: int) -> TermRange | None:
        """As in a real segment."""
        ordinals = self._range(prefix)[:most]
        if not ordinals:
            return None
        starts = self._starts[ordinals.start : ordinals.stop + 1]
        return TermRange(self._data, starts, self._documents, positions=self._positions, base=base)


class FakeSegment:
    """A segment of some articles, a few of them deleted."""

    def __init__(self, articles: Sequence[Article], basis: Basis, deleted: Iterable[str] = ()) -> None:
        self._articles = tuple(articles)
        self.doc_count = len(articles)
        gone = set(deleted)
        self.deleted = np.array([article.id in gone for article in articles], np.bool_) if gone else None
        titles = [analyze(article.title) for article in articles]
        bodies = [analyze(article.body) for article in articles]
        self._lengths = {
            "title": np.array([*map(len, titles)], np.uint32),
            "body": np.array([*map(len, bodies)], np.uint32),
        }
        norm = {text: norms(basis, self._lengths[text], title=text == "title") for text in self._lengths}
        ends = [len(title) for title in titles]

        def worth(doc: int, at: Sequence[int]) -> int:
            in_title = sum(1 for place in at if place < ends[doc])
            frequency = in_title * norm["title"][doc] + (len(at) - in_title) * norm["body"][doc]
            return int(impacts(np.array([frequency]), basis.k1)[0])

        self._fields = {}
        for layer in ("stem", "exact"):
            keys_of_titles = [dict(enumerate(getattr(token, layer) for token in title)) for title in titles]
            keys_of_bodies = [
                dict(enumerate((getattr(token, layer) for token in body), end + GAP))
                for body, end in zip(bodies, ends, strict=True)
            ]
            both = [title | body for title, body in zip(keys_of_titles, keys_of_bodies, strict=True)]
            positions = layer == "stem"
            self._fields[layer] = FakeField(both, worth, positions=positions)
            self._fields[f"title_{layer}"] = FakeField(keys_of_titles, worth, positions=positions)
        tokens = [token for text in (*titles, *bodies) for token in text]
        self.stems = {token.exact: token.stem for token in tokens}
        self._held = [{token.stem for token in text} for text in map(add, titles, bodies)]

    def impacts(self, name: str) -> FakeField:
        """As in a real segment."""
        return self._fields[name]

    def lengths(self, name: str) -> NDArray[np.uint32]:
        """As in a real segment."""
        return self._lengths[name]

    def stem_of(self, word: str) -> str | None:
        """As in a real segment."""
        return self.stems.get(word)

    @cached_property
    def words(self) -> StemmedWords:
        """As in a real segment."""
        exact, stem = self._fields["exact"].kernel, self._fields["stem"].kernel
        found = [self.impacts("stem").ordinal(self.stems[word]) for word in sorted(self.stems)]
        return StemmedWords(exact.dictionary, np.array(found, np.uint32), stem)

    @property
    def beginnings(self) -> "FakeSegment":
        """As in a real segment."""
        return self

    def df(self, start: str) -> int:
        """The number of articles that contain a word with this prefix."""
        return sum(1 for stems in self._held if any(stem.startswith(start) for stem in stems))

    def article_ids(self, docs: Sequence[int]) -> list[str]:
        """As in a real segment."""
        return [self._articles[doc].id for doc in docs]

    def id_bytes(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        """As in a real segment."""
        data = [article.id.encode("utf-8", "surrogatepass") for article in self._articles]
        return np.frombuffer(b"".join(data), np.uint8), np.cumsum([*map(len, data)], dtype=np.uint32)

    def check_ids(self) -> None:
        """Accept: the ids are as they were given."""

    def article(self, doc: int) -> Article:
        """As in a real segment."""
        return self._articles[doc]

    def find(self, article_id: str) -> int | None:
        """As in a real segment."""
        for doc, article in enumerate(self._articles):
            if article.id == article_id and (self.deleted is None or not self.deleted[doc]):
                return doc
        return None

    def keyword(self, name: str) -> Keywords:
        """As in a real segment."""
        given = [
            {str(getattr(article, name))} if hasattr(article, name) else set(article.keywords.get(name, ()))
            for article in self._articles
        ]
        values = ["", *sorted({value for several in given for value in several} - {""})]
        pairs = [(doc, values.index(value)) for doc, several in enumerate(given) for value in sorted(several)]
        if all(len(several) < 2 for several in given):
            codes = np.zeros(self.doc_count, np.uint32)
            codes[[doc for doc, _ in pairs]] = [code for _, code in pairs]
            return Keywords(codes, values)
        return Keywords(
            np.array([code for _, code in pairs], np.uint32),
            values,
            np.array([doc for doc, _ in pairs], np.uint32),
        )

    @property
    def declared(self) -> list[str]:
        """As in a real segment."""
        return sorted({name for article in self._articles for name in article.keywords})

    def fingerprints(self) -> NDArray[np.uint64]:
        """Zeros: no article is nearly the same as another."""
        return np.zeros(self.doc_count, np.uint64)

    def dates(self) -> NDArray[np.int32]:
        """As in a real segment."""
        return np.array(
            [article.date.toordinal() if article.date else 0 for article in self._articles], np.int32
        )


@dataclass
class FakeReader:
    """An open index of fake segments."""

    segments: tuple[FakeSegment, ...]
    basis: Basis
    generation: str = "1"
    vocabulary: Vocabulary = NO_WORDS
    completion: None = None
    pairs: WordPairs = NO_PAIRS
    learned: str = ""
    closed: bool = field(default=False, init=False)
    verified: int = field(default=0, init=False)
    damage: str = ""
    warning: str = ""
    is_lossy: bool = False
    dates: Sequence[ChangeDates] = ()
    gone: Mapping[str, int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> bytes:
        """A fingerprint made of the generation's name."""
        return self.generation.encode()

    @property
    def count(self) -> int:
        """The number of articles that are not deleted."""
        return sum(
            segment.doc_count - (0 if segment.deleted is None else int(segment.deleted.sum()))
            for segment in self.segments
        )

    def article(self, article_id: str) -> Article:
        """As in a real index."""
        for segment in self.segments:
            doc = segment.find(article_id)
            if doc is not None:
                return segment.article(doc)
        raise ArticleNotFoundError(f"no article {article_id!r}")

    def stem_of(self, word: str) -> str | None:
        """As in a real index."""
        stems = (segment.stem_of(word) for segment in self.segments)
        return next((stem for stem in stems if stem is not None), None)

    def document_frequency(self, name: str, term: str) -> int:
        """As in a real index."""
        total = 0
        for segment in self.segments:
            found = segment.impacts(name)
            ordinal = found.ordinal(term)
            total += found.postings(ordinal, 0).df if ordinal is not None else 0
        return total

    def document_frequencies(self, name: str, terms: Sequence[str]) -> list[int]:
        """As in a real index."""
        return [self.document_frequency(name, term) for term in terms]

    def leave_out_damage(self, met: Callable[[], None]) -> None:
        """Do nothing: no part is damaged."""

    def verify(self) -> None:
        """Count the call; raise the damage that a test has set."""
        self.verified += 1
        if self.damage:
            raise IndexCorruptError(self.damage)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def article(
    article_id: str,
    body: str = "",
    *,
    title: str = "",
    category: str = "",
    author: str = "",
    date: dt.date | None = None,
    **keywords: Sequence[str],
) -> Article:
    """An article with the given fields, and defaults for the others."""
    return Article(
        article_id,
        title,
        body,
        date=date,
        category=category,
        author=author,
        keywords={name: tuple(values) for name, values in keywords.items()},
    )


def collection_of(reader: FakeReader) -> Collection:
    """A reader's collection, which searches read."""
    return Collection(reader.segments, reader.basis, lossy=False)


def reader_of(*segments: Sequence[Article], deleted: Iterable[str] = ()) -> FakeReader:
    """An index of segments of articles, some of them deleted."""
    every = [article for articles in segments for article in articles]
    basis = Basis.of_lengths(
        [len(analyze(article.title)) for article in every], [len(analyze(article.body)) for article in every]
    )
    return FakeReader(tuple(FakeSegment(articles, basis, deleted) for articles in segments), basis)
