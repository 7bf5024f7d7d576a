"""The scores of what the words of a query may mean, relative to what was typed."""

import math
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import document_frequency
from onneshon.search.understanding.hypotheses import Hypotheses
from onneshon.search.understanding.lattice import Context, Hypothesis, Lattice
from onneshon.search.understanding.misspellings import Misspellings
from onneshon.search.understanding.readings import Readings
from onneshon.search.understanding.usual_spellings import Correction
from tests.search.understanding.word_lists import PairList, WordList, context_of

WORDS = {
    "বাংলাদেশ": 9000, "বাংলাদশ": 3, "মুক্তি": 9, "যুদ্ধ": 400, "মুক্তিযুদ্ধ": 300, "নির্বাচন": 2000, "কমিশন": 900,
    "সড়ক": 10, "পথ": 400, "সড়কপথ": 300, "রবীন্দ্র": 500, "পদ্মা": 300, "সেতু": 400, "সেতুবন্ধ": 9,
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> WordList:
    """An index of 20,000 articles."""
    return WordList(tmp_path_factory.mktemp("words"), WORDS)


def scores(index: WordList, query: str) -> Mapping[tuple[str, ...], float]:
    """The hypotheses of each span of a query, with their scores."""
    tokens = analyze(query)
    lattice = Hypotheses(index, context_of(index)).lattice(tokens, (), TimeBudget())
    if lattice is None:
        return {}
    spans = [(first, last) for first in range(len(tokens)) for last in range(first + 1, len(tokens) + 1)]
    found = [hypothesis for span in spans for hypothesis, _ in lattice.through(*span)]
    return {hypothesis.words: hypothesis.score for hypothesis in found}


@pytest.mark.parametrize(
    ("query", "misspelt", "less"),
    [
        ("বাংলদেশ", "বাংলদেশ", -0.8),
        ("বাংলদেশ নির্বাচন", "বাংলদেশ", -1.0),
        ("বাংলাদশ", "বাংলাদশ", 0.26),
        ("বাংলাদশ নির্বাচন", "বাংলাদশ", 0.26),
        ("রবিন্দ্র নির্বাচন কমিশন", "রবিন্দ্র", -1.0),
    ],
    ids=["nobody wrote it", "beside others", "3 articles have it", "beside others too", "in three words"],
)
def test_a_correction_must_be_as_certain_as_that(
    index: WordList, query: str, misspelt: str, less: float
) -> None:
    """A lone word needs more certainty than one next to known words; more articles with it need more."""
    (token,) = analyze(misspelt)
    words = Misspellings(index, context_of(index))
    best = words.of(token, document_frequency(token.exact, index))[0]
    assert scores(index, query)[best.word,] == pytest.approx(best.certainty - less)


@pytest.mark.parametrize(("articles", "less"), [(20, 0.6), (21, 0.6), (19, 0.58)])
def test_twenty_articles_are_as_good_as_more(tmp_path: Path, articles: int, less: float) -> None:
    """Twenty articles with the typed spelling lower the score of the other one as much as more do."""
    index = WordList(tmp_path, {"ধরনের": 900, "ধরণের": articles})
    assert scores(index, "ধরণের")["ধরনের",] == pytest.approx(5.0 - less)


def test_another_spelling_of_a_word_is_none_in_a_long_query(index: WordList) -> None:
    """Another spelling would find the same articles, and the typed one shows which are meant."""
    assert ("রবীন্দ্র",) in scores(index, "রবিন্দ্র নির্বাচন কমিশন")
    assert scores(index, "রবিন্দ্র নির্বাচন কমিশন সেতু") == {}


@pytest.mark.parametrize(
    ("query", "joined", "worth"),
    [
        ("মুক্তি যুদ্ধ", "মুক্তিযুদ্ধ", -1 + 0.5 * math.log(301 / 10)),
        ("সেতু বন্ধ", "সেতুবন্ধ", -1 + 5 + 0.5 * math.log(10 / 1)),
        ("সড়ক পথ", "সড়কপথ", None),
        ("পদ্মা সেতু", "পদ্মাসেতু", None),
    ],
    ids=["a rare part", "an unknown part", "a part in ten articles", "no such word"],
)
def test_adjacent_words_may_be_one(index: WordList, query: str, joined: str, worth: float | None) -> None:
    """One of the words must be rare, and the score grows with the articles that have the joined word."""
    (token,) = analyze(joined)
    assert scores(index, query).get((token.exact,)) == (None if worth is None else pytest.approx(worth))


@pytest.mark.parametrize(
    ("query", "joined", "is_one"),
    [("বছ র", "বছর", True), ("হ ত্যা", "হত্যা", True), ("খ দল", "খদল", False), ("ও জন", "ওজন", False)],
    ids=["behind", "before", "no such word", "a vowel may be a word"],
)
def test_a_single_consonant_is_a_part_of_its_neighbour(
    tmp_path: Path, query: str, joined: str, is_one: bool
) -> None:
    """However many articles have that letter somewhere, as in lists."""
    index = WordList(
        tmp_path, {"বছর": 300, "র": 90, "হত্যা": 300, "হ": 90, "খ": 90, "দল": 500, "ওজন": 300, "জন": 900}
    )
    lattice = Hypotheses(index, context_of(index)).lattice(analyze(query), (), TimeBudget())
    best = lattice.best() if lattice else []
    assert ([way.words for way in best] == [(joined,)]) == is_one


def test_words_that_are_one_are_that_in_its_usual_spelling(tmp_path: Path) -> None:
    """The joined word is corrected as if typed so: প্রধান মন্ত্রি, প্রধানমন্ত্রি."""
    words = {"প্রধান": 90, "মন্ত্রি": 5, "প্রধানমন্ত্রি": 3, "প্রধানমন্ত্রী": 500}
    found = scores(WordList(tmp_path, words), "প্রধান মন্ত্রি")
    assert found["প্রধানমন্ত্রী",] == pytest.approx(-1 + 0.5 * math.log(501 / 6))


@pytest.mark.parametrize(
    ("words", "joined"), [(("মুক্তি", "যুদ্ধ"), False), (("", "যুদ্ধ"), True), (("মুক্তি", ""), True)]
)
def test_what_stands_beside_no_word_gains_nothing(words: tuple[str, str], joined: bool) -> None:
    """A digit or a word in another script breaks the context between two Bengali words."""
    whole: Hypothesis[None] = Hypothesis(0, 2, ("মুক্তিযুদ্ধ",), 0.1)
    apart: list[Hypothesis[None]] = [
        Hypothesis(at, at + 1, (word,) if word else ()) for at, word in enumerate(words)
    ]
    lattice = Lattice([whole, *apart], lambda *_: 1.0)
    assert lattice.best() == ([whole] if joined else apart)
    assert lattice.through(0, 2) == [(whole, 0.1)]
    assert lattice.through(0, 1) == [(apart[0], 0.0 if joined else 0.5)]


@pytest.mark.parametrize(
    ("through", "words"),
    [("সেতু", "বেগুন সেতু পার"), ("সেটি", "বেগম সেটি পার"), ("পার", "বেগুন সেতু পার"), ("বেগম", "বেগম সেতু পার")],
)
def test_the_best_way_through_a_hypothesis_has_what_fits_on_both_sides(through: str, words: str) -> None:
    """The path through a hypothesis is the best one, whatever path would be chosen without it."""
    gains = {("বেগুন", "সেতু"): 1.0, ("বেগম", "সেটি"): 3.0, ("সেটি", "পার"): -4.0}
    ways = [("বেগম", "বেগুন"), ("সেতু", "সেটি"), ("পার",)]
    all_ways: list[Hypothesis[None]] = [
        Hypothesis(at, at + 1, (word,)) for at, others in enumerate(ways) for word in others
    ]
    lattice = Lattice(all_ways, lambda left, right: gains.get((left, right), 0.0))
    (sought,) = (way for way in all_ways if way.words == (through,))
    assert " ".join(way.words[0] for way in lattice.path(sought)) == words


@pytest.mark.parametrize(("together", "stand"), [(1, True), (0, False)])
def test_words_are_adjacent_where_one_article_has_them_so(together: int, stand: bool) -> None:
    """Words of one article are adjacent even as an unstored pair; nothing is adjacent to no word."""
    context = Context(PairList({}, {}))
    assert context.stand("পদ্মা", "সেতু", lambda _text: together) is stand
    assert not context.stand("", "সেতু", lambda _text: together)
    assert not context.stand("পদ্মা", "", lambda _text: together)


@pytest.mark.parametrize(("counted", "seen"), [(1, True), (0, False)])
def test_a_pair_that_is_kept_was_seen(counted: int, seen: bool) -> None:
    """A stored pair counts however rare it is, on either side of a word."""
    pairs = PairList({("পদ্মা", "সেতু"): counted}, {})
    context = Context(pairs)
    assert context.seen("পদ্মা", "সেতু") is seen
    assert context.beside("পদ্মা", "সেতু", "") is seen
    assert context.beside("", "পদ্মা", "সেতু") is seen
    assert context.beside("মেঘনা", "পদ্মা", "সেতু") is seen
    assert not context.beside("", "সেতু", "পদ্মা")


@pytest.mark.parametrize(("before", "alike"), [(99, True), (100, False)])
def test_words_are_alike_by_the_hundred_commonest_that_stand_behind(before: int, alike: bool) -> None:
    """A rarer follower of one word is not looked up for the other."""
    behind = {("নদী", f"কথা{'ক' * at}"): 2 for at in range(before)}
    pairs = PairList({**behind, ("নদী", "জল"): 1, ("নদ", "জল"): 1}, {"নদ": 1})
    context = Context(pairs)
    assert (context.likeness("নদী", "নদ") > 0) is alike


@pytest.mark.parametrize(
    ("counted", "total", "gain"),
    [
        (8, 1_000, math.log(8.5 / 2.5)),
        (0, 1_000, math.log(0.5 / 2.5)),
        (8, 100, math.log(8.5 / 20.5)),
        (8, 0, math.log(8.5 / 2000.5)),
    ],
)
def test_words_gain_by_how_much_oftener_they_stand_so_than_by_chance(
    counted: int, total: int, gain: float
) -> None:
    """The words occur 40 and 50 times; a word that occurs nowhere has no gain."""
    pairs = PairList({("পদ্মা", "সেতু"): counted}, {"পদ্মা": 40, "সেতু": 50}, total)
    context = Context(pairs)
    assert context.gain("পদ্মা", "সেতু") == pytest.approx(gain)
    assert context.gain("পদ্মা", "মেঘনা") == 0.0


def test_likeness_is_of_what_stands_behind_both() -> None:
    """The Bhattacharyya coefficient: 1 for the same followers equally often, 0 for no common ones."""
    behind = {("ধরনের", "কাজ"): 9, ("ধরনের", "পথ"): 16, ("ধরণের", "কাজ"): 4}
    pairs = PairList(behind, {"ধরনের": 25, "ধরণের": 4})
    context = Context(pairs)
    assert context.likeness("ধরনের", "ধরনের") == pytest.approx(1)
    assert context.likeness("ধরনের", "ধরণের") == pytest.approx(math.sqrt(9 * 4) / math.sqrt(25 * 4))
    assert context.likeness("ধরনের", "নদী") == 0.0


def read_as(index: WordList, query: str) -> list[str]:
    """The corrected words of a query."""
    lattice = Hypotheses(index, context_of(index)).lattice(analyze(query), (), TimeBudget())
    return [way.words[0] for way in lattice.best() if way.meant] if lattice else []


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("নিবাচান", []),
        ("কমিসান", []),
        ("নিবাচান কমিশন", ["নির্বাচন"]),
        ("নির্বাচন কমিসান", ["কমিশন"]),
        ("নিবাচান কমিসান", ["নির্বাচন", "কমিশন"]),
        ("কমিসান নিবাচান", []),
    ],
)
@pytest.mark.parametrize("total", [10**8, 10**6])
def test_rare_words_are_replaced_by_adjacent_ones(
    tmp_path: Path, query: str, read: list[str], total: int
) -> None:
    """Alone neither is corrected, and neither is ever adjacent to the other as typed."""
    words = {"নিবাচান": 1, "কমিসান": 1, "নির্বাচন": 150, "কমিশন": 150}
    pairs = PairList({("নির্বাচন", "কমিশন"): 300}, dict.fromkeys(map(canonical, words), 4000), total)
    assert read_as(WordList(tmp_path, words, pairs=pairs), query) == list(map(canonical, read))


