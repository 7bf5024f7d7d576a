"""Rescoring features, checked against a plain implementation of their definitions."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.search.query.tree import OneOf, Phrase, Term, Variant, leaves
from onneshon.search.reranking.query_words import CONTENT_ALONE, FUNCTION_WORD, QueryWord, query_words
from onneshon.search.reranking.ranker import MOST_RESCORED, Ranker
from onneshon.search.reranking.rescoring import (
    HALF,
    LEAD,
    PAIRED,
    WINDOW,
    Features,
    Rescorer,
    beginning_worths,
)
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, FeatureWeights, Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Scores
from onneshon.search.retrieval.executor import Collector, Executor
from onneshon.search.retrieval.term_scorer import TermScorer
from tests.fakes import article, collection_of, reader_of
from tests.search.queries import query_of
from tests.search.retrieval.test_executor import articles, many

FUNCTION_WORDS = ["ও", "এবং"]
WORDS = ["নদী", "শহর", "মেলা", "ভাষা"]


def _only(term: Term | Phrase) -> Term:
    assert isinstance(term, Term)
    return term


def ranked(corpus: Sequence[Article], text: str, weights: Weights = DEFAULT_WEIGHTS) -> list[str]:
    """The ids of all articles found, best first."""
    ranker = Ranker(Executor(collection_of(reader_of(list(corpus))), weights))
    return ranker.run(query_of(text), Collector(len(corpus)), TimeBudget()).ids


def only(**weights: float) -> Weights:
    """The default weights with all features zero except the given ones."""
    none = dict.fromkeys((part.name for part in fields(FeatureWeights)), 0.0)
    return replace(DEFAULT_WEIGHTS, features=FeatureWeights(**none | weights))


@pytest.mark.parametrize(
    ("feature", "better", "worse"),
    [
        ("near", article("b", "মেলা আকাশ নদী বই শহর ভাষা"), article("a", "মেলা নদী আকাশ বই ভাষা শহর")),
        ("near", article("b", "মেলা নদী আকাশ শহর ভাষা"), article("a", "মেলা শহর আকাশ নদী ভাষা")),
        ("row", article("b", "আকাশ নদী ও শহর বই"), article("a", "নদী আকাশ ও শহর বই")),
        ("lead", article("b", "নদী শহর আকাশ বই মেলা"), article("a", "মেলা আকাশ বই নদী শহর")),
        (
            "title",
            article("b", "শহর আকাশ মেলা বই কাগজ", title="নদী"),
            article("a", "শহর নদী মেলা নদী নদী", title="বই"),
        ),
        ("stem_prefix", article("b", "নদী শহর শহরতলি"), article("a", "নদী শহর আকাশ")),
        (
            "whole_title",
            article("b", "মেলা বই", title="নদী ও শহর"),
            article("a", "নদী শহর মেলা", title="নদী ও শহর আকাশ"),
        ),
    ],
    ids=["near", "near in order", "row", "lead", "title", "stem_prefix", "whole_title"],
)
def test_of_two_articles_with_the_same_words_a_feature_chooses(
    feature: str, better: Article, worse: Article
) -> None:
    """With one feature alone the article that has it comes first although the other's id is lower."""
    corpus = [worse, better, *(article(f"x{n}", "পাতা") for n in range(5))]
    assert ranked(corpus, "নদী ও শহর", only(**{feature: 9.0}))[:2] == ["b", "a"]


def test_an_article_with_all_words_is_preferred_softly() -> None:
    """Having all words is worth a share of their weight: enough to break a tie, not to outrank all else."""
    corpus = [article("a", "নদী নদী নদী শহর"), article("b", "নদী শহর মেলা"), article("c", "মেলা")]
    found = ranked(corpus, "নদী শহর মেলা", only(all_words=0.15))
    assert found[0] == "b"


@pytest.mark.parametrize(
    "text",
    ["+নদী শহর", "+নদী +শহর", "নদী শহর -আকাশ", "(নদী OR বই) শহর", "নদী শহর বিভাগ:খেলা", '"নদী শহর" মেলা'],
)
def test_queries_with_operators_are_rescored_too(text: str) -> None:
    """The words of required terms, phrases and filtered queries count as near or far too."""
    near, apart = "মেলা নদী শহর ভাষা বই", "নদী শহর বই ভাষা মেলা" if '"' in text else "শহর বই ভাষা মেলা নদী"
    corpus = [article("a", apart, category="খেলা"), article("b", near, category="খেলা"), article("x", "আকাশ")]
    if '"' in text:
        near = "ভাষা নদী শহর মেলা বই"
        corpus[1] = article("b", near, category="খেলা")
    assert ranked(corpus, text, only(near=3.0))[:2] == ["b", "a"]


