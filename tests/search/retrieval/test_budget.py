"""The time one search may take covers every stage of it; tests turn the clock themselves."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.search import Article, BusyError, Engine
from onneshon.search.query.clauses import MAX_WORDS
from onneshon.search.query.parser import parse
from onneshon.search.query.reading import WordReading
from onneshon.search.query.words import MAX_READ
from onneshon.search.retrieval.budget import GRACE, SLOW_LANE, AdmissionQueue, TimeBudget, demand
from onneshon.search.retrieval.collection import Collection
from onneshon.search.understanding.readings import Readings
from tests.fakes import article, reader_of
from tests.search.understanding.word_lists import WordList
from tests.strategies import bengali_words

QUERIES = (
    "বাংলাদেশের নদী ও ভাষা",
    "bangladesher itihas nodi",
    "বাংলদেস ইতিহস",
    '"মাতৃভাষা দিবস" নদ*',
    "+বাংলাদেশ নদী -ইতিহাস",
    "(নদী OR ভাষা) AND NOT ঢাকা",
)


class Turned:
    """A clock that stands still until it is turned."""

    now = 0.0

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


def test_a_budget_runs_out_and_remembers() -> None:
    """Time that is left, time that went, and the moment after which it is over, all by its own clock."""
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
    """Also where a filter leaves some of what it would find."""
    articles = [article(str(n), "বাংলাদেশের নদী ও ভাষার ইতিহাস", category="কখ"[n % 2]) for n in range(9)]
    with Engine.of(articles) as engine:
        page = engine.search("বাংলাদেশের নদী ইতিহাস ভাষা", category="খ")
    assert (page.total, page.partial) == (4, False)


@pytest.mark.no_cover  # many tries of lines that other tests cover
@pytest.mark.parametrize("text", QUERIES)
def test_wherever_time_runs_out_the_page_says_so(sample_index: Path, text: str) -> None:
    """Cut at each look at the clock in turn, a search says that it is partial, or gives the whole answer."""
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


def test_a_conjunction_that_was_not_looked_at_whole_finds_nothing() -> None:
    """A hit of a partial answer breaks no condition: without time for all of them there is none."""
    articles = [article("a", "নদী ভাষা"), article("b", "নদী")]
    for text in ("+নদী +ভাষা", "নদী AND NOT ভাষা"):
        with Engine(reader_of(articles), time_limit=-1) as engine:
            page = engine.search(text)
        assert (page.hits, page.partial) == ((), True)


def test_no_more_latin_words_are_read_than_it_takes_to_tell_what_was_meant() -> None:
    """As many as an English sentence has are read by their sound; the rest are taken as they are."""
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
    """Beyond the most words a query may have none is looked up, whether it ends with a star or not."""
    letters = "কখগঘচছজঝটঠডঢতথদধপফবভমরলসহ"
    starts = [f"{a}{b}*" for a in letters[:5] for b in letters]
    query = parse(" ".join(starts)).query
    assert query is not None
    assert len(query.children) == MAX_WORDS  # type: ignore[union-attr]


def test_without_time_no_other_spelling_is_looked_for(tmp_path: Path) -> None:
    """Suggestions are made of words of the index; a budget that ran out asks it for none."""
    words = WordList(tmp_path, {"বাংলাদেশ": 900})
    readings = Readings(words, lambda _stems: 0)
    assert readings.others(["বাংলদেস"], {"বাংলদেস"}, TimeBudget()) == ["বাংলাদেশ"]
    budget = TimeBudget(-1, Turned())
    assert readings.others(["বাংলদেস"], {"বাংলদেস"}, budget) == []
    assert budget.exceeded


def test_texts_that_take_long_to_read_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hits are shown though time ran out, unless reading them takes more than a little beyond it."""
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


@pytest.mark.parametrize(
    ("text", "costly"),
    [
        ("বাংলাদেশের মুক্তিযুদ্ধের ইতিহাস ও ভাষা আন্দোলন নিয়ে জাতীয় জাদুঘরে নতুন প্রদর্শনী শুরু", False),
        ("bangladesher muktijuddher itihas", False),
        ("মুক্তি* ভাষা", False),
        ("নদী " * 40, True),
        ("bari nodi pani gari hari sari dari", True),
        ("নদ* " * 12, True),
    ],
)
def test_demand_tells_long_queries_from_those_that_readers_ask(text: str, *, costly: bool) -> None:
    """A headline, some Latin words and a prefix are light; dozens of any of them are not."""
    assert (demand(text) >= SLOW_LANE) is costly


@pytest.fixture
def taken() -> Iterator[AdmissionQueue]:
    """A queue for one, which is taken, and room for nobody to wait."""
    queue = AdmissionQueue(1, queue=0)
    with queue.entered(SLOW_LANE, TimeBudget()):
        yield queue


