"""Ranking over arrays, against a plain reading of the same definitions, document by document."""

import math
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.ranking import Basis
from onneshon.search.query.conditions import Condition, Filter, Selection
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
)
from onneshon.search.reranking.ranker import Ranker
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, FeatureWeights, Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import unpacked
from onneshon.search.retrieval.executor import Executor
from onneshon.search.retrieval.query_lists import FEWEST, LEAST_SHARE
from tests.fakes import FakeReader, article, collection_of, reader_of
from tests.search.queries import query_of

WORDS = ["ঢাকা", "ঢাকার", "শহর", "শহরে", "নদী", "নদীর", "মেলা", "বই", "বইয়ের", "ভাষা", "ভাষার", "আন্দোলন"]

BASIS = Basis(1, 1)
"""Its constants; the average lengths are those of each corpus."""

Count: TypeAlias = Callable[[Sequence[Token]], int]


class Plain:
    """The same ranking, written as its definition reads."""

    def __init__(self, segments: Sequence[Sequence[Article]], deleted: set[str]) -> None:
        self.all = [document for segment in segments for document in segment]
        self.deleted = deleted
        self.tokens = {
            (document.id, field): analyze(getattr(document, field))
            for document in self.all
            for field in ("title", "body")
        }
        self.average = {
            field: max(
                1, sum(len(self.tokens[document.id, field]) for document in self.all) / max(len(self.all), 1)
            )
            for field in ("title", "body")
        }

    @property
    def live(self) -> list[Article]:
        """The articles that a search may find."""
        return [document for document in self.all if document.id not in self.deleted]

    def answer(self, query: Query) -> dict[str, float]:
        """The score of each article that a search finds."""
        return {key: score for key, score in self.scores(query).items() if key not in self.deleted}

    def _rarity(self, holding: int, articles: int = 0) -> float:
        """Deleted articles count until they are merged away."""
        return math.log(1 + ((articles or len(self.all)) - holding + 0.5) / (holding + 0.5))

    def _norm(self, doc_id: str, field: str) -> float:
        b, weight = (BASIS.b_title, BASIS.title) if field == "title" else (BASIS.b_body, 1.0)
        return weight / (1 - b + b * len(self.tokens[doc_id, field]) / self.average[field])

    def _frequency(self, doc_id: str, counts: dict[str, float]) -> float:
        return sum(times * self._norm(doc_id, field) for field, times in counts.items())

    def _impact(self, frequency: float) -> int:
        return max(1, round(255 * frequency / (frequency + BASIS.k1)))

    def _scored(self, frequencies: dict[str, int], weight: float) -> dict[str, float]:
        """Scores by article from impacts."""
        rarity = self._rarity(len(frequencies)) * weight
        worth = (BASIS.k1 + 1) / 255
        return {key: rarity * (q * worth + DEFAULT_WEIGHTS.presence) for key, q in frequencies.items()}

    def _unrounded(self, found: dict[str, float], weight: float) -> dict[str, float]:
        """Scores by article from frequencies."""
        k1, presence = BASIS.k1, DEFAULT_WEIGHTS.presence
        return {key: weight * (x * (k1 + 1) / (x + k1) + presence) for key, x in found.items()}

    def _counts(self, wanted: str | None, count: Count) -> dict[str, dict[str, float]]:
        """How often each article that has it at all has something in each text."""
        fields = [wanted] if wanted else ["title", "body"]
        counts = {
            document.id: {field: float(count(self.tokens[document.id, field])) for field in fields}
            for document in self.all
        }
        return {key: texts for key, texts in counts.items() if any(texts.values())}

    def _held(self, term: Term, layer: str) -> dict[str, int]:
        """The impact of a word in each article."""
        by = "exact" if term.spelt_so else layer
        key = getattr(term, by)
        counts = self._counts(term.field, lambda tokens: sum(getattr(t, by) == key for t in tokens))
        return {doc_id: self._impact(self._frequency(doc_id, texts)) for doc_id, texts in counts.items()}

    def scores(self, query: Query) -> dict[str, float]:  # noqa: C901, PLR0911 - one line for each kind of node
        """The score of each article that matches."""
        match query:
            case Term():
                factor = DEFAULT_WEIGHTS.function_word if query.function else 1.0
                stems = self._scored(self._held(query, "stem"), factor * DEFAULT_WEIGHTS.stem)
                exacts = self._scored(self._held(query, "exact"), factor * DEFAULT_WEIGHTS.exact)
                return {key: score + exacts.get(key, 0) for key, score in stems.items()}
            case Prefix(_, start, field):
                return self._prefix(start, field)
            case Phrase(words, slop, field):
                return self._phrase(words, slop, field)
            case OneOf(_, variants):
                return self._one_of(variants)
            case Any(children):
                return self._any(query, children)
            case Boost(child, factor):
                return {key: score * factor for key, score in self.scores(child).items()}
            case All(children, optional):
                return self._all(children, optional)
            case Filter(name, value):
                return {document.id: 0.001 for document in self.live if getattr(document, name) == value}
            case Selection(choices, negated):
                met = {key for choice in choices for key in self.scores(choice)}
                return {document.id: 0.001 for document in self.live if (document.id in met) != negated}
            case MatchAll():
                return {document.id: 0.001 for document in self.live}
        raise TypeError(query)

    def _any(self, query: Any, children: Sequence[Query]) -> dict[str, float]:
        """Function words and hints find nothing beside others, nor does a trifle of a query of many words."""
        added = [child for child in children if _only_adds(child)]
        finding = [self.scores(child) for child in children if child not in added]
        adding = [self.scores(child.child if isinstance(child, Hint) else child) for child in added]
        if not finding:
            finding, adding = adding, []
        total = {
            key: score + sum(more.get(key, 0) for more in adding) for key, score in _sum(*finding).items()
        }
        return self._enough(finding, total) if query.words else total

    def _enough(self, words: Sequence[dict[str, float]], total: dict[str, float]) -> dict[str, float]:
        alive = [sum(key not in self.deleted for key in word) for word in words]
        rarity = [self._rarity(count, len(self.live)) if count else 0.0 for count in alive]
        rarities = {
            key: sum(r for r, word in zip(rarity, words, strict=True) if key in word) for key in total
        }
        live = [weight for key, weight in rarities.items() if key not in self.deleted]
        least = LEAST_SHARE * max(live, default=0) - 1e-3
        if all(r >= LEAST_SHARE * sum(rarity) for r in rarity if r):
            return total
        found = [key for key in total if key not in self.deleted]
        best = sorted(found, key=lambda key: (-round(total[key], 4), key))[:FEWEST]
        enough = {key for key in found if rarities[key] >= least}
        kept = enough if len(enough) >= FEWEST else enough.union(best)
        return {key: total[key] for key in kept}

    def _prefix(self, start: str, field: str | None) -> dict[str, float]:
        """As often as there are keys that begin so in the article, whatever its length."""
        fields = [field] if field else ["title", "body"]
        keys = {
            document.id: {
                t.exact
                for text in fields
                for t in self.tokens[document.id, text]
                if t.exact.startswith(start)
            }
            for document in self.all
        }
        found = {key: float(len(words)) for key, words in keys.items() if words}
        return self._unrounded(found, self._rarity(len(found)))

    def _one_of(self, variants: Sequence[Variant]) -> dict[str, float]:
        """One word, whose occurrences are those of its variants, each as much as it weighs."""
        layers = []
        for layer, weight in (("stem", DEFAULT_WEIGHTS.stem), ("exact", DEFAULT_WEIGHTS.exact)):
            sums: dict[str, float] = {}
            for variant in variants:
                for key, frequency in self._written(variant.query, layer).items():
                    sums[key] = sums.get(key, 0.0) + frequency * variant.weight
            layers.append(self._scored({key: self._impact(x) for key, x in sums.items()}, weight))
        return _sum(*layers)

    def _written(self, query: Term | Phrase, layer: str) -> dict[str, float]:
        if isinstance(query, Phrase):
            return self._occurring(query.words, query.slop, query.field)
        return {key: BASIS.k1 * q / (255.25 - q) for key, q in self._held(query, layer).items()}

    def _occurring(self, words: Sequence[Term], slop: int, field: str | None) -> dict[str, float]:
        counts = self._counts(field, lambda tokens: _occurrences([t.stem for t in tokens], words, slop))
        return {key: self._frequency(key, texts) for key, texts in counts.items()}

    def _phrase(self, words: Sequence[Term], slop: int, field: str | None) -> dict[str, float]:
        distinct = [*dict.fromkeys(words)]
        rarity = sum(self._rarity(len(self._held(word, "stem"))) for word in distinct)
        own = self._unrounded(self._occurring(words, slop, field), rarity)
        scores = [self.scores(word) for word in distinct]
        more = DEFAULT_WEIGHTS.phrase_words
        return {key: own[key] + more * sum(part.get(key, 0) for part in scores) for key in own}

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