@pytest.mark.parametrize("text", ["নদী অজানা", "ও", "অজানা", '"নদী অজানা"', "নদ*"])
def test_queries_of_which_less_than_two_words_or_one_thing_is_known_are_not_rescored(text: str) -> None:
    """With fewer than two known words nothing can be near, and no title can be what is asked for."""
    term_scorer = TermScorer(collection_of(reader_of([article("a", "নদী শহর")])), DEFAULT_WEIGHTS)
    assert Rescorer(term_scorer).words(query_of(text)) == []


def test_a_title_that_is_the_query_comes_before_one_that_is_its_words_of_content() -> None:
    """The title of its content words comes before an equally long title with another word."""
    titles = {"a": "নদী মেলা শহর", "b": "নদী ও শহর", "c": "নদী শহর", "d": "ও"}
    corpus = [article(number, "বই ও কাগজ", title=title) for number, title in titles.items()]
    features, _ = features_of(corpus, "নদী ও শহর")
    other, whole, named, of_grammar = features.whole_title.tolist()
    assert whole > named > other == of_grammar == 0
    assert ranked(corpus, "নদী ও শহর")[:3] == ["b", "c", "a"]
    scorer = TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS)
    rarities = [scorer.rarity(scorer.document_frequency(leaf)) for leaf in leaves(query_of("নদী ও শহর"))]
    assert named == pytest.approx(CONTENT_ALONE * np.dot(rarities, [1, 0, 1]))
    assert whole == pytest.approx(np.dot(rarities, [1, FUNCTION_WORD, 1]))


@pytest.mark.parametrize(
    ("title", "is_asked_for"),
    [
        ("হাইকোর্ট", True),
        ("হাই কোর্ট", True),
        ("হাই কোর্ট নদী", False),
        ("হাই নদী কোর্ট", False),
    ],
)
def test_a_title_may_write_what_is_asked_for_in_one_word_or_in_two(title: str, *, is_asked_for: bool) -> None:
    """Either spelling is an exact title."""
    apart = query_of('"হাই কোর্ট"')
    joined = query_of("হাইকোর্ট")
    assert isinstance(apart, Phrase)
    assert isinstance(joined, Term)
    query = OneOf("হাইকোর্ট", (Variant(joined), Variant(apart, kind="joined")))
    corpus = [article("a", "মেলা", title=title), article("b", "হাইকোর্ট হাই কোর্ট"), article("c", "বই")]
    rescorer = Rescorer(TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS))
    found = rescorer.features(rescorer.words(query), np.arange(3, dtype=np.uint32), TimeBudget())
    assert [bool(worth) for worth in found.whole_title] == [is_asked_for, False, False]


@pytest.mark.parametrize(
    ("text", "title", "is_asked_for"),
    [
        ("নদী", "নদী হাইকোর্ট", True),
        ("নদী", "নদী হাই কোর্ট", True),
        ("নদী", "নদী হাইকোর্ট মেলা", False),
        ("নদী", "হাইকোর্ট নদী মেলা", False),
        ("নদী", "নদী নদী হাইকোর্ট", True),
        ("ও নদী", "হাইকোর্ট ও নদী", True),
        ("ও নদী", "হাই কোর্ট ও নদী", True),
        ("ও নদী", "হাইকোর্ট ও নদী মেলা", False),
        ("ও নদী", "হাইকোর্ট মেলা নদী ও", False),
    ],
)
def test_beside_a_word_of_two_ways_a_title_has_no_other_either(
    text: str, title: str, *, is_asked_for: bool
) -> None:
    """A title as long as the longer spelling is no exact title if it has the shorter one and another word."""
    apart, joined = query_of('"হাই কোর্ট"'), query_of("হাইকোর্ট")
    assert isinstance(apart, Phrase)
    assert isinstance(joined, Term)
    court = OneOf("হাইকোর্ট", (Variant(joined), Variant(apart, kind="joined")))
    words = [QueryWord(((joined, 1.0), (apart, 1.0)), court), *query_words(query_of(f"মেলা {text}"))[1:]]
    corpus = [article("a", "বই", title=title), article("b", "হাইকোর্ট হাই কোর্ট ও নদী"), article("c", "বই")]
    scorer = TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS)
    found = Rescorer(scorer).features(words, np.arange(3, dtype=np.uint32), TimeBudget())
    worths = [FUNCTION_WORD * scorer.rarity(2) if word.function else scorer.rarity(2) for word in words]
    assert found.whole_title.tolist() == [pytest.approx(sum(worths) if is_asked_for else 0), 0, 0]