@pytest.mark.parametrize(
    ("query", "stand", "read"),
    [
        ("খালেদা জয়া", {("খালেদা", "জিয়া"): 200}, ["জিয়া"]),
        ("রহমান মানা", {("রহমান", "মান্না"): 200}, ["মান্না"]),
        ("খালেদা জয়া", {("খালেদা", "জিয়া"): 4}, []),
        ("খালেদা জয়া", {("খালেদা", "জিয়া"): 200, ("খালেদা", "জয়া"): 1}, []),
        ("খালেদা জয়া", {("জিয়া", "খালেদা"): 200}, []),
        ("খালেদা মানা", {("খালেদা", "মানুষ"): 200}, []),
        ("রহমান জয়া", {("খালেদা", "জিয়া"): 200}, []),
        ("খালেদা জয়া", {("খালেদা", "জায়া"): 200, ("খালেদা", "জিয়া"): 400}, ["জিয়া"]),
        ("খালেদা থেকে", {("খালেদা", "থাকে"): 200}, []),
        ("খালেদা মা জয়া", {("খালেদা", "মাস"): 200}, []),
        ("খালেদা বোমা", {("খালেদা", "বোমার"): 200}, []),
        ("খালেদা কথা", {("খালেদা", "কাথা"): 5}, ["কাথা"]),
        ("খালেদা কথা", {("খালেদা", "কাথা"): 4}, []),
        ("খালেদা ১১", {("খালেদা", "18"): 200}, []),
        ("খালেদা জয়া", {("খালেদা", "জিয়া"): 15}, ["জিয়া"]),
        ("খালেদা মালা", {("খালেদা", "মাথা"): 15}, []),
        ("খালেদা মালা", {("খালেদা", "মাথা"): 40}, ["মাথা"]),
        ("জয়া রহমান", {("জিয়া", "রহমান"): 200}, ["জিয়া"]),
        ("কথা রহমান", {("কাথা", "রহমান"): 5}, ["কাথা"]),
        ("কথা রহমান", {("কাথা", "রহমান"): 4}, []),
        ("জয়া রহমান", {("জিয়া", "রহমান"): 200, ("জয়া", "রহমান"): 1}, []),
        ("মালা রহমান", {("মাথা", "রহমান"): 200}, []),
        ("খালেদা জয়া রহমান", {("জিয়া", "রহমান"): 200, ("খালেদা", "জয়া"): 1}, []),
        ("খালেদা জয়া মালা", {("খালেদা", "জিয়া"): 200, ("জিয়া", "মালা"): 50}, ["জিয়া"]),
    ],
)
def test_a_word_that_never_stands_there_may_be_one_that_often_does(
    tmp_path: Path, query: str, stand: Mapping[tuple[str, str], int], read: list[str]
) -> None:
    """The two words must differ in one letter; both are words, and nothing else shows a slip."""
    words = dict.fromkeys(("খালেদা", "রহমান", "জয়া", "জিয়া", "জায়া", "মানা", "মান্না", "মানুষ", "থেকে", "থাকে"), 200)
    words |= dict.fromkeys(("মা", "মাস", "মালা", "মাথা", "বোমা", "বোমার", "কথা", "কাথা", "11", "18"), 200)
    pairs = PairList(stand, dict.fromkeys(map(canonical, words), 400) | {"কথা": 10**6}, 10**7)
    assert read_as(WordList(tmp_path, words, pairs=pairs), query) == list(map(canonical, read))


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("ভ্যাক সিন", ["ভ্যাকসিন"]),
        ("স্বাধী নতা", ["স্বাধীনতা"]),
        ("করোনা ভ্যাক সিন", ["ভ্যাকসিন"]),
        ("ভ্যাক দেয়া", ["ব্যাক"]),
        ("ব্যাক সিন", []),
    ],
    ids=["its first part", "its last", "behind others", "no such word", "both are words"],
)
def test_a_part_that_is_no_word_belongs_to_the_next(tmp_path: Path, query: str, read: list[str]) -> None:
    """It is nearer to some other word by itself, ব্যাক and নেতা, which a search must not say it looked for."""
    words = {
        "ভ্যাকসিন": 241,
        "ব্যাক": 26,
        "সিন": 17,
        "স্বাধীনতা": 300,
        "নেতা": 900,
        "করোনা": 984,
        "দেয়া": 300,
        "ব্যাকসিন": 9,
    }
    assert read_as(WordList(tmp_path, words), query) == list(map(canonical, read))


