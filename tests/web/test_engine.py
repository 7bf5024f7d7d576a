"""The pages with the real engine and the sample articles."""

import re
import shutil
import threading
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onneshon.index.commands.main import main
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.languages.catalogues import catalogue
from onneshon.web.live import LiveEngine
from tests.building import overwrite


@pytest.fixture(scope="module")
def client(sample_engine: Engine) -> FlaskClient:
    """A client of an application over the sample articles."""
    return create_app(sample_engine).test_client()


@pytest.mark.parametrize("query", ["নদী", '"ভাষা আন্দোলন"', "rabindranath", "১৯৭১", "ঢাকা OR বই"])
def test_every_hit_leads_to_a_marked_article(client: FlaskClient, query: str) -> None:
    """Every hit's article has marks for what matched."""
    html = client.get("/search", query_string={"q": query}).get_data(as_text=True)
    links = [unescape(link) for link in re.findall(r'<h2[^>]*><a href="([^"]*)"', html)]
    assert links
    for link in links:
        article = client.get(link)
        assert article.status_code == 200
        assert "<mark" in article.get_data(as_text=True), link


@pytest.mark.parametrize("query", ["*", "তারিখ:২০০০..", "-ঢাকা", "ভাষা:bn -ঢাকা"])
def test_where_no_word_was_asked_for_none_is_said_to_be_lacking(client: FlaskClient, query: str) -> None:
    """Filters alone mark nothing in an article; the link back to the results is there."""
    lacking = catalogue("bn").text("article.no_matches").split("{query}")[1]
    html = client.get("/search", query_string={"q": query}).get_data(as_text=True)
    link = next(unescape(link) for link in re.findall(r'<h2[^>]*><a href="([^"]*)"', html))
    article = client.get(link).get_data(as_text=True)
    assert 'class="back"' in article
    assert "<mark" not in article
    assert lacking not in article
    assert lacking in client.get(f"{urlsplit(link).path}?q=খপুষ্প").get_data(as_text=True)


def test_all_examples_of_the_first_page_find_something(client: FlaskClient) -> None:
    """The sample articles have hits for every example."""
    html = client.get("/").get_data(as_text=True)
    links = [unescape(link) for link in re.findall(r'<li><a href="(/search[^"]*)"', html)]
    assert len(links) > 4
    assert all('class="hit' in client.get(link).get_data(as_text=True) for link in links)


def test_a_misspelt_word_is_searched_spelt_well(client: FlaskClient) -> None:
    """The correction is searched for and named, and a link leads to the typed word."""
    html = client.get("/search?q=মুক্তিযুদ্দ").get_data(as_text=True)
    assert 'class="hit' in html
    assert "মুক্তিযুদ্ধ</bdi>" in html
    assert "literal=1" in html


def test_marks_are_the_same_for_programs(client: FlaskClient) -> None:
    """The ranges of the API are the marks of the page."""
    found = client.get("/api/v1/search?q=নদীর&limit=1").get_json()["hits"][0]
    snippet = found["snippet"]
    words = [snippet["text"][match["start"] : match["end"]] for match in snippet["matches"]]
    assert words
    html = client.get("/search?q=নদীর").get_data(as_text=True)
    assert all(f">{word}</mark>" in html for word in words)


def test_a_newer_index_is_moved_to(tmp_path: Path, sample_articles: Path) -> None:
    """A server that is never restarted answers from the latest build."""
    directory, few = tmp_path / "index", tmp_path / "few.jsonl"
    few.write_text("\n".join(sample_articles.read_text("utf-8").splitlines()[:5]), "utf-8")
    app = create_app(lambda: Engine.open(directory))
    app.extensions["onneshon"]._interval = 0
    client = app.test_client()
    assert client.get("/healthz").status_code == 503
    generations: list[str] = []
    for path, count in ((sample_articles, len(sample_articles.read_text("utf-8").splitlines())), (few, 5)):
        built = CliRunner().invoke(main, ["index", "build", "--force", str(path), "--index", str(directory)])
        assert built.exit_code == 0, built.output
        health = client.get("/healthz").get_json()
        assert (health["ok"], health["articles"], health["index"]["verified"]) == (True, count, False)
        generations.append(health["index"]["generation"])
    assert generations == ["000001", "000002"]
    app.extensions["onneshon"].current().close()


def _health_of_damaged(directory: Path, name: str) -> tuple[Path, TestResponse]:
    """The health of a server that verified an index in which one byte of a file was changed."""
    (path,) = directory.glob(f"generations/*/{name}")
    content = bytearray(path.read_bytes())
    content[-len(content) // 3] ^= 1
    overwrite(path, bytes(content))
    client = create_app(LiveEngine(lambda: Engine.open(directory), verify=True)).test_client()
    client.get("/healthz")
    for thread in threading.enumerate():
        if thread.name == "verify":
            thread.join()
    return path, client.get("/healthz")


@pytest.mark.parametrize("name", ["*.inv", "vocabulary.bin"])
def test_a_server_mends_damage_that_nobody_asked_for(tmp_path: Path, sample_index: Path, name: str) -> None:
    """Opening does not verify large files; the background check repairs one, and health says so."""
    shutil.copytree(sample_index, tmp_path / "index")
    path, health = _health_of_damaged(tmp_path / "index", name)
    assert health.status_code == 200
    assert f"{path.name} of generation 000001 is damaged on the disk" in health.get_data(as_text=True)


@pytest.mark.usefixtures("beyond_parity")
@pytest.mark.parametrize("name", ["*.inv", "vocabulary.bin"])
def test_a_server_tells_of_damage_that_cannot_be_mended(
    tmp_path: Path, sample_index: Path, name: str
) -> None:
    """Health reports it as an error."""
    shutil.copytree(sample_index, tmp_path / "index")
    path, health = _health_of_damaged(tmp_path / "index", name)
    assert health.status_code == 503
    assert f"{path.name} is damaged" in health.get_json()["error"]
    assert health.get_json()["index"] == {"generation": "000001", "verified": False}