def _only_adds(query: Query) -> bool:
    while isinstance(query, Boost):
        query = query.child
    return isinstance(query, Hint) or (isinstance(query, Term) and query.function)


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
    | word.map(lambda letters: f"{letters[:3]}*")
    | st.tuples(word, word).map('"{0[0]} {0[1]}"'.format)
    | st.tuples(word, word).map('"{0[0]} {0[1]}"~2'.format)
    | st.tuples(word, word).map("({0[0]} AND {0[1]})".format)
    | st.tuples(word, word).map("({0[0]} OR {0[1]})".format)
    | st.just("বিভাগ:খেলা")
)
queries = st.lists(clause, min_size=1, max_size=4).map(" ".join)


UNRESCORED = replace(DEFAULT_WEIGHTS, features=FeatureWeights(*[0.0] * len(fields(FeatureWeights))))
"""The features of the best have tests of their own; without them every score is a sum over the words."""


def ranker_of(reader: FakeReader, weights: Weights = UNRESCORED) -> Ranker:
    """An executor over such an index."""
    return Ranker(Executor(collection_of(reader), weights))


@given(articles, queries, st.integers(1, 9), st.integers(0, 9), st.sets(st.integers(0, 8), max_size=3))
def test_arrays_rank_as_the_definition_does(
    corpus: list[Article], text: str, k: int, cut: int, gone: set[int]
) -> None:
    """Any query over any segments, some articles deleted: the same articles, scores, order and total."""
    deleted = {f"{n:02}" for n in gone}
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    query = query_of(text)
    expected = Plain(segments, deleted).answer(query)
    ranker = ranker_of(reader_of(*segments, deleted=deleted))
    found = ranker.run(query, k, TimeBudget(), count=True)
    assert found.total == len(expected)
    assert len(found.ids) == min(k, len(expected))
    assert [expected[key] for key in found.ids] == pytest.approx(found.scores.tolist(), rel=1e-4)
    best = sorted(expected.values(), reverse=True)[:k]
    assert found.scores.tolist() == pytest.approx(best, rel=1e-4)


