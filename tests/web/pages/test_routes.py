import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from onneshon.index import Article
from onneshon.index.errors import IndexCorruptError
from onneshon.search import Engine, ResultPage, SearchRequest
from onneshon.web import create_app
from onneshon.web.middleware.answers import HEADERS
from tests.fake_engine import FakeEngine


def _page(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return answer.get_data(as_text=True)


def _links(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'<a [^>]*href="([^"]*)"', html)]


def _elements(html: str) -> list[tuple[str, set[str]]]:
    """Every element of a page with the names of its attributes, as a parser sees them."""
    found = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, {name for name, _ in attrs}))

    Parser().feed(html)
    return found


def test_home_is_in_bengali(client: FlaskClient) -> None:
    """The home page is in Bengali, has Bengali digits, and offers examples that have hits."""
    html = _page(client, "/")
    assert '<html lang="bn">' in html
    assert "১৭,৭৫৭টি নিবন্ধ" in html
    assert html.count("/search?q=") >= 4


def test_examples_that_find_nothing_are_not_offered() -> None:
    """An example without hits would be misleading."""
    html = _page(create_app(FakeEngine(total=0)).test_client(), "/")
    assert 'class="ways"' not in html


def test_results_show_marks_layers_dates_and_pages(client: FlaskClient) -> None:
    """A page of results has marks, layers, dates, the total, and links to pages."""
    html = _page(client, "/search?q=বাংলাদেশের ইতিহাস")
    assert '<mark class="exact">ইতিহাস</mark>' in html
    assert '<mark class="inflection">বাংলাদেশের</mark>' in html
    assert '<time datetime="2024-02-21"' in html
    assert "১,২৩৪টি নিবন্ধে পাওয়া গেছে" in html
    assert 'rel="next"' in html


def test_the_query_stays_in_the_box(client: FlaskClient) -> None:
    """The query can be typed on."""
    assert 'value="&#34;ভাষা আন্দোলন&#34;"' in _page(client, '/search?q="ভাষা আন্দোলন"')


def test_the_second_page_is_an_address_and_asks_for_the_second_ten(
    client: FlaskClient, engine: FakeEngine
) -> None:
    """The second page is an address of its own, and asks the engine for the second ten."""
    html = _page(client, "/search?q=ভাষা&page=২")
    assert [(request.text, request.limit, request.offset) for request in engine.asked] == [("ভাষা", 10, 10)]
    assert '<link rel="prev"' in html
    assert '<link rel="next"' in html
    assert 'start="11"' in html


def test_a_page_past_the_last_says_so(engine: FakeEngine) -> None:
    """An address that once had results links to the first page."""
    html = _page(create_app(FakeEngine(total=5)).test_client(), "/search?q=ভাষা&page=7", 404)
    assert "প্রথম পাতায় যান" in html


def test_a_page_that_was_linked_leads_to_the_last_there_is() -> None:
    """The first page cannot know how many near-duplicates are hidden on later pages."""
    client = create_app(FakeEngine(total=426, alike=6)).test_client()
    first = "/search?q=ভাষা&category=ইতিহাস"
    last = next(link for link in _links(_page(client, first)) if "page=43" in link)
    answer = client.get(last)
    assert (answer.status_code, answer.location) == (302, quote(f"{first}&page=42", safe="/?=&"))
    html = _page(client, answer.location)
    assert 'rel="next"' not in html
    assert not [link for link in _links(html) if "page=43" in link]
    _page(client, f"{first}&page=44", 404)


@pytest.mark.parametrize(("total", "told"), [(1001, True), (1000, False)])
def test_the_deepest_page_says_that_there_are_more(total: int, told: bool) -> None:
    """The deepest page says that there are more only if there are."""
    html = _page(create_app(FakeEngine(total=total)).test_client(), "/search?q=ভাষা&page=100")
    assert ("প্রথম ১,০০০টি ফল পর্যন্ত" in html) == told
    assert 'rel="next"' not in html


@pytest.mark.parametrize("page", ["101", "9" * 400])
def test_pages_that_are_not_served_are_refused(client: FlaskClient, engine: FakeEngine, page: str) -> None:
    """Pages too deep or wrong do not reach the engine."""
    assert "১০০" in _page(client, f"/search?q=ভাষা&page={page}", 400)
    assert not engine.asked


@pytest.mark.parametrize("narrowed", ["", "&category=ইতিহাস", "&lang=en"])
def test_a_query_typed_into_the_address_of_home_leads_to_its_hits(client: FlaskClient, narrowed: str) -> None:
    """A query in the home page's address keeps filters and language; other sites link in this way."""
    answer = client.get(f"/?q=বাংলাদেশের ইতিহাস{narrowed}&_external=1&_scheme=ftp")
    assert answer.status_code == 302
    path, _, asked = answer.headers["Location"].partition("?")
    assert path == "/search"
    assert parse_qs(asked) == parse_qs(f"q=বাংলাদেশের ইতিহাস{narrowed}")


