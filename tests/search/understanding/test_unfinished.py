"""Completions of the last word: from how many letters, for how rare words, and after which words."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.hypotheses import Hypotheses
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.unfinished import _lemmas, begun, continued, continuing, misspelt
from tests.search.understanding.word_lists import PairList, WordList, context_of

BEHIND = {"সেতু": 40, "সেনা": 30, "সেতুর": 20, "নদী": 10}


def index_of(folder: Path, times: int = 0, /, **articles: int) -> WordList:
    """An index of 20,000 articles and a million words, with followers of পদ্মা, সে and সেটের."""
    behind = {("পদ্মা", word): count for word, count in BEHIND.items()}
    pairs = PairList(behind, {"পদ্মা": 100, **BEHIND, "সে": times, "সেটের": times})
    return WordList(folder, {"পদ্মা": 300, **BEHIND, **articles}, pairs=pairs)


def going_on(index: WordList, typed: str, before: str = "পদ্মা") -> list[tuple[str, int]]:
    """The completions of a word after another, with their document frequencies."""
    found = continuing(before, typed, index, context_of(index))
    assert all(word.kind == "unfinished" for word in found)
    return [(word.word, word.articles) for word in found]


@pytest.mark.parametrize(
    ("typed", "articles", "found"),
    [
        ("সে", 0, ["সেতু", "সেনা"]),
        ("স", 0, []),
        ("সেত", 0, ["সেতু"]),
        ("সেতু", 40, []),
        ("সে", 9000, ["সেতু", "সেনা"]),
        ("নদ", 0, ["নদী"]),
        ("কি", 0, []),
    ],
)
def test_a_word_of_two_letters_goes_on(tmp_path: Path, typed: str, articles: int, found: list[str]) -> None:
    """Two letters are completed by the followers, one form of each; a word that is a follower is complete."""
    index = index_of(tmp_path, **({typed: articles} if articles else {}))
    assert going_on(index, typed) == [(word, BEHIND[word]) for word in found]


@pytest.mark.parametrize(
    ("articles", "times", "log_odds"),
    [
        (0, 0, math.log(40.5 / 0.5) - 1),
        (300, 0, math.log(40.5 / 0.5) - 2.5),
        (300, 20_000, math.log(40.5 / 2.5) - 2.5),
        (300, 40_000, math.log(40.5 / 4.5) - 2.5),
    ],
)
def test_it_goes_on_where_it_would_stand_there_by_chance_far_less_often(
    tmp_path: Path, articles: int, times: int, log_odds: float
) -> None:
    """A word that articles have must be rarer still there, and is searched for as well."""
    index = index_of(tmp_path, times, **({"সে": articles} if articles else {}))
    lattice = Hypotheses(index, context_of(index)).lattice(analyze("পদ্মা সে"), (), TimeBudget(None))
    assert lattice is not None
    ways = {way.words: score for way, score in reversed(lattice.through(1, 2))}
    surer = ways["সেতু",] - ways["সে",]
    assert surer == pytest.approx(min(log_odds, 2.0) if articles else log_odds)
    assert (surer > 0) == (times < 40_000)


@pytest.mark.parametrize(
    ("behind", "best"),
    [({"ব্যাংক": 400, "ব্যাঙ": 0}, "ব্যাংক"), ({"ব্যাংক": 4, "ব্যাঙ": 0}, "ব্যাঙ"), ({"ব্যাংক": 400, "ব্যাঙ": 9}, "ব্যাঙ")],
)
def test_a_word_in_another_spelling_goes_on_as_it_would_in_the_usual_one(
    tmp_path: Path, behind: dict[str, int], best: str
) -> None:
    """The typed spelling is kept if articles have it there, or too seldom its completion."""
    pairs = {("দেশের", word): times for word, times in behind.items() if times}
    index = WordList(
        tmp_path,
        {"দেশের": 900, "ব্যাংক": 600, "ব্যাঙ": 90},
        pairs=PairList(pairs, {"দেশের": 1000, "ব্যাংক": 900, "ব্যাঙ": 120}),
    )
    lattice = Hypotheses(index, context_of(index)).lattice(analyze("দেশের ব্যাং"), (), TimeBudget(None))
    assert lattice is not None
    assert lattice.best()[-1].words == (best,)


def test_no_more_than_eight_words_are_considered(tmp_path: Path) -> None:
    """Only the eight commonest followers are examined."""
    words = {
        f"সে{first}{last}": 50 - at
        for at, (first, last) in enumerate(zip("কখগঘচছজঝট", "টঝজছচঘগখক", strict=True))
    }
    pairs = PairList({("পদ্মা", word): times for word, times in words.items()}, {"পদ্মা": 900, **words})
    index = WordList(tmp_path, {"পদ্মা": 900, **words}, pairs=pairs)
    assert [word for word, _ in going_on(index, "সে")] == [*words][:8]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["সেতুর", "সেতু", "সেনা"], ["সেতু", "সেনা"]),
        (["সেতুর", "সেতুতে"], ["সেতুর"]),
        (["সেতু", "সেতুর"], ["সেতু"]),
    ],
)
def test_of_the_forms_of_a_word_one_is_kept(words: list[str], kept: list[str]) -> None:
    """The kept form is the word itself if it is among them, or else the first."""
    assert _lemmas(words) == kept


ALONE = {"করোনাভাইরাস": 60, "করোনাভাইরাসের": 39, "করোনাভীতি": 9, "নদীগুলো": 80}


def alone(folder: Path, typed: str, **articles: int) -> list[tuple[str, int, float]]:
    """The completions of a word alone, with document frequencies and certainties."""
    index = WordList(folder, {**ALONE, **articles}, pairs=PairList({}, ALONE))
    (token,) = analyze(typed)
    found = begun(token, index, context_of(index))
    assert all(word.kind == "unfinished" for word in found)
    return [(word.word, word.articles, round(word.certainty, 4)) for word in found]


def test_a_word_of_no_article_goes_on_by_itself(tmp_path: Path) -> None:
    """The certainty grows with the share of one word's forms among all words with that prefix."""
    assert alone(tmp_path, "করোনাভাই") == [("করোনাভাইরাস", 60, round(math.log(100) - 1.5, 4))]
    assert alone(tmp_path, "করোনাভ") == [
        ("করোনাভাইরাস", 60, round(math.log(100 / 10) - 1.5, 4)),
        ("করোনাভীতি", 9, round(math.log(10 / 100) - 1.5, 4)),
    ]


