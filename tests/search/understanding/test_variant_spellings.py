"""Words with two accepted spellings: which spellings there are, and which must be in articles."""

from collections.abc import Mapping

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.engine.local_engine import Engine
from onneshon.search.understanding.respelling import other_spellings, variant_spellings
from onneshon.search.understanding.synonyms import Synonyms, parse_synonyms
from tests.fakes import article, reader_of


def spelt(word: str, articles: Mapping[str, int]) -> list[str]:
    """The other spellings of a word, given document frequencies."""
    by_stem = {analyze(text)[0].stem: count for text, count in articles.items()}
    stems = {analyze(text)[0].exact: analyze(text)[0].stem for text in articles}
    (token,) = analyze(word)
    return [way.text for way in variant_spellings(token, lambda stem: by_stem.get(stem, 0), stems.get)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("অ্যাটর্নি", "এটর্নি"),
        ("মেডিক্যাল", "মেডিকেল"),
        ("প্ল্যাটফর্ম", "প্লাটফর্ম"),
        ("ভৌগোলিক", "ভৌগলিক"),
        ("করিডোর", "করিডর"),
        ("কর্পোরেশন", "করপোরেশন"),
        ("আহ্বায়ক", "আহবায়ক"),
        ("মহাম্মদ", "মোহাম্মদ"),
        ("ভাঙ্গন", "ভাঙন"),
        ("ভেঙ্গে", "ভেঙে"),
        ("চুয়াডাঙ্গা", "চুয়াডাঙা"),
        ("সম্বর্ধনা", "সংবর্ধনা"),
        ("বৌ", "বউ"),
        ("দৈ", "দই"),
        ("উচ্ছাস", "উচ্ছ্বাস"),
        ("দ্বন্দ", "দ্বন্দ্ব"),
        ("তত্বাবধায়ক", "তত্ত্বাবধায়ক"),
        ("মোকাবেলা", "মোকাবিলা"),
        ("পজেটিভ", "পজিটিভ"),
        ("মোবারক", "মুবারক"),
        ("ইউনুছ", "ইউনুস"),
        ("ফেইসবুক", "ফেসবুক"),
        ("বাদশাহ", "বাদশা"),
        ("আলহাজ্ব", "আলহাজ"),
        ("আহম্মেদ", "আহমেদ"),
        ("মোত্তালেব", "মোতালেব"),
    ],
)
def test_either_way_leads_to_the_other(first: str, second: str) -> None:
    """Each spelling leads to the other, whichever is typed."""
    assert spelt(first, {first: 5, second: 5}) == [canonical(second)]
    assert spelt(second, {first: 5, second: 5}) == [canonical(first)]


def test_an_ending_stays_with_the_word() -> None:
    """The exact form that is searched for has the ending too."""
    assert spelt("করপোরেশনের", {"কর্পোরেশন": 9}) == ["কর্পোরেশনের"]
    assert spelt("এটর্নির", {"অ্যাটর্নি": 9}) == ["অ্যাটর্নির"]


def test_a_loan_is_also_written_in_the_old_way() -> None:
    """The analysis turns এ্যা into অ্যা."""
    assert spelt("এ্যাডহক", {"এডহক": 4}) == ["এডহক"]
    assert spelt("এডহক", {"এ্যাডহক": 4}) == ["অ্যাডহক"]


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("পরিজন", "প্রিজন"),
        ("বিবরণ", "বিবর্ণ"),
        ("কেবল", "ক্যাবল"),
        ("জেলা", "জিলা"),
        ("মোটা", "মুটা"),
        ("ছবি", "সবি"),
        ("এক", "অ্যাক"),
        ("এস", "অ্যাস"),
        ("মান্না", "মানা"),
        ("সাল্লাম", "সালাম"),
        ("আব্বাস", "আবাস"),
    ],
)
def test_short_words_are_other_words(typed: str, other: str) -> None:
    """Both spellings must have four clusters, and a loan two letters after its first."""
    assert spelt(typed, {typed: 50, other: 50}) == spelt(other, {typed: 50, other: 50}) == []


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("সঙ্গ", "সঙ"),
        ("সংগ্রাম", "সংরাম"),
        ("সন্দ্বীপ", "সন্দীপ"),
        ("বিশ্ব", "বিশ"),
        ("জ্বর", "জর"),
        ("গোলাগুলি", "গোলাগোলি"),
        ("উজ্জ্বলতা", "উজ্বলতা"),
    ],
)
def test_what_is_another_sound_or_stands_elsewhere_is_another_word(typed: str, other: str) -> None:
    """A final stop consonant is heard, and so are most ba-phalas; o and u vary at the beginning only."""
    assert spelt(typed, {typed: 50, other: 50}) == spelt(other, {typed: 50, other: 50}) == []


