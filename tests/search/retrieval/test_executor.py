"""Ranking over arrays, checked document by document against a plain reading of the definitions."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.kernel.terms import HASANTA, LETTER, NASAL, SIGN, VOWEL
from onneshon.search.query.conditions import Filter
from onneshon.search.query.parser import parse
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Hint,
    OneOf,
    Phrase,
    Term,
    Variant,
)
from onneshon.search.reranking.ranker import Ranker
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, FeatureWeights, Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import unpacked
from onneshon.search.retrieval.evidence import _classes
from onneshon.search.retrieval.executor import Collector, Executor, _greatest
from tests.fakes import FakeReader, article, collection_of, reader_of
from tests.search.queries import query_of
from tests.search.retrieval.plain import Plain

WORDS = ["ঢাকা", "ঢাকার", "শহর", "শহরে", "নদী", "নদীর", "মেলা", "বই", "বইয়ের", "ভাষা", "ভাষার", "আন্দোলন"]

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
"""Weights without rescoring features, which have tests of their own: a score is a sum over the words."""


def ranker_of(reader: FakeReader, weights: Weights = UNRESCORED) -> Ranker:
    """A ranker over an index."""
    return Ranker(Executor(collection_of(reader), weights))


@given(articles, queries, st.integers(1, 9), st.integers(0, 9), st.sets(st.integers(0, 8), max_size=3))
def test_arrays_rank_as_the_definition_does(
    corpus: list[Article], text: str, k: int, cut: int, gone: set[int]
) -> None:
    """For any query and segments, some articles deleted: the same articles, scores, order and total."""
    deleted = {f"{n:02}" for n in gone}
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    query = query_of(text)
    expected = Plain(segments, deleted).answer(query)
    ranker = ranker_of(reader_of(*segments, deleted=deleted))
    found = ranker.run(query, Collector(k, count=True), TimeBudget())
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
    """Variants score as one word alone, with another word and as a hint, in any segments."""
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    plain, ranker = Plain(segments, {"01"}), ranker_of(reader_of(*segments, deleted={"01"}))
    unit = OneOf("একটি জিনিস", tuple(variants))
    other = parse(beside).query
    assert other is not None
    for query in (unit, Any((unit, other)), Any((Hint(unit), other)), All((unit, other))):
        expected = plain.answer(query)
        found = ranker.run(query, Collector(20, count=True), TimeBudget())
        assert found.total == len(expected)
        assert dict(zip(found.ids, found.scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-4)


def test_everything_asked_for_is_counted_and_filters_count() -> None:
    """The count is of articles with all concepts in any writing, without function words."""
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
    """Readings differ with the neighbours of a word, but are one concept."""
    reader = reader_of([article("a", "নদী"), article("b", "নদ")])
    executor = Executor(collection_of(reader), UNRESCORED)
    river = Term("nodi", "নদী", "নদি", sound=True)
    other = Term("nodi", "নদ", "নদ", sound=True)
    query = Any((Any((Boost(river, 1.0), Boost(other, 0.5))), Boost(other, 1.0)), words=True)
    assert executor.candidates(query, Collector(9, count=True), TimeBudget()).total == 2
    assert executor.count_all(query, TimeBudget()) == 2


def test_one_of_several_ways_is_enough_of_what_a_query_with_a_demand_asks_for() -> None:
    """For a concept a word of the article, its author's name, or any reading of a Latin word is enough."""
    reader = reader_of(
        [
            article("a", "নদী ও রহিম", author="করিম"),
            article("b", "নদী", author="রহিম"),
            article("c", "নদী ও মেলা"),
            article("d", "রহিম"),
        ]
    )
    executor = Executor(collection_of(reader), UNRESCORED)
    river, word = Term("নদী", "নদী", "নদি"), Term("রহিম", "রহিম", "রহিম")
    named = Any((word, Filter("author", "রহিম", whole=True)))
    assert executor.count_all(All((river,), (named,)), TimeBudget()) == 2
    read = Any((replace(word, text="rohim", sound=True), Term("rohim", "মেলা", "মেলা", sound=True)))
    assert executor.count_all(All((river,), (read,)), TimeBudget()) == 2


@given(articles, st.sampled_from([0.5, 1.0, 2.0, 3.0]), st.integers(0, 9))
def test_what_counts_for_less_does_so_as_a_whole(corpus: list[Article], factor: float, cut: int) -> None:
    """The score of a conjunction or disjunction is multiplied as a whole by its factor."""
    segments = [corpus[:cut], corpus[cut:]] if 0 < cut < len(corpus) else [corpus]
    plain, ranker = Plain(segments, {"01"}), ranker_of(reader_of(*segments, deleted={"01"}))
    river = query_of("নদী")
    for group in (query_of("+ঢাকা +শহর"), query_of("বিভাগ:খেলা"), query_of("ভাষা OR বই")):
        for query in (Any((river, Boost(group, factor))), All((river, Boost(group, factor)))):
            expected = plain.answer(query)
            found = ranker.run(query, Collector(20, count=True), TimeBudget())
            assert found.total == len(expected)
            assert dict(zip(found.ids, found.scores.tolist(), strict=True)) == pytest.approx(
                expected, rel=1e-4, abs=2e-4
            )


