"""Reading a query once without requests, so that one request counts all that it will need."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.configuration import Configuration
from onneshon.opensearch.searching import filters
from onneshon.opensearch.searching.asking import Reply
from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import EACH, Dsl, term
from onneshon.opensearch.searching.holdings import BEST
from onneshon.opensearch.searching.rehearsal import Foresight, GuessedReader, Rehearsal
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.opensearch.storage.mapping import Contract
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import OneOf, Term, Variant, counted
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.budget import TimeBudget, in_turn
from onneshon.search.retrieval.query_lists import FEWEST
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.synonyms import Synonyms, parse_synonyms
from tests.opensearch.searching.few_words import BASIS, Counting, statistics_of, words_of
from tests.search.understanding.word_lists import PairList

ARTICLES = [
    Article("১", "বইমেলা", "বই নিয়ে মেলা বসেছে।"),
    Article("২", "বই", "মেলা ও চাকরি।"),
    Article("৩", "নদী", "জল ও পানি।"),
]
DATED = Article("৪", "২১ ফেব্রুয়ারি", "১৯৫২ সালের ফেব্রুয়ারি")
SYNONYMS = Synonyms(parse_synonyms("জল\t=\tপানি\tsynonym\tone word\n", "a test"))


class _Asker:
    """Stands in for an ``Asker``: counts, and answers that no article has much of a query."""

    identity = "news-000001 x 1"
    generation = "news-000001"

    def __init__(self, count: Counting) -> None:
        self._count = count
        self.requests: list[Sequence[Dsl]] = []
        self.partial = False

    def count(self, queries: Sequence[Dsl], _budget: TimeBudget) -> tuple[list[int], bool]:
        """Like ``Asker.count``."""
        return self._count(queries)

    def search_each(self, bodies: Sequence[Dsl], _budget: TimeBudget) -> list[Reply]:
        """Like ``Asker.search_each``; searches without hits count. There are no authors."""
        if any("values" in body.get("aggs", {}) for body in bodies):  # requested once per generation
            return [Reply([], 0, {"values": {"buckets": []}})]
        self.requests.append(bodies)
        nothing: tuple[int, Dsl] = 0, {}
        counting = [body["size"] == 0 or "aggs" in body for body in bodies]
        found = [
            self._counted(body) if counts else nothing for body, counts in zip(bodies, counting, strict=True)
        ]
        return [Reply([], *counted, self.partial) for counted in found]

    def _counted(self, body: Dsl) -> tuple[int, Dsl]:
        if "aggs" not in body:
            return self._count([body["query"]["bool"]["filter"][0]])[0][0], {}
        found: Dsl = {BEST: {"hits": {"hits": []}}} if BEST in body["aggs"] else {}
        if EACH in body["aggs"]:
            counts, _ = self._count(body["aggs"][EACH]["filters"]["filters"])
            found[EACH] = {"buckets": [{"doc_count": count} for count in counts]}
        return 0, found


def _searcher(count: Counting, articles: Sequence[Article] = ARTICLES) -> ClusterSearcher:
    asker: Any = _Asker(count)
    contract = Contract("x", BASIS)
    return ClusterSearcher(
        asker, contract, words_of(articles), DEFAULT_WEIGHTS, configuration=Configuration()
    )


@pytest.mark.parametrize("text", ["বই মেলা জল", "জল ~ নদী", "বইমেলা নদী"])
def test_what_is_read_after_a_rehearsal_asks_for_little_more(text: str) -> None:
    """Phrases and the variants of concepts are counted together in advance."""
    rehearsed, unprepared = Counting(), Counting()
    for count in (rehearsed, unprepared):
        searcher = _searcher(count)
        if count is rehearsed:
            searcher.rehearse(text, SYNONYMS, literal=False)
            searcher.rehearse(text, SYNONYMS, literal=False)  # is cached
        parsed = searcher.reader.read(text, SYNONYMS, TimeBudget(), literal=False, strict=False)
        assert parsed.query is not None
        searcher.statistics.expect(counted(parsed.query))
    assert {repr(query) for queries in unprepared.asked for query in queries} <= {
        repr(query) for queries in rehearsed.asked for query in queries
    }
    assert len(rehearsed.asked) <= max(len(unprepared.asked), 1)


@pytest.mark.parametrize("text", ["বই মেলা জল", "জল ~ নদী", "বইমেলা নদী"])
def test_what_was_rehearsed_is_read(text: str) -> None:
    """The parsed query is returned if all its counts are known, and cached."""
    searcher = _searcher(Counting())
    known = searcher.rehearse(text, SYNONYMS, literal=False)
    assert known == searcher.reader.read(text, SYNONYMS, TimeBudget(), literal=False, strict=False)
    assert known is not None
    assert searcher.rehearse(text, SYNONYMS, literal=False) is known


@pytest.mark.parametrize(
    ("text", "counted", "readings"),
    [
        ("বই মেলা জল", 0, 1),
        ("বই মেলা জল", 3, 2),
        ("বইমেলা নদী", 0, 1),
        ("বইমেলা নদী", 3, 2),
        ("নদী", 3, 1),
        ("২১ ফেব্রুয়ারি ১৯৫২", 0, 1),
        ("২১ ফেব্রুয়ারি ১৯৫২", 3, 2),
    ],
)
def test_a_query_is_read_again_only_where_a_guess_was_wrong(
    monkeypatch: pytest.MonkeyPatch, text: str, counted: int, readings: int
) -> None:
    """The guess is that no article has words adjacent; where three do, বইমেলা also counts as two words."""
    read: list[str] = []
    read_ = QueryReader.read

    def noted(self: Any, text: str, *arguments: Any, **options: Any) -> Parsed:
        read.append(text)
        return read_(self, text, *arguments, **options)

    count = Counting()
    count.matching = counted
    searcher = _searcher(count, [*ARTICLES, DATED])
    monkeypatch.setattr(QueryReader, "read", noted)
    known = searcher.rehearse(text, SYNONYMS, literal=False)
    assert len(read) == readings
    assert known == searcher.reader.read(text, SYNONYMS, TimeBudget(), literal=False, strict=False)


@pytest.mark.parametrize("text", ["৯ উইকেট", "বই ৯ উইকেট"])
def test_whether_a_number_is_an_ordinal_is_decided_by_what_was_counted(text: str) -> None:
    """The vocabulary may have the ninth wicket more often than articles have nine wickets."""
    searcher = _searcher(Counting(), [*ARTICLES, Article("৪", "নবম উইকেট", "নয় উইকেট, ৯ উইকেট")])
    pairs = SimpleNamespace(count=lambda first, _: 50 if first == "নবম" else 1)
    vars(searcher.words)["pairs"] = pairs
    known = searcher.rehearse(text, SYNONYMS, literal=False)
    assert known == searcher.reader.read(text, SYNONYMS, TimeBudget(), literal=False, strict=False)


@pytest.mark.parametrize(("articles", "right"), [(0, True), (3, False)])
def test_counts_that_latin_words_were_read_by_are_checked_too(articles: int, right: bool) -> None:
    """Counts of adjacent words decide the reading of Latin words, so they are checked too."""
    count = Counting()
    count.matching = articles
    searcher = _searcher(count)
    guess = Rehearsal(searcher.statistics)
    guessed = GuessedReader(guess, searcher.reader)
    with guess.noting():
        assert guessed.reader.readings.together("বই মেলা") == 0
    assert guessed.was_right(searcher.statistics) is right


def test_what_is_kept_is_of_the_day_that_it_was_read_on() -> None:
    """A cached query with a relative date such as yesterday is not used on another day."""
    days = [dt.date(2026, 11, 29)]
    searcher = _searcher(Counting())
    reading = replace(searcher.field_reading, today=lambda: days[-1])
    reader = replace(searcher.reader, field_reading=reading)
    foresight = Foresight(searcher.asker, searcher.statistics, reader)
    text = "বই মেলা জল date:গতকাল"
    known = foresight.rehearse(text, SYNONYMS, literal=False)
    assert known is not None
    assert foresight.rehearse(text, SYNONYMS, literal=False) is known
    days.append(dt.date(2026, 11, 30))
    now = foresight.rehearse(text, SYNONYMS, literal=False)
    assert now in {None, reader.read(text, SYNONYMS, TimeBudget(), literal=False, strict=False)}
    assert now != known


@pytest.mark.parametrize("lack", ["exceeded", "lacking"])
def test_what_was_read_of_incomplete_answers_is_not_kept(lack: str) -> None:
    """An incomplete reading is not cached, so that later requests read the query again."""
    searcher = _searcher(Counting())
    budget = TimeBudget()
    setattr(budget, lack, True)
    with in_turn(budget):
        assert searcher.rehearse("বই মেলা জল", SYNONYMS, literal=False) is None
    assert searcher.rehearse("বই মেলা জল", SYNONYMS, literal=False) is not None


def test_two_requests_become_one() -> None:
    """A query with phrases to count and concepts of several variants needs one request instead of two."""
    unprepared = _read("বই মেলা জল", rehearse=False)
    assert (len(unprepared), len(_read("বই মেলা জল", rehearse=True))) == (2, 1)


@pytest.mark.parametrize(("beside", "requests"), [(0, 2), (3, 1)])
def test_pairs_that_the_vocabulary_has_are_taken_for_found(beside: int, requests: int) -> None:
    """বইমেলা is also read as বই মেলা if articles have these adjacent: its variants are counted at once."""
    searcher = _searcher(Counting())
    pairs = {("বই", "মেলা"): beside}
    searcher.words.pairs = PairList(pairs, {})
    known = searcher.rehearse("বইমেলা নদী", SYNONYMS, literal=False)
    asker: Any = searcher.asker
    assert len(asker.requests) == requests
    assert known == searcher.reader.read("বইমেলা নদী", SYNONYMS, TimeBudget(), literal=False, strict=False)


def test_what_is_read_the_same_when_all_is_counted_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compilation determines what to count; a query that is read differently then is compiled again."""
    compiled: list[Any] = []
    compile_ = Compiler.compiled

    def noted(self: Any, query: Any) -> Dsl:
        compiled.append(query)
        return compile_(self, query)

    monkeypatch.setattr(Compiler, "compiled", noted)
    _searcher(Counting()).rehearse("জল নদী", SYNONYMS, literal=False)
    assert len(compiled) == 1
    _searcher(Counting()).rehearse("বইমেলা নদী", SYNONYMS, literal=False)
    assert len(compiled) == 3