VARIANTS = [
    Variant(Term("ঢাকার", "ঢাকার", "ঢাকা")),
    Variant(Term("ঢাকা", "ঢাকা", "ঢাকা", spelt_so=True), 0.6, "synonym"),
    Variant(Phrase((Term("বই", "বই", "বই"), Term("মেলা", "মেলা", "মেলা")))),
    Variant(Phrase((Term("নদী", "নদী", "নদি"), Term("শহর", "শহর", "সহর"))), 0.9, "synonym"),
    Variant(Term("ভাষা", "ভাষা", "ভাসা", field="title"), 0.3, "unit"),
]


@given(
    articles,
    st.lists(st.sampled_from(VARIANTS), min_size=1, max_size=4, unique=True),
    word,
    st.integers(0, 9),
)
def test_one_thing_in_several_variants_is_scored_as_one_word(
    corpus: list[Article], variants: list[Variant], beside: str, cut: int
) -> None:
    """Alone, beside another word and as a hint, in any segments, an article deleted."""
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    plain, ranker = Plain(segments, {"01"}), ranker_of(reader_of(*segments, deleted={"01"}))
    unit = OneOf("একটি জিনিস", tuple(variants))
    other = parse(beside).query
    assert other is not None
    for query in (unit, Any((unit, other)), Any((Hint(unit), other)), All((unit, other))):
        expected = plain.answer(query)
        found = ranker.run(query, 20, TimeBudget(), count=True)
        assert found.total == len(expected)
        assert dict(zip(found.ids, found.scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-4)


def test_everything_asked_for_is_counted_and_filters_count() -> None:
    """Articles with all words, whichever way they write each, function words not being asked for."""
    reader = reader_of(
        [
            article("a", "পদ্মা সেতু এবং নদী", category="দেশ"),
            article("b", "পদ্মাসেতু ও নদী", category="খেলা"),
            article("c", "সেতু এবং নদী", category="দেশ"),
            article("d", "পদ্মা সেতু", category="দেশ"),
        ]
    )
    executor = Executor(collection_of(reader), UNRESCORED)
    whole = Variant(Term("পদ্মাসেতু", "পদ্মাসেতু", "পদ্মাসেতু"))
    parts = parse('"পদ্মা সেতু"').query
    river, conjunction = parse("নদী").query, Term("এবং", "এবং", "এবং", function=True)
    assert isinstance(parts, Phrase)
    assert river is not None
    query = Any((OneOf("পদ্মা সেতু", (whole, Variant(parts))), conjunction, river), words=True)
    assert executor.count_all(query, TimeBudget()) == 2
    assert executor.count_all(query, TimeBudget(), [Filter("category", "দেশ", whole=True)]) == 1


def test_one_latin_word_in_all_its_readings_is_found_however_often_it_is_typed() -> None:
    """Its readings differ with its neighbours, and are one concept asked for all the same."""
    reader = reader_of([article("a", "নদী"), article("b", "নদ")])
    executor = Executor(collection_of(reader), UNRESCORED)
    river = Term("nodi", "নদী", "নদি", sound=True)
    other = Term("nodi", "নদ", "নদ", sound=True)
    query = Any((Any((Boost(river, 1.0), Boost(other, 0.5))), Boost(other, 1.0)), words=True)
    assert executor.candidates(query, 9, TimeBudget(), count=True).total == 2
    assert executor.count_all(query, TimeBudget()) == 2


@given(articles, st.sampled_from([0.5, 1.0, 2.0, 3.0]), st.integers(0, 9))
def test_what_counts_for_less_does_so_as_a_whole(corpus: list[Article], factor: float, cut: int) -> None:
    """Words that must stand together, and a choice between two, are scored as they are, times a factor."""
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    plain, ranker = Plain(segments, {"01"}), ranker_of(reader_of(*segments, deleted={"01"}))
    river = query_of("নদী")
    for group in (query_of("+ঢাকা +শহর"), query_of("বিভাগ:খেলা"), query_of("ভাষা OR বই")):
        for query in (Any((river, Boost(group, factor))), All((river, Boost(group, factor)))):
            expected = plain.answer(query)
            found = ranker.run(query, 20, TimeBudget(), count=True)
            assert found.total == len(expected)
            assert dict(zip(found.ids, found.scores.tolist(), strict=True)) == pytest.approx(
                expected, rel=1e-4, abs=2e-4
            )


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


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("k", [1, 10, 130, 5_000])
@pytest.mark.parametrize(
    "text",
    ["ঢাকা", "আন্দোলন", "ঢাকা শহর", "আন্দোলন ঢাকা শহর নদী", "ভাষা আন্দোলন", "বই মেলা", " ".join(WORDS)],
)
def test_pruning_loses_nothing(large: tuple[Plain, Ranker], text: str, k: int) -> None:
    """Frequent and rare words together give the very list that scoring every article gives."""
    plain, ranker = large
    query = query_of(text)
    expected = sorted(plain.answer(query).items(), key=lambda pair: (-pair[1], pair[0]))
    found = ranker.run(query, k, TimeBudget(), count=True)
    assert found.total == len(expected)
    assert found.scores.tolist() == pytest.approx([score for _, score in expected[:k]], rel=1e-4)


def test_ties_are_in_the_order_of_their_ids() -> None:
    """Equal articles come by id, whatever their order in the index and however many there are."""
    names = [f"{n * 7919 % 5000:04}" for n in range(5_000)]
    ranker = ranker_of(reader_of([article(name, "ঢাকা") for name in names]))
    query = query_of("ঢাকা")
    assert ranker.run(query, 3, TimeBudget()).ids == ["0000", "0001", "0002"]
    small = ranker_of(reader_of([article(name, "ঢাকা") for name in ("গ", "খ", "ক")]))
    assert small.run(query, 2, TimeBudget()).ids == ["ক", "খ"]


def test_an_article_with_more_of_the_words_comes_first() -> None:
    """Two words once each outweigh one of them repeated."""
    corpus = [article("one", "নদী নদী নদী নদী মেলা"), article("two", "নদী ভাষা মেলা বই শহর"), article("x", "শহর")]
    query = query_of("নদী ভাষা")
    assert ranker_of(reader_of(corpus)).run(query, 1, TimeBudget()).ids == ["two"]


def test_the_exact_form_comes_before_other_forms() -> None:
    """Both forms are found by each, and the one typed ranks first."""
    ranker = ranker_of(reader_of([article("a", "নদী"), article("b", "নদীর")]))
    for text, expected in (("নদী", ["a", "b"]), ("নদীর", ["b", "a"])):
        query = query_of(text)
        assert ranker.run(query, 2, TimeBudget()).ids == expected


@pytest.mark.parametrize(("text", "expected"), [('"নদী নদী"', ["b"]), ('"নদী নদী"~2', ["b", "c"])])
def test_a_word_twice_in_a_phrase_must_stand_twice(text: str, expected: list[str]) -> None:
    """One occurrence does not count as both."""
    ranker = ranker_of(reader_of([article("a", "নদী"), article("b", "নদী নদী"), article("c", "নদী বই নদী")]))
    query = query_of(text)
    assert sorted(ranker.run(query, 9, TimeBudget()).ids) == expected


def test_a_spent_budget_ends_a_query_early() -> None:
    """With no time left the words after the first are not looked at, and the budget says so."""
    budget = TimeBudget(-1)
    query = query_of("ঢাকা শহর")
    ranker_of(reader_of([article("a", "ঢাকা শহর")])).run(query, 1, budget)
    assert budget.exceeded


def test_an_index_without_articles_answers_nothing() -> None:
    """No segments, or empty ones, are no failure."""
    for reader in (reader_of(), reader_of([])):
        for text in ("ঢাকা", "ঢাকা শহর", '"ঢাকা শহর"', "ঢাকা*", "-ঢাকা", "বিভাগ:খেলা", "+ঢাকা +শহর"):
            query = query_of(text)
            assert ranker_of(reader).run(query, 5, TimeBudget(), count=True).ids == []


CORPUS = [
    article("a", "নদীর ধারে মেলা", category="দেশ"),
    article("b", "নদী ও বই", category="খেলা"),
    article("c", "ভাষা", title="মেলা"),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("নদী", "ab"),
        ("নদী মেলা", "abc"),
        ("+নদী +মেলা", "a"),
        ("নদী OR ভাষা", "abc"),
        ("=নদী", "b"),
        ("মেলা*", "ac"),
        ("শিরোনাম:মেলা", "c"),
        ("category:খেলা", "b"),
        ("-নদী", "c"),
    ],
)
def test_it_is_told_whether_a_part_finds_an_article(text: str, found: str) -> None:
    """By itself, as an explanation says it of each part of a query."""
    executor = Executor(collection_of(reader_of(CORPUS[:1], CORPUS[1:])))
    query = query_of(text)
    finds = [executor.finds(query, doc, TimeBudget()) for doc in range(3)]
    assert "".join(document.id for document, has in zip(CORPUS, finds, strict=True) if has) == found


