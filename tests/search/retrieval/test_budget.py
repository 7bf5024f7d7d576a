"""The timeout of a search covers all its stages; these tests set the clock themselves."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.search import Article, Engine
from onneshon.search.query.clauses import MAX_WORDS
from onneshon.search.query.parser import parse
from onneshon.search.query.reading import WordReading
from onneshon.search.query.words import MAX_READ
from onneshon.search.retrieval.budget import GRACE, TimeBudget, budget_now, in_turn, take_turn
from onneshon.search.retrieval.collection import Collection
from onneshon.search.understanding.readings import Readings
from tests.fakes import article, reader_of
from tests.search.understanding.word_lists import WordList

QUERIES = (
    "বাংলাদেশের নদী ও ভাষা",
    "bangladesher itihas nodi",
    "বাংলদেস ইতিহস",
    '"মাতৃভাষা দিবস" নদ*',
    "+বাংলাদেশ নদী -ইতিহাস",
    "(নদী OR ভাষা) AND NOT ঢাকা",
)


class Turned:
    """A clock that shows a time that tests set."""

    now = 0.0

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


def test_a_budget_runs_out_and_remembers() -> None:
    """The time left, the time elapsed and the end of the budget are all by its own clock."""
    clock = Turned()
    clock.now = 100
    budget = TimeBudget(2, clock)
    clock.now = 102
    assert (budget.spent(), budget.left, budget.elapsed) == (False, 0, 2)
    clock.now = 102.5
    assert budget.spent()
    assert (budget.exceeded, budget.left) == (True, 0)
    assert TimeBudget(None, clock).left == float("inf")
    none = TimeBudget(0, clock)
    clock.now += 0.001
    assert none.spent()


def test_a_search_with_time_is_whole() -> None:
    """The page is complete also where a filter excludes some matches."""
    articles = [article(str(n), "বাংলাদেশের নদী ও ভাষার ইতিহাস", category="কখ"[n % 2]) for n in range(9)]
    with Engine.of(articles) as engine:
        page = engine.search("বাংলাদেশের নদী ইতিহাস ভাষা", category="খ")
    assert (page.total, page.partial) == (4, False)


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("text", QUERIES)
def test_wherever_time_runs_out_the_page_says_so(sample_index: Path, text: str) -> None:
    """A search that times out at any reading of the clock is marked as partial, or gives the whole answer."""
    with Engine.open(sample_index, time_limit=None) as engine:
        whole = engine.search(text, limit=5)
        found = {name for name, _ in engine.rank(text, limit=1_000)}
    for ticks in count():
        with Engine.open(sample_index, time_limit=ticks) as engine:
            engine._clock = count().__next__
            page = engine.search(text, limit=5)
        if not page.partial:
            break
        if text.startswith(("+", "(")):
            assert {hit.id for hit in page.hits} <= found
    assert ticks > 5
    assert (page.hits, page.suggestions, page.counts) == (whole.hits, whole.suggestions, whole.counts)


def test_a_conjunction_that_was_not_evaluated_whole_finds_nothing() -> None:
    """Without time to check all words of a conjunction there are no hits: a partial answer is still right."""
    articles = [article("a", "নদী ভাষা"), article("b", "নদী")]
    for text in ("+নদী +ভাষা", "নদী AND NOT ভাষা"):
        with Engine(reader_of(articles), time_limit=-1) as engine:
            page = engine.search(text)
        assert (page.hits, page.partial) == ((), True)


def test_no_more_latin_words_are_read_than_it_takes_to_tell_what_was_meant() -> None:
    """As many as an English sentence has are read by sound; further words are searched as typed."""
    asked: list[str] = []

    def read(_text: str, tokens: Sequence[Token]) -> list[WordReading]:
        asked.extend(token.exact for token in tokens if token.exact.isascii())
        return []

    words = [f"{a}{b}" for a in "bdgkm" for b in ("ari", "oni", "ulo", "ida")]
    parse(" ".join(words), read)
    assert asked == words[:MAX_READ]
    asked.clear()
    parse(f'"{" ".join(words[:8])}" ভাষা "{" ".join(words[8:])}"', read)
    assert asked == words[:MAX_READ]


def test_beginnings_of_words_are_words_too() -> None:
    """Words beyond the limit of a query are not looked up, with a star or without."""
    letters = "কখগঘচছজঝটঠডঢতথদধপফবভমরলসহ"
    starts = [f"{a}{b}*" for a in letters[:5] for b in letters]
    query = parse(" ".join(starts)).query
    assert query is not None
    assert len(query.children) == MAX_WORDS  # type: ignore[union-attr]


def test_without_time_no_other_spelling_is_looked_for(tmp_path: Path) -> None:
    """Suggestions come from words of the index; without time none is looked up."""
    words = WordList(tmp_path, {"বাংলাদেশ": 900})
    readings = Readings(words, lambda _stems: 0)
    tokens = analyze("বাংলদেস")
    assert readings.others("বাংলদেস", tokens, [0], TimeBudget()) == ["বাংলাদেশ"]
    budget = TimeBudget(-1, Turned())
    assert readings.others("বাংলদেস", tokens, [0], budget) == []
    assert budget.exceeded


def test_texts_that_take_long_to_read_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hits are shown after a timeout, unless reading their texts takes more than a little longer."""
    clock = Turned()
    read = Collection.article

    def slowly(collection: Collection, doc: int) -> Article:
        clock.now += 1
        return read(collection, doc)

    monkeypatch.setattr(Collection, "article", slowly)
    articles = [article(str(number), "নদী") for number in range(9)]
    for seconds, shown in ((100, 9), (3.5, 4), (2.9, 3)):
        with Engine(reader_of(articles), time_limit=seconds, clock=clock) as engine:
            page = engine.search("নদী")
        assert (len(page.hits), page.total, page.partial) == (shown, 9, shown < 9)


def test_a_budget_tells_why_an_answer_is_not_whole() -> None:
    """The reason is a timeout or a missing part; what is left of a budget can be passed on."""
    clock = Turned()
    budget = TimeBudget(10, clock)
    assert (budget.whole, budget.partial_reason) == (True, None)
    clock.now = 4
    rest = budget.rest()
    assert (rest.left, TimeBudget(None, clock).rest().left) == (6, float("inf"))
    clock.now = 10  # the last moment
    assert (budget.spent(), budget.left) == (False, 0)
    clock.now = 10 * (1 + GRACE)
    assert (budget.overdue(), budget.exceeded) == (False, False)
    clock.now = 10.1
    assert (budget.overdue(), budget.exceeded) == (False, False)
    clock.now = 10.3
    assert (budget.overdue(), budget.exceeded, budget.partial_reason) == (True, True, "time")
    budget.lacking = True
    assert (budget.whole, budget.partial_reason) == (False, "part")
    assert (rest.exceeded, rest.spent()) == (False, True)


def test_what_a_thread_reads_shares_the_budget_of_its_page() -> None:
    """A nested budget replaces the outer one until it ends; a thread gets the budget of its page."""
    outer, inner, taken = TimeBudget(1), TimeBudget(2), TimeBudget(3)
    with in_turn(outer):
        assert budget_now() is outer
        with in_turn(inner):
            assert budget_now() is inner
            take_turn(taken)
            assert budget_now() is taken
        assert budget_now() is outer
    assert budget_now() not in (outer, inner, taken)
    assert not budget_now().spent()
