import datetime as dt
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.search.results.values import Match, MatchKind, Snippet
from onneshon.web.pages.render import (
    BEFORE_MARK,
    MARK_ID,
    NARROW_CLUSTERS,
    WIDE_CLUSTERS,
    Renderer,
    excerpt,
    inline,
    legible,
    moment,
    paragraphs,
    shown,
    stems_of,
)
from tests.fake_engine import HOSTILE, marks


@st.composite
def _snippets(draw: st.DrawFn) -> Snippet:
    text = draw(st.text(st.sampled_from("অকষ্া\u200d<>&\"' \nb/\u202e\x07"), max_size=40))
    borders = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = zip(borders[::2], borders[1::2], strict=False)
    return Snippet(text, tuple(Match(start, end, "inflection") for start, end in pairs))


def _text_of(html: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", html))


def test_marks_wrap_exactly_what_matches() -> None:
    """Each match becomes a mark with the class of its layer."""
    text = "বাংলাদেশের ইতিহাস"
    snippet = Snippet(text, (Match(0, 10, "inflection"), Match(11, 17)))
    assert inline(snippet) == '<mark class="inflection">বাংলাদেশের</mark> <mark class="exact">ইতিহাস</mark>'


@pytest.mark.parametrize(
    ("text", "layer", "kind"),
    [
        ("রাজস্বের", "sound", "sound other"),
        ("রাজশাহীর রাজস্বের", "sound", "sound other"),
        ("রাজশাহীর", "sound", "sound"),
        ("রাজস্বের", "inflection", "inflection"),
    ],
)
def test_what_was_found_by_a_reading_that_the_page_does_not_name_is_marked_so(
    text: str, layer: MatchKind, kind: str
) -> None:
    """A word found by an unnamed reading is marked so, also within a longer mark; an exact match is not."""
    marked = inline(Snippet(text, (Match(0, len(text), layer),)), others=stems_of([["রাজস্ব"], ["নদী"]]))
    assert marked == f'<mark class="{kind}">{text}</mark>'


def test_markup_in_an_article_is_text() -> None:
    """Markup in an article is escaped, inside marks and outside."""
    html = inline(Snippet(HOSTILE, marks(HOSTILE, "<b>বাংলাদেশ</b>")))
    assert re.findall(r"<[^>]*>", html) == ['<mark class="exact">', "</mark>"]
    assert _text_of(html) == shown(HOSTILE)


@given(_snippets())
def test_nothing_is_lost_or_let_through(snippet: Snippet) -> None:
    """For any text and matches the only tags are marks, and the visible text is the text."""
    html = inline(snippet)
    assert set(re.findall(r"<[^>]*>", html)) <= {'<mark class="inflection">', "</mark>"}
    assert _text_of(html) == shown(snippet.text)


@given(_snippets())
def test_paragraphs_keep_every_line(snippet: Snippet) -> None:
    """All lines that are not blank are kept, and marks are numbered from one."""
    html = paragraphs(snippet)
    lines = [shown(line) for line in snippet.text.splitlines() if line.strip()]
    lines_shown = [_text_of(line).rstrip("\n") for line in re.findall(r"<p>(.*?)</p>", html, re.DOTALL)]
    assert lines_shown == lines
    numbers = re.findall(rf'id="{MARK_ID}([0-9]+)"', html)
    assert numbers == [str(number) for number in range(1, html.count("<mark") + 1)]


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n \n"])
def test_a_word_is_marked_in_whichever_paragraph_it_stands(between: str) -> None:
    """Line ends may have any number of characters."""
    text = f"পদ্মার চর{between}মেঘনার ঘাট{between}নদীর ধারে"
    start = text.index("নদীর")
    html = paragraphs(Snippet(text, (Match(start, start + len("নদীর")),)))
    assert [_text_of(found) for found in re.findall(r"<mark.*?</mark>", html)] == ["নদীর"]


def test_a_mark_across_paragraphs_goes_on() -> None:
    """A phrase across the end of a line is marked on both sides."""
    text = "মাতৃভাষার\nমর্যাদা"
    html = paragraphs(Snippet(text, (Match(0, len(text)),)))
    assert html.count("<mark") == html.count("</mark>") == 2
    assert html.count("<p>") == 2


def test_numbers_and_dates_follow_the_language() -> None:
    """Bengali has its own digits, grouping and months; the ``datetime`` attribute is ISO."""
    bengali, english = Renderer("bn"), Renderer("en")
    assert bengali.number(1234567) == "১২,৩৪,৫৬৭"
    assert english.number(1234567) == "1,234,567"
    assert (bengali.decimal(0.5), english.decimal(1.005)) == ("০.৫০", "1.00")
    assert bengali.date(dt.date(2023, 11, 14)) == '<time datetime="2023-11-14">১৪ নভেম্বর ২০২৩</time>'
    assert "November" in english.date(dt.date(2023, 11, 14))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2020", "২০২০"),
        ("2020-02", "ফেব্রুয়ারি ২০২০"),
        ("2020-01-05", "৫ জানুয়ারি ২০২০"),
        ("1990..1995-02", "১৯৯০ থেকে ফেব্রুয়ারি ১৯৯৫ পর্যন্ত"),
        ("2020-01-05..", "৫ জানুয়ারি ২০২০ থেকে"),
        ("..১৯৯৫", "১৯৯৫ পর্যন্ত"),
        ("2020-13", "2020-13"),
        ("জাতীয়", "জাতীয়"),
    ],
)
def test_periods_are_in_words(value: str, words: str) -> None:
    """A year, month or day is written as in newspapers; other values stay."""
    assert Renderer("bn").period(value) == words


