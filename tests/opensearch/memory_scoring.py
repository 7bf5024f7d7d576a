"""Scores a document by a query of OpenSearch, for the parts of its query language that are used.

This is the model of a cluster for tests of engines without one; ``tests/contract`` tests both.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import ge, gt, le, lt
from typing import Any, Final

from onneshon.opensearch.searching import dsl
from onneshon.opensearch.storage.documents import stream_read
from onneshon.opensearch.storage.mapping import IMPACT_FIELDS

__all__ = ["Fields", "Scorer", "day_of", "values_of"]

_BOUNDS: Final = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


@dataclass(frozen=True)
class Fields:
    """A document's values as an index reads them.

    Attributes:
        values: the values as written.
    """

    values: Mapping[str, Any]

    @cached_property
    def impacts(self) -> dict[str, dict[str, int]]:
        """The impact of each word in each field of words, as a whole number."""
        found = {}
        for name in IMPACT_FIELDS:
            pairs = (word.rsplit("|", 1) for word in self.values.get(name, "").split())
            found[name] = {word: int(impact) for word, impact in pairs}
        return found

    @cached_property
    def stream(self) -> tuple[int, list[int]]:
        """The number of the title's tokens, and the numbers of all tokens, signed."""
        titles, numbers = stream_read(self.values["stream"])
        return titles, numbers.view("<i4").tolist()


def values_of(values: Mapping[str, Any], name: str) -> list[Any]:
    """All values of a field; dots separate nested fields."""
    found: Any = values
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _gaps(words: Sequence[Any], wanted: Sequence[Any], slop: int) -> int:
    """Count the first words from which words are in order with at most ``slop`` others among them."""
    times = 0
    for at, word in enumerate(words):
        if word != wanted[0]:
            continue
        end = at
        for number, following in enumerate(wanted[1:], start=1):
            last = min(len(words) - 1, at + slop + number)
            end = next((place for place in range(end + 1, last + 1) if words[place] == following), -1)
            if end < 0:
                break
        times += end >= 0
    return times