@pytest.mark.parametrize("url", ["/search", "/search?q=", "/search?q=%20%E2%80%83"])
def test_nothing_typed_leads_home(client: FlaskClient, url: str) -> None:
    """An empty box is not an error."""
    answer = client.get(url)
    assert (answer.status_code, answer.location) == (302, "/")


def test_a_reading_is_shown_and_can_be_refused(client: FlaskClient, engine: FakeEngine) -> None:
    """The page says that Latin letters were read as Bengali, and links to a literal search."""
    html = _page(client, "/search?q=bangladesher itihas")
    assert "‘<bdi>বাংলাদেশের ইতিহাস</bdi>’</span> ধরে খোঁজা হয়েছে" in html
    link = next(link for link in _links(html) if "literal=1" in link)
    literal = _page(client, link)
    assert "ধরে খোঁজা হয়েছে" not in literal
    assert "ঠিক যেমন লেখা তেমন" in literal
    assert any("literal" not in back and "bangladesher" in back for back in _links(literal))
    assert (engine.asked[-1].text, engine.asked[-1].literal) == ("bangladesher itihas", True)


def test_literal_is_kept_from_page_to_page(client: FlaskClient) -> None:
    """The second page of a literal search is literal too."""
    html = _page(client, "/search?q=bangladesher itihas&literal=1")
    assert any("literal=1" in link and "page=2" in link for link in _links(html))


def test_an_article_of_a_literal_search_is_marked_literally(client: FlaskClient) -> None:
    """Words are not marked by sound, and the link back is literal as well."""
    html = _page(client, "/search?q=bangladesher itihas&literal=1")
    link = next(link for link in _links(html) if link.startswith("/article/"))
    assert "literal=1" in link
    article = _page(client, link)
    assert "<mark" not in article
    assert any(link.startswith("/search?") and "literal=1" in link for link in _links(article))
    assert "<mark" in _page(client, link.replace("literal=1", "literal="))


def test_nothing_found_is_honest_and_helps(client: FlaskClient) -> None:
    """Each word's document frequency is shown, and other spellings are offered, not searched."""
    html = _page(client, "/search?q=বাংলাদেশ খপুষ্প")
    assert "কিছু পাওয়া যায়নি" in html
    assert "৪২টি নিবন্ধে আছে" in html
    assert "কোথাও নেই" in html
    assert "খপুস্প" in html
    assert "কম শব্দে" in html


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=%2Bনদী %2Bখপুষ্প&category=খেলা",
        "/search?q=%2Bনদী %2Bখপুষ্প&-category=খেলা&date=2020&literal=1",
        "/analyze?text=নদী খপুষ্প",
        "/analyze?text=নদী খপুষ্প&literal=1",
    ],
)
def test_a_word_leads_to_as_many_articles_as_are_said_to_have_it(path: str) -> None:
    """A word's link finds the number given, also where filters exclude articles; the analysis, exactly."""
    articles = [Article(str(at), "খবর", text) for at, text in enumerate(("নদী", "নদী", "নদীর চর"))]
    with Engine.of(articles) as engine:
        client = create_app(engine).test_client()
        html = re.sub("</?bdi>", "", _page(client, path))
        ((link, said),) = re.findall(r'<a href="([^"]*)">[^<]*(?:</a> <span>)?([০-৯])টি নিবন্ধে আছে', html)
        assert f"{said}টি ফল" in _page(client, unescape(link))


@pytest.mark.parametrize(("cut", "whole"), [("রাজশা", "রাজশাহী"), ("মুক্তিযু", "মুক্তিযুদ্ধ"), ("বিশ্বকা", "বিশ্বকাপ")])
def test_a_word_that_was_cut_off_is_completed_where_it_finds_nothing(cut: str, whole: str) -> None:
    """The count is that of a search for it; with filters, quoted or literal it is not completed.

    The whole word is too rare for the search to complete it by itself.
    """
    articles = [Article(str(at), "খবর", f"রাজা ও {whole}") for at in range(3)]
    with Engine.of(articles) as engine:
        client = create_app(engine).test_client()
        html = _page(client, f"/search?q={cut}")
        assert f"<bdi>{whole}</bdi></a> <span>৩টি নিবন্ধে আছে</span>" in html
        assert engine.search(whole).total == 3
        for other in (f"{cut}&category=খেলা", f"{cut}&literal=1", f'"{cut}"', f"“রাজা ও {cut}”"):
            assert "হয়তো লিখতে" not in _page(client, f"/search?q={other}")


def test_nothing_found_is_reported_though_nobody_can_complete_it(client: FlaskClient) -> None:
    """Completion may be busy: then the page comes without it."""
    assert "কিছু পাওয়া যায়নি" in _page(client, "/search?q=ভাঙা খপুষ্প")