@pytest.mark.parametrize(
    ("league", "times", "read"),
    [
        ("লিগ", 909, "আওয়ামী"),
        ("লীগ", 909, "আওয়ামী"),
        ("লিগ", 0, "আমি"),
        ("দল", 909, "আমি"),
        ("লেগ", 909, "আমি"),
    ],
    ids=["typed for another", "as written", "never beside it", "another word", "of another sound"],
)
def test_a_neighbour_may_be_typed_for_another_of_its_sound(
    tmp_path: Path, league: str, times: int, read: str
) -> None:
    """Articles have আওয়ামী লীগ, and a search for লিগ finds লীগ: it must not say that it looked for আমি."""
    words = {"আমি": 2005, "আওয়ামী": 1006, "লিগ": 384, "লীগ": 615, "লেগ": 90, "দল": 900}
    pairs = PairList({("আওয়ামী", "লীগ"): times}, dict.fromkeys(map(canonical, words), 1000), 10**7)
    assert read_as(WordList(tmp_path, words, pairs=pairs), f"আওমি {league}") == [canonical(read)]


def test_what_never_stands_there_is_searched_as_typed_too(tmp_path: Path) -> None:
    """The typed word is a word, and a query need not repeat what articles say."""
    words = dict.fromkeys(("খালেদা", "জয়া", "জিয়া"), 200)
    pairs = PairList({("খালেদা", "জিয়া"): 200}, words, 10**7)
    index = WordList(tmp_path, words, pairs=pairs)
    text = "খালেদা জয়া"
    [reading] = Readings(index, lambda _: 0).read(text, analyze(text), TimeBudget())
    assert (reading.text, reading.typed_too) == (canonical("জিয়া"), True)


