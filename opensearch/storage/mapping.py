"""The settings and the mapping of an index: the fields of an article, and the similarity of its postings.

A posting has the impact of ``index.ranking`` in place of Lucene's term frequency, so that a word has the same
score on a cluster as in a local index. One index has one generation:

    stem, exact, title_stem, title_exact   impacts, as in ``index.article``; scored by similarity ``impact``
    title_stems, body_stems                stems in order with their positions, for phrases; never scored
    stream                                 the stems of both texts as numbers, see ``documents.stream_of``
    id, date, live                         ``live`` is true for an article, and missing for a deleted one
    keywords.NAME                          category, author, lang, declared fields; each value whole, in NFC
    words.NAME                             the words of the same values, for filters by a part of a value
    numbers.NAME                           declared fields of numbers
    fingerprint                            that of ``index.indexer.digests``, as a signed number; 0 for none
    sample                                 the samples that include the article, see ``samples_of``
    article                                the article as it was given, stored and not indexed
    changed                                the time an update wrote or deleted it, in Unix seconds
    place                                  a hash of the id, which orders the changes of one second

A deleted article keeps ``id``, ``changed`` and ``place``.

A term query on ``stem`` with a boost of b scores ``b * (impact / 255 * (k1 + 1) + presence)``. Its rarity is
part of the boost: the client knows document frequencies, and no shard asks others for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Self

from onneshon.index.errors import IndexCorruptError, IndexOutdatedError
from onneshon.index.ranking import MOST, Basis
from onneshon.opensearch.connection.address import SLICE_FIELD

SLICES: Final = {SLICE_FIELD: {"type": "keyword", "doc_values": False}}
"""The mapping of the additional field of a shared index, see ``SLICE_FIELD``."""

FORMAT: Final = 4
"""The version of the mapping; a reader accepts only its own."""

IMPACT_FIELDS: Final = ("stem", "exact", "title_stem", "title_exact")

OUR_KEYWORDS: Final = ("category", "author", "lang")
"""The keyword fields of every index, besides those that a site declares."""

PRESENCE: Final = 0.4
"""The least worth of a word in an article, if the configuration does not set ``presence``."""


SAMPLES: Final = 24
"""The number of samples; the smallest has one article in sixteen million."""


def samples_of(name: str) -> list[str]:
    """The samples that include an article: the first has half of all, each further one half of that before.

    They depend on the id alone, so that a sample is spread evenly over days, sections and shards.

    Args:
        name: the id of the article.
    """
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    number = int.from_bytes(digest, "big") | 1 << SAMPLES
    return [str(level) for level in range(1, (number & -number).bit_length())]


def place_of(name: str) -> int:
    """A hash of an id, from 0 to 2^63 - 1, mostly unique."""
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


@dataclass(frozen=True, slots=True)
class Contract:
    """The settings an index was built with, stored in ``_meta`` of its mapping.

    Attributes:
        analyzer: fingerprint of the analysis; a query must be analysed the same way.
        basis: the constants from which impacts are computed.
        presence: the least worth of a word in an article; part of the similarities.
        fields: names of the keyword fields that the site declares.
        format: version of the mapping.
        numbers: those of ``fields`` whose values are numbers; empty for an index from before there were such
            fields.
    """

    analyzer: str
    basis: Basis
    presence: float = PRESENCE
    fields: tuple[str, ...] = ()
    format: int = FORMAT
    numbers: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Convert to a dictionary, as it is stored."""
        return {
            "format": self.format,
            "analyzer": self.analyzer,
            "basis": self.basis.to_dict(),
            "presence": self.presence,
            "fields": list(self.fields),
            "numbers": list(self.numbers),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], where: str) -> Self:
        """Read the dictionary of ``to_dict``.

        Args:
            values: ``_meta`` of a mapping.
            where: name of the index, for messages.

        Raises:
            IndexOutdatedError: the mapping is of another version.
            IndexCorruptError: the index is not Onneshon's.
        """
        layout = values.get("format")
        if type(layout) is int and layout != FORMAT:
            raise IndexOutdatedError(
                f"{where} has mapping {layout}, not {FORMAT}: `onneshon index migrate` builds it again"
            )
        try:
            basis = Basis.from_dict(values["basis"])
            return cls(
                str(values["analyzer"]),
                basis,
                float(values["presence"]),
                tuple(map(str, values["fields"])),
                numbers=tuple(map(str, values.get("numbers", ()))),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise IndexCorruptError(
                f"{where} is not an index of Onneshon (its mapping lacks {error}): build it again"
            ) from error


def article_index(
    contract: Contract, *, shards: int = 1, facts: Mapping[str, Any] | None = None, shared: bool = False
) -> dict[str, Any]:
    """Settings and mapping for creating an index of articles: without replicas and without refreshes.

    Args:
        contract: the contract of the index.
        shards: the number of primary shards.
        facts: facts about the build, for the record: further entries of ``_meta``.
        shared: whether several tenants have their articles there.
    """
    analysis = {
        # Our terms contain no space; other tokenizers cut words at 255 characters.
        "tokenizer": {"sp": {"type": "simple_pattern_split", "pattern": " "}},
        "filter": {"tf": {"type": "delimited_term_freq", "delimiter": "|"}},
        "analyzer": {
            "sp": {"type": "custom", "tokenizer": "sp"},
            "impact": {"type": "custom", "tokenizer": "sp", "filter": ["tf"]},
        },
    }
    index = {
        "number_of_shards": shards,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "analysis": analysis,
        "similarity": {"impact": _similarity(contract.basis.k1, contract.presence)},
    }
    return {
        "settings": {"index": index},
        "mappings": {
            "dynamic": "strict",
            "_meta": {**contract.to_dict(), **(facts or {})},
            "_source": {"includes": ["article"]},
            "properties": {
                **_properties([*OUR_KEYWORDS, *contract.fields], contract.numbers),
                **(SLICES if shared else {}),
            },
        },
    }


def _similarity(k1: float, presence: float) -> dict[str, Any]:
    return {
        "type": "scripted",
        "weight_script": {"source": "return query.boost;"},
        "script": {"source": f"return weight * (doc.freq * {k1 + 1!r} / {MOST}.0 + {presence!r});"},
    }


def _properties(keywords: Iterable[str], numbers: Iterable[str]) -> dict[str, Any]:
    names = list(keywords)
    words = {"type": "text", "analyzer": "sp", "norms": False}
    return {
        **{name: _impacts() for name in IMPACT_FIELDS},
        "title_stems": words,
        "body_stems": words,
        "stream": {"type": "binary", "doc_values": True},
        "id": {"type": "keyword"},
        "live": {"type": "boolean"},
        "date": {"type": "date", "format": "strict_date"},
        "fingerprint": {"type": "long", "index": False},
        "sample": {"type": "keyword", "doc_values": False},
        "keywords": {"properties": {name: {"type": "keyword"} for name in names}},
        "words": {"properties": dict.fromkeys(names, words)},
        "numbers": {"properties": {name: {"type": "double"} for name in numbers}},
        "article": {"type": "object", "enabled": False},
        "changed": {"type": "long"},
        "place": {"type": "long"},
    }


def _impacts() -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": "impact",
        "search_analyzer": "sp",
        "index_options": "freqs",
        "norms": False,
        "similarity": "impact",
    }


def file_index(*, shared: bool = False) -> dict[str, Any]:
    """Settings and mapping for the files of a generation, its words and suggestions, in pieces.

    The document ``state`` lists the files: see ``opensearch.storage.files``.
    """
    return {
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": 0}},
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "state": {"type": "object", "enabled": False},
                "data": {"type": "binary"},
                **(SLICES if shared else {}),
            },
        },
    }