def test_an_article_is_marked_and_leads_back(client: FlaskClient) -> None:
    """An article reached from results shows its matches and links back."""
    html = _page(client, "/article/ইতিহাস-1?q=বাংলাদেশের ইতিহাস")
    assert re.findall(r'id="mark-([0-9]+)"', html) == ["1", "2", "3", "4", "5"]
    assert "৫ জায়গায় মিল আছে" in html
    assert 'href="#mark-1"' in html
    assert 'href="https://example.org/itihas/1"' in html


def test_an_article_by_itself_has_no_marks(client: FlaskClient) -> None:
    """Without a query nothing is marked."""
    html = _page(client, "/article/nodi/2")
    assert "<mark" not in html
    assert "জায়গায় মিল আছে" not in html


def test_an_article_that_does_not_match_says_so(client: FlaskClient) -> None:
    """A shared link may have a query that the article does not contain."""
    assert "পাওয়া যায়নি" in _page(client, "/article/nodi/2?q=খপুষ্প")


def test_an_article_without_a_title_has_a_name(client: FlaskClient) -> None:
    """A link always has a text."""
    assert "শিরোনামহীন" in _page(client, "/article/4")
    assert "শিরোনামহীন" in _page(client, "/search?q=বাংলাদেশ")


def test_english_is_carried_from_page_to_page(client: FlaskClient) -> None:
    """The address alone keeps English."""
    html = _page(client, "/search?q=ভাষা&lang=en")
    assert '<html lang="en">' in html
    assert "Found in 1,234 articles" in html
    assert '<input type="hidden" name="lang" value="en">' in html
    pages = [link for link in _links(html) if link.startswith(("/search", "/article", "/analyze"))]
    back = "/search?q=%E0%A6%AD%E0%A6%BE%E0%A6%B7%E0%A6%BE"
    assert back in pages
    assert all("lang=en" in link for link in pages if link != back)


def test_the_other_language_is_the_same_page(client: FlaskClient) -> None:
    """The link to the other language keeps query and page."""
    html = _page(client, "/search?q=ভাষা&page=2")
    assert any(
        link.startswith("/search?") and "page=2" in link and "lang=en" in link for link in _links(html)
    )


@pytest.mark.parametrize(
    "extra", ["_scheme=javascript&_external=1", "_anchor=x", "_method=POST", "endpoint=x"]
)
def test_no_parameter_steers_the_links(client: FlaskClient, extra: str) -> None:
    """Parameters of the routing functions have no effect in an address."""
    for link in _links(_page(client, f"/search?q=ভাষা&{extra}")):
        assert link.startswith(("/", "#", "https://example.org/"))


@pytest.mark.parametrize(
    ("url", "status", "heading"),
    [
        ("/nothing", 404, "পাতাটি নেই"),
        ("/article/nothing", 404, "পাতাটি নেই"),
        ("/search?q=(((", 400, "প্রশ্নটি বোঝা গেল না"),
        ("/search?q=[[[", 400, "বন্ধনীর ভিতরে বন্ধনী সর্বোচ্চ ৮ ধাপ"),
        ("/search?q=[[[", 400, "গোলমাল ৩ নম্বর অক্ষরে"),
        ("/search?q=[[[&lang=en", 400, "Parentheses may be nested 8 deep"),
        ("/search?q=...", 400, "প্রথম ১০,০০০টি ফল"),
        ("/search?q=boom", 500, "কিছু একটা গোলমাল হয়েছে"),
        ("/search?q=" + "ক" * 513, 400, "লেখাটি বেশি লম্বা"),
        ("/analyze?text=" + "ক" * 2001, 400, "লেখাটি বেশি লম্বা"),
        ("/nothing?lang=en", 404, "No such page"),
    ],
)
def test_failures_are_friendly_pages(client: FlaskClient, url: str, status: int, heading: str) -> None:
    """Every failure has a page in the reader's language, with a way on and without internals."""
    html = _page(client, url, status)
    assert heading in html
    assert "Traceback" not in html
    assert "secret" not in html


def test_sending_is_not_reading(client: FlaskClient) -> None:
    """The answer names the allowed methods."""
    answer = client.post("/search?q=ভাষা")
    assert answer.status_code == 405
    assert "এভাবে চাওয়া যায় না" in answer.get_data(as_text=True)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("url", ["/", "/search?q=ভাষা", "/article/1"])
def test_without_an_index_the_page_says_so(url: str) -> None:
    """A server without an index runs, and says how to build one."""
    client = create_app(lambda: None).test_client()
    html = _page(client, url, 503)
    assert "সূচি এখনও তৈরি হয়নি" in html
    assert "onneshon index build" in html
    assert client.get(url).headers["Retry-After"] == "5"


