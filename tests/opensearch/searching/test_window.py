"""The words of articles read from column ``stream``, compared with an index of the same articles."""

import numpy as np
import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.opensearch.searching.window import Streams, Window, picking
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.tree import Phrase, Term
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.term_scorer import TermScorer
from tests.fakes import article, collection_of, reader_of
from tests.opensearch.searching.few_words import picked_column, statistics_of, stream_column, wanted_by

ARTICLES = [
    article("১", "নদী ও নদীর মেলা, নদী", title="নদী মেলা"),
    article("২", "মেলার নদী ছিল না", title=""),
    article("৩", "ঢাকা শহর, ঢাকার শহরতলি ও শহুরে ঢাকা", title="শহর"),
]


ASKED = ("নদী", "মেলা", "ঢাকা", "শহর", "নেই", "শহরতলি", "শহুরে")
"""Every word that the tests ask for, and words with the same prefixes."""


@pytest.fixture(scope="module", params=["whole", "picked"])
def window(request: pytest.FixtureRequest) -> Window:
    """The window of all articles; only the second is reported to have exact forms."""
    columns = [stream_column(article) for article in ARTICLES]
    if request.param == "whole":
        streams = Streams.whole(columns)
    else:
        stems = [token.stem for word in ASKED for token in analyze(word)]
        asked = np.array([*map(stem_number, stems)], np.uint32)
        streams = Streams.picked([picked_column(article, picking(asked)) for article in columns], asked)
    return Window(statistics_of(ARTICLES), streams, lambda _: np.array([False, True, False]))


@pytest.mark.parametrize("count", [0, 1, 100])
def test_each_stem_is_asked_for_once_in_the_order_of_signed_numbers(count: int) -> None:
    """The numbers are sorted and distinct, as the script looks them up by search."""
    asked = np.arange(count, dtype=np.uint32) * np.uint32(2_654_435_761)
    assert wanted_by(picking(np.tile(asked, 2))) == sorted(asked.view(np.int32).tolist())


def test_no_articles_have_no_words() -> None:
    """Empty columns give empty streams."""
    for streams in (Streams.whole([]), Streams.picked([], np.zeros(0, np.uint32))):
        assert (len(streams.titles), len(streams.rows), len(streams.numbers)) == (0, 0, 0)


@pytest.mark.parametrize("at", [1, 255, 256, 300, 70_000])
def test_a_word_is_found_however_far_down_it_stands(at: int) -> None:
    """A position in a picked column has three bytes."""
    far = article("দীর্ঘ", f"{'চর ' * at}নদী চর", title="মেলা")
    asked = np.array([_number("নদী"), _number("মেলা")], np.uint32)
    column = picked_column(stream_column(far), picking(asked))
    streams = Streams.picked([column, column], asked)
    assert streams.at.tolist() == [0, at + 1] * 2
    assert streams.numbers.tolist() == [_number("মেলা"), _number("নদী")] * 2
    assert (streams.titles.tolist(), streams.lengths.tolist()) == ([1, 1], [at + 3] * 2)


def _number(word: str) -> int:
    return stem_number(_term(word).stem)


@pytest.fixture(scope="module")
def indexed() -> TermScorer:
    """A scorer over an index of the same articles."""
    return TermScorer(collection_of(reader_of(ARTICLES)), DEFAULT_WEIGHTS)


def _term(word: str, **options: object) -> Term:
    (token,) = analyze(word)
    return Term(token.text, token.exact, token.stem, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("docs", [[0, 1, 2], [0, 2], [1], []], ids=str)
@pytest.mark.parametrize("word", ["নদী", "মেলা", "ঢাকা", "শহর", "নেই"])
def test_words_stand_where_an_index_has_them(
    window: Window, indexed: TermScorer, word: str, docs: list[int]
) -> None:
    """Positions equal those of an index for any subset of articles, in both texts and in titles."""
    chosen = np.array(docs, np.uint32)
    for leaf in (_term(word), _term(word, field="title")):
        assert window.positions.of(leaf, chosen).tolist() == indexed.positions.of(leaf, chosen).tolist()


@pytest.mark.parametrize("slop", [0, 2])
def test_phrases_stand_where_an_index_has_them(window: Window, indexed: TermScorer, slop: int) -> None:
    """Phrases with and without slop have the positions of an index, and never span two texts."""
    docs = np.arange(3, dtype=np.uint32)
    for words in (("নদী", "মেলা"), ("মেলা", "নদী"), ("নদী", "নদী")):
        phrase = Phrase(tuple(map(_term, words)), slop)
        assert window.positions.of(phrase, docs).tolist() == indexed.positions.of(phrase, docs).tolist()


def test_where_a_word_stands_is_found_once(window: Window) -> None:
    """Positions of a stem are cached, as comparing and showing hits needs them several times."""
    first, again = (window.positions.standing(_term(word)).lists[0] for word in ("নদীর", "নদী"))
    assert first is again


def test_a_word_spelt_so_stands_only_where_the_cluster_says_so(window: Window) -> None:
    """The stream has only stems, so the cluster decides about exact forms."""
    docs = np.arange(3, dtype=np.uint32)
    places = window.positions.of(_term("নদী", spelt_so=True), docs)
    assert {*(places >> 33).tolist()} == {1}


def test_beginnings_are_counted_as_an_index_counts_them(window: Window, indexed: TermScorer) -> None:
    """Each stem counts once per text, in whole articles and in titles."""
    docs, starts = np.array([0, 2], np.uint32), ["শহর", "শহ", "নদী", "মে", "ঢাকা", "নেই"]
    for ours, theirs in zip(window.beginnings(starts, docs), indexed.beginnings(starts, docs), strict=True):
        assert ours.tolist() == theirs.tolist()