@pytest.mark.parametrize("typed", ["করোনাভাইরাস", "করো", "নদীগুলি", "ইলিশমাছ"])
def test_other_words_do_not_go_on_by_themselves(tmp_path: Path, typed: str) -> None:
    """Not completed are words that articles have in some form, of two clusters, or that begin nothing."""
    assert not alone(tmp_path, typed, নদী=300)


def test_only_the_last_word_goes_on(tmp_path: Path) -> None:
    """After an unrelated word it is completed too, unless articles have it."""
    index = WordList(tmp_path, {**ALONE, "টিকা": 90}, pairs=PairList({}, ALONE))

    def readings(text: str) -> list[str]:
        lattice = Hypotheses(index, context_of(index)).lattice(analyze(text), (), TimeBudget(None))
        return [choice.words[0] for choice in lattice.best() if choice.meant] if lattice else []

    assert readings("করোনাভাই") == readings("টিকা করোনাভাই") == ["করোনাভাইরাস"]
    assert readings("করোনাভাই টিকা") == []


ROHINGYA = {"রোহিঙ্গা": 900, "ক্যাম্প": 700, "ক্যাম্পে": 300, "কাম্য": 80, "শরণার্থী": 400, "মামলা": 2000}
ROHINGYA_PAIRS = {
    ("রোহিঙ্গা", "ক্যাম্প"): 500,
    ("রোহিঙ্গা", "ক্যাম্পে"): 200,
    ("রোহিঙ্গা", "শরণার্থী"): 90,
    ("রোহিঙ্গা", "মামলা"): 4,
}


def read_as(folder: Path, text: str, **articles: int) -> list[str]:
    """The reading of a text's last word, in the same index with further words."""
    words = {**ROHINGYA, **articles}
    index = WordList(folder, words, pairs=PairList(ROHINGYA_PAIRS, words))
    tokens = analyze(text)
    lattice = Hypotheses(index, context_of(index)).lattice(tokens, (), TimeBudget(None))
    return [*lattice.best()[-1].words] if lattice else [tokens[-1].exact]