def test_each_concept_is_told_of_each_article() -> None:
    """Which documents hold it, and which hold all; the latter in any order."""
    executor = Executor(collection_of(reader_of(CORPUS[:1], CORPUS[1:])))
    query = query_of("নদী মেলা")
    docs = np.array([0, 1, 2], np.uint32)
    masks = [mask.tolist() for mask in executor.masks_at(query, docs, TimeBudget())]
    assert masks == [[True, True, False], [True, False, True]]
    assert executor.hold_all(query, docs[::-1], TimeBudget()).tolist() == [False, False, True]
    assert executor.article(2) == CORPUS[2]


def test_all_that_match_are_told_where_that_is_asked_for() -> None:
    """As many as are counted, deleted ones and those of other categories left out."""
    executor = Executor(collection_of(reader_of(CORPUS, deleted={"a"})))
    for query, conditions, expected in (
        (query_of("নদী মেলা"), [], [False, True, True]),
        (query_of("+নদী"), [], [False, True, False]),
        (query_of("নদী মেলা"), [Filter("category", "খেলা", whole=True)], [False, True, False]),
    ):
        found = executor.candidates(query, 9, TimeBudget(), conditions=conditions, count=True, matched=True)
        assert found.matched is not None
        assert unpacked(found.matched, 3).tolist() == expected
        assert found.total == sum(expected)
        bare = executor.candidates(query, 9, TimeBudget(), conditions=conditions)
        assert (bare.total, bare.total_all, bare.matched) == (None, None, None)