@pytest.mark.parametrize("text", ["নদী ও", "নদী কাকে বলে", "কেন নদী এবং"])
def test_a_question_about_a_thing_leads_to_what_is_called_so(text: str) -> None:
    """Other titles do not gain: early words or a longer title are as likely no answer."""
    corpus = [
        article("a", "নদী মেলা", title="নদী মেলা"),
        article("b", "মেলা বই আকাশ", title="নদী"),
        article("c", "নদী নদী নদী"),
        article("d", "মেলা ও বই", title="মেলা"),
        *many(50),
    ]
    features, _ = features_of(corpus, text)
    assert ranked(corpus, text)[0] == "b"
    assert features.whole_title[:4].tolist() == [0, pytest.approx(features.whole_title.max()), 0, 0]
    if len(text.split()) > 2:
        assert not any(
            getattr(features, name).any() for name in ("lead", "title", "all_words", "stem_prefix")
        )


@pytest.mark.parametrize("text", ["নদী", '"নদী শহর"', "title:নদী", "+নদী"])
def test_what_is_asked_for_alone_comes_first_where_it_is_the_title(text: str) -> None:
    """An exact title, of a word or phrase, outranks longer titles and any term frequency."""
    asked = "নদী শহর" if '"' in text else "নদী"
    corpus = [
        article("a", f"{asked} {asked} {asked} মেলা", title=f"{asked} মেলা"),
        article("b", "মেলা বই আকাশ", title=asked),
        article("c", f"{asked} {asked}"),
        *many(50),
    ]
    assert ranked(corpus, text)[:2] == ["b", "a"]


def test_of_two_words_a_word_of_grammar_tells_articles_apart() -> None:
    """A name and a function word may be part of a title, so their nearness counts as that of two names."""
    corpus = [article("a", "নদী বই শহর মেলা ও"), article("b", "নদী ও বই শহর মেলা"), article("x", "আকাশ")]
    assert ranked(corpus, "নদী ও", only(near=3.0)) == ["b", "a"]


def test_stem_prefixes_find_no_article() -> None:
    """A derived word helps to order articles; alone it is no match."""
    corpus = [article("b", "নদী ইতিহাস ইতিহাসবিদ"), article("c", "ইতিহাসবিদ"), article("x", "আকাশ")]
    assert ranked(corpus, "নদী ইতিহাস") == ["b"]


def test_stem_prefixes_that_are_nearly_everywhere_decide_nothing() -> None:
    """Stem prefixes that nearly all articles have distinguish none, and take longest to look up."""
    corpus = many(1_200) + [article(f"k{n:04}", "ইতিহাসবিদ") for n in range(1_200)]
    term_scorer = TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS)
    docs = np.arange(len(corpus), dtype=np.uint32)
    assert not beginning_worths(term_scorer, ["ইতিহাস"], docs).any()
    assert beginning_worths(term_scorer, ["আন্দোলন"], docs).any()


@pytest.mark.parametrize("corpus", [many(1_000), [article(f"{n:05}", "মেলা ভাষা") for n in range(1_500)]])
def test_the_order_is_the_same_however_many_are_asked_for(corpus: list[Article]) -> None:
    """The first hits of a long list are those of a short one, page by page, also with very many ties."""
    ranker = Ranker(Executor(collection_of(reader_of(corpus))))
    query = query_of("মেলা ভাষা আন্দোলন")
    everything = ranker.run(query, Collector(len(corpus)), TimeBudget()).ids
    for k in (10, WINDOW, 2 * WINDOW, MOST_RESCORED):
        assert ranker.run(query, Collector(k), TimeBudget()).ids == everything[:k]


