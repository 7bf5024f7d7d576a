"""A query for works on a subject is a search for the subject: মাকে নিয়ে কবিতা is a search for মা."""

from collections.abc import Iterator

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.search.understanding.latin_sentences import without_requests
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.works import about, asked_about

ARTICLES = [
    Article("mother", "মা", "মায়ের মুখ মনে পড়ে, মা আমার"),
    Article("aunt", "মাসি", "মায়ের বোন, কবিতা পড়েন"),
    Article("rain", "বৃষ্টি", "বৃষ্টি পড়ে টাপুর টুপুর"),
    Article("latin", "Anadolu", "Anadolu is a word, and information about about it is information"),
    *(
        Article(f"z{n}", f"Data {n}", "some information about this and information about that")
        for n in range(3)
    ),
    Article("river", "পদ্মা নদী", "পদ্মা বাংলাদেশের নদী"),
    *(Article(f"x{n}", f"কবিতা {n}", "কবিতা লেখা নিয়ে কথা। কবিতা আর কবিতা। জানতে চাই, বলো") for n in range(9)),
    *(Article(f"y{n}", f"নতুন {n}", "পাহাড়ের পথ, মানুষের গল্প") for n in range(9)),
]


def nowhere(text: str) -> bool:
    """Answer for articles that contain no text."""
    assert text
    return False


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over a few articles on the subjects, and more about poems and other works."""
    with Engine.of(ARTICLES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("মাকে নিয়ে কবিতা", "mother"),
        ("মা নিয়ে লেখা কবিতা", "mother"),
        ("ma niye kobita", "mother"),
        ("poem about rain", "rain"),
        ("rain niye kobita", "rain"),
        ("পদ্মা নদী সম্পর্কে জানতে চাই", "river"),
        ("আমাকে পদ্মা নদী সম্পর্কে কিছু বলো", "river"),
        ("padma nodi somporke bolo", "river"),
        ("tell me about padma", "river"),
        ("where is padma located", "river"),
    ],
)
def test_the_subject_is_found_before_what_says_what_is_wanted(engine: Engine, query: str, first: str) -> None:
    """The request may have any wording, in Bengali or Latin letters."""
    assert engine.search(query).hits[0].id == first


def test_words_that_only_ask_add_nothing(engine: Engine) -> None:
    """The page is that of a search for the subject alone."""
    for query in ("পদ্মা নদী সম্পর্কে জানতে চাই", "tell me about padma nodi"):
        assert engine.rank(query) == engine.rank("পদ্মা নদী") != []


def test_a_latin_word_that_nothing_is_read_for_is_asked_for_alone(engine: Engine) -> None:
    """A Latin word without a reading is searched for as typed, without the request words."""
    assert engine.rank("information about anadolu") == engine.rank("anadolu") != []
    assert len(engine.rank("information about")) > 1


@pytest.mark.parametrize(
    ("text", "place", "subject"),
    [
        ("মাকে নিয়ে কবিতা", -1, "মা"),
        ("রবীন্দ্রনাথের উপন্যাস সম্পর্কে লেখা প্রবন্ধ", -1, "রবীন্দ্রনাথের উপন্যাস"),
        ("ঢাকা এর ব্যাপারে লেখা", -1, "ঢাকা"),
        ("বৃষ্টির কবিতা", -1, ""),
        ("নিয়ে কবিতা", -1, ""),
        ("তাকে নিয়ে কবিতা", -1, ""),
        ("কবিতা লেখা", -1, ""),
        ("কবিতা বৃষ্টি", 0, "বৃষ্টি"),
    ],
)
def test_what_works_are_about_stands_before_them(text: str, place: int, subject: str) -> None:
    """The subject is in the nominative; a pronoun is no subject."""
    assert about(text, "poem about rain", place, nowhere) == subject


def test_works_stand_before_their_subject_in_english_alone() -> None:
    """কবিতা বৃষ্টি does not say how the two are related; a phrase that articles have is searched as it is."""
    assert about("কবিতা বৃষ্টি", "কবিতা বৃষ্টি", 0, nowhere) == ""
    assert about("মাকে নিয়ে কবিতা", "", -1, lambda text: text == "মাকে নিয়ে কবিতা") == ""


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("সুন্দরবন সম্পর্কে বলো", "সুন্দরবন"),
        ("আমাকে সুন্দরবনের বাঘ সম্বন্ধে বিস্তারিত জানান", "সুন্দরবনের বাঘ"),
        ("পদ্মা নদী নিয়ে তথ্য চাই", "পদ্মা নদী"),
        ("সুন্দরবন সম্পর্কে", ""),
        ("সে কী বলো", ""),
        ("সম্পর্কে জানতে চাই", ""),
        ("জানতে চাই", ""),
        ("তার সম্পর্কে বলো", ""),
        ("তথ্য চাই", ""),
    ],
)
def test_tell_me_about_asks_for_the_subject(text: str, subject: str) -> None:
    """A request is dropped only if the words name a subject."""
    assert asked_about(text) == subject


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("tell me about anas", "anas"),
        ("please give me some information about dengue fever", "dengue fever"),
        ("what do you know about shakib", "shakib"),
        ("i want to know more about the padma", "the padma"),
        ("latest news on corona", "corona"),
        ("where is the sundarbans located", "where is the sundarbans"),
        ("located where", "located where"),
        ("tell me about it", "tell me about it"),
        ("tell me a story", "tell me a story"),
        ("about love", "about love"),
        ("show me the money", "show me the money"),
        ("mango news", "mango news"),
        ("where is located", "where is located"),
        ("located", "located"),
    ],
)
def test_words_that_ask_in_english_are_ignored(query: str, subject: str) -> None:
    """English request words are dropped if the words name a subject; all spans are returned in order."""
    spans = [LatinSpan(at, at + 1, word) for at, word in enumerate(query.split())]
    before, asked, after = without_requests(spans)
    assert " ".join(span.typed for span in asked) == subject
    assert [span.first for span in (*before, *asked, *after)] == list(range(len(spans)))
    assert all(span.dropped for span in (*before, *after))