def test_a_damaged_index_is_not_a_missing_one() -> None:
    """The page says that it is damaged; file names stay on the server."""

    def damaged() -> FakeEngine:
        raise IndexCorruptError("/srv/secret/body.postings is cut short")

    html = _page(create_app(damaged).test_client(), "/", 503)
    assert "সূচি এখন খোলা যাচ্ছে না" in html
    assert "secret" not in html


def test_a_busy_server_asks_for_patience(client: FlaskClient) -> None:
    """The reader may search for something else; the page is not reloaded by itself."""
    html = _page(client, "/search?q=ভিড়", 503)
    assert "এখন ভিড় বেশি" in html
    assert "data-waiting" not in html
    assert 'name="q"' in html


def test_an_article_that_was_searched_in_part_says_so(client: FlaskClient) -> None:
    """In a very long article marks may be missing, which the page says."""
    assert "আরও মিল থাকতে পারে" in _page(client, "/article/3?q=অংশ")
    assert "আরও মিল থাকতে পারে" not in _page(client, "/article/3?q=বাংলাদেশ")


def test_pages_come_as_soon_as_there_is_an_index() -> None:
    """The same server answers once an index exists."""
    found: list[FakeEngine] = []
    app = create_app(lambda: found[0] if found else None)
    app.extensions["onneshon"]._interval = 0
    _page(app.test_client(), "/", 503)
    found.append(FakeEngine())
    _page(app.test_client(), "/")


@pytest.mark.parametrize(
    ("query", "shown"), [("\u202eউলটো", "\u2068\u202eউলটো\u2069"), ("র\u200d্যাব", "র\u200d্যাব")]
)
def test_a_direction_ends_within_the_title_of_a_window(client: FlaskClient, query: str, shown: str) -> None:
    """Else the number of hits and the site's name would be read backwards; other titles stay as they are."""
    html = client.get("/search", query_string={"q": query}).get_data(as_text=True)
    assert f"<title>{shown} · " in html


@pytest.mark.parametrize("url", ["/", "/search?q=ভাষা", "/nothing", "/static/style.css", "/api/v1/search?q=ভাষা"])
def test_every_answer_is_locked_down(client: FlaskClient, url: str) -> None:
    """Pages, failures, files and JSON all have the same security headers."""
    with client.get(url) as answer:
        headers = answer.headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert len(headers.getlist("Content-Security-Policy")) == 1


@pytest.mark.parametrize(
    "url", ["/", "/search?q=ভাষা", "/search?q=খপুষ্প", "/article/5?q=বাংলাদেশ", "/analyze?text=ভাষা", "/nothing"]
)
def test_nothing_is_inline(client: FlaskClient, url: str) -> None:
    """No page has an inline script, style or handler, which the policy would refuse."""
    html = client.get(url).get_data(as_text=True)
    html = html.replace('<script type="application/ld+json">', "")
    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|<[^>]*\son[a-z]+=", html)


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "\u202eউলটো",
        "\x00\x07\x1b[31m",
        "\ufeff\u200b\u2028",
        "' OR 1=1 --",
        "😀 র‍্যাব \U0010ffff",
        "%00%ff",
    ],
    ids=["script", "attribute", "template", "bidi", "controls", "invisible", "sql", "astral", "percent"],
)
@pytest.mark.parametrize(
    ("path", "name", "start"),
    [
        ("/search", "q", ""),
        ("/search", "q", "খপুষ্প "),
        ("/article/5", "q", ""),
        ("/analyze", "text", ""),
        ("/nothing", "q", ""),
    ],
    ids=["results", "nothing found", "article", "analysis", "no page"],
)
def test_hostile_text_stays_text(client: FlaskClient, path: str, name: str, start: str, query: str) -> None:
    """Any typed text is shown as text, and makes no element, attribute or failure."""
    answer = client.get(path, query_string={name: start + query})
    html = answer.get_data(as_text=True)
    assert answer.status_code in {200, 302, 404}
    for element, attributes in _elements(html):
        assert element not in {"img", "b", "i"}
        assert element != "script" or "src" in attributes or attributes == {"type"}
        assert not {name for name in attributes if name.startswith("on")}
    assert "49" not in re.findall(r'value="([^"]*)"', html)


def test_a_hundred_kilobytes_are_refused_politely(client: FlaskClient, engine: FakeEngine) -> None:
    """A huge query is answered with a page, and never reaches the engine."""
    assert "৫১২" in _page(client, "/search?q=" + "অ" * 34_000, 400)
    assert not engine.asked


def test_an_article_full_of_markup_is_harmless(client: FlaskClient) -> None:
    """Title, text, category, author and address are shown as text."""
    html = _page(client, "/article/5?q=বাংলাদেশ")
    assert "&lt;script&gt;" in html
    assert "javascript:" not in html
    assert "&lt;i&gt;বিভাগ&lt;/i&gt;" in html
    assert "<img" not in html


