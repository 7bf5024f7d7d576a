"""Converts articles to documents of OpenSearch: terms are analysed here, and split there at single spaces.

A posting is written as ``term|impact``, each distinct term of a field once. Impacts are computed in one pass
over the tokens of a batch, with the same functions as for a local index.
"""

from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import normalize
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.analysis.script import is_bengali
from onneshon.index.article import TEXTS, Article, stored_values
from onneshon.index.columnar.sections import U4, distinct, ends_of
from onneshon.index.columnar.term_dictionary import LENGTHS
from onneshon.index.indexer.digests import fingerprints, term_hashes
from onneshon.index.literals import number_of
from onneshon.index.ranking import Basis, impacts, norms
from onneshon.index.vocabulary.pair_counts import Tokens
from onneshon.opensearch.storage.mapping import OUR_KEYWORDS, place_of, samples_of

LONGEST_TERM: Final = 8_000
"""The most bytes of a term; Lucene's limit is 32,766, with the impact after it."""

FORBIDDEN: Final = " |"
"""The separators of terms, and of term and impact. Our analysis leaves neither in a word."""

BEGINNINGS: Final = "begin"
"""The name under which prefixes of stems are counted, as if they were a further layer."""

NONE: Final = 2**32 - 1
"""The number for a stem without a prefix of some length."""


class RefusedTermError(ValueError):
    """An article has a term that OpenSearch cannot store, and would be refused there."""


def stem_number(stem: str) -> int:
    """The number of a stem in ``stream``: CRC-32 of its UTF-8."""
    return crc32(stem.encode("utf-8", "surrogatepass"))


def stream_of(titles: int, numbers: U4) -> bytes:
    """The column ``stream``, with the stems in order: little-endian numbers of 32 bits.

    The first is the number of tokens of the title; the stem numbers of title and body follow.

    Args:
        titles: the number of tokens of the title.
        numbers: the ``stem_number`` of each token, title and body.
    """
    return np.concatenate([np.array([titles], "<u4"), numbers.astype("<u4")]).tobytes()


def stream_read(column: str) -> tuple[int, U4]:
    """The token count of the title and all stem numbers, from a column as in OpenSearch's ``fields``."""
    numbers = np.frombuffer(urlsafe_b64decode(column + "=" * (-len(column) % 4)), "<u4")
    return int(numbers[0]), numbers[1:]


@dataclass(frozen=True, slots=True)
class Analyzed:
    """A document, and the words for which it counts.

    Attributes:
        document: the document for OpenSearch; its ``id`` is its ``_id`` too.
        keys: its distinct terms by layer; under ``BEGINNINGS`` the prefixes of its stems.
        title_keys: its distinct terms in the title, by layer.
        tokens: all tokens in their order, title and body.
    """

    document: dict[str, Any]
    keys: dict[str, list[str]]
    title_keys: dict[str, list[str]]
    tokens: Tokens


class DocumentMaker:
    """Makes documents of articles, many at a time. Not thread-safe; caches words.

    Args:
        basis: the constants from which impacts are computed.
        numbers: names of the declared fields whose values are numbers.
    """

    def __init__(self, basis: Basis, numbers: Sequence[str] = ()) -> None:
        self._basis = basis
        self._numbers = numbers
        self._begin()

    def _begin(self) -> None:
        self._analyzer = BatchAnalyzer()
        self._tables = _Tables()

    def lengths(self, articles: Sequence[Article]) -> NDArray[np.int64]:
        """The token counts of title and body of each article, shape (articles, 2), to derive a basis from."""
        found = [[self._analyzer.add(getattr(article, text)) for text in TEXTS] for article in articles]
        self._analyzer.take()
        return np.array(found, np.int64).reshape(-1, len(TEXTS))

    def make(self, articles: Sequence[Article]) -> list[Analyzed | RefusedTermError]:
        """The document of each article, or the error why there is none."""
        for article in articles:
            for text in TEXTS:
                self._analyzer.add(getattr(article, text))
        batch = self._analyzer.take()
        self._tables.extend(self._analyzer)
        lengths = batch.lengths.reshape(-1, len(TEXTS))
        pages = _Batch(Tokens(batch.ids, batch.ends, self._tables.exact), lengths, self._tables, self._basis)
        made = [self._made(article, pages, index) for index, article in enumerate(articles)]
        if len(self._analyzer.exact_terms) > REMEMBERED:
            self._begin()
        return made

    def _made(self, article: Article, pages: "_Batch", index: int) -> Analyzed | RefusedTermError:
        try:
            made = pages.of(index, article)
        except RefusedTermError as error:
            return error
        if numbers := _numbers(article, self._numbers):
            made.document["numbers"] = numbers
        return made


