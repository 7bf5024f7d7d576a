"""The meaning of queries, in plain Python over the texts: no index, no columns, no arrays.

Each query is answered by reading every article. Only three things are shared with the engine: the analysis of
texts into words and their keys (``analyze``), the reading of dates, and the skeletons of letters.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias
from unicodedata import normalize

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.vocabulary.skeleton import skeleton
from onneshon.search.query.dates import period

__all__ = ["Found", "PlainArticles"]

Found: TypeAlias = frozenset[int]
"""Articles, by their places in the order of the input."""

ENOUGH = 0.4
"""The share of the best article's weight that an article needs to match a query of several words."""
RARE_FORM = 20
"""A fuzzy word does not stand for a word whose stem is in more than this number of times as many articles."""


class PlainArticles:
    """Articles as lists of words.

    Args:
        articles: all of them.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        tokens = [(analyze(article.title), analyze(article.body)) for article in articles]
        self._exact = [([t.exact for t in title], [t.exact for t in body]) for title, body in tokens]
        self._stem = [([t.stem for t in title], [t.stem for t in body]) for title, body in tokens]
        self._stems = [(frozenset(title), frozenset(body)) for title, body in self._stem]

    def all(self) -> Found:
        """Every article."""
        return frozenset(range(len(self.articles)))

    def those(self, meets: Callable[[Article], bool]) -> Found:
        """The articles that meet a condition."""
        return frozenset(place for place, article in enumerate(self.articles) if meets(article))

    def word(self, text: str, *, title: bool = False) -> Found:
        """The articles with a word in any of its forms."""
        (token,) = analyze(text)
        return frozenset(
            place
            for place, (head, body) in enumerate(self._stems)
            if token.stem in head or (not title and token.stem in body)
        )

    def exactly(self, text: str, *, title: bool = False) -> Found:
        """The articles with a word exactly as typed, anywhere or in the title alone."""
        (token,) = analyze(text)
        return frozenset(
            place
            for place, (head, body) in enumerate(self._exact)
            if token.exact in head or (token.exact in body and not title)
        )

    def beginning(self, text: str, *, title: bool = False) -> Found:
        """The articles with a word that has this prefix."""
        return frozenset(
            place
            for place, (head, body) in enumerate(self._exact)
            if any(word.startswith(text) for word in head)
            or (not title and any(word.startswith(text) for word in body))
        )

    def phrase(self, text: str, slop: int = 0, *, title: bool = False) -> Found:
        """The articles with words in this order in one text, with up to ``slop`` others among them."""
        stems = [token.stem for token in analyze(text)]
        return frozenset(
            place
            for place, texts in enumerate(zip(self._stem, self._stems, strict=True))
            if any(
                held.issuperset(stems) and _in_order(stems, words, slop)
                for words, held in [*zip(*texts, strict=True)][: 1 if title else 2]
            )
        )

    def side_by_side(self, text: str) -> Found:
        """The articles with a sufficient share of the given words, weighted by rarity."""
        holding = [self.word(token.text) for token in analyze(text)]
        weights = [_weight(len(held), len(self.articles)) for held in holding if held]
        found = frozenset[int]().union(*holding)
        if not weights or min(weights) >= ENOUGH * sum(weights):
            return found
        held = Counter[int]()
        for articles, weight in zip([held for held in holding if held], weights, strict=True):
            for place in articles:
                held[place] += weight  # type: ignore[assignment]  # a counter of weights is one
        least = max(held.values()) * ENOUGH * (1 - 1e-5)
        return frozenset(place for place in found if held[place] >= least)

    def like(self, text: str, edits: float = 0) -> Found:
        """The articles with a word within a few cluster edits of another; see docs/query-syntax.md."""
        (typed,) = analyze(text)
        clusters = _clusters(typed.exact)
        most = edits or (0.5 if len(clusters) <= 3 else 1 if len(clusters) < 6 else 2)
        frequency = Counter(
            word
            for head, body in self._exact
            for word in {*head, *body}
            if is_bengali(word) and len(word) <= 40
        )
        near = [word for word in frequency if abs(len(_clusters(word)) - len(clusters)) <= most]
        heard = _heard({cluster for word in (typed.exact, *near) for cluster in _clusters(word)})
        stems = {typed.stem}
        for word in near:
            if word != typed.exact and _distance(clusters, _clusters(word), heard) <= most:
                stem = stem_key(word)
                bodies = sum(stem in body for _, body in self._stem)
                if bodies <= RARE_FORM * frequency[word]:
                    stems.add(stem)
        return frozenset(
            place for place, (head, body) in enumerate(self._stem) if stems & {*head} or stems & {*body}
        )

    def keyword(self, field: str, *values: str) -> Found:
        """The articles with any of the given whole values in a field, whatever their encoding."""
        wanted = {normalize("NFC", value) for value in values}
        return self.those(
            lambda article: any(normalize("NFC", value) in wanted for value in values_of(article, field))
        )

    def keyword_words(self, field: str, text: str) -> Found:
        """The articles with consecutive words in a value of a field."""
        sought = [token.exact for token in analyze(text)]
        return self.those(
            lambda article: any(
                _in_order(sought, [token.exact for token in analyze(value)], 0)
                for value in values_of(article, field)
            )
        )

    def days(self, text: str) -> Found:
        """The articles dated within a period."""
        span = period(text)
        return self.those(
            lambda article: (
                article.date is not None
                and (span.since is None or span.since <= article.date)
                and (span.until is None or article.date <= span.until)
            )
        )

    def counts(self, found: Iterable[int], name: str) -> Counter[str]:
        """For each value of a facet, the number of the given articles that have it."""
        width = {"year": 4, "month": 7, "day": 10}.get(name)
        field = "date" if width else name
        return Counter(value[:width] for place in found for value in values_of(self.articles[place], field))

    def ids(self, found: Iterable[int], sort: str) -> list[str]:
        """The ids of articles by day, the latest or the earliest first, those without a day last."""
        sign = -1 if sort == "newest" else 1

        def key(article: Article) -> tuple[bool, int, str]:
            return article.date is None, sign * article.date.toordinal() if article.date else 0, article.id

        return [article.id for article in sorted((self.articles[place] for place in found), key=key)]


def values_of(article: Article, field: str) -> set[str]:
    """The values that an article has in a field."""
    if field == "date":
        return {article.date.isoformat()} if article.date else set()
    if field in {"category", "author", "lang", "id"}:
        return {str(getattr(article, field))} - {""}
    return {*article.keywords.get(field, ())}


def _in_order(sought: Sequence[str], words: Sequence[str], slop: int) -> bool:
    """Whether words are in this order, with at most ``slop`` other words among them."""
    starts = [place for place, word in enumerate(words) if word == sought[0]] if sought else []
    return any(_goes_on(sought[1:], words, start + 1, slop) for start in starts)


def _goes_on(sought: Sequence[str], words: Sequence[str], start: int, slop: int) -> bool:
    if not sought:
        return True
    return any(
        words[place] == sought[0] and _goes_on(sought[1:], words, place + 1, slop - (place - start))
        for place in range(start, min(start + slop + 1, len(words)))
    )


def _weight(holding: int, articles: int) -> float:
    return math.log1p((articles - holding + 0.5) / (holding + 0.5))


def _clusters(word: str) -> list[str]:
    return [word[start:end] for start, end in pairwise(cluster_boundaries(word))]


def _heard(clusters: set[str]) -> dict[str, str]:
    return {cluster: skeleton(cluster) for cluster in clusters}


def _distance(word: Sequence[str], other: Sequence[str], heard: dict[str, str]) -> float:
    """Levenshtein distance in clusters, by recursion on prefixes; a change that is not heard counts half."""
    known: dict[tuple[int, int], float] = {}

    def of(left: int, right: int) -> float:
        if not left or not right:
            return float(left + right)
        if (left, right) not in known:
            first, second = word[left - 1], other[right - 1]
            change = 0.0 if first == second else 0.5 if heard[first] == heard[second] else 1.0
            known[left, right] = min(
                of(left - 1, right - 1) + change, of(left - 1, right) + 1, of(left, right - 1) + 1
            )
        return known[left, right]

    return of(len(word), len(other))
