"""The engine's interface: pages, ranks, threads, generations, hostile queries."""

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given

from onneshon.index import Article, CorpusError
from onneshon.index.commands.main import main
from onneshon.index.indexer.builder import build
from onneshon.search import (
    ArticleNotFoundError,
    Engine,
    IndexCorruptError,
    IndexMissingError,
    IndexStateError,
    QueryError,
    ResultPage,
    SearchRequest,
    Snippet,
)
from onneshon.search.engine.generation import SearcherManager
from onneshon.search.engine.local_answering import LocalGeneration
from onneshon.search.query.parser import parse
from onneshon.search.request import DEEPEST
from onneshon.search.reranking.ranker import Ranker
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from tests.building import overwrite, write_corpus
from tests.fakes import FakeReader, article, reader_of
from tests.strategies import mixed_text

ARTICLES = [
    article("a", "বাংলাদেশের ইতিহাস ও সংস্কৃতি।", title="ইতিহাস", category="ইতিহাস", date=dt.date(2020, 1, 5)),
    article("b", "ঢাকা বিশ্ববিদ্যালয়ের ইতিহাস দীর্ঘ।", author="কাজী নজরুল ইসলাম", date=dt.date(2021, 3, 1)),
    article("c", "সাংহাই সহযোগিতা সংস্থার সদস্য দেশ।", category="বিশ্ব"),
    article("d", "", title="ঢাকার যানজট", category="বিশ্ব"),
]


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine over four articles."""
    with Engine(reader_of(ARTICLES)) as engine:
        yield engine


def ids(engine: Engine, text: str, **options: object) -> list[str]:
    """The ids of a page of hits."""
    return [hit.article.id for hit in engine.search(text, **options).hits]  # type: ignore[arg-type]


def test_a_page_says_all_a_reader_needs(engine: Engine) -> None:
    """A page has hits with marks and layers, the total, the time, and a form that is ready for JSON."""
    page = engine.search("বাংলাদেশ ইতিহাস", limit=1)
    assert (page.query, page.total, page.offset, page.limit, page.partial) == ("বাংলাদেশ ইতিহাস", 2, 0, 1, False)
    assert page.took_ms > 0
    assert page.total_is_exact
    (hit,) = page.hits
    assert hit.layers == {"বাংলাদেশ": "inflection", "ইতিহাস": "exact"}
    article = hit.article
    assert (hit.id, hit.title, hit.body, hit.date) == (article.id, article.title, article.body, article.date)
    assert (hit.category, hit.author, hit.url, hit.lang) == (
        article.category,
        article.author,
        article.url,
        article.lang,
    )
    assert hit.marked_title == Snippet("ইতিহাস", hit.marked_title.matches)
    assert dict(page.counts) == {"বাংলাদেশ": 1, "ইতিহাস": 2}
    assert json.loads(json.dumps(page.to_dict()))["hits"][0]["id"] == "a"


def test_rank_gives_the_order_of_search(engine: Engine) -> None:
    """Programs that want ids only get the same articles and scores."""
    page = engine.search("ঢাকা ইতিহাস")
    assert engine.rank("ঢাকা ইতিহাস") == [(hit.article.id, hit.score) for hit in page.hits]


def test_pages_follow_one_another(engine: Engine) -> None:
    """Two pages of one hit equal one page of two; beyond the last page there are no hits."""
    assert ids(engine, "ইতিহাস", limit=1) + ids(engine, "ইতিহাস", limit=1, offset=1) == ids(engine, "ইতিহাস")
    assert ids(engine, "ইতিহাস", offset=5) == []
    assert engine.search("ইতিহাস", limit=0).total == 2


def test_a_page_too_far_back_is_refused(engine: Engine) -> None:
    """Deep paging is refused: paging is for readers, who narrow their query instead."""
    with pytest.raises(QueryError) as caught:
        engine.search("ইতিহাস", offset=DEEPEST)
    assert (caught.value.kind, caught.value.limit) == ("far", DEEPEST)


def test_conditions_narrow_what_is_found(engine: Engine) -> None:
    """Category, author and days filter, with a query or without."""
    assert ids(engine, "ইতিহাস", category="ইতিহাস") == ["a"]
    assert ids(engine, "ইতিহাস", author="কাজী নজরুল ইসলাম") == ["b"]
    assert ids(engine, "ইতিহাস লেখক:নজরুল") == ["b"]
    assert ids(engine, "ইতিহাস", since=dt.date(2021, 1, 1)) == ["b"]
    assert ids(engine, "ইতিহাস", until=dt.date(2020, 1, 5)) == ["a"]
    assert ids(engine, "", category="বিশ্ব") == ["c", "d"]


def test_an_article_without_a_body_is_found_by_its_title(engine: Engine) -> None:
    """An article with a title only is found, with an empty snippet."""
    (hit,) = engine.search("যানজট").hits
    assert hit.snippet == Snippet("")
    assert [hit.marked_title.text[m.start : m.end] for m in hit.marked_title.matches] == ["যানজট"]


def test_an_article_and_its_marks_are_had_by_id(engine: Engine) -> None:
    """Whole texts come with the marks of a query; a query that cannot be parsed marks nothing."""
    assert engine.article("a").title == "ইতিহাস"
    found = engine.marked("a", "ইতিহাস")
    title, body = found.title, found.body
    assert (len(title.matches), len(body.matches)) == (1, 1)
    assert engine.marked("a", "(" * 50).body == Snippet(ARTICLES[0].body)
    for asked in (engine.article, lambda name: engine.marked(name, "ইতিহাস")):
        with pytest.raises(ArticleNotFoundError):
            asked("none")


def test_nothing_found_says_how_often_each_word_occurs(engine: Engine) -> None:
    """A phrase that is not found is reported along with the document frequencies of its words."""
    page = engine.search('"ঢাকা ইতিহাস"', strict=True)
    assert page.total == 0
    assert dict(page.counts) == {"“ঢাকা ইতিহাস”": 0, "ঢাকা": 2, "ইতিহাস": 2}


HOSTILE = {
    "": [],
    " ": [],
    "\x00\x01\x1b[31m": [],
    "\u202eঢাকা\u202c": ["b", "d"],
    "\ud800": [],
    "ঢাকা\udfff": ["b", "d"],
    "(" * 8: [],
    '"' * 400: [],
    "-" * 500: [],
    "ঢাকা*" * 90: [],  # a phrase of ninety words, which no article contains
    "ঢাকা* " * 80: ["b", "d"],
}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_query_is_a_traceback(engine: Engine, text: str) -> None:
    """Any text gives a page: what can be parsed of it is searched for."""
    page = engine.search(text)
    assert [hit.id for hit in page.hits] == HOSTILE[text]
    json.dumps(page.to_dict())


@pytest.mark.parametrize(
    ("text", "kind", "limit"),
    [("ক" * 100_000, "long", 512), ("(" * 50 + "ক" + ")" * 50, "deep", 8), ("NOT " * 200, "long", 512)],
    ids=["100 kB", "deep", "long"],
)
def test_what_is_too_much_is_a_query_error(engine: Engine, text: str, kind: str, limit: int) -> None:
    """Excessive length and depth raise an error at once, with a kind and a limit to tell them apart."""
    with pytest.raises(QueryError) as caught:
        engine.search(text)
    assert (caught.value.kind, caught.value.limit) == (kind, limit)


@given(mixed_text)
def test_any_text_may_be_searched_for(text: str) -> None:
    """An article made of random text is found by its first words, unless these have nothing to search for."""
    words = "\n".join(text.split()[:3]).translate(dict.fromkeys(map(ord, '()"“”*+-:~')))[:200]
    with Engine(reader_of([article("x", words), *ARTICLES])) as engine:
        page = engine.search(words, literal=True)
        assert ("x" in [hit.id for hit in page.hits]) == bool(parse(words).query)
        assert page.total >= len(page.hits)


@pytest.mark.slow
@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_many_threads_get_what_one_gets() -> None:
    """Sixteen threads on one engine get the answers of one thread, without a failure."""
    corpus = [
        article(f"{n:03}", f"ঢাকা {'নদী ' * (n % 7)}{'মেলা ' * (n % 5)}{'বই ' * (n % 3)}শহর{n % 11}")
        for n in range(300)
    ]
    words = ["ঢাকা", "নদী মেলা", '"ঢাকা নদী"', "+বই -মেলা", "শহ*", "নদী বই মেলা ঢাকা", "শহর৭"]
    queries = words * 20
    with Engine(reader_of(corpus[:120], corpus[120:]), time_limit=None) as alone:
        expected = [alone.rank(text) for text in queries]
    with (
        Engine(reader_of(corpus[:120], corpus[120:]), time_limit=None) as shared,
        ThreadPoolExecutor(16) as pool,
    ):
        answers = list(pool.map(lambda _: [shared.rank(text) for text in queries], range(16)))
    assert all(answer == expected for answer in answers)


def test_a_closed_engine_says_so_and_closes_its_index_once_unused() -> None:
    """A search under way keeps the files open; a later search fails because the engine is closed."""
    reader = reader_of(ARTICLES)
    engine = Engine(reader)
    engine.close()
    assert reader.closed
    engine.close()
    with pytest.raises(IndexStateError):
        engine.search("ঢাকা")


def test_a_replaced_index_stays_open_for_its_users() -> None:
    """The old generation is closed by the last search that uses it."""
    old, new = reader_of(ARTICLES), reader_of(ARTICLES)
    shelf = SearcherManager(LocalGeneration(old, DEFAULT_WEIGHTS))
    entered, leave = Event(), Event()

    def use() -> None:
        with shelf.acquire():
            entered.set()
            leave.wait(10)

    user = Thread(target=use)
    user.start()
    entered.wait(10)
    shelf.replace(LocalGeneration(new, DEFAULT_WEIGHTS))
    assert not old.closed
    leave.set()
    user.join()
    assert old.closed
    assert not new.closed


def test_there_must_be_an_index(tmp_path: Path) -> None:
    """Opening a folder without one says that it is missing."""
    with pytest.raises(IndexMissingError):
        Engine.open(tmp_path)


def test_an_engine_in_memory_has_nothing_to_reload(engine: Engine) -> None:
    """Without a directory there are no newer generations."""
    assert not engine.reload()


def test_articles_in_hand_are_searched_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine built from articles returns their texts and leaves no temporary files once it is open."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Engine.of(article for article in ARTICLES) as engine:
        assert not list(tmp_path.iterdir())
        assert ids(engine, "ইতিহাস") == ["a", "b"]
        assert engine.article("b") == ARTICLES[1]
        assert engine.search("itihas").hits  # the vocabulary too is mapped whole
        assert not engine.reload()


def test_a_bad_article_in_hand_is_named_or_left_out() -> None:
    """The error names the article's number and the fault; with ``strict=False`` the article is left out."""
    articles = [ARTICLES[0], ARTICLES[0], ARTICLES[1]]
    with pytest.raises(CorpusError, match=r"article 2: the id 'a' is that of an earlier"):
        Engine.of(articles)
    with Engine.of(articles, strict=False) as engine:
        assert engine.count == 2