REMEMBERED: Final = 1 << 20
"""The most words in the cache; beyond, all are dropped, so that a long feed does not fill the memory."""


class _Tables:
    """Tables of the words of an analyser, by their numbers."""

    def __init__(self) -> None:
        self.exact: list[str] = []
        self.stems: list[str] = []
        self.stem_of = np.empty(0, np.uint32)
        self.numbers = np.empty(0, np.uint32)
        self.hashes = np.empty(0, np.uint64)
        self.beginnings: list[str] = []
        self.begins = [np.empty(0, np.uint32) for _ in LENGTHS]
        self._number: dict[str, int] = {}
        self._refused: dict[str, set[int]] = {"exact": set(), "stem": set()}

    def extend(self, analyzer: BatchAnalyzer) -> None:
        """Add the words that are new in the analyser."""
        exact, stems = analyzer.exact_terms[len(self.exact) :], analyzer.stem_terms[len(self.stems) :]
        self._note_refused("exact", exact, len(self.exact))
        self._note_refused("stem", stems, len(self.stems))
        self.exact += exact
        self.stems += stems
        self.stem_of = analyzer.stem_of
        self.numbers = np.append(self.numbers, np.array([stem_number(stem) for stem in stems], np.uint32))
        self.hashes = np.append(self.hashes, term_hashes(exact))
        for index, length in enumerate(LENGTHS):
            found = np.array([self._beginning(stem, length) for stem in stems], np.uint32)
            self.begins[index] = np.append(self.begins[index], found)

    def _beginning(self, stem: str, length: int) -> int:
        beginning = stem[:length]
        if len(beginning) < length or not is_bengali(beginning):
            return NONE
        number = self._number.setdefault(beginning, len(self.beginnings))
        if number == len(self.beginnings):
            self.beginnings.append(beginning)
        return number

    def _note_refused(self, layer: str, terms: Sequence[str], first: int) -> None:
        for index, term in enumerate(terms, first):
            if any(sign in term for sign in FORBIDDEN) or len(term.encode()) > LONGEST_TERM:
                self._refused[layer].add(index)

    def check(self, layer: str, numbers: NDArray[np.integer], terms: Sequence[str]) -> None:
        """Raise RefusedTermError for an article with a term that cannot be stored."""
        if self._refused[layer] and (bad := self._refused[layer].intersection(numbers.tolist())):
            term = terms[min(bad)]
            size = len(term.encode())
            fault = "is too long" if size > LONGEST_TERM else "holds a sign that parts words"
            raise RefusedTermError(f"the word {term[:40]!r} of {size:,} bytes {fault}")


class _Postings:
    """The postings of a field in a batch, by document.

    Args:
        docs: the document of each occurrence.
        numbers: the number of the term of each occurrence.
        in_title: whether each occurrence is in the title.
        count: the number of terms.
        documents: the number of documents in the batch.
    """

    def __init__(
        self,
        docs: NDArray[np.int64],
        numbers: NDArray[np.integer],
        in_title: NDArray[np.bool_],
        count: int,
        documents: int,
    ) -> None:
        cells, inverse = np.unique(docs * count + numbers, return_inverse=True)  # noqa: TID251  # inverse
        self.docs, self.terms = np.divmod(cells, max(count, 1))
        self.titles = np.bincount(inverse, in_title, len(cells)).astype(np.int64)
        self.freqs = np.bincount(inverse, minlength=len(cells))
        self._starts = self.docs.searchsorted(np.arange(documents + 1))

    def of(self, doc: int) -> slice:
        """The postings of a document."""
        return slice(int(self._starts[doc]), int(self._starts[doc + 1]))