def test_an_excerpt_says_what_a_narrow_screen_may_leave_out() -> None:
    """Long text before the first mark is set apart at a word boundary, and no letter is lost."""
    text = "কথা " * 30 + "নদী বয়ে যায়"
    html = excerpt(Snippet(text, marks(text, "নদী")))
    assert _text_of(html) == text
    lead = re.match(r'<span class="lead-of">(.*?)</span>', html)
    assert lead
    assert lead[1].endswith(" ")
    assert len(text) - len("নদী বয়ে যায়") - len(lead[1]) <= BEFORE_MARK + 4
    near = Snippet("কথা " * 20, marks("কথা " * 20, "কথা"))
    assert excerpt(near) == inline(near)


def test_an_excerpt_ends_between_words_on_a_narrow_screen() -> None:
    """The rest is set apart with its marks; an endless word is left to the browser."""
    text = "নদী বয়ে যায় " * 15
    snippet = Snippet(text, marks(text, "নদী বয়ে"))
    html = excerpt(snippet)
    assert _text_of(html) == text
    kept, tail = re.fullmatch(r'(.*)<span class="tail-of">(.*)</span>', html).groups()  # type: ignore[union-attr]
    assert tail.startswith((" ", '<mark class="exact"> '))
    assert NARROW_CLUSTERS - 5 <= len(cluster_boundaries(_text_of(kept))) - 1 <= NARROW_CLUSTERS
    assert len(re.findall("<mark", kept)) == len(re.findall("</mark>", kept)) > 0
    endless = Snippet("ক" * 300)
    assert excerpt(endless) == inline(endless)


def test_a_passage_that_has_room_is_left_as_it_is() -> None:
    """A short passage is not changed, even if the article itself ends with dots."""
    for text in ("নদী বয়ে যায় …", "নদী …", "নদী"):
        snippet = Snippet(text, marks(text, "নদী"))
        assert excerpt(snippet) == inline(snippet)


@pytest.mark.parametrize("words", range(26, 78))
def test_dots_are_not_said_twice_where_a_passage_ends(words: int) -> None:
    """A part set apart after the ellipsis between two passages gets no second ellipsis."""
    text = f"নদী {'ক ' * words}… {'কথা ' * 90}".rstrip()
    html = excerpt(Snippet(text, marks(text, "নদী")))
    for kept in (html.partition('<span class="tail-of">')[0], _text_of(html).removesuffix(" …")):
        assert not kept.rstrip().endswith("…")


