"""Queries read as one concept or several: matches, marks, counts and missing words."""

from collections.abc import Iterator

import pytest

from onneshon.index import Article
from onneshon.search.engine.local_engine import Engine
from onneshon.search.results.values import Match
from tests.fakes import article, reader_of

ARTICLES = [
    *[article(f"মুক্তিযুদ্ধ-{n}", "মুক্তিযুদ্ধ ১৯৭১ সালে হয়") for n in range(6)],
    article("মুক্তি-যুদ্ধ", "বীরের মুক্তি যুদ্ধের কথা"),
    article("মুক্তি-যুদ্ধ-২", "মুক্তি যুদ্ধ নিয়ে বই"),
    article("মুক্তি", "মুক্তি পেলেন বন্দি"),
    article("মার্চ", "৭ মার্চ ভাষণ"),
    article("সাতই", "সাতই মার্চের ভাষণ"),
    article("march", "on 7 March he spoke"),
    article("নয়", "মার্চ মাসে ৭ জন ভাষণ দেন"),
    article("শতাংশ", "৫০ শতাংশ ভোট"),
    article("জরিমানা", "১০ লাখ টাকা জরিমানা"),
    article("জোড়া", "১০টি ছবি, লাখ দর্শক, টাকা নেই"),
    article("পঞ্চাশ", "৫০ বছর আগে"),
    article("রাষ্ট্রপতি", "রাষ্ট্রপতি এলেন"),
    article("প্রেসিডেন্ট", "প্রেসিডেন্ট এলেন"),
    article("লীগ", "আওয়ামী লীগ সভা"),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over the articles of this module."""
    with Engine(reader_of(ARTICLES)) as engine:
        yield engine


def found(engine: Engine, text: str) -> set[str]:
    """The ids of all hits of a query."""
    return {hit.id for hit in engine.search(text, limit=30).hits}


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("মুক্তি যুদ্ধ", "মুক্তিযুদ্ধ"),
        ("৭ মার্চ", "সাতই মার্চ"),
        ("৭ই মার্চ", "7 march"),
        ("৫০%", "শতকরা পঞ্চাশ"),
        ("১০ লাখ টাকা", "10 lakh taka"),
    ],
)
def test_equal_queries_have_equal_pages(engine: Engine, query: str, other: str) -> None:
    """Joined or apart, in digits or letters of either script or in words: hits and scores are the same."""
    assert engine.rank(query, limit=30) == engine.rank(other, limit=30) != []


def test_a_compound_is_found_and_marked_both_ways(engine: Engine) -> None:
    """A compound's parts apart are no hit; adjacent, both are marked as one word of the query."""
    page = engine.search("মুক্তি যুদ্ধ", limit=30)
    texts = {hit.id: hit for hit in page.hits}
    assert texts.keys() == {*(f"মুক্তিযুদ্ধ-{n}" for n in range(6)), "মুক্তি-যুদ্ধ", "মুক্তি-যুদ্ধ-২"}
    apart = texts["মুক্তি-যুদ্ধ"]
    assert [apart.snippet.text[mark.start : mark.end] for mark in apart.snippet.matches] == ["মুক্তি", "যুদ্ধের"]
    assert apart.layers == {"মুক্তি যুদ্ধ": "exact"}
    assert texts["মুক্তিযুদ্ধ-0"].snippet.matches == (Match(0, 11, "exact"),)


def test_a_date_is_not_satisfied_by_its_number_and_its_month(engine: Engine) -> None:
    """মার্চ মাসে ৭ জন does not contain the date."""
    assert found(engine, "৭ই মার্চ") == {"মার্চ", "সাতই", "march"}


def test_a_usual_spelling_among_many_words_finds_no_other() -> None:
    """In a short query both spellings are one concept; in a longer one articles count by their spelling."""
    articles = [
        *[article(f"ক্যান্সার-{n}", "ক্যান্সার রোগ") for n in range(2)],
        *[article(f"ক্যানসার-{n}", "ক্যানসার রোগ") for n in range(3)],
    ]
    with Engine(reader_of(articles)) as engine:
        assert found(engine, "ক্যান্সার") == {article.id for article in articles}
        (concept,) = [
            understood
            for understood in engine.understand("ধূমপান থেকে ফুসফুসে ক্যান্সার")
            if "ক্যান্সার" in understood.typed
        ]
        assert [writing.text for writing in concept.writings] == ["ক্যান্সার"]


def test_a_rare_spelling_among_many_words_finds_the_usual_one() -> None:
    """Hardly any article has the typed spelling."""
    articles = [article("ক্যান্সার", "ক্যান্সার"), *[article(f"{n}", "ক্যানসার") for n in range(3)]]
    with Engine(reader_of(articles)) as engine:
        (concept,) = [
            understood
            for understood in engine.understand("ধূমপান থেকে ফুসফুসে ক্যান্সার")
            if "ক্যান্সার" in understood.typed
        ]
        assert [writing.text for writing in concept.writings] == ["ক্যান্সার", "ক্যানসার"]


SHARES = [
    *[article(f"শেয়ারবাজার-{n}", "শেয়ারবাজারে ধস") for n in range(5)],
    *[article(f"শেয়ার-{n}", "শেয়ার বাজার চাঙা") for n in range(2)],
    article("পুঁজিবাজার", "পুঁজিবাজারে আস্থা"),
    *[article(f"হাইকোর্ট-{n}", "হাইকোর্টের রায়") for n in range(5)],
    *[article(f"কোর্ট-{n}", "হাই কোর্ট বলেছে হাই কোর্ট") for n in range(2)],
    article("আওয়ামী", "awamileague আওয়ামী লীগ সভা"),
    article("আলীগ", "আ.লীগ সভা"),
    *[article(f"নদীভাঙন-{n}", "নদীভাঙন রোধ") for n in range(5)],
    *[article(f"ভাঙন-{n}", "নদী ভাঙন রোধ") for n in range(2)],
    article("ভাঙ্গন", "নদী ভাঙ্গন রোধ"),
]


@pytest.fixture(scope="module")
def shares() -> Iterator[Engine]:
    """An engine over concepts with several names, written as one word or two."""
    with Engine(reader_of(SHARES)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("apart", "together"),
    [("শেয়ার বাজার", "শেয়ারবাজার"), ("হাই কোর্ট", "হাইকোর্ট"), ("নদী ভাঙন", "নদীভাঙন")],
)
def test_what_a_table_has_is_found_together_and_apart(shares: Engine, apart: str, together: str) -> None:
    """Both writings also find all synonyms of the concept."""
    assert shares.rank(apart, limit=30) == shares.rank(together, limit=30)
    assert {id_.partition("-")[0] for id_, _ in shares.rank(apart, limit=30)} in (
        {"শেয়ারবাজার", "শেয়ার", "পুঁজিবাজার"},
        {"হাইকোর্ট", "কোর্ট"},
        {"নদীভাঙন", "ভাঙন", "ভাঙ্গন"},
    )


METRO = [
    *[article(f"সংবাদ-{n}", f"শহরে {n} মেট্রোরেল চলে যাত্রীরা খুশি") for n in range(5)],
    *[article(f"পথ-{n}", f"শহরে {n} মেট্রো রেল চলে যাত্রীরা খুশি") for n in range(2)],
]


@pytest.mark.parametrize("query", ["মেট্রোরেল", "মেট্রো রেল", "metro rail"])
def test_neither_way_of_writing_a_compound_counts_more(query: str) -> None:
    """An article that writes it as two words also has its parts, which must not count in addition."""
    with Engine(reader_of(METRO)) as engine:
        scores = [score for _, score in engine.rank(query, limit=30)]
    assert len(scores) == 7
    assert max(scores) < 1.2 * min(scores), "a little, for one text is a word longer"


@pytest.mark.parametrize("query", ["হাই কোর্ট", "হাইকোর্ট", "শেয়ার বাজার", "নদীভাঙন"])
def test_no_variant_of_a_concept_comes_twice(shares: Engine, query: str) -> None:
    """A variant known from a table and from the articles counts once."""
    texts = [writing.text for writing in shares.understand(query)[0].writings]
    assert len(texts) == len(set(texts)) > 1


def test_a_name_that_was_typed_as_one_word_has_its_synonyms(shares: Engine) -> None:
    """*awamileague* finds আ.লীগ as *awami league* does."""
    assert found(shares, "awamileague") == {"আওয়ামী", "আলীগ"}


def test_a_bare_number_is_no_percentage(engine: Engine) -> None:
    """The bare number is found only where no article has the percentage."""
    assert found(engine, "৫০%") == {"শতাংশ"}


def test_synonyms_are_found_below_and_marked_as_such(engine: Engine) -> None:
    """The typed word comes first; the layer of the other match is synonym."""
    page = engine.search("রাষ্ট্রপতি")
    assert [(hit.id, hit.layers) for hit in page.hits] == [
        ("রাষ্ট্রপতি", {"রাষ্ট্রপতি": "exact"}),
        ("প্রেসিডেন্ট", {"রাষ্ট্রপতি": "synonym"}),
    ]
    assert page.hits[1].snippet.matches == (Match(0, 11, "synonym"),)


@pytest.mark.parametrize("others", ["", " ভাষণ দেন বন্দি"])
def test_a_synonym_is_one_in_a_long_query_too(engine: Engine, others: str) -> None:
    """A long query only drops other spellings, since the typed one shows which articles are meant."""
    word = engine.understand(f"রাষ্ট্রপতি{others}")[0]
    assert [writing.text for writing in word.writings] == ["রাষ্ট্রপতি", "প্রেসিডেন্ট"]


def test_an_abbreviation_finds_the_name_in_full(engine: Engine) -> None:
    """আ.লীগ is one concept, and its letters are none."""
    assert found(engine, "আ.লীগ") == {"লীগ"}


def test_literal_searches_take_words_as_typed(engine: Engine) -> None:
    """Literal words are neither joined nor replaced."""
    assert engine.search("রাষ্ট্রপতি", literal=True).total == 1


def test_a_page_says_what_is_missing(engine: Engine) -> None:
    """The page counts articles with all words and lists each hit's missing words, except function words."""
    page = engine.search("মুক্তি এবং বন্দি")
    assert page.total_all == 1
    assert {hit.id: hit.missing for hit in page.hits}["মুক্তি"] == ()
    assert {hit.missing for hit in page.hits if hit.id != "মুক্তি"} == {("বন্দি",)}
    assert page.to_dict()["total_all"] == 1
    assert page.to_dict()["hits"][-1]["missing"] == ["বন্দি"]


def test_an_operator_demands_a_concept_in_any_of_its_variants(engine: Engine) -> None:
    """+মুক্তিযুদ্ধ matches the two adjacent words, and -মুক্তিযুদ্ধ excludes them."""
    assert engine.search("+মুক্তিযুদ্ধ বই").total == 8
    assert found(engine, "মুক্তি -মুক্তিযুদ্ধ") == {"মুক্তি"}


def test_quoted_words_are_as_typed(engine: Engine) -> None:
    """A quotation matches these words adjacent and as typed."""
    assert found(engine, '"মুক্তি যুদ্ধ"') == {"মুক্তি-যুদ্ধ", "মুক্তি-যুদ্ধ-২"}


def test_a_reading_by_which_an_article_is_found_is_named() -> None:
    """The page shows বোরো for *boro*; the hit with বড় and the page name that reading too."""
    texts = ("বড় জমিতে ধান", "বোরো ধান", "খেত", "কৃষক", *(f"বড় শহর {n}" for n in "কখগঘঙচ"))
    with Engine.of([Article(str(at), text, text) for at, text in enumerate(texts)]) as engine:
        page = engine.search("dhan khet boro krishok")
    read = next(reading for reading in page.readings if reading.typed == "boro")
    assert read.word == "বোরো"
    found = {hit.title: hit.read_as for hit in page.hits}
    assert found["বড় জমিতে ধান"] == {"boro": ("বড়",)}
    assert found["বোরো ধান"] == {}
    assert {"বড়"} <= {*read.also}


def test_an_english_sentence_finds_nothing_by_sound_that_is_another_word() -> None:
    """Meanings from a table are kept, and so is the English word in Bengali letters."""
    texts = ("পেঁয়াজ ইউনিয়ন", "দাম", "প্রাইস", "বৃদ্ধি", "ঢাকা", "দেখা", *(f"পেঁয়াজ দাম {n}" for n in "কখগঘঙ"))
    with Engine.of([Article(str(at), text, text) for at, text in enumerate(texts)]) as engine:
        page = engine.search("price of onion rises in dhaka")
        assert "দেখা" not in {hit.title for hit in page.hits}
        assert {"প্রাইস", "বৃদ্ধি", "ঢাকা"} <= {hit.title for hit in page.hits}
    assert [reading.also for reading in page.readings if reading.typed == "onion"] == [()]


def test_a_concept_is_named_as_read_if_a_word_of_it_is_of_a_longer_reading() -> None:
    """দাম is the second word of what *dollar price* was read as, so that it is not named beside *rising*."""
    texts = ["ডলারের দাম বাড়ছে", "ডলারের দাম কত", "দাম বাড়ছে চালের"] * 3
    with Engine.of([Article(str(n), text, text) for n, text in enumerate(texts)]) as engine:
        named = dict(engine.search("why is dollar price rising").counts)
        typed = dict(engine.search("dam barche chaler").counts)
    assert "দাম বাড়ছে" in named
    assert "dam barche" in typed
