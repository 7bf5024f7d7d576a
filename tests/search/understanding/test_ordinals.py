"""Ordinals with their nouns: দশম শ্রেণি is ১০ম শ্রেণি, but three days are not the third day."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.engine.local_engine import Engine
from onneshon.search.query.tree import Phrase, Query, Term
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.evidence import END
from onneshon.search.retrieval.term_scorer import TermScorer
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.ordinals import NUMBERED, NUMBERED_BARE, Ordinal, find_ordinals
from onneshon.search.understanding.synonyms import Synonyms, parse_synonyms
from onneshon.search.understanding.unit_queries import UnitQueries
from tests.fakes import article, collection_of, reader_of

OTHERS = [article(f"other{at}", "নদীর জল") for at in range(20)]


def ordinals(text: str) -> list[Ordinal]:
    """The ordinals of a text."""
    return list(find_ordinals(text, analyze(text)))


def first(engine: Engine, query: str, count: int) -> set[str]:
    """The ids of the first ``count`` hits of a query."""
    return {hit.id for hit in engine.search(query, limit=count).hits}


@pytest.mark.parametrize(
    ("text", "span", "least"),
    [
        ("১০ম শ্রেণি", (0, 1), 0),
        ("১০ ম শ্রেণী", (0, 2), 0),
        ("10th শ্রেণি", (0, 2), 0),
        ("দশম শ্রেণির ছাত্র", (0, 1), NUMBERED),
        ("দশ শ্রেণি", (0, 1), NUMBERED_BARE),
        ("২০ শতক", (0, 1), NUMBERED_BARE),
        ("২১শে পদক", (0, 1), 0),
        ("class 8", (0, 2), 0),
        ("ক্লাস টেনের ছাত্রী", (0, 2), 0),
        ("সেভেন ক্লাস", (0, 2), 0),
        ("পর্ব ২", (0, 2), 0),
        ("part 2", (0, 2), 0),
        ("chapter ৩", (0, 2), 0),
    ],
)
def test_what_an_ordinal_numbers_stands_beside_it(text: str, span: tuple[int, int], least: int) -> None:
    """Typed ordinals are ordinals; for cardinals the articles decide."""
    (ordinal,) = ordinals(text)
    assert ((ordinal.start, ordinal.end), ordinal.least) == (span, least)
    assert ordinal.within == (span[1] == 2 and analyze(text)[0].exact != "10")


@pytest.mark.parametrize(
    "text",
    [
        "১০ম",
        "১০ম এবং",
        "১৬ ডিসেম্বর",
        "তিনজন ছাত্র",
        "কোভিড-১৯ টিকা",
        "১০ হাজার টাকা",
        "২.৫ লাখ",
        "১০ম class",
        "ক্লাস ৩০০",
        "ক্লাস ১০ জন",
        "ক্লাস ২ হাজার",
        "টেন ঢাকা",
        "পর্ব টেন",
        "টেন পর্ব",
        "ক্লাস",
        "৫০ শতাংশ",
    ],
)
def test_other_numbers_number_nothing(text: str) -> None:
    """Numbers at the end, in dates, of people and sums are no ordinals, nor English ones but for classes."""
    assert all(ordinal.least == NUMBERED_BARE for ordinal in ordinals(text))


def test_a_class_has_its_other_names() -> None:
    """The number may be in either script, or in words of either language."""
    (ordinal,) = ordinals("১০ম শ্রেণি")
    assert [way.text for way in ordinal.words] == ["দশম"]
    assert [way.text for way in ordinal.beside] == [
        "10 শ্রেণি",
        "দশমশ্রেণি",
        "শ্রেণি 10",
        "শ্রেণি টেন",
        "ক্লাস 10",
        "ক্লাস টেন",
    ]
    assert {"দশম শ্রেণি", "10 শ্রেণি", "ক্লাস টেন"} <= {way.text for way in ordinal.together}


@pytest.mark.parametrize(
    "query", ["১০ম শ্রেণি", "দশম শ্রেণি", "১০ ম শ্রেণী", "10th class", "class 10", "class ten", "ক্লাস টেন"]
)
def test_an_ordinal_is_found_however_it_is_written(query: str) -> None:
    """The number ten of other things is not found."""
    wanted = [
        article("word", "দশম শ্রেণির মেধাবী ছাত্রী"),
        article("digits", "মেধাবী ১০ম শ্রেণির ছাত্রী"),
        article("english", "মেধাবী ছাত্রীটি ক্লাস টেনের"),
    ]
    ten = [article("ten", "শ্রেণির কথা, ১০ জন ছাত্রী, দশ দিন")]
    with Engine(reader_of([*wanted, *ten, *OTHERS])) as engine:
        assert first(engine, query, 3) == {"word", "digits", "english"}


@pytest.mark.parametrize(
    "query", ["নদীর গল্প পর্ব ২", "নদীর গল্প ২য় পর্ব", "nodir golpo part 2", "নদীর গল্প দ্বিতীয় পর্ব"]
)
def test_a_part_of_a_series_is_found_however_it_is_numbered(query: str) -> None:
    """That part comes before others of the series, and before articles with the number elsewhere."""
    wanted = [article("behind", "নদীর গল্প পর্ব ২"), article("before", "নদীর গল্প ২য় পর্ব")]
    wanted.append(article("word", "নদীর গল্প দ্বিতীয় পর্ব"))
    series = [article(f"part{at}", f"নদীর গল্প পর্ব {at}, ২ জন") for at in range(3, 9)]
    with Engine(reader_of([*wanted, *series, *OTHERS])) as engine:
        assert first(engine, query, 3) == {"behind", "before", "word"}


@pytest.mark.parametrize(
    ("text", "articles", "is_one"),
    [
        ("৩য় দিন", {"তিন দিন": 90}, True),
        ("তৃতীয় দিন", {"তৃতীয় দিন": 28, "তিন দিন": 248}, False),
        ("তৃতীয় শতক", {"তৃতীয় শতক": 20, "তিন শতক": 2}, True),
        ("তৃতীয় শতক", {"তৃতীয় শতক": 19, "তিন শতক": 2}, False),
        ("তৃতীয় শতক", {}, False),
        ("প্রথম বার", {"প্রথম বার": 90, "একবার": 10}, False),
        ("২ স্ত্রী", {"দ্বিতীয় স্ত্রী": 21, "দুই স্ত্রী": 2}, False),
        ("২ বর্ষ", {"দ্বিতীয় বর্ষ": 25, "দুই বর্ষ": 1}, True),
        ("দুই বর্ষ", {"দ্বিতীয় বর্ষ": 24, "দুই বর্ষ": 1}, False),
    ],
)
def test_articles_tell_what_is_numbered(text: str, articles: dict[str, int], is_one: bool) -> None:
    """Articles have তৃতীয় শতক and hardly তিন শতক, but তিন দিন more often than তৃতীয় দিন."""
    counts = {tuple(word.stem for word in analyze(words)): count for words, count in articles.items()}
    (ordinal,) = ordinals(text)
    assert ordinal.is_one(lambda words: counts.get(tuple(word.stem for word in words), 0)) is is_one


def test_what_articles_number_is_found_by_a_bare_number() -> None:
    """বিংশ শতক is found by ২০ শতক; the cardinal counts only next to its noun."""
    corpus = [
        article("word", "বিংশ শতকের কবি"),
        article("digits", "২০ শতকের কবি"),
        article("twenty", "২০ জন ও শতক"),
    ]
    with Engine(reader_of([*corpus, *OTHERS])) as engine:
        assert first(engine, "২০ শতক", 2) == {"word", "digits"}
        assert first(engine, "বিংশ শতক", 2) == {"word", "digits"}


@pytest.mark.parametrize(
    ("query", "spans"),
    [
        ("একাদশ আসর", [(0, 1)]),
        ("একাদশ ফল", []),
        ("প্রথম বার", []),
        ("দশম সারি", []),
        ("তৃতীয় বার", [(0, 1)]),
        ("১১ মার্চ দিন", [(0, 2)]),
        ("পাঁচ লাখ বর্ষ", [(0, 2)]),
        ("class ১১ বর্ষ", [(0, 2)]),
    ],
)
def test_entries_units_of_several_words_and_what_is_counted_as_one_word_are_no_ordinals(
    query: str, spans: list[tuple[int, int]]
) -> None:
    """একবার is once, so that প্রথম বার is not searched for as ১ বার; no article here has তিনবার."""
    texts = ["একাদশ আসর", "একাদশ ফল", "প্রথম বার", "একবার দেখি", "একবারের কথা", "তৃতীয় বার"]
    texts += ["১১তম আসর", "১১তম ফল", "১ বার", "৩য় বার", "দশম সারি"]
    collection = collection_of(reader_of([article(f"{at}", text) for at, text in enumerate(texts)]))
    compounds = Compounds(TermScorer(collection, DEFAULT_WEIGHTS))
    synonyms = Synonyms(parse_synonyms("একাদশ ফল, সেরা দল", "table"))
    units = UnitQueries(synonyms, compounds, Term.of).of(query, analyze(query))
    assert [(unit.start, unit.end) for unit in units] == spans


@pytest.mark.parametrize("query", ["5 km", "5km", "৫ km", "৫ কিলোমিটার"])
def test_signs_of_sizes_are_words_behind_digits(query: str) -> None:
    """After digits the signs of units are words, and no letters of a name."""
    corpus = [
        article("far", "৫ কিলোমিটার পথ"),
        article("short", "৫ কিমি পথ"),
        article("letters", "৫ জন, কেএম"),
    ]
    with Engine(reader_of([*corpus, *OTHERS])) as engine:
        assert first(engine, query, 2) == {"far", "short"}


class Expecting(TermScorer):
    """Counts of an index that answers only what was announced, as for a remote one."""

    expected: ClassVar[set[tuple[str, ...]]] = set()

    def expect(self, leaves: Iterable[Query]) -> None:
        """Record the queries that will be counted."""
        phrases = (leaf.words for leaf in leaves if isinstance(leaf, Phrase))
        self.expected.update(tuple(word.stem for word in words) for words in phrases)

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1) -> int:
        """Count words that were announced; others fail the test."""
        assert tuple(stems) in self.expected
        return super().count(stems, most, wanted)


def test_what_stands_beside_an_ordinal_is_counted_at_once() -> None:
    """A remote index is asked once."""
    collection = collection_of(reader_of([article("a", "দশম শ্রেণি, ১০ম শ্রেণি, প্রথম বার, তিন দিন"), *OTHERS]))
    units = UnitQueries(Synonyms(()), Compounds(Expecting(collection, DEFAULT_WEIGHTS)), Term.of)
    for query in ("দশম শ্রেণি প্রথম বার", "৩ দিন ২ বর্ষ", "class 10"):
        assert units.of(query, analyze(query))