@pytest.mark.parametrize(("typed", "other"), [("কেন্সার", "ক্যান্সার"), ("কেমেরা", "ক্যামেরা"), ("ফোরাত", "ফুরাত")])
def test_a_short_word_that_no_article_has_is_looked_for_in_another_spelling(typed: str, other: str) -> None:
    """All its letters must match: কেমেরা is no form of কেম, and does not find কিম."""
    assert spelt(typed, {other: 50, "কিম": 50}) == [canonical(other)]


@pytest.mark.parametrize(("typed", "other"), [("কবীর", "কবির"), ("নাসীর", "নাসির"), ("সেনিটাইজার", "স্যানিটাইজার")])
def test_what_is_an_ending_in_one_spelling_may_be_none_in_another(typed: str, other: str) -> None:
    """The stems then differ, but the names and loans are the same."""
    assert canonical(other) in spelt(typed, {typed: 5, other: 50})
    assert canonical(typed) in spelt(other, {typed: 5, other: 5})


def test_no_breathed_letter_is_written_twice() -> None:
    """Nor is a letter doubled that cannot be: in অভিভাবক only ব and ক can."""
    ways = other_spellings("অভিভাবক")
    assert {"অভিভাব্বক", "অভিভাবক্ক"} <= {*ways}
    assert not any("ভ্ভ" in way for way in ways)


def test_what_no_article_has_is_no_way() -> None:
    """A spelling in no article is dropped, however many spellings there are."""
    assert len({*other_spellings("মেডিক্যাল")}) > 3
    assert not spelt("মেডিক্যাল", {"মেডিক্যাল": 4, "হাসপাতাল": 9})


def test_an_article_is_found_however_its_loan_is_written() -> None:
    """A loan is found with the synonyms of its other spelling, and marked as it is written."""
    articles = [
        article("long", "মেডিক্যাল কলেজে ভর্তি"),
        article("short", "মেডিকেল কলেজে ভর্তি"),
        article("other", "নদীর জল"),
        article("prize", "সাহিত্যে পুরস্কার পেলেন"),
        article("award", "সাহিত্যে অ্যাওয়ার্ড পেলেন"),
    ]
    with Engine(reader_of(articles)) as engine:
        for query in ("মেডিক্যাল", "মেডিকেল"):
            hits = engine.search(query).hits
            assert {hit.id for hit in hits} == {"long", "short"}
            assert all(hit.snippet.matches or hit.marked_title.matches for hit in hits)
        assert {hit.id for hit in engine.search("এওয়ার্ড").hits} == {"prize", "award"}


CITY = (
    article("short", "চসিক বাজেট"),
    article("old", "চট্টগ্রাম সিটি কর্পোরেশন বাজেট"),
    article("new", "চট্টগ্রাম সিটি করপোরেশন বাজেট"),
    article("other", "নদীর জল"),
)


@pytest.mark.parametrize("query", ["চসিক", "চট্টগ্রাম সিটি কর্পোরেশন", "চট্টগ্রাম সিটি করপোরেশন"])
def test_an_entry_of_several_words_is_found_in_any_spelling(query: str) -> None:
    """The table has one spelling; articles and queries may have either."""
    with Engine(reader_of(CITY)) as engine:
        assert {hit.id for hit in engine.search(query).hits} == {"short", "old", "new"}


def test_the_first_word_of_an_entry_may_be_in_another_spelling() -> None:
    """Entries are looked up by their first word."""
    table = Synonyms(parse_synonyms("কর্পোরেশন ভবন\t=\tনগর ভবন\tvariant\tours", "table"))
    (span,) = table.of(analyze("করপোরেশন ভবন"))
    assert [way.text for way in span.alternatives] == ["কর্পোরেশন ভবন", "নগর ভবন"]


def test_neither_way_is_called_misspelt() -> None:
    """A spelling is not corrected, however much commoner the other is; one in no article may be."""
    articles = [article(f"{n}", "সিটি করপোরেশন") for n in range(40)]
    with Engine(reader_of([*articles, article("rare", "সিটি কর্পোরেশন")])) as engine:
        page = engine.search("সিটি কর্পোরেশন")
    assert page.total == 41
    assert page.readings == ()