def test_no_more_are_rescored_than_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of too many ties with the last of the window is rescored; all better articles are."""
    better = [article(f"b{n}", "মেলা ভাষা মেলা ভাষা") for n in range(5)]
    corpus = [*better, *(article(f"{n:05}", "মেলা ভাষা") for n in range(MOST_RESCORED))]
    looked_at: list[int] = []
    bonus = Rescorer.bonus

    def counted(self: Rescorer, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Scores:
        looked_at.append(len(docs))
        return bonus(self, words, docs, budget)

    monkeypatch.setattr(Rescorer, "bonus", counted)
    assert set(ranked(corpus, "মেলা ভাষা")[:5]) == {article.id for article in better}
    assert looked_at == [5]


def test_without_time_nothing_is_added() -> None:
    """Positions that could not be read in time count as absent, and the budget notes that it was exceeded."""
    rescorer = Rescorer(TermScorer(collection_of(reader_of([article("a", "নদী শহর")])), DEFAULT_WEIGHTS))
    words = rescorer.words(query_of("নদী শহর"))
    spent, enough = TimeBudget(0.0), TimeBudget()
    assert rescorer.bonus(words, np.array([0], np.uint32), spent).tolist() == [0.0]
    assert rescorer.bonus(words, np.array([0], np.uint32), enough)[0] > 0
    assert (spent.exceeded, enough.exceeded) == (True, False)
    enough.exceeded = True
    rescorer.bonus(words, np.array([0], np.uint32), enough)
    assert enough.exceeded


class Plain:
    """The features of one article, computed as their definitions read."""

    def __init__(
        self, article: Article, words: Sequence[QueryWord], idf: Callable[[QueryWord], float]
    ) -> None:
        tokens = [analyze(text) for text in (article.title, article.body)]
        self.texts = [[token.stem for token in text] for text in tokens]
        self.spelt = {token.exact for text in tokens for token in text}
        self.words = words
        self.content = [word for word in words if not word.function]
        self.idf = idf

    def distances(self, a: QueryWord, b: QueryWord) -> list[int]:
        """The distances from each occurrence of one word to each later one of the other in the same field."""
        first, second = _only(a.terms[0][0]).stem, _only(b.terms[0][0]).stem
        return [
            j - i
            for text in self.texts
            for i, j in combinations(range(len(text)), 2)
            if text[i] == first and text[j] == second
        ]

    def near(self) -> float:
        """The feature from the least distance of each pair of words."""
        sums = 0.0
        for a, b in combinations(self.content, 2):
            distances = self.distances(a, b)
            if distances:
                sums += (self.idf(a) + self.idf(b)) / (1 + min(distances) / HALF)
        return sums / max(len(self.content) - 1, 1)

    def row(self) -> float:
        """The feature for three consecutive words; they need not be at the same place of the text."""
        return sum(
            sum(self.idf(word) * (FUNCTION_WORD if word.function else 1) for word in (a, b, c))
            for a, b, c in zip(self.words, self.words[1:], self.words[2:], strict=False)
            if 1 in self.distances(a, b) and 1 in self.distances(b, c) and self.worth_reading(a, b, c)
        )

    def worth_reading(self, *three: QueryWord) -> bool:
        """Whether at least two of three words are content words; co-occurrence is not checked here."""
        return sum(not word.function for word in three) > 1

    def per_word(self, text: int, worth: Callable[[int], float]) -> float:
        """The sum over the words of the worth of each word's first position in a field."""
        stems = self.texts[text]
        return sum(
            self.idf(word) * worth(stems.index(_only(word.terms[0][0]).stem))
            for word in self.content
            if _only(word.terms[0][0]).stem in stems
        )

    def all_words(self) -> float:
        """The weight of all content words if the article has them all, or 0."""
        stems = {stem for text in self.texts for stem in text}
        missing = any(_only(word.terms[0][0]).stem not in stems for word in self.content)
        return 0.0 if missing else sum(map(self.idf, self.content))

    def names_all(self) -> bool:
        """Whether the title has all content words."""
        return all(_only(word.terms[0][0]).stem in self.texts[0] for word in self.content)

    def whole_title(self) -> float:
        """That weight for a title with no more words than the query, which has content words only."""
        whole = self.names_all() and len(self.texts[0]) <= len(self.words)
        return sum(map(self.idf, self.content)) if whole else 0.0

    def title_in_query(self) -> float:
        """The worth of a title that is consecutive words of the query; one word must weigh half of all."""
        title = self.texts[0]
        terms = [_only(word.terms[0][0]) for word in self.words]
        held = [at for at, term in enumerate(terms) if term.stem in title and term.exact in self.spelt]
        worth = sum(self.idf(self.words[at]) for at in held)
        in_a_row = held == [*range(held[0], held[-1] + 1)] if held else False
        heavy = len(title) > 1 or 2 * worth >= sum(map(self.idf, self.words))
        return worth if in_a_row and heavy and len(title) == len(held) < len(self.words) else 0.0