@given(_snippets())
def test_an_excerpt_says_where_it_leaves_something_out(snippet: Snippet) -> None:
    """Three lines are shown whatever is set apart for narrow screens, with ellipses for the rest."""
    far = Snippet(
        "ক " * 90 + snippet.text + " খ" * 90,
        tuple(Match(match.start + 180, match.end + 180, match.layer) for match in snippet.matches),
    )
    found = _text_of(excerpt(far)).removeprefix("… ").removesuffix(" …")
    assert found in shown(far.text)
    assert len(cluster_boundaries(found)) - 1 <= max(WIDE_CLUSTERS, len(max(far.text.split(), key=len)))


def test_a_wide_screen_has_three_lines_with_a_mark() -> None:
    """A late mark is brought near the beginning, and the text is cut between words."""
    text = "কথা " * 60 + "নদী বয়ে যায় " + "কথা " * 60
    html = excerpt(Snippet(text, marks(text, "নদী")))
    assert _text_of(html).startswith("… কথা ")
    assert _text_of(html).endswith("কথা …")
    assert '<mark class="exact">নদী</mark>' in html


@pytest.mark.parametrize(
    ("key", "written"),
    [("র\u09cd\u09af\u09beব", "র\u200d\u09cd\u09af\u09beব"), ("কার\u09cd\u09afালয়", "কার\u09cd\u09afালয়")],
    ids=["র‍্যাব", "কার্যালয়"],
)
def test_a_form_without_joiners_is_written_as_words_are(key: str, written: str) -> None:
    """A form that begins with a reph is changed; within a word a reph is left alone."""
    assert legible(key) == written
    assert legible(f"{key} {key}") == f"{written} {written}"


def test_one_is_singular_where_the_language_says_so() -> None:
    """English distinguishes one article and two articles; Bengali does not."""
    assert Renderer("en").counted("results.heading", 1) == "Found in 1 article"
    assert Renderer("en").counted("results.heading", 2) == "Found in 2 articles"
    assert Renderer("bn").counted("results.heading", 1) == "১টি নিবন্ধে পাওয়া গেছে"


def test_what_fills_a_message_is_escaped() -> None:
    """A query in a message becomes neither markup nor a placeholder."""
    assert Renderer("bn").text("results.title", query="<i>{x}", count="১") == "&lt;i&gt;{x} · ১"


def test_what_others_wrote_is_isolated() -> None:
    """A bidirectional control in a category or author does not affect other text."""
    assert Renderer("bn").quoted("\u202eবিভাগ\x9b") == "<bdi>\u202eবিভাগ\ufffd</bdi>"


@pytest.mark.parametrize(
    ("day", "bengali", "english"),
    [
        (dt.date(2026, 3, 10), "আজ", "today"),
        (dt.date(2026, 3, 9), "গতকাল", "yesterday"),
        (dt.date(2026, 3, 4), "৬ দিন আগে", "6 days ago"),
        (dt.date(2026, 3, 3), "৩ মার্চ", "March 3"),
        (dt.date(2025, 12, 31), "৩১ ডিসেম্বর ২০২৫", "December 31, 2025"),
        (dt.date(2026, 3, 11), "১১ মার্চ ২০২৬", "March 11, 2026"),
    ],
)
def test_a_near_day_is_said_as_people_say_it(day: dt.date, bengali: str, english: str) -> None:
    """The element has the date, and a title with the whole date unless the text shows it."""
    for language, said in (("bn", bengali), ("en", english)):
        html = Renderer(language).ago(day, dt.date(2026, 3, 10))
        assert _text_of(html) == said
        assert f'datetime="{day.isoformat()}"' in html
        assert re.search('title="[^"]*(2026|২০২৬)"', html) or re.search("(20|২০)[0-9০-৯]{2}$", said)


@pytest.mark.parametrize(
    ("article", "written"),
    [
        (Article("১", "নদী", date=dt.date(1971, 12, 16)), "1971-12-16T00:00:00Z"),
        (Article("১", "নদী"), "1970-01-01T00:00:00Z"),
        (None, "1970-01-01T00:00:00Z"),
    ],
    ids=["a day", "none", "no article"],
)
def test_feeds_have_a_moment_for_every_article(article: Article | None, written: str) -> None:
    """An unknown date becomes the beginning of time, so that the article is never among the newest."""
    assert moment(article) == written