@pytest.mark.parametrize(
    ("typed", "articles", "read"),
    [
        ("রহিঙা ক্যাম", {}, "ক্যাম্প"),
        ("রহিঙা শরণ", {}, "শরণার্থী"),
        ("রহিঙা ক্যাম", {"রহিঙা": 11}, "ক্যাম্প"),
        ("রহিঙা ক্যাম", {"রহিঙা": 11, "ক্যাম": 12}, "কাম্য"),
        ("রহিঙা ক্যাম", {"রহিঙা": 12}, "কাম্য"),
        ("হিঙা ক্যাম", {"হিঙা": 900}, "কাম্য"),
        ("মামলা ক্যাম", {}, "কাম্য"),
    ],
)
def test_behind_a_misspelt_word_the_last_goes_on_as_behind_the_one_meant(
    tmp_path: Path, typed: str, articles: dict[str, int], read: str
) -> None:
    """The misspelt word must be in no article, or both must be rare."""
    assert read_as(tmp_path, typed, **articles) == [read]


@pytest.mark.parametrize(("typed", "read"), [("হাসিন ওয়াজ", "ওয়াজেদ"), ("হাসিন রহ", "রহমান"), ("হাসিনী দুপু", "দুপুর")])
def test_it_goes_on_behind_any_word_that_may_be_meant_or_was_typed(
    tmp_path: Path, typed: str, read: str
) -> None:
    """Another correction may be likelier by itself."""
    words = {"হাছিন": 500, "হাসিনা": 700, "হাসিন": 3, "হাসিনী": 3, "ওয়াজেদ": 200, "রহমান": 900, "দুপুর": 300}
    pairs = {("হাসিনা", "ওয়াজেদ"): 90, ("হাছিন", "রহমান"): 90, ("হাসিনী", "দুপুর"): 9}
    index = WordList(tmp_path, words, pairs=PairList(pairs, words))
    lattice = Hypotheses(index, context_of(index)).lattice(analyze(typed), (), TimeBudget(None))
    assert lattice is not None
    assert lattice.best()[-1].words == (canonical(read),)


@pytest.mark.parametrize(
    ("typed", "articles", "read"),
    [
        ("রোহিঙ্গা সরনা", {}, "শরণার্থী"),
        ("রহিঙা সরনা", {}, "শরণার্থী"),
        ("রোহিঙ্গা সরনা", {"সরনা": 11}, "শরণার্থী"),
        ("রোহিঙ্গা সরনা", {"সরনা": 12}, "সরনা"),
        ("মামলা সরনা", {}, "সরনা"),
    ],
)
def test_a_last_word_may_be_a_misspelt_beginning(
    tmp_path: Path, typed: str, articles: dict[str, int], read: str
) -> None:
    """A misspelt beginning must begin a word that follows the previous one, and be rare itself."""
    assert read_as(tmp_path, typed, **articles) == [read]


def begun_otherwise(folder: Path, typed: str, articles: int = 0, times: int = 0) -> list[tuple[str, float]]:
    """What a word after রোহিঙ্গা may be a misspelt beginning of, with the log-odds for each."""
    words = {**ROHINGYA, "আশ্রয়": 90, "আশ্রম": 90}
    pairs = {**ROHINGYA_PAIRS, ("রোহিঙ্গা", "আশ্রয়"): 5, ("রোহিঙ্গা", "আশ্রম"): 4}
    if times:
        pairs["রোহিঙ্গা", typed] = times
    index = WordList(folder, words, pairs=PairList(pairs, words))
    context = context_of(index)
    (last,) = analyze(typed)
    return [
        (
            word.word,
            word.certainty + 0.5 * (context.gain("রোহিঙ্গা", word.word) - context.gain("রোহিঙ্গা", last.exact)),
        )
        for word in misspelt("রোহিঙ্গা", last, articles, index, context)
    ]


def test_a_beginning_is_the_likelier_the_nearer_it_is_and_the_oftener_it_stands_there(tmp_path: Path) -> None:
    """If articles have the typed word, the completion must be far likelier, and both are searched for."""
    (_, once), (_, twice) = (begun_otherwise(tmp_path, typed)[0] for typed in ("শরনা", "সরনা"))
    assert twice < once < math.log(90.5 / 0.5)
    (_, rare) = begun_otherwise(tmp_path, "শরনা", articles=3)[0]
    assert rare == pytest.approx(min(once - 2.5, 2.0))


@pytest.mark.parametrize(
    ("typed", "times", "found"),
    [
        ("আস্র", 0, ["আশ্রয়"]),
        ("আস্র", 1, []),
        ("স", 0, []),
        ("আশ্রয়ে", 0, []),
    ],
)
def test_what_is_no_misspelt_beginning(tmp_path: Path, typed: str, times: int, found: list[str]) -> None:
    """Rare followers do not count, nor followers that were typed in any form, nor one cluster."""
    others = begun_otherwise(tmp_path, typed, times=times)
    assert [word for word, _ in others] == [*map(canonical, found)]