def strange(index: WordList, query: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that are tried as never adjacent to their neighbours."""
    asked: list[str] = []

    def of(_: Misspellings, token: Token, *_given: object, strange: bool) -> list[Correction]:
        asked.extend([token.exact] * strange)
        return []

    monkeypatch.setattr(Misspellings, "of", of)
    read_as(index, query)
    return asked


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("পদ্মা শেতু", ["শেতু"]),
        ("নতুন শেতু", []),
        ("শেতু", []),
        ("মেঘনা শেতু", []),
        ("শেতু চালু", ["শেতু"]),
        ("পদ্মা সেতু", []),
    ],
)
def test_a_word_is_strange_where_it_never_stands_and_one_that_sounds_so_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, words: list[str]
) -> None:
    """The neighbour may be before or after it."""
    pairs = PairList(
        {("পদ্মা", "শেতু"): 0, ("পদ্মা", "সেতু"): 40, ("সেতু", "চালু"): 20, ("নতুন", "শেতু"): 5, ("নতুন", "সেতু"): 9},
        {"পদ্মা": 300, "সেতু": 400, "শেতু": 90, "নতুন": 900, "চালু": 90, "মেঘনা": 90},
    )
    articles = {"পদ্মা": 300, "সেতু": 400, "শেতু": 90, "নতুন": 900, "মেঘনা": 90, "চালু": 90}
    assert strange(WordList(tmp_path, articles, pairs=pairs), query, monkeypatch) == words


@pytest.mark.parametrize(("rank", "words"), [(1, ["শিতু"]), (11, ["শিতু"]), (12, ["শিতু"]), (13, [])])
def test_what_sounds_so_is_sought_among_the_most_frequent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rank: int, words: list[str]
) -> None:
    """Among the twelve most frequent words of that sound one must be adjacent, in as many articles."""
    spelt = [f"{s}{i}ত{u}" for s in "শসষ" for i in ("", "ি", "ী") for u in ("", "ু", "ূ")]
    frequent = {word: 900 - at for at, word in enumerate(word for word in spelt if word != "শিতু")}
    vocabulary = WordList(tmp_path, {**frequent, "শিতু": 90}).vocabulary
    assert vocabulary
    sounding = [other for other in vocabulary.sounding("শিতু", 100) if other != "শিতু"]
    pairs = PairList({("পদ্মা", sounding[rank - 1]): 40}, {"পদ্মা": 300})
    index = WordList(tmp_path, {**frequent, "শিতু": 90, "পদ্মা": 300}, pairs=pairs)
    assert strange(index, "পদ্মা শিতু", monkeypatch) == words
    rarer = WordList(tmp_path, {**dict.fromkeys(frequent, 89), "শিতু": 90, "পদ্মা": 300}, pairs=pairs)
    assert strange(rarer, "পদ্মা শিতু", monkeypatch) == []


FREQUENT = ("হাসপাতাল", "নির্বাচন", "সরকার", "পদ্মা", "রোগী", "বন্দর")
RARE = ("হাসপতল", "নিবাচান", "সরকোর", "পদমো", "রোগা", "বনদার")


@pytest.mark.parametrize("seed", range(40))
def test_what_cannot_be_chosen_changes_no_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever pairs there are, the reading of a rare word is that from weighing all its corrections."""
    chance = random.Random(seed)  # noqa: S311 (words drawn for a test)
    words = [canonical(word) for word in FREQUENT + RARE]
    articles = {word: chance.choice((20, 60, 200)) for word in FREQUENT}
    articles |= {word: chance.randint(1, 9) for word in RARE}
    pairs = {
        (left, right): chance.choice((3, 20, 300))
        for left in words for right in words if chance.random() < 0.2
    }  # fmt: skip
    index = WordList(tmp_path, articles, pairs=PairList(pairs, dict.fromkeys(words, 4000), 10**8))
    queries = [" ".join(chance.sample(words, size)) for size in (1, 2, 2, 2, 3, 3, 4)]
    found = [read_as(index, query) for query in queries]
    monkeypatch.setattr(Misspellings, "_may_fit", lambda *_: True)
    assert found == [read_as(index, query) for query in queries]


@pytest.mark.parametrize(
    ("form", "times", "lost"),
    [("করে", 41, False), ("করে", 40, True), ("করিম", 90, True), ("চলে", 90, True)],
)
def test_a_form_that_stands_nowhere_loses_nothing_where_others_of_its_word_stand(
    form: str, times: int, lost: bool
) -> None:
    """বন্ধ করছে counts as adjacent if বন্ধ করে is, more often than by chance; no other word does that."""
    occurrences = {"বন্ধ": 400, "করছে": 100, form: 100}
    context = Context(PairList({("বন্ধ", form): times}, occurrences, 1000))
    assert context.gain("বন্ধ", "করছে") == (pytest.approx(math.log(0.5 / 40.5)) if lost else 0.0)


@pytest.mark.parametrize(("occurrences", "gain"), [(3, math.log(0.5 / 0.8)), (4, 0.0)])
def test_what_is_hardly_expected_is_not_looked_for_in_other_forms(occurrences: int, gain: float) -> None:
    """The absence of a rare pair shows nothing, and most pairs are rare."""
    pairs = PairList({("বন্ধ", "করে"): 41}, {"বন্ধ": 100, "করে": 100, "করছে": occurrences}, 1000)
    assert Context(pairs).gain("বন্ধ", "করছে") == pytest.approx(gain)


@pytest.mark.parametrize(
    ("pairs", "gain"),
    [
        ({("বস্তিতে", "আগুন"): 8}, math.log(8.5 / 2.5) - 0.5),
        ({("বস্তির", "আগুন"): 8}, math.log(8.5 / 2.5) - 0.5),
        ({("আগুন", "বস্তি"): 8, ("বস্তিতে", "আগুন"): 80}, math.log(8.5 / 2.5)),
        ({("বস্তিতে", "আগুন"): 3}, math.log(3.5 / 2.5) - 0.5),
        ({("বস্তিকে", "আগুন"): 8}, math.log(0.5 / 2.5)),
    ],
)
def test_key_words_gain_in_either_order(pairs: dict[tuple[str, str], int], gain: float) -> None:
    """One of them must be in the genitive or locative; the typed order gains more."""
    words = dict.fromkeys(("বস্তি", "বস্তির", "বস্তিতে", "বস্তিকে"), 40) | {"আগুন": 50}
    context = Context(PairList(pairs, words, 1_000))
    assert context.either("আগুন", "বস্তি") == pytest.approx(gain)


@pytest.mark.parametrize(
    ("query", "read"), [("agun bosti", "বস্তি"), ("agun agun agun bosti", "বসতি"), ("আগুন bosti", "বসতি")]
)
def test_the_order_of_few_latin_words_says_little(tmp_path: Path, query: str, read: str) -> None:
    """Keywords may be in any order; in a sentence or next to Bengali letters the order is the articles'."""
    words = {"আগুন": 400, "বসতি": 48, "বস্তি": 40, "বস্তিতে": 20}
    pairs = PairList({("বস্তিতে", "আগুন"): 60}, words)
    found = Readings(WordList(tmp_path, words, pairs=pairs), lambda _stems: 0).read(
        query, analyze(query), TimeBudget()
    )
    assert found[-1].text == read