def test_a_newer_generation_is_moved_to(tmp_path: Path) -> None:
    """After a new build the engine answers from the old generation until it is told to reload."""

    def build(body: str) -> None:
        source = tmp_path / "articles.jsonl"
        source.write_text(json.dumps({"id": "x", "title": "", "body": body}), encoding="utf-8")
        command = ["index", "build", str(source), "--index", str(tmp_path / "index")]
        assert CliRunner().invoke(main, command).exit_code == 0

    build("পুরনো কথা")
    with Engine.open(tmp_path / "index") as engine:
        assert not engine.reload()
        build("নতুন কথা")
        assert engine.search("নতুন").total == 0
        assert engine.reload()
        assert engine.search("নতুন").total == 1


def test_latin_letters_are_read_as_bengali_unless_taken_literally(sample_engine: Engine) -> None:
    """The page says how a Latin word was read; with ``literal`` the Latin word itself is searched for."""
    page = sample_engine.search("bangladesh")
    assert page.understanding is not None
    assert page.understanding.original == "bangladesh"
    assert page.understanding.understood == "বাংলাদেশ"
    assert page.hits
    assert set(page.hits[0].layers.values()) == {"sound"}
    literal = sample_engine.search("bangladesh", literal=True)
    assert (literal.understanding, literal.total) == (None, 0)


