"""Suggestions for a prefix that somebody is typing."""

import math
from pathlib import Path

import pytest

from onneshon.index.completion.completion import (
    WORTH,
    Candidate,
    TypedWord,
    goes_on_in_conjunct,
    one_a_stem,
    score,
    stem_of,
)
from onneshon.index.completion.table import Row
from tests.index.completion.suggesting import completion_of


def shown(candidates: list[Candidate]) -> list[str]:
    """The displayed texts of candidates."""
    return [candidate.row.text for candidate in candidates]


@pytest.mark.parametrize(
    ("text", "key", "start"),
    [
        ("ক্ষমত", "ক্ষমত", "ক্ষমত"),
        ("ক্", "ক", "ক্"),
        ("ক্\u200d", "ক", "ক্"),
        ("\u09cd", "", ""),
        ("সময\u09bc", "সম\u09df", "সম\u09df"),
        ("BNP", "bnp", "bnp"),
    ],
)
def test_half_a_conjunct_is_kept_in_mind(text: str, key: str, start: str) -> None:
    """A hasanta typed last is not in the key, but suggestions must begin with it."""
    typed = TypedWord.of(text)
    assert (typed.key, typed.start) == (key, start)
    assert typed.half == (start != key)


def test_a_consonant_is_on_the_way_to_itself_first(tmp_path: Path) -> None:
    """Its conjuncts come after all other words, and only where there is room."""
    words = {"কর": 3, "কথা": 5, "ক্ষমতা": 90, "ক্ষতি": 80, "খবর": 70}
    completion = completion_of(tmp_path, words)
    assert [row.text for row in completion.beginning("word", "ক", 2)] == ["কথা", "কর"]
    assert [row.text for row in completion.beginning("word", "ক", 9)] == ["কথা", "কর", "ক্ষমতা", "ক্ষতি"]
    assert [row.text for row in completion.beginning("word", "ক", 3)] == ["কথা", "কর", "ক্ষমতা"]
    assert [row.text for row in completion.beginning("word", "ক্", 9)] == ["ক্ষমতা", "ক্ষতি"]
    assert [row.text for row in completion.beginning("word", "খ", 9)] == ["খবর"]


def test_rows_before_and_after_the_conjuncts_are_weighed_together(tmp_path: Path) -> None:
    """The heaviest row comes first, wherever it is in the order of letters."""
    completion = completion_of(tmp_path, {"কআ": 2, "কও": 4, "ক্ষমতা": 9, "ক\u09dfলা": 3, "কি": 5})
    assert [row.text for row in completion.beginning("word", "ক", 3)] == ["কি", "কও", "ক\u09dfলা"]


def test_a_stem_is_suggested_once(tmp_path: Path) -> None:
    """By its heaviest form; there are as many other stems as requested."""
    completion = completion_of(tmp_path, {"নদীর": 9, "নদী": 8, "নদীতে": 7, "নগর": 6, "নকশা": 5})
    assert shown(completion.word_beginnings(TypedWord.of("ন"), 2)) == ["নদী", "নগর"]
    assert shown(completion.word_beginnings(TypedWord.of("ন"), 3)) == ["নদী", "নগর", "নকশা"]


def test_one_form_a_stem_stays_in_its_order() -> None:
    """Candidates keep their order, up to the limit."""
    rows = [Candidate(Row(0, text, 1.0, 1), 0.0) for text in ("সেতুর", "নদী", "সেতু", "নগর")]
    assert shown(one_a_stem(rows, 9)) == ["সেতুর", "নদী", "নগর"]
    assert shown(one_a_stem(rows, 2)) == ["সেতুর", "নদী"]


def test_a_form_no_article_has_leads_to_its_word(tmp_path: Path) -> None:
    """Its prefix needs at least two clusters, and the removed ending has at most three."""
    completion = completion_of(
        tmp_path, {"বিদ্যালয\u09bc".replace("\u09af\u09bc", "\u09df"): 9, "পদ্মা": 8, "মা": 7}
    )
    assert shown(completion.in_other_forms(TypedWord.of("পদ্মাকেও"))) == ["পদ্মা"]
    assert shown(completion.in_other_forms(TypedWord.of("বিদ্যাল\u09dfগুলোকে"))) == ["বিদ্যাল\u09df"]
    assert shown(completion.in_other_forms(TypedWord.of("পদ্মরাগ"))) == []
    assert shown(completion.in_other_forms(TypedWord.of("মাকে"))) == []