PADMA = LatinSpan(0, 1, "padma", (LatinCandidate("পদ্মা", "sound", 3.0, 300),))
LAST = LatinSpan(1, 2, "set")
SHE = LatinCandidate("সেট", "sound", 1.0, 90)


@pytest.mark.parametrize(
    ("last", "goes_on"),
    [
        (LAST, True),
        (replace(LAST, typed="se"), True),
        (replace(LAST, typed="s"), False),
        (replace(LAST, typed="s3"), False),
        (replace(LAST, typed="সে"), False),
        (replace(LAST, capitals=True), False),
        (replace(LAST, ending="er"), False),
        (replace(LAST, dropped=True), False),
        (replace(LAST, candidates=(SHE,)), True),
        (replace(LAST, candidates=(replace(SHE, kind="name"),)), False),
        (replace(LAST, candidates=(replace(SHE, kind="acronym"),)), False),
        (replace(LAST, candidates=(replace(SHE, kind="meaning"),)), True),
        (replace(LAST, candidates=(replace(SHE, kind="letters"),)), True),
        (replace(LAST, candidates=(replace(SHE, text="সেতু"),)), False),
        (replace(LAST, candidates=(replace(SHE, text="সে"),)), False),
        (replace(LAST, typed="se", candidates=(replace(SHE, text="সে"),)), True),
    ],
)
def test_a_latin_word_goes_on_that_no_table_has(tmp_path: Path, last: LatinSpan, goes_on: bool) -> None:
    """A completed Latin word is in no table, no follower or function word, and typed as words are."""
    index = index_of(tmp_path)
    _, found = continued([PADMA, last], index, context_of(index))
    kinds = [candidate.kind for candidate in found.candidates]
    assert ("unfinished" in kinds) == goes_on
    scores = [candidate.score for candidate in found.candidates]
    assert scores == sorted(scores, reverse=True)


def test_an_english_word_behind_another_is_whole(tmp_path: Path) -> None:
    """After a name it may begin a word that follows the name in articles."""
    index = index_of(tmp_path)
    english = replace(PADMA, candidates=(replace(PADMA.candidates[0], kind="meaning", sure=True),))
    last = replace(LAST, candidates=(replace(SHE, kind="meaning"),))
    kinds = [
        {candidate.kind for candidate in continued([before, last], index, context_of(index))[1].candidates}
        for before in (PADMA, english)
    ]
    assert kinds == [{"meaning", "unfinished"}, {"meaning"}]


@pytest.mark.parametrize(
    ("articles", "per_letter", "times", "goes_on"),
    [
        (200, 0.0, 40_000, True),
        (201, 0.0, 40_000, False),
        (201, 0.51, 40_000, True),
        (201, 0.0, 20_000, True),
    ],
)
def test_what_sounds_like_a_common_word_is_whole(
    tmp_path: Path, articles: int, per_letter: float, times: int, goes_on: bool
) -> None:
    """A rare form counts too: *khabo* after *ki* is খাব, and not the following খবর.

    It may still be completed if it follows there far less often by chance than its completion does.
    """
    index = index_of(tmp_path, times, সেট=articles)
    heard = replace(SHE, text="সেটের", per_letter=per_letter)
    _, found = continued([PADMA, replace(LAST, candidates=(heard,))], index, context_of(index))
    assert ("unfinished" in [candidate.kind for candidate in found.candidates]) == goes_on


@pytest.mark.parametrize(("typed", "goes_on"), [("nisi", False), ("nish", True)])
def test_a_verb_as_it_is_spoken_is_whole(tmp_path: Path, typed: str, goes_on: bool) -> None:
    """*ami nisi* is আমি নিয়েছি, not the আমি নিশ্চিত of articles."""
    words = {"আমি": 300, "নিশ্চিত": 300}
    index = WordList(tmp_path, words, pairs=PairList({("আমি", "নিশ্চিত"): 90}, words))
    before = LatinSpan(0, 1, "ami", (LatinCandidate("আমি", "sound", 3.0, 300),))
    _, found = continued([before, LatinSpan(1, 2, typed)], index, context_of(index))
    assert ("unfinished" in [candidate.kind for candidate in found.candidates]) == goes_on