def many(count: int) -> list[Article]:
    """Articles in which every word is frequent, so that lists are dense and bounds prune."""
    random = np.random.default_rng(7)
    chances = np.array([0.9, 0.8, 0.5, 0.3, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.004])
    return [
        article(f"{n:05}", " ".join(np.repeat(WORDS, random.poisson(chances))) or "নীরব")
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def large() -> tuple[Plain, Ranker]:
    """Two thousand articles in two segments, for the plain ranking and the ranker."""
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
    """With frequent and rare words the list is the one that scoring every article gives."""
    plain, ranker = large
    query = query_of(text)
    expected = sorted(plain.answer(query).items(), key=lambda pair: (-pair[1], pair[0]))
    found = ranker.run(query, Collector(k, count=True), TimeBudget())
    assert found.total == len(expected)
    assert found.scores.tolist() == pytest.approx([score for _, score in expected[:k]], rel=1e-4)


def test_ties_are_in_the_order_of_their_ids() -> None:
    """Equal articles are in the order of ids, whatever their order in the index and their number."""
    names = [f"{n * 7919 % 5000:04}" for n in range(5_000)]
    ranker = ranker_of(reader_of([article(name, "ঢাকা") for name in names]))
    query = query_of("ঢাকা")
    assert ranker.run(query, Collector(3), TimeBudget()).ids == ["0000", "0001", "0002"]
    small = ranker_of(reader_of([article(name, "ঢাকা") for name in ("গ", "খ", "ক")]))
    assert small.run(query, Collector(2), TimeBudget()).ids == ["ক", "খ"]


def test_an_article_with_more_of_the_words_comes_first() -> None:
    """Two words once each outweigh one of them repeated."""
    corpus = [article("one", "নদী নদী নদী নদী মেলা"), article("two", "নদী ভাষা মেলা বই শহর"), article("x", "শহর")]
    query = query_of("নদী ভাষা")
    assert ranker_of(reader_of(corpus)).run(query, Collector(1), TimeBudget()).ids == ["two"]


def test_the_exact_form_comes_before_other_forms() -> None:
    """Each form finds both, and the typed form ranks first."""
    ranker = ranker_of(reader_of([article("a", "নদী"), article("b", "নদীর")]))
    for text, expected in (("নদী", ["a", "b"]), ("নদীর", ["b", "a"])):
        query = query_of(text)
        assert ranker.run(query, Collector(2), TimeBudget()).ids == expected


@pytest.mark.parametrize(("text", "expected"), [('"নদী নদী"', ["b"]), ('"নদী নদী"~2', ["b", "c"])])
def test_a_word_twice_in_a_phrase_must_stand_twice(text: str, expected: list[str]) -> None:
    """One occurrence does not count for both."""
    ranker = ranker_of(reader_of([article("a", "নদী"), article("b", "নদী নদী"), article("c", "নদী বই নদী")]))
    query = query_of(text)
    assert sorted(ranker.run(query, Collector(9), TimeBudget()).ids) == expected


def test_a_spent_budget_ends_a_query_early() -> None:
    """Without time the words after the first are not searched for, and the budget is exceeded."""
    budget = TimeBudget(-1)
    query = query_of("ঢাকা শহর")
    ranker_of(reader_of([article("a", "ঢাকা শহর")])).run(query, Collector(1), budget)
    assert budget.exceeded


def test_an_index_without_articles_answers_nothing() -> None:
    """An index with no segments or empty ones finds nothing, without a failure."""
    for reader in (reader_of(), reader_of([])):
        for text in ("ঢাকা", "ঢাকা শহর", '"ঢাকা শহর"', "ঢাকা*", "-ঢাকা", "বিভাগ:খেলা", "+ঢাকা +শহর"):
            query = query_of(text)
            assert ranker_of(reader).run(query, Collector(5, count=True), TimeBudget()).ids == []


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
def test_it_is_reported_whether_a_part_finds_an_article(text: str, found: str) -> None:
    """``finds`` checks one part of a query by itself, as explanations need it."""
    executor = Executor(collection_of(reader_of(CORPUS[:1], CORPUS[1:])))
    query = query_of(text)
    finds = [executor.finds(query, doc, TimeBudget()) for doc in range(3)]
    assert "".join(document.id for document, has in zip(CORPUS, finds, strict=True) if has) == found


def test_each_concept_is_reported_for_each_article() -> None:
    """Masks say which documents contain each concept; ``hold_all`` takes documents in any order."""
    executor = Executor(collection_of(reader_of(CORPUS[:1], CORPUS[1:])))
    query = query_of("নদী মেলা")
    docs = np.array([0, 1, 2], np.uint32)
    masks = [mask.tolist() for mask in executor.masks_at(query, docs, TimeBudget())]
    assert masks == [[True, True, False], [True, False, True]]
    assert executor.hold_all(query, docs[::-1], TimeBudget()).tolist() == [False, False, True]
    assert executor.article(2) == CORPUS[2]


def test_all_that_match_are_reported_where_that_is_asked_for() -> None:
    """The matched set has as many articles as are counted, without deleted and filtered ones."""
    executor = Executor(collection_of(reader_of(CORPUS, deleted={"a"})))
    for query, conditions, expected in (
        (query_of("নদী মেলা"), [], [False, True, True]),
        (query_of("+নদী"), [], [False, True, False]),
        (query_of("নদী মেলা"), [Filter("category", "খেলা", whole=True)], [False, True, False]),
    ):
        found = executor.candidates(query, Collector(9, conditions, count=True, matched=True), TimeBudget())
        assert found.matched is not None
        assert unpacked(found.matched, 3).tolist() == expected
        assert found.total == sum(expected)
        bare = executor.candidates(query, Collector(9, conditions), TimeBudget())
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
    """Words are in order with at most ``slop`` others among them, in one field and not across two."""
    executor = Executor(collection_of(reader_of([article("a", body), article("b", "আন্দোলন", title="ভাষা")])))
    phrase = Phrase(tuple(Term(token.text, token.exact, token.stem) for token in analyze("ভাষা আন্দোলন")), slop)
    places = executor.term_scorer.positions.of(phrase, np.array([0, 1], np.uint32))
    assert {*(places >> 33).tolist()} == ({0} if found else set())
    assert executor.term_scorer.document_frequency(phrase) == found


def test_a_word_is_cut_where_articles_have_both_parts() -> None:
    """The kernel must know letters, vowels and signs; no part begins with a sign."""
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


@pytest.mark.parametrize(
    "text",
    [
        "নদী",
        "=নদী",
        "title:নদী",
        '"নদী চর"',
        "নদী^3",
        "নদী চর",
        "+নদী +চর",
        "(নদী OR চর) AND নদী",
        "নদ*",
        "*",
    ],
)
def test_no_article_gets_more_than_the_most_that_a_query_is_said_to_be_worth(text: str) -> None:
    """The bound holds even for a short article that alone has the words: 32-bit sums must not overflow."""
    long = [article(f"{number}", "মেলা " * 200, title="মেলা " * 20) for number in range(300)]
    executor = Executor(collection_of(reader_of([article("ক", "নদী চর " * 30, title="নদী"), *long])))
    query = query_of(text)
    best = executor.candidates(query, Collector(1), TimeBudget()).scores.max()
    assert 0 < best <= _greatest(executor.term_scorer, query, 1.0)


@pytest.mark.parametrize("sign", [" ", " AND ", " OR "])
@pytest.mark.parametrize("text", ["NOT ({})", "বিভাগ:দেশ -({})", "NOT (আকাশ NOT ({}))"])
def test_many_rare_words_are_excluded_from_what_is_worth_little(text: str, sign: str) -> None:
    """Excluded words do not count for the bound of a score, whatever they would be worth."""
    words = "ইলিশ রুই কাতলা চিতল বোয়াল পাঙাশ কই মাগুর শিং টেংরা পদ্মা মেঘনা যমুনা তিস্তা সুরমা করতোয়া আত্রাই গড়াই"
    others = [article(f"{number:03}", "আকাশ", category="দেশ") for number in range(300)]
    executor = Executor(collection_of(reader_of([article("ক", words, category="দেশ"), *others])))
    found = executor.candidates(
        query_of(text.format(words.replace(" ", sign))), Collector(1, count=True), TimeBudget()
    )
    assert found.total == (1 if "আকাশ" in text else 300)


@pytest.mark.parametrize(
    ("letters", "kinds"),
    [("কৎ", LETTER), ("অঔ", LETTER | VOWEL), ("াৌ", SIGN), ("ঁংঃ", NASAL), ("্", HASANTA), ("়০৳ৰ\u0984", 0)],
)
def test_the_kernel_gets_the_role_of_each_letter_in_a_word(letters: str, kinds: int) -> None:
    """A word with any other sign, or with a letter of Assamese, is never cut."""
    assert {_classes()[ord(letter) - 0x980] for letter in letters} == {kinds}


def test_the_ranks_of_ids_are_their_order() -> None:
    """Ranks are right for any order of documents, across segments."""
    collection = collection_of(reader_of([article("খ"), article("ক")], [article("গ"), article("অ")]))
    assert collection.id_ranks.tolist() == [2, 1, 3, 0]