def test_latin_letters_lead_to_what_sounds_so(tmp_path: Path) -> None:
    """Near and heavy words come first, distant ones are left out."""
    completion = completion_of(tmp_path, {"ঢাকা": 9, "ঢাক": 8, "ঢোকা": 3, "নদী": 90})
    found = completion.sounding("dhaka", 9)
    assert shown(found)[0] == "ঢাকা"
    assert "নদী" not in shown(found)
    assert [score(candidate) for candidate in found] == sorted(score(candidate) for candidate in found)
    assert completion.sounding("dhaka", 1) == found[:1]
    assert completion.sounding("q", 9) == []


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("মুক্তিযুদ্ধ", True),  # itself
        ("মুক্তীযুদ্দ", True),  # sounds alike
        ("মুক্তিরযুদ্ধ", True),  # an extra letter
        ("মুক্তিপুদ্ধ", True),  # another letter
        ("মুতিযুদ্ধ", True),  # a missing letter
        ("মুক্তিদ্ধযু", True),  # two clusters exchanged
        ("যুমুক্তিদ্ধ", False),  # the first cluster among them
        ("মুক্তিরপযুদ্ধ", False),  # two slips
        ("স্বাধীনতা", False),
    ],
)
def test_a_misspelt_beginning_leads_to_its_word(tmp_path: Path, typed: str, leads: bool) -> None:
    """One slip does; two, or another first letter, do not."""
    completion = completion_of(tmp_path, {"মুক্তিযুদ্ধ": 40, "নদী": 90})
    assert shown(completion.misspelt(TypedWord.of(typed), 3)) == (["মুক্তিযুদ্ধ"] if leads else [])


def test_a_usual_slip_hides_unusual_ones(tmp_path: Path) -> None:
    """Where a common misspelling explains the text, slips of the hand are not tried."""
    completion = completion_of(tmp_path, {"বিশেষ": 10, "বিদেশ": 90})
    assert shown(completion.misspelt(TypedWord.of("বিশেশ"), 3)) == ["বিশেষ"]


def test_among_very_many_that_sound_alike_the_weightiest_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more words than are measured one by one, a few of them common."""
    consonants = "কখগঘচছজঝটঠডঢতথদধনপফবভমযরলশ"
    words = {f"স{first}{second}": 2 for first in consonants for second in consonants}
    completion = completion_of(tmp_path, words | {"সেরা": 900, "সশস": 800})
    one_by_one = completion.sounding("s", 2)
    monkeypatch.setattr("onneshon.index.completion.completion._LOOKED_AT", 64)
    assert shown(completion.sounding("s", 2)) == shown(one_by_one) == ["সেরা", "সশস"]


def test_other_words_follow_one_with_many_forms(tmp_path: Path) -> None:
    """For each wanted word several forms are read."""
    forms = ["নদী", "নদীর", "নদীতে", "নদীকে", "নদীও", "নদীই", "নদীটি", "নদীটির", "নদীগুলো", "নদীগুলোর", "নদীটা"]
    completion = completion_of(tmp_path, dict.fromkeys(forms, 50) | {"নগর": 3})
    assert shown(completion.word_beginnings(TypedWord.of("ন"), 2)) == ["নদী", "নগর"]


def test_the_score_is_distance_less_what_weight_is_worth() -> None:
    """A lower score is better."""
    assert score(Candidate(Row(0, "নদী", math.e - 1, 1), 2.0)) == pytest.approx(2.0 - WORTH)


@pytest.mark.parametrize(
    ("start", "text", "joined"),
    [("ক", "ক্ষমতা", True), ("ক", "কথা", False), ("কা", "কার্য", False), ("ঢাকা ব", "ঢাকা ব্যাংক", True)],
)
def test_a_consonant_may_go_on_in_a_conjunct(start: str, text: str, joined: bool) -> None:
    """This holds only for a consonant typed last."""
    assert goes_on_in_conjunct(start, text) == joined


def test_a_text_has_the_stems_of_its_words() -> None:
    """Texts of other words have other stems."""
    assert stem_of("ঢাকার নদীতে") == stem_of("ঢাকা নদী") != stem_of("ঢাকা")