def test_browsers_can_search_from_the_address_bar(client: FlaskClient) -> None:
    """The OpenSearch description is XML with a template for queries."""
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    root = ET.fromstring(answer.get_data())  # noqa: S314 # our own answer
    urls = [url.get("template") for url in root.iterfind("{http://a9.com/-/spec/opensearch/1.1/}Url")]
    assert "http://localhost/search?q={searchTerms}" in urls
    assert "http://localhost/api/v1/suggest?format=opensearch&q={searchTerms}" in urls


def test_language_models_are_told_where_to_ask(client: FlaskClient) -> None:
    """All addresses in the Markdown work, also without an index."""
    answer = client.get("/llms.txt")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/plain"
    assert text.startswith("# অন্বেষণ\n\n> Full-text search of 17,757 articles in Bengali")
    links = re.findall(r"\]\((http://localhost/[^)]*)\)", text)
    assert len(links) == 7
    for link in links:
        assert client.get(link.replace("id=ID", "id=3")).status_code == 200, link
    assert "search of the articles" in create_app(lambda: None).test_client().get("/llms.txt").get_data(
        as_text=True
    )


def test_files_change_their_address_with_their_content(client: FlaskClient) -> None:
    """A new stylesheet is loaded at once although files are cached for a year."""
    html = _page(client, "/")
    style = next(link for link in re.findall(r'href="([^"]*)"', html) if "style.css" in link)
    assert re.fullmatch(r"/static/style\.css\?v=[0-9a-f]{12}", style)
    with client.get(style) as answer:
        assert "31536000" in answer.headers["Cache-Control"]
    assert client.get("/").headers["Cache-Control"] == "no-cache"


def test_results_are_not_for_other_search_engines(client: FlaskClient) -> None:
    """Pages of results are endless and should not be indexed."""
    assert '<meta name="robots" content="noindex">' in _page(client, "/search?q=ভাষা")


def test_the_analysis_shows_keys_and_invisible_characters(client: FlaskClient) -> None:
    """Each token's keys are shown, and joiners are made visible, without an index."""
    html = _page(create_app(lambda: None).test_client(), "/analyze?text=বাংলাদেশের র\u200d্যাব")
    assert html.count('class="token"') == 2
    assert "U+200D" in html
    assert "অদৃশ্য" in html
    assert {*re.findall(r'<li title="([^"]*)" class="unseen-character"', html)} == {"ZERO WIDTH JOINER"}


def test_the_analysis_counts_articles(client: FlaskClient) -> None:
    """With an index each word has its document frequency, and a link to a search."""
    html = _page(client, "/analyze?text=বাংলাদেশ খপুষ্প")
    assert html.count('class="held"') == 2
    assert "৪২টি নিবন্ধে আছে" in html
    assert "কোথাও নেই" in html


@pytest.mark.parametrize("text", ["(((", "ভিড়", "ক " * 400])
def test_the_analysis_needs_no_answer(client: FlaskClient, text: str) -> None:
    """A text that is no query, too long, or sent while the server is busy is analysed all the same."""
    answer = client.get("/analyze", query_string={"text": text})
    assert answer.status_code == 200
    assert 'class="held"' not in answer.get_data(as_text=True)


def test_the_analysis_of_nothing_offers_samples(client: FlaskClient) -> None:
    """Without a text the page offers samples; a text without words gets a message."""
    assert "/analyze?text=" in _page(client, "/analyze")
    assert "কোনো শব্দ নেই" in _page(client, "/analyze?text=!!!")


def test_other_readings_are_links_that_search(client: FlaskClient) -> None:
    """Other readings of a Latin word are offered next to the one searched."""
    html = _page(client, "/search?q=bangladesher itihas")
    assert unescape(html).count(f"/search?q={quote('বাংলাদেশি')}+itihas") == 1


def test_a_verbatim_page_says_so_with_the_way_back(client: FlaskClient) -> None:
    """A link leads to a search for all forms."""
    html = _page(client, "/search?q=ঢাকা&literal=1")
    assert "ঠিক যেমন লেখা তেমন খোঁজা হয়েছে" in html
    assert f'href="/search?q={quote("ঢাকা")}"' in html
    assert "note verbatim" not in _page(client, "/search?q=ঢাকা")