def test_an_article_is_marked_as_it_was_searched_for(sample_engine: Engine) -> None:
    """A word that matches by sound is marked, unless the search was literal."""
    found = sample_engine.search("bangladesh", limit=1).hits[0].article.id
    marks = sample_engine.marked(found, "bangladesh")
    assert marks.title.matches + marks.body.matches
    marks = sample_engine.marked(found, "bangladesh", literal=True)
    assert marks.title.matches + marks.body.matches == ()


def test_a_misspelt_word_is_offered_in_other_spellings(sample_engine: Engine) -> None:
    """A search with few hits offers other spellings, but does not search for them."""
    page = sample_engine.search("বাঙলদেস")
    assert page.total == 0
    assert "বাংলাদেশ" in page.suggestions
    assert sample_engine.search("বাংলাদেশ").suggestions == ()


def test_a_latin_word_is_searched_in_both_scripts(tmp_path: Path) -> None:
    """Articles with the Latin word are found along with Bengali ones, or alone with ``literal``."""
    texts = ["বাংলাদেশ আমার দেশ"] * 200 + ["Bangladesh is my country"] * 5
    corpus = write_corpus(
        tmp_path / "corpus.jsonl", [{"id": str(number), "body": text} for number, text in enumerate(texts)]
    )
    build([corpus], tmp_path / "index")
    with Engine.open(tmp_path / "index") as engine:
        page = engine.search("Bangladesh")
        assert (page.total, page.suggestions) == (205, ())
        assert page.understanding
        assert page.understanding.understood == "বাংলাদেশ"
        assert engine.search("Bangladesh", literal=True).total == 5
        assert engine.search("=Bangladesh").total == 5