def _read(text: str, *, rehearse: bool) -> list[Any]:
    count = Counting()
    count.matching = 0
    searcher = _searcher(count)
    if rehearse:
        searcher.rehearse(text, SYNONYMS, literal=False)
    parsed = searcher.reader.read(text, SYNONYMS, TimeBudget(), literal=False, strict=False)
    assert parsed.query is not None
    searcher.statistics.expect(counted(parsed.query))
    return count.asked


SENTENCE = "বই মেলা জল নদী চাকরি পানি বসেছে"
"""A sentence of counted words, not all of which an article must have."""


def _compiled(searcher: ClusterSearcher) -> None:
    parsed = searcher.reader.read(SENTENCE, SYNONYMS, TimeBudget(), literal=False, strict=False)
    assert parsed.query is not None
    searcher.compiler(TimeBudget()).compiled(parsed.query)


@pytest.mark.parametrize(
    ("most", "searches"), [(100, [(True, True)]), (5, [(False, True), (True, False)])], ids=["few", "many"]
)
def test_what_articles_hold_is_asked_while_words_are_counted(
    monkeypatch: pytest.MonkeyPatch, most: int, searches: list[tuple[bool, bool]]
) -> None:
    """Holdings are requested along with counts, once for a query, in one search where few articles match."""
    monkeypatch.setattr(filters, "COUNTED_BESIDE", most)
    searcher = _searcher(Counting())
    asker: Any = searcher.asker
    asker.search = lambda body, budget: asker.search_each([body], budget)[0]
    searcher.rehearse(SENTENCE, SYNONYMS, literal=False)
    asked_of = [(body["size"], body.get("aggs", {})) for body in asker.requests[0]]
    assert [(size > 0 or BEST in aggs, EACH in aggs) for size, aggs in asked_of] == searches
    asked = len(asker.requests)
    _compiled(searcher)
    sizes = [body["size"] for bodies in asker.requests[asked:] for body in bodies]
    assert sizes == [FEWEST]  # few articles reach the cut, so the best others are requested
    _compiled(searcher)
    assert len(asker.requests) == asked + 1