def test_an_unknown_field_is_reported(client: FlaskClient) -> None:
    """The notice names the field."""
    assert "note field" in _page(client, "/search?q=foo:bar")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ('নদী "বন্যা', "উদ্ধৃতি"),
        ("নদ* ক*", "তারকা"),
        ("AND নদী", "পাশে শব্দ নেই"),
        ("(নদী", "বন্ধনী"),
        ("নদী~7", "ঢেউচিহ্ন"),
        ("বিভাগ:(খেলা AND নদী) সেতু", "এমন কিছু বসে না"),
        ("নদী " * 65, "একবারে এত শব্দ"),
    ],
)
def test_what_was_ignored_is_reported_with_its_place(sample_engine: Engine, query: str, told: str) -> None:
    """Ignored parts are reported in both languages; hyphens and colons of headlines are punctuation."""
    client = create_app(sample_engine).test_client()
    note = re.search(r'note ignored">(.*)</p>', _page(client, f"/search?q={quote(query)}"))
    assert note
    assert told in note[1]
    assert "নম্বর অক্ষরে" in note[1]
    assert "(at character " in _page(client, f"/search?lang=en&q={quote(query)}")
    for plain in ("নদী - বন্যা", "নদী: বন্যা", "নদী -১৯৭১"):
        assert "note ignored" not in _page(client, f"/search?q={quote(plain)}")


def test_the_analysis_of_a_query_shows_how_it_is_understood(client: FlaskClient) -> None:
    """Each word has its reading and its other readings, in the API too."""
    html = _page(client, "/analyze?query=dhaka শহর")
    assert "understood-words" in html
    assert "যেমন লেখা" in html
    answer = client.get("/api/v1/analyze?query=dhaka").get_json()
    assert [word["kind"] for word in answer["words"]] == ["sound"]
    assert "/analyze?text=dhaka" in html
    assert "/analyze?query=dhaka" in _page(client, "/analyze?text=dhaka")


@pytest.mark.parametrize("literal", [["1"], None])
@pytest.mark.parametrize("asked", ["query", "text"])
def test_the_analysis_reads_as_the_search_did(
    client: FlaskClient, engine: FakeEngine, asked: str, literal: list[str] | None
) -> None:
    """Links from literal results to the analysis are literal, and so are the links back."""
    suffix = "&literal=1" if literal else ""
    html = _page(client, f"/search?q=খপুষ্প dhaka{suffix}")
    link = next(link for link in _links(html) if link.startswith("/analyze?query="))
    assert parse_qs(urlsplit(link).query).get("literal") == literal
    html = _page(client, f"/analyze?{asked}=dhaka{suffix}")
    links = [link for link in _links(html) if "dhaka" in link and "lang=en" not in link]
    assert len(links) >= 2
    assert all(parse_qs(urlsplit(link).query).get("literal") == literal for link in links)


def test_a_word_that_is_read_in_several_ways_is_named_once() -> None:
    """All its readings are listed under it, and later words come after."""
    texts = ("বাংলাদেশের ইতিহাস", "বাংলদেশের ইতিহাস", "বাংলাদেশর ইতিহাস")
    with Engine.of([Article(str(at), text) for at, text in enumerate(texts)]) as engine:
        assert [word.typed for word in engine.understand("bangladesher itihas")].count("bangladesher") > 1
        html = _page(create_app(engine).test_client(), "/analyze?query=bangladesher itihas")
    assert re.findall(r"<strong><bdi>(.*?)</bdi>", html) == ["bangladesher", "itihas"]
    first = html.partition("<bdi>bangladesher</bdi></strong>")[2].partition("<bdi>itihas</bdi></strong>")[0]
    assert all(f'<bdi lang="bn">{text.split()[0]}</bdi>' in first for text in texts)


def test_how_words_match_is_one_line(client: FlaskClient) -> None:
    """Each kind of match is named once with its words, and missing words last."""
    html = _page(client, "/search?q=ছাঁকনি")
    why = re.findall(r'<p class="why">(.*?)</p>', html, re.DOTALL)
    words = [re.sub(r"<[^>]*>", "", reason).split() for reason in why]
    assert words[-1] == ["নেই", "পলি"]
    assert words[0][:3] == ["প্রায়", "একই", "লেখা"], "what all hits below the line lack is named there"
    assert re.findall(r"<s><bdi>(.*?)</bdi></s>", html) == ["সংগ্রাম"]


def test_all_and_some_words_are_counted_apart(client: FlaskClient) -> None:
    """The counts are separate, and a line shows where incomplete hits begin."""
    html = _page(client, "/search?q=ছাঁকনি")
    assert "৮৬টি নিবন্ধে সব শব্দ আছে" in html
    assert "আরও ১,১৪৮টিতে অন্তত একটি" in html
    assert html.count('<p class="divide">') == 1
    assert "divide" not in _page(client, "/search?q=ছাঁকনি&sort=newest"), "in order of time they are mixed"
    assert re.findall(r'<ol class="hits"[^>]* start="([0-9]+)"', html) == ["1", "2"]


def test_a_page_that_ran_out_of_time_counts_what_there_is_at_least() -> None:
    """Whether any article has all words, and how many, is then unknown."""

    class Late(FakeEngine):
        def search(self, request: SearchRequest, /) -> ResultPage:
            return replace(super().search(request), partial=True, total_all=0, counts=(("নদী", 3),))

    html = _page(create_app(Late(total=1234)).test_client(), "/search?q=ছাঁকনি")
    assert "অন্তত ১,২৩৪টি নিবন্ধে পাওয়া গেছে" in html
    assert "সব শব্দ" not in html.partition('<ol class="hits"')[0]


