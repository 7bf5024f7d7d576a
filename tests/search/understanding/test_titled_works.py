"""A title typed with the kind of work finds that work, although its text seldom names the kind."""

from collections.abc import Iterator

import pytest

from onneshon.index import Article
from onneshon.search import Engine
from onneshon.search.query.tree import Hint
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.alternatives import side_by_side
from onneshon.search.understanding.synonyms import shipped_synonyms

ARTICLES = [
    Article("you", "তুমি", "নদীর ধারে মেঘ"),
    Article("I", "আমি", "পাহাড়ে বৃষ্টি"),
    Article("where", "কোথায় তুমি", "ধানের খেতে রোদ"),
    Article("last", "শেষের কবিতা", "শিলং পাহাড়ের পথ"),
    Article("mine", "আমার", "ঘরের কথা"),
    Article("whose", "কোথায় আমার", "পথের ধুলো"),
    Article("small", "ছোট", "পুকুরে হাঁস"),
    Article("night", "রাত", "তারার আলো"),
    Article("night's", "রাত কবিতা পড়ে", "অন্ধকার ঘরে"),
    *(Article(f"x{n}", f"লেখা {n}", "আমার কবিতা আর কবিতা। তুমি আছ। আমি আছি। কোথায় আমার ঘর") for n in range(9)),
    *(Article(f"y{n}", f"বই {n}", "ছোট গল্প পড়ি, গল্প, গল্পের উপন্যাস") for n in range(9)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over some works, and more articles that mention such kinds of works."""
    with Engine.of(ARTICLES) as opened:
        yield opened


def _has_hint(engine: Engine, query: str) -> bool:
    """Whether a word of the query is only a hint."""
    with engine._searchers.acquire() as state:
        parsed = state.reader.read(query, shipped_synonyms(), TimeBudget(), literal=False, strict=False)
    return parsed.query is not None and any(isinstance(word, Hint) for word in side_by_side(parsed.query))


@pytest.mark.parametrize(
    ("query", "title", "first"),
    [
        ("তুমি কবিতা", "তুমি", "you"),
        ("কবিতা তুমি", "তুমি", "you"),
        ("আমি কবিতা", "আমি", "I"),
        ("tumi kobita", "তুমি", "you"),
        ("কোথায় তুমি কবিতা", "কোথায় তুমি", "where"),
        ("কোথায় আমার কবিতা", "কোথায় আমার", "whose"),
        ("শেষের কবিতা উপন্যাস", "শেষের কবিতা", "last"),
        ("উপন্যাস শেষের কবিতা", "শেষের কবিতা", "last"),
    ],
)
def test_a_title_beside_a_word_for_works_finds_what_is_called_so(
    engine: Engine, query: str, title: str, first: str
) -> None:
    """The title comes first, as if typed alone, even if all are function words; no word is missing."""
    page = engine.search(query, explain=True)
    hit = page.hits[0]
    assert (hit.id, hit.missing, page.total) == (first, (), engine.search(title).total)
    assert hit.explanation is not None
    assert hit.score == pytest.approx(sum(part.score for part in hit.explanation.parts), abs=1e-4)
    assert _has_hint(engine, query)


def test_of_articles_alike_in_all_else_that_comes_first_which_says_what_it_is() -> None:
    """The word for the kind of work is a hint."""
    bodies = {"a": "নদীর ধারে মেঘ", "b": "নদীর কবিতা মেঘ"}
    with Engine.of([Article(name, "তুমি", body) for name, body in bodies.items()]) as engine:
        assert engine.rank("তুমি কবিতা")[0][0] == "b"


@pytest.mark.parametrize(
    "query",
    [
        "আমার কবিতা",  # articles have this phrase
        "রাত কবিতা",  # the beginning of a title
        "শেষের কবিতা",  # a title
        "তুমি কবিতার",
        "তুমি গানে",
        "তোমরা কবিতা",  # no title
        "ছোট গল্প",
        "তুমি AND কবিতা",
        "কবিতা",
    ],
)
def test_any_other_query_asks_for_the_word_too(engine: Engine, query: str) -> None:
    """A phrase of articles is meant as such, and so is the continuation of a title."""
    assert not _has_hint(engine, query)


def test_an_index_without_suggestions_knows_no_titles(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the list of titles such a query is searched for as typed."""
    with engine._searchers.acquire() as state:
        monkeypatch.setattr(state.index, "completion", None)
    assert not _has_hint(engine, "কোথায় তুমি কবিতা")