@pytest.mark.parametrize(
    ("slop", "body", "found"),
    [
        (0, "ভাষা আন্দোলন", True),
        (0, "ভাষা নদী আন্দোলন", False),
        (1, "ভাষা নদী আন্দোলন", True),
        (1, "ভাষা নদী মেলা আন্দোলন", False),
        (2, "ভাষা নদী মেলা আন্দোলন", True),
        (2, "আন্দোলন ভাষা", False),
        (2, "ভাষা", False),
        (2, "নদী", False),
    ],
)
def test_where_a_phrase_stands_is_where_the_kernel_finds_it(slop: int, body: str, *, found: bool) -> None:
    """In order, with at most so many other words among its own; in one text and not across two."""
    executor = Executor(collection_of(reader_of([article("a", body), article("b", "আন্দোলন", title="ভাষা")])))
    phrase = Phrase(tuple(Term(token.text, token.exact, token.stem) for token in analyze("ভাষা আন্দোলন")), slop)
    places = executor.term_scorer.positions.of(phrase, np.array([0, 1], np.uint32))
    assert {*(places >> 33).tolist()} == ({0} if found else set())
    assert executor.term_scorer.holding(phrase) == found


def test_a_word_is_cut_where_articles_have_both_parts() -> None:
    """Letters, vowels and signs as the kernel must know them; no part begins with a sign."""
    texts = ["মুক্তি", "যুদ্ধ", "বই", "উৎসব", "বইউৎসব", "অং", "শ"]
    scorer = Executor(
        collection_of(reader_of([article(str(n), text) for n, text in enumerate(texts)]))
    ).term_scorer

    def cut(word: str) -> list[str]:
        (token,) = analyze(word)
        found = scorer.cuts(token.exact, token.stem, 1, 0)
        return [word[: each[0]] for each in found[1]] if found else []

    assert [*map(cut, ("মুক্তিযুদ্ধ", "বইউৎসব", "মুক্তিবই", "নদীবই", "অংশ"))] == [
        ["মুক্তি"],
        ["বই"],
        ["মুক্তি"],
        [],
        [],
    ]


def test_the_ranks_of_ids_are_their_order() -> None:
    """Whatever the order of the documents, across segments."""
    collection = collection_of(reader_of([article("খ"), article("ক")], [article("গ"), article("অ")]))
    assert collection.id_ranks.tolist() == [2, 1, 3, 0]