@pytest.mark.parametrize(
    ("total_all", "told"),
    [
        (10_000, ["অন্তত ১০,০০০টি নিবন্ধে পাওয়া গেছে"]),
        (86, ["৮৬টি নিবন্ধে সব শব্দ আছে", "অন্তত ১০,০০০টি নিবন্ধে পাওয়া গেছে"]),
        (0, ["কোনো নিবন্ধে সব শব্দ নেই", "অন্তত ১০,০০০টি নিবন্ধে পাওয়া গেছে"]),
    ],
)
def test_where_counting_ended_at_a_bound_a_page_says_so(total_all: int, told: list[str]) -> None:
    """The counts of categories are then estimates."""

    class Bounded(FakeEngine):
        def search(self, request: SearchRequest, /) -> ResultPage:
            page = super().search(request)
            facets = {name: facet.estimated(4) for name, facet in page.facets.items()}
            counts = (("নদী", 3),)
            return replace(page, total_all=total_all, total_is_exact=False, facets=facets, counts=counts)

    html = _page(create_app(Bounded(total=10_000)).test_client(), "/search?q=ছাঁকনি")
    summary = html.partition('<div class="summary">')[2].partition("</div>")[0]
    assert re.findall("<(?:h1|p)>([^<]*)", summary) == told
    assert '<span class="number">≈ ৩,২৪৮</span>' in html
    assert "অন্তত ১০,০০০টি" in html.partition("<title>")[2].partition("</title>")[0]


def test_articles_that_are_alike_can_be_shown_each(client: FlaskClient) -> None:
    """The number of near-duplicates is a link that shows each, and keeps the other parameters."""
    html = _page(client, "/search?q=ছাঁকনি&literal=1&category=ইতিহাস")
    assert html.count('<span class="alike">') == 1
    assert "প্রায় একই লেখা আরও ১টি" in html
    links = [link for link in _links(html) if "group=off" in link]
    assert len(links) == 1
    assert "literal=1&category=" in links[0]
    assert all("group=off" in link for link in _links(_page(client, links[0])) if "page=" in link)


def test_filters_are_links_and_can_be_undone(client: FlaskClient) -> None:
    """A choice is in the address, is shown, can be undone alone or with all, and is kept by links."""
    html = _page(client, "/search?q=ছাঁকনি")
    choose = next(link for link in _links(html) if "category=%E0%A6%87" in link)
    chosen = _page(client, f"{choose}&-category=পরিবেশ&sort=newest")
    assert "সব মুছুন" in chosen
    links = _links(chosen)
    assert any("-category" in link and "&category" not in link for link in links)
    assert any("category" not in link and "sort=newest" in link for link in links)
    assert all("category=" in link for link in links if "page=" in link)
    assert '<input type="hidden" name="category" value="ইতিহাস">' in chosen
    assert "(২)" in chosen


def test_the_title_of_a_page_says_where_one_is(client: FlaskClient) -> None:
    """A tab's title has the query, the total and the page number."""
    assert "<title>ভাষা · ১,২৩৪টি ফল · অন্বেষণ</title>" in _page(client, "/search?q=ভাষা")
    assert "<title>ভাষা · ১,২৩৪টি ফল · পাতা ৩ · অন্বেষণ</title>" in _page(client, "/search?q=ভাষা&page=3")
    assert "<title>ভাষা · 1,234 results · Page 3 · Onneshon</title>" in _page(
        client, "/search?q=ভাষা&page=3&lang=en"
    )


def test_from_an_article_one_comes_back_to_its_place(client: FlaskClient) -> None:
    """The link back has the page, the filters and the hit."""
    html = _page(client, "/search?q=ছাঁকনি&page=3&category=ইতিহাস")
    assert 'id="hit-21"' in html
    link = next(link for link in _links(html) if "hit=21" in link)
    back = next(link for link in _links(_page(client, link)) if link.endswith("#hit-21"))
    assert "page=3" in back
    assert "category=" in back


@pytest.mark.parametrize("rank", ["0", "-1", "1001", "x", "9" * 300, "²"])
def test_a_place_that_is_none_leads_to_the_first_page(client: FlaskClient, rank: str) -> None:
    """An impossible rank is not an error."""
    html = _page(client, f"/article/3?q=ভাষা&hit={rank}")
    assert not [link for link in _links(html) if "#hit" in link or "page=" in link]


@pytest.mark.parametrize("query", ["(((", "[[[", "ক" * 600, "ভিড়", "boom"])
def test_a_failure_keeps_what_was_typed(client: FlaskClient, query: str) -> None:
    """After a failure the query is still in the box."""
    html = client.get("/search", query_string={"q": query}).get_data(as_text=True)
    assert f'value="{query}"' in html


