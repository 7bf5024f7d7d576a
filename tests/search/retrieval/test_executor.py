"""Ranking over arrays, against a plain reading of the same definitions, document by document."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article
from index.analysis.analyzer import analyze
from search.query.conditions import Condition
from search.query.parser import parse
from search.query.tree import All, Any, Boost, Filter, MatchAll, Not, Phrase, Prefix, Query, Selection, Term
from search.reranking.ranker import Ranker
from search.reranking.rescoring import WINDOW
from search.retrieval.bm25f import DEFAULT_WEIGHTS, Weights, inverse_frequency
from search.retrieval.budget import TimeBudget
from search.retrieval.collection import Collection
from search.retrieval.executor import Executor
from search.retrieval.score_list import CHAMPIONS
from tests.fakes import FakeReader, article, reader_of

WORDS = ["ঢাকা", "ঢাকার", "শহর", "শহরে", "নদী", "নদীর", "মেলা", "বই", "বইয়ের", "ভাষা", "ভাষার", "আন্দোলন"]


class Plain:
    """The same ranking, written as its definition reads."""

    def __init__(self, segments: Sequence[Sequence[Article]], deleted: set[str]) -> None:
        self.all = [one for segment in segments for one in segment]
        self.live = [one for one in self.all if one.id not in deleted]
        self.tokens = {
            (one.id, field): analyze(getattr(one, field)) for one in self.all for field in ("title", "body")
        }
        self.average = {
            field: max(sum(len(self.tokens[one.id, field]) for one in self.all), 1) / max(len(self.all), 1)
            for field in ("title", "body")
        }

    def _norm(self, one: Article, field: str) -> float:
        weights = DEFAULT_WEIGHTS
        b, weight = (weights.b_title, weights.title) if field == "title" else (weights.b_body, 1.0)
        return weight / (1 - b + b * len(self.tokens[one.id, field]) / self.average[field])

    def _bm25(self, counts: dict[str, dict[str, float]], weight: float) -> dict[str, float]:
        """Scores by article from frequencies by article and field."""
        found = {key: fields for key, fields in counts.items() if any(fields.values())}
        rarity = inverse_frequency(len(found), len(self.live)) * weight
        scores = {}
        for one in self.live:
            if one.id in found:
                x = sum(times * self._norm(one, field) for field, times in found[one.id].items())
                k1 = DEFAULT_WEIGHTS.k1
                scores[one.id] = rarity * (x * (k1 + 1) / (x + k1) + DEFAULT_WEIGHTS.presence)
        return scores

    def _counts(self, wanted: str | None, count: "object") -> dict[str, dict[str, float]]:
        fields = [wanted] if wanted else ["title", "body"]
        return {
            one.id: {field: float(count(self.tokens[one.id, field])) for field in fields}  # type: ignore[operator]
            for one in self.live
        }

    def scores(self, query: Query) -> dict[str, float]:  # noqa: PLR0911 - one line for each kind of node
        """The score of each article that matches."""
        match query:
            case Term(_, exact, stem, field, function):
                factor = DEFAULT_WEIGHTS.function_word if function else 1.0
                stems = self._counts(field, lambda tokens: sum(t.stem == stem for t in tokens))
                exacts = self._counts(field, lambda tokens: sum(t.exact == exact for t in tokens))
                return _sum(
                    self._bm25(stems, factor * DEFAULT_WEIGHTS.stem),
                    self._bm25(exacts, factor * DEFAULT_WEIGHTS.exact),
                )
            case Prefix(_, start, field):
                return self._bm25(
                    self._counts(
                        field, lambda tokens: len({t.exact for t in tokens if t.exact.startswith(start)})
                    ),
                    1,
                )
            case Phrase(words, slop, field):
                return self._phrase(words, slop, field)
            case Any(children):
                return _sum(*map(self.scores, children))
            case Boost(child, factor):
                return {key: score * factor for key, score in self.scores(child).items()}
            case All(children, optional):
                return self._all(children, optional)
            case Filter(name, value):
                return {one.id: 0.001 for one in self.live if getattr(one, name) == value}
            case Selection(choices, negated):
                met = {key for choice in choices for key in self.scores(choice)}
                return {one.id: 0.001 for one in self.live if (one.id in met) != negated}
            case MatchAll():
                return {one.id: 0.001 for one in self.live}
        raise TypeError(query)

    def _phrase(self, words: Sequence[Term], slop: int, field: str | None) -> dict[str, float]:
        counts = self._counts(field, lambda tokens: _occurrences([t.stem for t in tokens], words, slop))
        found = {key for key, fields in counts.items() if any(fields.values())}
        distinct = [self.scores(word) for word in dict.fromkeys(words)]
        rarity = sum(inverse_frequency(len(scores), len(self.live)) for scores in distinct)
        own = self._bm25(counts, rarity / inverse_frequency(len(found), len(self.live)))
        more = DEFAULT_WEIGHTS.phrase_words
        return {key: own[key] + more * sum(scores.get(key, 0) for scores in distinct) for key in own}

    def _all(self, children: Sequence[Query], optional: Sequence[Query]) -> dict[str, float]:
        scoring = [
            self.scores(child) for child in children if not isinstance(child, Condition | Not | MatchAll)
        ]
        total = _sum(*scoring) if scoring else self.scores(MatchAll())
        for child in children:
            if isinstance(child, Not):
                excluded = self.scores(child.child)
                total = {key: score for key, score in total.items() if key not in excluded}
            elif not isinstance(child, MatchAll):
                required = self.scores(child)
                total = {key: score for key, score in total.items() if key in required}
        extra = _sum(*map(self.scores, optional))
        return {key: score + extra.get(key, 0) for key, score in total.items()}


def _sum(*parts: dict[str, float]) -> dict[str, float]:
    return {key: sum(part.get(key, 0) for part in parts) for key in set().union(*parts)}


def _occurrences(stems: Sequence[str], words: Sequence[Term], slop: int) -> int:
    """Starts from which the words follow in order, at most ``slop`` others among them."""
    found = 0
    for start in range(len(stems)):
        place = start
        if stems[start] != words[0].stem:
            continue
        for word in words[1:]:
            place = next((i for i in range(place + 1, len(stems)) if stems[i] == word.stem), 10**6)
        found += place - start <= slop + len(words) - 1
    return found


texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
articles = st.lists(st.tuples(texts, texts, st.sampled_from(["খেলা", "দেশ"])), min_size=1, max_size=9).map(
    lambda rows: [
        article(f"{n:02}", body, title=title, category=category)
        for n, (title, body, category) in enumerate(rows)
    ]
)
word = st.sampled_from(WORDS)
clause = (
    word
    | word.map("+{}".format)
    | word.map("-{}".format)
    | word.map("শিরোনাম:{}".format)
    | word.map(lambda one: f"{one[:3]}*")
    | st.tuples(word, word).map('"{0[0]} {0[1]}"'.format)
    | st.tuples(word, word).map('"{0[0]} {0[1]}"~2'.format)
    | st.tuples(word, word).map("({0[0]} AND {0[1]})".format)
    | st.tuples(word, word).map("({0[0]} OR {0[1]})".format)
    | st.just("বিভাগ:খেলা")
)
queries = st.lists(clause, min_size=1, max_size=4).map(" ".join)


UNREFINED = replace(DEFAULT_WEIGHTS, proximity=0.0, kin=0.0)
"""Nearness and kin have tests of their own; without them every score is a sum over the words."""


def ranker_of(reader: FakeReader, weights: Weights = UNREFINED) -> Ranker:
    """An executor over such an index."""
    return Ranker(Executor(Collection(reader.segments), weights))


def test_words_that_stand_together_come_first() -> None:
    """Of two articles with the same words the one that has them side by side is better, in title or body."""
    corpus = [article("a", "নদী শহর বই মেলা ভাষা"), article("b", "মেলা শহর বই নদী ভাষা"), article("x", "আকাশ")]
    for text, expected in (("নদী শহর", ["a", "b"]), ("মেলা শহর", ["b", "a"])):
        query = parse(text).query
        assert query is not None
        assert ranker_of(reader_of(corpus), DEFAULT_WEIGHTS).run(query, 2, TimeBudget()).ids == expected


def test_kin_of_a_word_decide_among_articles_and_find_none() -> None:
    """Of two articles with the same words one with a derivation besides is better; alone it is no hit."""
    corpus = [
        article("a", "নদী ইতিহাস শহর"),
        article("b", "নদী ইতিহাস ইতিহাসবিদ"),
        article("c", "ইতিহাসবিদ"),
        article("x", "আকাশ"),
    ]
    query = parse("নদী ইতিহাস").query
    assert query is not None
    found = ranker_of(reader_of(corpus), DEFAULT_WEIGHTS).run(query, 9, TimeBudget(), count=True)
    assert found.ids == ["b", "a"]
    assert found.total == 2


def test_kin_that_are_nearly_everywhere_decide_nothing() -> None:
    """They would tell no article from another, and looking for them takes longest."""
    corpus = many(1_200) + [article(f"k{n:04}", "ইতিহাসবিদ") for n in range(1_200)]
    ranker = ranker_of(reader_of(corpus), DEFAULT_WEIGHTS)
    assert len(ranker.executor.term_scorer.kin(Term("ইতিহাস", "ইতিহাস", "ইতিহাস"))) == 0
    assert len(ranker.executor.term_scorer.kin(Term("আন্দোলন", "আন্দোলন", "আন্দোলন"))) > 0


def test_nearness_orders_the_same_however_many_are_asked_for() -> None:
    """The first hits of a long list are those of a short one, page by page."""
    corpus = many(1_000)
    ranker = ranker_of(reader_of(corpus), DEFAULT_WEIGHTS)
    query = parse("মেলা ভাষা আন্দোলন").query
    assert query is not None
    everything = ranker.run(query, 1_000, TimeBudget()).ids
    assert ranker.run(query, 10, TimeBudget()).ids == everything[:10]
    assert ranker.run(query, WINDOW, TimeBudget()).ids == everything[:WINDOW]
    assert ranker.run(query, 2 * WINDOW, TimeBudget()).ids == everything[: 2 * WINDOW]


@given(articles, queries, st.integers(1, 9), st.integers(0, 9), st.sets(st.integers(0, 8), max_size=3))
def test_arrays_rank_as_the_definition_does(
    corpus: list[Article], text: str, k: int, cut: int, gone: set[int]
) -> None:
    """Any query over any segments, some articles deleted: the same articles, scores, order and total."""
    deleted = {f"{n:02}" for n in gone}
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    query = parse(text).query
    assert query is not None
    expected = Plain(segments, deleted).scores(query)
    ranker = ranker_of(reader_of(*segments, deleted=deleted))
    found = ranker.run(query, k, TimeBudget(), count=True)
    assert found.total == len(expected)
    assert len(found.ids) == min(k, len(expected))
    assert [expected[key] for key in found.ids] == pytest.approx(found.scores.tolist(), rel=1e-4)
    best = sorted(expected.values(), reverse=True)[:k]
    assert found.scores.tolist() == pytest.approx(best, rel=1e-4)


def many(count: int) -> list[Article]:
    """Articles of which every word occurs in many, so that lists are dense and bounds prune."""
    random = np.random.default_rng(7)
    chances = np.array([0.9, 0.8, 0.5, 0.3, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.004])
    return [
        article(f"{n:05}", " ".join(np.repeat(WORDS, random.poisson(chances))) or "নীরব")
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def large() -> tuple[Plain, Ranker]:
    """Two thousand articles in two segments, both ways."""
    corpus = many(2_000)
    segments = [corpus[:1_300], corpus[1_300:]]
    return Plain(segments, set()), ranker_of(reader_of(*segments))


@pytest.mark.parametrize("k", [1, 10, CHAMPIONS, CHAMPIONS + 30, 5_000])
@pytest.mark.parametrize(
    "text",
    ["ঢাকা", "আন্দোলন", "ঢাকা শহর", "আন্দোলন ঢাকা শহর নদী", "ভাষা আন্দোলন", "বই মেলা", " ".join(WORDS)],
)
def test_pruning_loses_nothing(large: tuple[Plain, Ranker], text: str, k: int) -> None:
    """Frequent and rare words together give the very list that scoring every article gives."""
    plain, ranker = large
    query = parse(text).query
    assert query is not None
    expected = sorted(plain.scores(query).items(), key=lambda pair: (-pair[1], pair[0]))
    found = ranker.run(query, k, TimeBudget(), count=True)
    assert found.total == len(expected)
    assert found.scores.tolist() == pytest.approx([score for _, score in expected[:k]], rel=1e-4)


def test_ties_are_in_the_order_of_their_ids() -> None:
    """Equal articles come by id, whatever their order in the index and however many there are."""
    names = [f"{n * 7919 % 5000:04}" for n in range(5_000)]
    ranker = ranker_of(reader_of([article(name, "ঢাকা") for name in names]))
    query = parse("ঢাকা").query
    assert query is not None
    assert ranker.run(query, 3, TimeBudget()).ids == ["0000", "0001", "0002"]
    small = ranker_of(reader_of([article(name, "ঢাকা") for name in ("গ", "খ", "ক")]))
    assert small.run(query, 2, TimeBudget()).ids == ["ক", "খ"]


def test_an_article_with_more_of_the_words_comes_first() -> None:
    """Two words once each outweigh one of them repeated."""
    corpus = [article("one", "নদী নদী নদী নদী মেলা"), article("two", "নদী ভাষা মেলা বই শহর"), article("x", "শহর")]
    query = parse("নদী ভাষা").query
    assert query is not None
    assert ranker_of(reader_of(corpus)).run(query, 1, TimeBudget()).ids == ["two"]


def test_the_exact_form_comes_before_other_forms() -> None:
    """Both forms are found by each, and the one typed ranks first."""
    ranker = ranker_of(reader_of([article("a", "নদী"), article("b", "নদীর")]))
    for text, expected in (("নদী", ["a", "b"]), ("নদীর", ["b", "a"])):
        query = parse(text).query
        assert query is not None
        assert ranker.run(query, 2, TimeBudget()).ids == expected


@pytest.mark.parametrize(("text", "expected"), [('"নদী নদী"', ["b"]), ('"নদী নদী"~2', ["b", "c"])])
def test_a_word_twice_in_a_phrase_must_stand_twice(text: str, expected: list[str]) -> None:
    """One occurrence does not count as both."""
    ranker = ranker_of(reader_of([article("a", "নদী"), article("b", "নদী নদী"), article("c", "নদী বই নদী")]))
    query = parse(text).query
    assert query is not None
    assert sorted(ranker.run(query, 9, TimeBudget()).ids) == expected


def test_a_spent_budget_ends_a_query_early() -> None:
    """With no time left the words after the first are not looked at, and the budget says so."""
    budget = TimeBudget(-1)
    query = parse("ঢাকা শহর").query
    assert query is not None
    ranker_of(reader_of([article("a", "ঢাকা শহর")])).run(query, 1, budget)
    assert budget.exceeded


def test_an_index_without_articles_answers_nothing() -> None:
    """No segments, or empty ones, are no failure."""
    for reader in (reader_of(), reader_of([])):
        for text in ("ঢাকা", "ঢাকা শহর", '"ঢাকা শহর"', "ঢাকা*", "-ঢাকা", "বিভাগ:খেলা", "+ঢাকা +শহর"):
            query = parse(text).query
            assert query is not None
            assert ranker_of(reader).run(query, 5, TimeBudget(), count=True).ids == []
