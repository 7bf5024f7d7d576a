"""The words that may follow a word, by their typed beginning."""

import math
from collections.abc import Mapping
from pathlib import Path

import pytest

from onneshon.index.analysis.canonical import canonical
from onneshon.index.completion.completion import WORTH, TypedWord
from onneshon.index.vocabulary.channels import MISTAKES
from onneshon.search.understanding.followers import Follower, Followers, one_a_lemma, slips_behind
from tests.index.vocabulary.pairing import written

AFTER_ROAD: Mapping[str, int] = {
    "দুর্ঘটনা": 9,
    "দুর্ঘটনায়": 4,
    "দুর্নীতি": 3,
    "পরিবহন": 6,
    "ও": 8,
    "২০২০": 5,
    "show": 2,
    "éclair": 2,
}


@pytest.fixture
def followers(tmp_path: Path) -> Followers:
    """The followers of সড়ক."""
    return after(tmp_path, AFTER_ROAD)


def after(tmp_path: Path, words: Mapping[str, int], **options: int) -> Followers:
    """Followers of সড়ক, each with the given number of occurrences."""
    texts = [f"সড়ক {word}" for word, times in words.items() for _ in range(times)]
    return Followers(written(tmp_path / "some.pairs", texts), **options)


def words_of(found: list[Follower]) -> list[str]:
    """The words of the followers, without their counts."""
    return [follower.word for follower in found]


def test_what_follows_is_what_somebody_looks_for(followers: Followers) -> None:
    """The commonest comes first; function words, numbers and other scripts are left out."""
    found = followers.beginning("সড়ক", TypedWord.of(""))
    assert words_of(found) == ["দুর্ঘটনা", "পরিবহন", "দুর্ঘটনা\u09df", "দুর্নীতি", "show"]
    assert found[0] == Follower("দুর্ঘটনা", 9, 0.0)


@pytest.mark.parametrize(
    ("times", "others", "elsewhere", "found"),
    [
        (5, 5, 45, ["কাদের", "পরিবহন"]),
        (5, 6, 45, ["পরিবহন"]),
        (5, 5, 46, ["পরিবহন"]),
    ],
    ids=["half the time", "less", "as often elsewhere as others"],
)
def test_a_function_word_that_mostly_stands_there_is_part_of_a_name(
    tmp_path: Path, times: int, others: int, elsewhere: int, found: list[str]
) -> None:
    """As in ওবায়দুল কাদের, of which only the form কাদেরের was suggested; কাছ থেকে is none."""
    said = ["ওবায়দুল কাদের"] * times + ["ওবায়দুল পরিবহন"] * others + ["খবর কাদের"] * elsewhere
    behind = Followers(written(tmp_path / "some.pairs", said))
    assert sorted(words_of(behind.beginning(canonical("ওবায়দুল"), TypedWord.of("")))) == found


def test_what_is_typed_begins_it(followers: Followers) -> None:
    """Half a conjunct is a beginning too; a word without followers has none."""
    assert words_of(followers.beginning("সড়ক", TypedWord.of("দুর্ন"))) == ["দুর্নীতি"]
    assert words_of(followers.beginning("সড়ক", TypedWord.of("দুর্"))) == ["দুর্ঘটনা", "দুর্ঘটনা\u09df", "দুর্নীতি"]
    assert followers.beginning("নদী", TypedWord.of("দুর্")) == []


def test_latin_letters_lead_to_what_follows(followers: Followers) -> None:
    """Words that sound so are found, and distant ones are not."""
    found = followers.sounding("সড়ক", "durgh")
    assert words_of(found)[:2] == ["দুর্ঘটনা", "দুর্ঘটনা\u09df"]
    assert "পরিবহন" not in words_of(found)
    assert [follower.score for follower in found] == sorted(follower.score for follower in found)
    assert followers.sounding("নদী", "durgh") == []


def test_a_slip_leads_to_what_follows(followers: Followers) -> None:
    """Slips are in Bengali letters; each follower has its distance from the typed text."""
    found = followers.misspelt("সড়ক", TypedWord.of("দূর্ঘ"))
    assert words_of(found) == ["দুর্ঘটনা", "দুর্ঘটনা\u09df"]
    assert 0 < found[0].distance <= MISTAKES
    assert followers.misspelt("সড়ক", TypedWord.of("durgh")) == []
    assert followers.misspelt("নদী", TypedWord.of("দূর্ঘ")) == []


def test_a_beginning_is_misspelt_by_the_rules_of_spelling_too(tmp_path: Path) -> None:
    """ে is heard as ্যা, which by single letters is too far; what begins so only in part is no other."""
    found = after(tmp_path, {"ক্যাম্প": 9, "কলেজ": 9}).misspelt("সড়ক", TypedWord.of("কেম"))
    assert words_of(found) == ["ক্যাম্প"]
    assert 0 < found[0].distance <= MISTAKES


def test_the_commonest_followers_are_measured(tmp_path: Path) -> None:
    """Followers beyond the limit are found neither by sound nor by correction."""
    few = after(tmp_path, {"পরিবহন": 3, "দুর্ঘটনা": 2}, measured=1)
    assert few.misspelt("সড়ক", TypedWord.of("দূর্ঘ")) == []
    assert words_of(few.sounding("সড়ক", "poribohon")) == ["পরিবহন"]


def test_oftener_is_better_and_farther_is_worse() -> None:
    """The scale is that of completions by prefix."""
    assert Follower("নদী", 5).score == pytest.approx(-WORTH * math.log1p(5))
    assert Follower("নদী", 5, 2.0).score == pytest.approx(2 - WORTH * math.log1p(5))


def test_a_word_follows_once_with_all_of_its_forms() -> None:
    """The form without an ending is shown if it is common enough."""
    found = one_a_lemma([Follower("দুর্ঘটনায়", 6), Follower("মন্ত্রীর", 40), Follower("দুর্ঘটনা", 5)])
    assert found == [Follower("মন্ত্রীর", 40), Follower("দুর্ঘটনা", 11)]


def test_a_form_that_is_nearer_stands_for_all() -> None:
    """Both the distance from the typed text and the frequency count."""
    found = one_a_lemma([Follower("সেতুর", 9, 4.0), Follower("সেতুতে", 8)])
    assert found == [Follower("সেতুতে", 17)]


def test_slips_of_a_common_follower_come_last() -> None:
    """Slips have the distance of a mistake from the intended word, so they come last."""
    found = slips_behind([Follower("দুর্ঘটনা", 100), Follower("দুঘটনা", 5), Follower("পরিবহন", 2)])
    assert found == [Follower("দুর্ঘটনা", 100), Follower("পরিবহন", 2), Follower("দুঘটনা", 5, MISTAKES)]


@pytest.mark.parametrize(
    "other",
    [
        Follower("দুঘটনা", 6),  # too frequent for a slip of a hundred
        Follower("দুর্ঘটনাস্থল", 2),  # continues that word
        Follower("দুধ", 2),  # too short to be a slip
        Follower("bus", 2),
    ],
)
def test_another_word_is_no_slip(other: Follower) -> None:
    """A follower that is another word keeps its place."""
    found = [Follower("দুর্ঘটনা", 100), other]
    assert slips_behind(found) == found