def features_of(corpus: list[Article], text: str) -> tuple[Features, list[Plain]]:
    """The features of all articles, by arrays and by the plain implementation."""
    term_scorer = TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS)
    words = query_words(query_of(text))
    found = Rescorer(term_scorer).features(words, np.arange(len(corpus), dtype=np.uint32), TimeBudget())

    def idf(word: QueryWord) -> float:
        return term_scorer.rarity(term_scorer.document_frequency(word.terms[0][0]))

    return found, [Plain(article, words, idf) for article in corpus]


@given(articles, st.lists(st.sampled_from(WORDS), min_size=1, unique=True))
def test_features_are_what_their_definitions_say(corpus: list[Article], words: list[str]) -> None:
    """For any articles and any word order, arrays over the window agree with loops over the texts."""
    found, plain = features_of(corpus, " ".join(words))
    assert found.near.tolist() == pytest.approx([document.near() for document in plain], rel=1e-4)
    assert found.row.tolist() == pytest.approx([document.row() for document in plain], rel=1e-4)
    assert found.title.tolist() == pytest.approx(
        [document.per_word(0, lambda _: 1.0) for document in plain], rel=1e-4
    )
    leads = [document.per_word(1, lambda p: max(0.0, 1 - p / LEAD)) for document in plain]
    assert found.lead.tolist() == pytest.approx(leads, rel=1e-4)
    assert found.all_words.tolist() == pytest.approx([document.all_words() for document in plain], rel=1e-4)
    whole = [document.whole_title() for document in plain]
    if not any(document.names_all() for document in plain):
        whole = [document.title_in_query() for document in plain]
    assert found.whole_title.tolist() == pytest.approx(whole, rel=1e-4)


@pytest.mark.parametrize("text", ["নদী ও শহর", "নদী শহর ও", "ও নদী শহর", "নদী ও এবং শহর", "নদী মেলা ও ভাষা"])
def test_function_words_stand_in_rows(text: str) -> None:
    """Three words in the order of the query make a row, even with one function word; two words do not."""
    found, (plain, _) = features_of([article("a", text), article("b", "আকাশ")], text)
    assert found.row[0] == pytest.approx(plain.row())
    assert (found.row[0] > 0) == ("এবং" not in text)


def test_of_a_very_long_query_the_rarest_words_are_paired() -> None:
    """Pairs grow with the square of the words, so common words beyond a limit are in no pair."""
    rare = [str(1900 + n) for n in range(PAIRED)]
    common = "মেলা"
    corpus = [article("a", f"{common} {' '.join(rare)}"), *(article(f"x{n}", common) for n in range(3))]
    with_common, _ = features_of(corpus, f"{common} {' '.join(rare)}")
    without, _ = features_of(corpus, " ".join(rare))
    assert with_common.near.tolist() == pytest.approx(without.near.tolist())


def test_parts_are_named_and_make_the_total() -> None:
    """The weighted features of an article add up to its bonus."""
    corpus, docs = (
        [article("a", "নদী ও শহর", title="নদী শহর"), article("b", "শহর")],
        np.arange(2, dtype=np.uint32),
    )
    found, _ = features_of(corpus, "নদী ও শহর")
    rescorer = Rescorer(TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS))
    bonus = rescorer.bonus(rescorer.words(query_of("নদী ও শহর")), docs, TimeBudget())
    parts = found.parts(FeatureWeights())
    assert set(parts) == {part.name for part in fields(FeatureWeights)}
    assert bonus.tolist() == pytest.approx(np.sum([*parts.values()], axis=0).tolist())
    assert all(parts[name][0] > 0 for name in parts)