def test_real_articles_are_found_with_real_files(sample_engine: Engine) -> None:
    """An index on disk answers counts, phrases, prefixes, filters and marks as one in memory does."""
    assert sample_engine.count >= 60
    for text in ('"ভাষা আন্দোলন"', "মুক্তি*", "শিরোনাম:ঢাকা OR নদী", "+বাংলাদেশ -ক্রিকেট"):
        page = sample_engine.search(text)
        assert page.total >= len(page.hits)
        assert page.hits
        assert all(hit.snippet.matches or hit.marked_title.matches for hit in page.hits)


@pytest.mark.usefixtures("beyond_parity")
def test_damage_is_named_and_a_fault_of_the_program_is_not_damage(
    tmp_path: Path, sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed search the files are verified; if they are sound, the original exception is raised."""
    directory = tmp_path / "index"
    shutil.copytree(sample_index, directory)

    def broken(*_args: object, **_options: object) -> None:
        raise IndexError("out of range")

    with Engine.open(directory) as engine:
        monkeypatch.setattr(Ranker, "run", broken)
        with pytest.raises(IndexError):
            engine.search("নদী")
    largest = max((path for path in directory.rglob("*") if path.is_file()), key=lambda p: p.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    overwrite(largest, bytes(content))
    with Engine.open(directory) as engine:
        for ask in (engine.search, engine.rank):
            with pytest.raises(IndexCorruptError, match=largest.name):
                ask("নদী")


@pytest.mark.parametrize("reader", [reader_of(), reader_of([])], ids=["no segments", "empty segment"])
def test_an_empty_index_answers(reader: FakeReader) -> None:
    """An empty index finds nothing."""
    with Engine(reader) as engine:
        assert engine.count == 0
        assert engine.search("ঢাকা").hits == ()
        assert engine.rank("ঢাকা নদী") == []


@pytest.mark.parametrize("value", ["1", "", None, []], ids=repr)
@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("id", "ids"),
        ("not_id", "not_ids"),
        ("Category", "category"),
        ("catgory", "category"),
        ("lmit", "limit"),
        ("not_desks", "not_desk"),
    ],
)
def test_an_option_that_there_is_not_names_the_nearest(name: str, nearest: str, value: Any) -> None:
    """An unknown option is a ``QueryError``, as any mistake in a request is, also with an empty value."""
    options: Any = {name: value}
    with Engine.of([Article("1", "নদী", keywords={"desk": ("জেলা",)})]) as engine:
        for ask in (engine.search, lambda *texts, **options: list(engine.scan(*texts, **options))):
            with pytest.raises(QueryError, match=f"did you mean '{nearest}'") as caught:
                ask("নদী", **options)
            assert caught.value.parameter == name
        site: Any = {"desk": value, "not_desk": None}
        assert engine.search("নদী", **site).total == (value != "1")


def test_several_searches_may_be_texts() -> None:
    """``multi_search`` accepts texts too; what is neither a text nor a request is refused by name."""
    neither: Any = 5
    with Engine.of([Article("1", "নদী"), Article("2", "মেলা")]) as engine:
        pages = engine.multi_search(["নদী", SearchRequest("মেলা")])
        assert [page.hits[0].id for page in pages if isinstance(page, ResultPage)] == ["1", "2"]
        with pytest.raises(QueryError, match="text is a text or a SearchRequest"):
            engine.multi_search([neither])
        with pytest.raises(QueryError, match="requests is a list of queries or requests, not 'নদী'"):
            engine.multi_search("নদী")  # a string is itself a sequence of strings


def test_what_a_page_would_be_is_asked_for_as_the_page_is() -> None:
    """``as_if`` accepts a text or a request; what is neither is refused by name."""
    neither: Any = 5
    with Engine.of([Article("1", "নদী"), Article("2", "মেলা")]) as engine:
        for asked in ("খেয়াঘাট", SearchRequest("খেয়াঘাট")):
            assert [hit.id for hit in engine.as_if(asked, synonyms="খেয়াঘাট, নদী")] == ["1"]
        with pytest.raises(QueryError, match="text is a text or a SearchRequest"):
            engine.as_if(neither)