def test_light_queries_pass_a_lane_that_is_taken(taken: AdmissionQueue) -> None:
    """Only costly ones wait; and where there is no limit they do not either."""
    with taken.entered(SLOW_LANE - 1, TimeBudget(0)):
        pass
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(AdmissionQueue(None).entered(SLOW_LANE, TimeBudget(0)))


def test_where_nobody_waits_no_cost_is_worked_out(taken: AdmissionQueue) -> None:
    """What a query would cost matters where costly ones are told from others, and only there."""
    text = "নদী ভাষা " * 12
    assert taken.cost(text) == demand(text) >= SLOW_LANE
    assert AdmissionQueue(None).cost(text) == 0


def test_a_queue_that_is_full_refuses_at_once(taken: AdmissionQueue) -> None:
    """Whoever cannot wait is told when to come again."""
    with (
        pytest.raises(BusyError, match="ask again in 2 s") as refused,
        taken.entered(SLOW_LANE, TimeBudget()),
    ):
        pytest.fail("let in")
    assert refused.value.seconds == 2


def test_who_has_no_time_left_to_wait_leaves_the_queue(taken: AdmissionQueue) -> None:
    """A query that has no time left to wait is refused, and leaves its place in the queue to others."""
    taken._queue = 1
    for _ in range(3):
        clock = count().__next__
        with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget(0, clock)):
            pytest.fail("let in")
        assert clock() > 1, "it was refused before it could wait"


def test_a_query_waits_for_half_of_its_time_at_the_most(taken: AdmissionQueue) -> None:
    """So that it can be answered in the rest; one without a limit waits as long as it takes."""
    taken._queue = 1
    waited: list[float | None] = []

    def acquire(*, blocking: bool = True, timeout: float | None = None) -> bool:
        if blocking:
            waited.append(timeout)
        return blocking and timeout is None

    taken._slots = SimpleNamespace(acquire=acquire, release=lambda: None)  # type: ignore[assignment]
    for seconds in (8, 3):
        with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget(seconds, Turned())):
            pytest.fail("let in")
    with taken.entered(SLOW_LANE, TimeBudget(None, Turned())):
        pass
    assert waited == [4, 1.5, None]


def test_no_more_wait_than_there_is_room_for(taken: AdmissionQueue) -> None:
    """Whoever comes then is refused at once, and may wait when another has gone."""
    taken._queue = 2
    waiting: list[int] = []

    def acquire(*, blocking: bool = True, timeout: float | None = None) -> bool:
        assert timeout is None
        if blocking:  # while this one waits, another comes
            waiting.append(len(waiting))
            with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget()):
                pytest.fail("let in")
        return False

    taken._slots = SimpleNamespace(acquire=acquire, release=lambda: None)  # type: ignore[assignment]
    for _ in range(2):
        with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget()):
            pytest.fail("let in")
    assert waiting == [0, 1, 2, 3]


def test_whoever_fails_leaves_the_lane() -> None:
    """A slot comes back whatever happened to the query that had it."""
    queue = AdmissionQueue(1, queue=0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), queue.entered(SLOW_LANE, TimeBudget()):
            raise ZeroDivisionError


def test_costly_queries_of_an_engine_share_its_slots() -> None:
    """Search, rank and marks of a costly query wait for the same slot; a light one is answered."""
    costly = "নদী ভাষা " * 12
    with Engine(reader_of([article("a", "নদী")]), costly=1, time_limit=0) as engine:
        engine._admission._queue = 0
        with engine._admission.entered(SLOW_LANE, TimeBudget()):
            for ask in (engine.search, engine.rank, lambda text: engine.marked("a", text)):
                with pytest.raises(BusyError):
                    ask(costly)
            assert engine.search("নদী").query == "নদী"
        assert engine.search(costly).query == costly


@given(
    st.lists(st.sampled_from("+- ") | bengali_words | st.sampled_from(["dhaka", "নদী*"]), max_size=9).map(
        "".join
    )
)
def test_a_query_costs_as_much_with_signs_as_without(text: str) -> None:
    """A query costs as much with the signs of its words as without them."""
    words = analyze(text)
    latin = sum(word.exact.isascii() and word.exact.isalpha() for word in words)
    assert demand(text) == len(words) + 2 * latin + len(re.findall(r"\S\*", text))


def test_a_budget_tells_why_an_answer_is_not_whole() -> None:
    """A part that did not answer before the time; what is left of it can be given on."""
    clock = Turned()
    budget = TimeBudget(10, clock)
    assert (budget.whole, budget.partial_reason) == (True, None)
    clock.now = 4
    rest = budget.rest()
    assert (rest.left, TimeBudget(None, clock).rest().left) == (6, float("inf"))
    clock.now = 10  # its last moment
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