class _Batch:
    """The tokens of some articles, and the postings and impacts derived from them."""

    def __init__(self, tokens: Tokens, lengths: NDArray[np.uint32], tables: _Tables, basis: Basis) -> None:
        self._tables = tables
        self._tokens = tokens
        ids = tokens.ids
        self._basis = basis
        self._lengths = lengths.astype(np.int64)
        self._ends = ends_of(lengths.ravel())
        self._stems = tables.stem_of[ids]
        self._numbers = tables.numbers[self._stems]
        texts = np.repeat(np.arange(len(lengths) * len(TEXTS)), lengths.ravel())
        docs, in_title = texts // len(TEXTS), texts % len(TEXTS) == 0
        size = len(lengths)
        self._norms = [norms(basis, column, title=not index) for index, column in enumerate(self._lengths.T)]
        self._layers = {
            "stem": _Postings(docs, self._stems, in_title, len(tables.stems), size),
            "exact": _Postings(docs, ids, in_title, len(tables.exact), size),
        }
        self._terms = {"stem": tables.stems, "exact": tables.exact}
        self._impacts = {name: impacts(self._worth(field), basis.k1) for name, field in self._layers.items()}
        self._title_impacts = {
            name: impacts(self._norms[0][field.docs] * field.titles, basis.k1)
            for name, field in self._layers.items()
        }
        self._begun, self._begin = self._beginnings()
        body = ids[~in_title]
        self._fingerprints = fingerprints(tables.hashes, body, lengths[:, 1]).view(np.int64)

    def _worth(self, field: _Postings) -> NDArray[np.float64]:
        """Normed frequencies, summed in the same order as in ``index.indexer.inversion``."""
        worth = self._norms[0][field.docs] * field.titles
        worth += self._norms[1][field.docs] * (field.freqs - field.titles)
        return worth

    def _beginnings(self) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The distinct stem prefixes of the documents, in their order, and where those of each begin."""
        stems, count = self._layers["stem"], max(len(self._tables.beginnings), 1)
        numbers = np.concatenate([column[stems.terms] for column in self._tables.begins])
        docs = np.tile(stems.docs, len(self._tables.begins))
        cells = distinct((docs * count + numbers)[numbers != NONE])
        docs, begun = np.divmod(cells, count)
        return begun, docs.searchsorted(np.arange(len(self._lengths) + 1))

    def of(self, doc: int, article: Article) -> Analyzed:
        """The document of the article with index ``doc`` in the batch."""
        keys, title_keys, fields = {}, {}, {}
        for name, field in self._layers.items():
            part = field.of(doc)
            numbers, in_title = field.terms[part], field.titles[part] > 0
            self._tables.check(name, numbers, self._terms[name])
            terms = [self._terms[name][number] for number in numbers.tolist()]
            titles = [term for term, there in zip(terms, in_title.tolist(), strict=True) if there]
            keys[name], title_keys[name] = terms, titles
            fields[name] = _joined(terms, self._impacts[name][part])
            fields[f"title_{name}"] = _joined(titles, self._title_impacts[name][part][in_title])
        begun = self._begun[self._begin[doc] : self._begin[doc + 1]].tolist()
        keys[BEGINNINGS] = [self._tables.beginnings[number] for number in begun]
        document = {**fields, **self._sequences(doc), **_attributes(article)}
        found = self._range(doc)
        document["fingerprint"] = int(self._fingerprints[doc])
        tokens = self._tokens._replace(ids=self._tokens.ids[found], ends=self._tokens.ends[found])
        return Analyzed(document, keys, title_keys, tokens)

    def _range(self, doc: int) -> slice:
        end = int(self._ends[2 * doc + 1])
        return slice(end - int(self._lengths[doc].sum()), end)

    def _sequences(self, doc: int) -> dict[str, str]:
        title, found = int(self._lengths[doc][0]), self._range(doc)
        stems = [self._tables.stems[number] for number in self._stems[found].tolist()]
        return {
            "title_stems": " ".join(stems[:title]),
            "body_stems": " ".join(stems[title:]),
            "stream": b64encode(stream_of(title, self._numbers[found])).decode(),
        }


def _joined(terms: Sequence[str], impacts_: NDArray[np.integer]) -> str:
    return " ".join([f"{term}|{impact}" for term, impact in zip(terms, impacts_.tolist(), strict=True)])


def _attributes(article: Article) -> dict[str, Any]:
    """The fields for filters, facets and sorting, and the stored article."""
    keywords, words = {}, {}
    for name, values in _keywords(article):
        kept = list(dict.fromkeys(normalize("NFC", value) for value in values))
        keywords[name] = kept
        words[name] = [" ".join(token.exact for token in analyze(value)) for value in kept]
    document: dict[str, Any] = {"id": article.id, "live": True, "article": stored_values(article)}
    if article.date:
        document["date"] = article.date.isoformat()
    numbers = {"sample": samples_of(article.id), "place": place_of(article.id)}
    return {**document, **numbers, "keywords": keywords, "words": words}


def _numbers(article: Article, names: Sequence[str]) -> dict[str, list[float]]:
    """The numbers of an article in some fields; values that are no numbers are left out."""
    read = {name: [*map(number_of, article.keywords.get(name, ()))] for name in names}
    good = {name: [number for number in numbers if number is not None] for name, numbers in read.items()}
    return {name: numbers for name, numbers in good.items() if numbers}


def _keywords(article: Article) -> Iterator[tuple[str, Sequence[str]]]:
    for name in OUR_KEYWORDS:
        if value := getattr(article, name):
            yield name, (value,)
    yield from article.keywords.items()