@dataclass
class Scorer:
    """Scores documents by one query.

    Attributes:
        k1: the similarity's k1.
        presence: the least worth of containing a word.
        matched: the scores of named parts that matched the last document, by name.
    """

    k1: float
    presence: float
    matched: dict[str, float] = field(default_factory=dict)

    def score(self, query: dsl.Dsl, document: Fields) -> float | None:
        """The score of a document; None where it does not match."""
        ((kind, said),) = query.items()
        found: float | None = getattr(self, f"_{kind}")(said, document)
        if found is not None and isinstance(said, Mapping) and "_name" in said:
            self.matched[said["_name"]] = found
        return found

    def matches(self, query: dsl.Dsl, document: Fields) -> bool:
        """Whether a document matches, whatever its score."""
        return self.score(query, document) is not None

    def _match_all(self, _said: object, _document: Fields) -> float | None:
        return 1.0

    def _match_none(self, _said: object, _document: Fields) -> float | None:
        return None

    def _bool(self, said: Mapping[str, Any], document: Fields) -> float | None:
        must = [self.score(each, document) for each in said.get("must", ())]
        filters = [self.matches(each, document) for each in said.get("filter", ())]
        excluded = [self.matches(each, document) for each in said.get("must_not", ())]
        should = [self.score(each, document) for each in said.get("should", ())]
        met = [score for score in should if score is not None]
        fewest = said.get("minimum_should_match", 0 if must or filters or excluded or not should else 1)
        if None in must or not all(filters) or any(excluded) or len(met) < fewest:
            return None
        return sum(met, sum(score for score in must if score is not None))

    def _term(self, said: Mapping[str, Any], document: Fields) -> float | None:
        ((name, wanted),) = said.items()
        value, boost = (
            (wanted["value"], wanted.get("boost", 1.0)) if isinstance(wanted, Mapping) else (wanted, 1.0)
        )
        if name in IMPACT_FIELDS:
            impact = document.impacts[name].get(value)
            return None if impact is None else boost * (impact * (self.k1 + 1) / 255.0 + self.presence)
        return boost if value in values_of(document.values, name) else None

    def _terms(self, said: Mapping[str, Any], document: Fields) -> float | None:
        ((name, wanted),) = said.items()
        return 1.0 if {*wanted} & {*values_of(document.values, name)} else None

    def _exists(self, said: Mapping[str, Any], document: Fields) -> float | None:
        return 1.0 if values_of(document.values, said["field"]) else None

    def _range(self, said: Mapping[str, Any], document: Fields) -> float | None:
        ((name, ends),) = said.items()
        met = any(
            all(_BOUNDS[bound](value, end) for bound, end in ends.items())
            for value in values_of(document.values, name)
        )
        return 1.0 if met else None

    def _prefix(self, said: Mapping[str, Any], document: Fields) -> float | None:
        ((name, wanted),) = said.items()
        return 1.0 if any(word.startswith(wanted["value"]) for word in document.impacts[name]) else None

    def _match_phrase(self, said: Mapping[str, Any], document: Fields) -> float | None:
        return self._in_row(said, lambda wanted: (wanted["query"], 0), document)

    def _intervals(self, said: Mapping[str, Any], document: Fields) -> float | None:
        def read(wanted: Mapping[str, Any]) -> tuple[str, int]:
            assert wanted["match"]["mode"] == "ordered"
            return wanted["match"]["query"], wanted["match"]["max_gaps"]

        return self._in_row(said, read, document)

    @staticmethod
    def _in_row(
        said: Mapping[str, Any], read: Callable[[Any], tuple[str, int]], document: Fields
    ) -> float | None:
        ((name, wanted),) = said.items()
        words, slop = read(wanted)
        texts = (text.split() for text in values_of(document.values, name))
        return 1.0 if any(_gaps(text, words.split(), slop) for text in texts) else None

    def _constant_score(self, said: Mapping[str, Any], document: Fields) -> float | None:
        return said["boost"] if self.matches(said["filter"], document) else None

    def _function_score(self, said: Mapping[str, Any], document: Fields) -> float | None:
        found = self.score(said["query"], document)
        return found if found is not None and found >= said["min_score"] else None

    def _script_score(self, said: Mapping[str, Any], document: Fields) -> float | None:
        found = self.score(said["query"], document)
        if found is None:
            return None
        script = {
            dsl.FREQUENCY: _frequency,
            dsl.IMPACT: _impact,
            dsl.UNROUNDED: _unrounded,
            dsl.OCCURRENCES: _occurrences,
            dsl.AGED: _aged,
        }[said["script"]["source"]]
        return script(found, said["script"]["params"], document)


Params = Mapping[str, Any]


def _worth(frequency: float, params: Params) -> float:
    k1, presence = params["k1"], params["presence"]
    return float(params["weight"] * (frequency * (k1 + 1) / (frequency + k1) + presence))


def _frequency(score: float, params: Params, _document: Fields) -> float:
    q = round((score - params["presence"]) * 255 / (params["k1"] + 1))
    return float(params["weight"] * params["k1"] * q / (255.25 - q))


def _impact(score: float, params: Params, _document: Fields) -> float:
    q = max(1, round(255 * score / (score + params["k1"])))
    return float(params["weight"] * (q * (params["k1"] + 1) / 255 + params["presence"]))


def _unrounded(score: float, params: Params, _document: Fields) -> float:
    return _worth(score, params)


def _occurrences(_score: float, params: Params, document: Fields) -> float:
    titles, numbers = document.stream
    texts = {"title": numbers[:titles], "body": numbers[titles:]}
    total = 0.0
    for name, weight in (("title", params["title"]), ("body", 1.0)):
        if name == "body" and params["which"] == 1:
            continue
        b, average = params[f"b_{name}"], params[f"average_{name}"]
        norm = weight / (1 - b + b * len(texts[name]) / average)
        total += norm * _gaps(texts[name], params["words"], params["slop"])
    return total * params["weight"] if params["shape"] == "frequency" else _worth(total, params)


def _aged(score: float, params: Params, document: Fields) -> float:
    dates = values_of(document.values, "date")
    day = day_of(dates[0]) if dates else params["oldest"]
    return float(score * max(2.0 ** (-(params["latest"] - day) / params["half_life"]), params["least"]))


def day_of(date: str) -> int:
    """A date as days since 1970."""
    return dt.date.fromisoformat(date).toordinal() - dt.date(1970, 1, 1).toordinal()