def test_nothing_is_learned_of_an_answer_that_lacks_a_part() -> None:
    """Missing counts are requested again where they are needed."""
    count = Counting()
    searcher = _searcher(count)
    asker: Any = searcher.asker
    asker.partial = True
    searcher.rehearse(SENTENCE, SYNONYMS, literal=False)
    assert len(asker.requests) == 1
    asked = len(count.asked)
    searcher.reader.read(SENTENCE, SYNONYMS, TimeBudget(), literal=False, strict=False)
    assert len(count.asked) > asked


def test_what_was_counted_is_reported_and_nothing_is_noted() -> None:
    """Known counts are used; unknown ones count as 0 and are noted."""
    statistics = statistics_of(ARTICLES)
    known, new = term("stem", "ক"), term("stem", "খ")
    statistics.count_each([known])
    guess = Rehearsal(statistics)
    with guess.noting() as noted:
        assert guess.count_each([known, new]) == [3, 0]
    assert noted == [new]


@pytest.mark.parametrize(("words", "guessed"), [(("নদী", "বই"), 3), (("নদী", "বই", "মেলা"), 3), (("নদী",), 1)])
def test_of_the_variants_of_a_concept_no_article_is_taken_to_have_two(
    words: Sequence[str], guessed: int
) -> None:
    """Frequencies are added, up to the number of articles: of three, two have বই, two মেলা and one নদী."""
    guess = Rehearsal(statistics_of(ARTICLES))
    concept = OneOf("", tuple(Variant(_term(word)) for word in words))
    with guess.noting():
        assert guess.document_frequency_in(concept, "stem") == guessed
        assert guess.size_of([concept, _term("নদী")]) == min(guessed + 1, 3)


def _term(word: str) -> Term:
    (token,) = analyze(word)
    return Term(token.text, token.exact, token.stem)


def _one_of(text: str, *words: str) -> OneOf:
    return OneOf(text, tuple(Variant(Term(word, word, word)) for word in words))


def test_concepts_of_one_name_are_counted_by_their_variants() -> None:
    """Each variant is counted once for each layer; repeated and rehearsed concepts cause no request."""
    count = Counting()
    statistics = statistics_of(ARTICLES, count)
    concepts = [_one_of("জল", "জল", "পানি"), _one_of("জল", "জল", "নদী"), _one_of("জল", "জল", "পানি")]
    statistics.expect(concepts)
    assert len({repr(query) for queries in count.asked for query in queries}) == 4
    assert [statistics.document_frequency(concept) for concept in concepts] == [3, 3, 3]
    guess = Rehearsal(statistics)
    with guess.noting() as noted:
        guess.expect(concepts)
        assert guess.document_frequency_in(concepts[1], "exact") == 3
    assert (len(count.asked), noted) == (1, [])