def test_a_form_of_the_last_word_is_no_word_that_it_goes_on_as(tmp_path: Path) -> None:
    """A word that only looks inflected counts as a form too: বাড়িয়া."""
    words = {"বি": 90, "বাড়িয়া": 90, "বাড়িয়ার": 90}
    index = WordList(tmp_path, words, pairs=PairList({("বি", canonical("বাড়িয়ার")): 40}, words))
    assert not going_on(index, canonical("বাড়িয়া"), "বি")


def test_nothing_goes_on_behind_nothing(tmp_path: Path) -> None:
    """The previous word must be Bengali as well."""
    index = index_of(tmp_path)
    assert continued([LAST], index, context_of(index)) == [LAST]
    assert continued([replace(PADMA, candidates=()), LAST], index, context_of(index))[1] == LAST


PRIME = LatinSpan(0, 1, "prime", (LatinCandidate("প্রধান", "meaning", 3.0, 300),))
MINI = LatinSpan(1, 2, "mini", (LatinCandidate("মিনি", "sound", 1.0, 90),))


@pytest.mark.parametrize(
    ("first", "last", "goes_on"),
    [
        (PRIME, MINI, True),
        (PRIME, replace(MINI, candidates=()), True),
        (PRIME, replace(MINI, candidates=(replace(MINI.candidates[0], kind="acronym"),)), True),
        (PRIME, replace(MINI, candidates=(replace(MINI.candidates[0], kind="loan"),)), False),
        (PRIME, replace(MINI, typed="মিনি"), False),
        (PRIME, replace(MINI, typed="mino"), False),
        (PRIME, replace(MINI, capitals=True), False),
        (PRIME, replace(MINI, ending="r"), False),
        (replace(PRIME, after=1), MINI, False),
        (PRIME, replace(MINI, before=1), False),
    ],
)
def test_words_may_begin_several_that_a_table_has(
    tmp_path: Path, first: LatinSpan, last: LatinSpan, goes_on: bool
) -> None:
    """*prime mini* is প্রধানমন্ত্রী, unless its last word is in a table."""
    index = WordList(tmp_path, {"প্রধানমন্ত্রী": 900, "মিনি": 90})
    spans = continued(
        [PADMA, replace(first, first=1, last=2), replace(last, first=2, last=3)], index, context_of(index)
    )
    read = [(span.first, span.last, span.candidates[0].text) for span in spans if span.candidates]
    assert ((1, 3, "প্রধানমন্ত্রী") in read) == goes_on
    assert spans[0] == PADMA


def test_the_commonest_of_what_they_begin_is_first_and_what_nobody_says_is_none(tmp_path: Path) -> None:
    """Words that articles have, but never adjacent, are no completion."""
    words = {"হাইকোর্ট": 900, "উচ্চ": 500, "কমিশন": 800, "হাই": 300, "কমিশনার": 200}
    beside = PairList({("হাই", "কমিশনার"): 20}, words)
    high, last = LatinSpan(0, 1, "high"), LatinSpan(1, 2, "co")
    index = WordList(tmp_path, words, pairs=beside)
    (found,) = continued([high, last], index, context_of(index))
    assert [(way.text, way.kind, way.articles) for way in found.candidates] == [
        ("হাইকোর্ট", "unfinished", 900),
        ("হাই কমিশনার", "unfinished", 200),
    ]


BY_TABLE = replace(PADMA, candidates=(replace(PADMA.candidates[0], kind="name"),))


@pytest.mark.parametrize(
    ("before", "typed", "goes_on"),
    [
        (BY_TABLE, "bri", True),
        (BY_TABLE, "br", False),
        (replace(BY_TABLE, ending="te"), "bri", False),
        (replace(BY_TABLE, candidates=(LatinCandidate("মেঘনা", "name", 3.0, 300),)), "bri", False),
        (PADMA, "bri", False),
    ],
)
def test_behind_a_word_of_a_table_one_may_begin_that_stands_there(
    tmp_path: Path, before: LatinSpan, typed: str, goes_on: bool
) -> None:
    """*bri* is *bridge*, সেতু, after পদ্মা; next to a reading by sound it is not English."""
    index = index_of(tmp_path)
    _, last = continued(
        [replace(before, typed="river padma"), replace(LAST, typed=typed)], index, context_of(index)
    )
    assert ("সেতু" in [way.text for way in last.candidates]) == goes_on
