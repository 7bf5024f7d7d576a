"""Builds results pages from the documents found: texts, snippets, highlights, readings, suggestions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.icu_text import is_cluster_border
from onneshon.index.kernel.passages import Passages
from onneshon.search.query.parser import Parsed, unquoted
from onneshon.search.query.tree import (
    Any,
    Boost,
    Conjunction,
    Fuzzy,
    Hint,
    Leaf,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Sought,
    Term,
    content,
    counted,
    is_named,
    lacked,
    leaves,
    sought,
)
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.results.chunks import CLUSTER_CLASSES, StemPosition
from onneshon.search.results.highlight import HighlightTerms, Occurrence, found_as, matches
from onneshon.search.results.understood import Encoding, OtherReading, Reading, Understanding
from onneshon.search.results.values import Hit, Match, ResultPage, Snippet
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs
from onneshon.search.retrieval.evidence import Evidence
from onneshon.search.understanding.readings import Readings

WIDTH: Final = 190
"""The most clusters of a snippet, ellipses included."""

_PASSAGES: Final = Passages(CLUSTER_CLASSES, is_cluster_border, Match)


def snippet(text: str, found: Sequence[Occurrence], weights: list[float], width: int = WIDTH) -> Snippet:
    """The best passages of a text with their highlights; its beginning where nothing is found.

    A passage is a span of the stored text, cut at the end of a sentence or between words, never inside a
    cluster.

    Args:
        text: the text as stored.
        found: the occurrences of the query's words in it, in order.
        weights: the weight of showing each word of the query.
        width: the most clusters of the whole snippet, ellipses included; 9 or more.
    """
    return Snippet(*_PASSAGES.snippet(text, found, weights, width))


FEW_HITS = 3
"""With fewer hits than this, other spellings are suggested."""

RARE = 20
"""Document frequency up to which a word may be a misspelling of a frequent one."""

SHORT = 6
"""The most words of a query with hits for which spellings are suggested; longer ones have other words."""

FEW_WORDS = 3
"""In a query of more words with hits common words are not suspected: few articles have all its words."""


class ResultPageBuilder:
    """Builds the pages of one query.

    Args:
        readings: reads words by the vocabulary of the index.
        evidence: the texts and word statistics of the documents found.
        text: the query as typed.
        parsed: the parsed query.
        budget: the time budget; where it runs out, the page lacks further counts, highlights and suggestions.
        literal: whether the reader asked for Latin words as they are.
    """

    def __init__(
        self,
        readings: Readings,
        evidence: Evidence,
        text: str,
        parsed: Parsed,
        budget: TimeBudget,
        *,
        literal: bool,
    ) -> None:
        self._readings = readings
        self.evidence = evidence
        self.text = text
        self.parsed_text = parsed.decoded or text
        self.parsed = parsed
        self.budget = budget
        self.literal = literal

    def _milliseconds(self) -> float:
        return self.budget.elapsed * 1000

    def page(
        self,
        query: Query,
        found: Outcome,
        part: slice,
        offset: int,
        *,
        near_duplicates: NDArray[np.int64] | None,
        grouped: int,
        bounded: bool,
    ) -> ResultPage:
        """Build a page.

        Args:
            query: the query that was run.
            found: the articles, best first.
            part: the slice of these that the page shows.
            offset: the number of hits before the page.
            near_duplicates: the number of hidden near-duplicates of each of ``found``; None without grouping.
            grouped: the number of articles hidden as near-duplicates.
            bounded: whether counting stopped at the total, so that more may match.
        """
        counts = self.counts(query)
        total = found.total or 0
        alike = [0] * len(found.docs[part]) if near_duplicates is None else near_duplicates[part].tolist()
        hits = tuple(self.hits(query, found, part, counts, alike))
        total_all = total if next(content(query), None) is None else found.total_all or 0
        suggestions = self.suggestions(query, total, total_all, counts)
        return ResultPage(
            self.text,
            hits,
            total,
            offset,
            part.stop - part.start,
            took_ms=self._milliseconds(),
            understanding=self.understanding(),
            readings=self.readings(query),
            unknown_fields=self.parsed.unknown_fields,
            ignored=self.parsed.ignored,
            authors=self.parsed.authors,
            suggestions=suggestions,
            counts=tuple(counts.items()),
            partial=not self.budget.whole,
            partial_reason=self.budget.partial_reason,
            grouped=grouped,
            total_all=total_all,
            total_is_exact=not bounded,
        )

    def counts(self, query: Query) -> dict[str, int]:
        """The number of articles that contain each word, phrase and prefix of the query."""
        counts: dict[str, int] = {}
        for leaf in counted(query):
            if self.budget.spent():
                break
            frequency = self.evidence.term_scorer.size(leaf)
            label = self._label(leaf)
            counts[label] = max(frequency, counts.get(label, 0))
            for word in leaf.words if isinstance(leaf, Phrase) else ():
                counts.setdefault(self._label(word), self.evidence.term_scorer.size(word))
        return counts

    def _missing(self, query: Query, docs: Docs) -> Iterator[tuple[str, ...]]:
        """For each of some documents, the concepts of the query that it lacks."""
        order = docs.argsort()
        lacking: list[list[str]] = [[] for _ in docs]
        concepts = [*lacked(query)]
        for concept, mask in zip(
            concepts, self.evidence.masks_at(query, docs[order], self.budget), strict=False
        ):
            for at in order[~mask].tolist():
                lacking[at].append(self._label(concept))
        return (tuple(dict.fromkeys(words)) for words in lacking)

    def hits(
        self, query: Query, found: Outcome, part: slice, counts: dict[str, int], alike: Sequence[int]
    ) -> Iterator[Hit]:
        """The hits of a part of the articles found, with their texts, until time runs out."""
        title_targets, body_targets = HighlightTerms.of_both(query)
        weights = self._worths(query, body_targets, counts)
        scores = found.scores.tolist()
        docs = found.docs[part]
        in_titles, in_bodies = self._positions(docs, title_targets.stems, body_targets.stems)
        rows = zip(docs.tolist(), scores[part], self._missing(query, docs), strict=True)
        for row, (doc, score, missing) in enumerate(rows):
            if self.budget.overdue():
                return
            if (article := self.evidence.article(doc)) is None:
                continue
            in_title = title_targets.find(article.title, self.budget, in_titles[row])
            in_body = body_targets.find(article.body, self.budget, in_bodies[row])
            layers, read_as = found_as(body_targets, in_title, in_body)
            yield Hit(
                article,
                score,
                Snippet(article.title, matches(in_title)),
                snippet(article.body, in_body, weights),
                layers,
                alike[row],
                missing=missing,
                read_as=read_as,
            )

    def _positions(
        self, docs: Docs, in_title: Sequence[str], in_body: Sequence[str]
    ) -> tuple[list[list[StemPosition] | None], list[list[StemPosition] | None]]:
        """The positions of some stems in the title and the body of each document; None without stems."""
        stems = [*dict.fromkeys((*in_title, *in_body))]
        found: tuple[list[list[StemPosition] | None], ...] = ([None] * len(docs), [None] * len(docs))
        order = docs.argsort()
        rows = self.evidence.term_scorer.positions.in_texts(stems, docs[order])
        for at, wanted in enumerate((in_title, in_body)):
            whole = len(wanted) == len(stems)
            for row, texts in zip(order.tolist(), rows, strict=True) if wanted else ():
                words = texts[at]
                found[at][row] = words if whole else [known for known in words if known[1] in wanted]
        return found[0], found[1]

    def _worths(self, query: Query, targets: HighlightTerms, counts: dict[str, int]) -> list[float]:
        """The weight of showing each word in a snippet: the rarer, the more."""
        term_scorer = self.evidence.term_scorer
        functions = {leaf.text for leaf in leaves(query) if isinstance(leaf, Term) and leaf.function}
        return [
            term_scorer.rarity(counts.get(word, counts.get(f"={word}", 0)))
            * (term_scorer.weights.function_word if word in functions else 1.0)
            for word in targets.words
        ]

    def understanding(self) -> Understanding | None:
        """The query with Latin and misspelt words replaced by their readings; None where there are none."""
        if not self.parsed.readings and not self.parsed.decoded:
            return None
        encoding: Encoding = "bijoy" if self.parsed.bijoy else "unicode"
        return Understanding(self.text, self.parsed.as_read(self.parsed_text), self.text, encoding)

    def readings(self, query: Query) -> tuple[Reading, ...]:
        """The reading of each word, and the queries with its other readings."""
        text = self.parsed_text
        if not self.parsed.readings:
            return ()
        searched = [concept for concept in sought(query) if concept.reading]
        return tuple(
            Reading(
                reading.typed(text),
                reading.word,
                reading.kind,
                tuple(
                    OtherReading(other, text[: reading.start] + other + text[reading.end :])
                    for other in reading.others
                ),
                _also(reading.typed(text), searched),
            )
            for reading in self.parsed.readings
        )

    def _label(self, concept: Leaf | Any) -> str:
        """The label of a concept of the query, which a reader can search for."""
        match concept:
            case Any() if is_named(concept):
                return " ".join(map(self._label, content(concept.children[0])))
            case Any():
                return next((self._label(leaf) for leaf in leaves(concept)), "")
            case OneOf(text):
                return text
            case Phrase(words, slop):
                near = f"~{slop}" if slop else ""
                text = f"“{' '.join(word.text for word in words)}”{near}"
            case Prefix(text):
                text = f"{text}*"
            case Term(text):
                text = f"={text}" if concept.spelt_so and not self.literal else text
            case _:
                assert_never(concept)
        return f"{concept.field}:{text}" if concept.field else text

    def suggestions(
        self, query: Query, total: int, total_all: int, counts: dict[str, int]
    ) -> tuple[str, ...]:
        """Other spellings, where little was found or a word is suspect; none for queries with operators.

        For a quotation that no article contains although some contain its words: the words without quotes.
        """
        if not total and any(counts.values()) and (loose := unquoted(self.text)) != self.text:
            return (loose,)
        if total_all >= FEW_HITS and not any(map(_is_rare, counts.values())):  # as of most queries
            return ()
        tokens = analyze(self.parsed_text) if _is_plain(query) else []
        doubted = [at for at, token in enumerate(tokens) if not self._is_read(token)]
        if (total_all if len(tokens) <= FEW_WORDS else total) >= FEW_HITS:
            doubted = [at for at in doubted if len(tokens) <= SHORT and _is_rare(counts.get(tokens[at].text))]
        if not doubted:
            return ()
        offered = self._readings.others(self.parsed_text, tokens, doubted, self.budget)
        return tuple(spelling for spelling in offered if spelling != self.text)

    def _is_read(self, token: Token) -> bool:
        """Whether a word was read as another one, which the page shows already."""
        return any(read.start <= token.start < read.end for read in self.parsed.readings)


def _also(typed: str, searched: Iterable[Sought]) -> tuple[str, ...]:
    """The other readings that are searched for words, in addition to the main one."""
    words = (concept.reading for concept in searched if f" {concept.label} " in f" {typed} ")
    return tuple(dict.fromkeys(words))


def _is_rare(articles: int | None) -> bool:
    """Whether a word is in so few articles that it may be misspelt; False where they were not counted."""
    return articles is not None and articles <= RARE


def _is_plain(query: Query) -> bool:
    """Whether a query has only plain words, without operators."""
    match query:
        case Term() | OneOf() | Hint():
            return True
        case Boost(child):
            return _is_plain(child)
        case Any(children):
            return all(map(_is_plain, children))
        case _ if isinstance(query, Leaf | Fuzzy | Conjunction):
            return False
        case _:
            assert_never(query)