def test_a_page_too_far_keeps_what_was_typed(client: FlaskClient) -> None:
    """Only the page number was wrong."""
    assert 'value="ভাষা"' in _page(client, "/search?q=ভাষা&page=101", 400)


def test_an_article_has_one_address_for_others(client: FlaskClient) -> None:
    """Search engines see one address, however the article was reached."""
    html = _page(client, "/article/nodi/2?q=বাংলাদেশ&hit=3")
    assert '<link rel="canonical" href="/article/nodi/2">' in html
    assert '"@type": "NewsArticle"' in html


def test_an_article_can_be_cited(client: FlaskClient) -> None:
    """There are plain text, BibTeX and RIS, with the address of the original."""
    text = unescape(_page(client, "/article/ইতিহাস-1"))
    assert "“বাংলাদেশের ইতিহাস ও ভাষা আন্দোলনের উত্তরাধিকার”. 2024-02-21. https://example.org/itihas/1." in text
    assert "@online{onneshon-1-a92b9af9,\n  author = {শর্মিলা সেন},\n" in text
    assert "TY  - NEWS" in text
    assert "DA  - 2024/02/21" in text


def test_help_offers_queries_that_are_understood(client: FlaskClient) -> None:
    """Every example of the help page can be followed."""
    links = [link for link in _links(_page(client, "/help")) if link.startswith("/search?q=")]
    assert len(links) >= 12
    for link in links:
        _page(client, link)


def test_help_counts_one_as_one() -> None:
    """An example may have a single hit."""
    html = _page(create_app(FakeEngine(total=1)).test_client(), "/help?lang=en")
    assert "in 1 article</span>" in html
    assert "in 1 articles" not in html


def test_about_says_how_much_there_is(client: FlaskClient) -> None:
    """The page has the figures and the licences."""
    html = _page(client, "/about")
    assert "<dt>নিবন্ধ</dt><dd>১৭,৭৫৭</dd>" in html
    assert "OFL.txt" in html


@pytest.mark.parametrize("query", ["বাংলাদেশ", "<script>&\x07", "ঢাকা\ufffe\uffff", "খপুষ্প"])
def test_a_query_is_a_feed(client: FlaskClient, query: str) -> None:
    """The feed is well-formed for any query and text, and each entry has what Atom requires."""
    answer = client.get("/feed.atom", query_string={"q": query})
    assert answer.mimetype == "application/atom+xml"
    root = ET.fromstring(answer.get_data())  # noqa: S314 # our own answer
    atom = "{http://www.w3.org/2005/Atom}"
    for part in [root, *root.iterfind(f"{atom}entry")]:
        for name in ("id", "title", "updated"):
            assert part.findtext(atom + name), name
    links = [link.get("href", "") for link in root.iter(f"{atom}link")]
    assert all(link.startswith(("http://localhost/", "https://example.org/")) for link in links)
    assert (root.findtext(f"{atom}updated") == "2024-02-21T00:00:00Z") == (query != "খপুষ্প")


def test_the_feed_of_results_is_of_these_results(client: FlaskClient, engine: FakeEngine) -> None:
    """The links to it and its own addresses have filters, order and literal words."""
    address = "/search?q=ঢাকা&literal=1&sort=newest&group=off&category=খেলা&-author=ক&since=২০২০&lang=en"
    html = _page(client, f"{address}&page=2&more=1&foo=1")
    page = engine.asked[-1]
    links = {unescape(link) for link in re.findall(r'href="(/feed.atom[^"]*)"', html)}
    assert [parse_qs(urlsplit(link).query) for link in links] == [parse_qs(urlsplit(address).query)]
    answer = client.get(links.pop()).get_data(as_text=True)
    assert engine.asked[-1].identity() == page.identity()
    assert (engine.asked[-1].limit, engine.asked[-1].offset) == (30, 0)
    own = [unescape(link) for link in re.findall(r"http://localhost/[sf]e[^<\"]*", answer)]
    assert len(own) == 3
    assert all(parse_qs(urlsplit(link).query) == parse_qs(urlsplit(address).query) for link in own)


def test_an_invalid_feed_is_refused(client: FlaskClient) -> None:
    """A wrong feed is refused as the page is; an unreadable date is ignored."""
    assert client.get("/feed.atom?q=ঢাকা&sort=best").status_code == 400
    assert client.get("/feed.atom?q=ঢাকা&since=কাল&page=500&foo=1").status_code == 200


def test_results_name_their_feed(client: FlaskClient) -> None:
    """A feed reader finds the feed of the page it is given."""
    html = _page(client, "/search?q=ভাষা")
    assert re.search(r'<link rel="alternate" type="application/atom\+xml" href="/feed.atom\?q=', html)
    assert client.get("/feed.atom").status_code == 302
