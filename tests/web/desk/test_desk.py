"""What editors do at the desk, page by page; forms are sent as browsers send them."""

import datetime as dt
import json
import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from werkzeug.test import TestResponse

from onneshon.index import Article, BuildError, build, update
from onneshon.index.analysis.control_characters import json_bytes
from onneshon.index.errors import CorpusError, JournalError
from onneshon.index.json_form import written
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.search import ArticleNotFoundError
from onneshon.search.understanding.site_synonyms import SynonymsFile, accepted_line, refused_line
from onneshon.search.understanding.synonyms import parse_synonyms
from onneshon.web.desk import changes
from onneshon.web.desk import releases as releasing
from onneshon.web.desk.changes import record_of
from onneshon.web.desk.releases import Releases
from onneshon.web.desk.store import KEPT_VERSIONS, DeskStore, DeskStoreError, Held
from onneshon.web.publishing.queue import PublishingQueue
from onneshon.web.service import Service
from tests.serving import SECONDS
from tests.web.desk.conftest import AtDesk

Desk = Callable[..., AtDesk]


def title(person: AtDesk, article_id: str) -> str | None:
    """The title under which an article is found, or None."""
    try:
        return person.service._live.current().article(article_id).title
    except ArticleNotFoundError:
        return None


def test_the_overview_says_that_the_live_index_is_known_by_a_copy(at_desk: Desk, served: Service) -> None:
    """The overview reports a damaged pointer although readers' searches are answered."""
    editor = at_desk("editor")
    pointer = editor.directory / "CURRENT"
    content = pointer.read_bytes()
    pointer.unlink()
    try:
        served._live.expect("lost")
        assert "CURRENT is damaged" in editor.text("/?lang=en")
    finally:
        pointer.write_bytes(content)
        served._live.expect("found")
    assert "CURRENT is damaged" not in editor.text("/?lang=en")


def test_the_overview_says_how_all_is_and_what_was_not_found(at_desk: Desk) -> None:
    """Both languages have it; each query has its actions, except for readers of the desk."""
    html = at_desk("editor").text("/")
    assert "বিশকাপ" in html
    assert "৯ জন খুঁজেছেন" in html
    assert "/desk/pins?query=" in html
    assert "ঢুকেছেন" not in html
    assert "9 people searched" in at_desk("editor").text("/?lang=en")
    assert "/desk/pins?query=" not in at_desk("reader").text("/")


def test_what_is_wrong_with_the_server_is_reported_in_bengali_first(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The English text for the administrator is folded."""
    editor = at_desk("editor")
    desk = editor.service.desk
    assert desk is not None
    monkeypatch.setitem(desk.checks, "writer", lambda: "The process that publishes died.")
    html = editor.text("/")
    assert "এগুলি দেখা দরকার" in html
    assert re.search(r'<details>.*<ul lang="en">\s*<li>The process', html, re.DOTALL)
    assert "<details open>" in editor.text("/?lang=en")


def test_searches_come_as_a_file_too(at_desk: Desk) -> None:
    """In the CSV no query can be a formula."""
    answer = at_desk("reader").get("/searches?which=nothing&format=csv&days=30")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.get_data(as_text=True).splitlines()[1].startswith("বিশকাপ,9,0,0,0,")
    assert "বিশকাপ" in at_desk("reader").text("/searches?which=most&days=x")
    assert "বিশকাপ" not in at_desk("reader").text("/searches?which=few")


def test_from_a_query_to_a_live_pin_in_three_presses(at_desk: Desk) -> None:
    """The presses are: pin it, preview it, publish it; then it is reordered and removed."""
    editor = at_desk("editor")
    assert "পদ্মা নদী</textarea>" in editor.text("/pins?query=পদ্মা নদী")
    form = {"queries": "পদ্মা নদী\r\nপদ্মা গাঙ", "first": ["cricket", "n3", "gone"], "match": "exact"}
    before = editor.post("/pins", **form, act="preview").get_data(as_text=True)
    assert before.index("সম্পাদকের বাছাই") < before.index("সব পিন")
    assert 'gone</bdi></a> <span class="tag bad">' in before
    page = editor.service.app.test_client().get("/search?q=পদ্মা নদী").get_data(as_text=True)
    assert "সম্পাদকের বাছাই" not in page
    answer = editor.post("/pins", **form)
    assert answer.status_code == 303
    name = re.search("name=([0-9a-f]+)", answer.headers["Location"])[1]  # type: ignore[index]
    assert "পিন চালু হয়েছে।" in editor.text(answer.headers["Location"].removeprefix("/desk"))
    assert f'name="name" value="{name}"' in editor.text("/pins?query=পদ্মা গাঙ")
    page = editor.service.app.test_client().get("/search?q=নদী পদ্মার").get_data(as_text=True)
    assert page.count("সম্পাদকের বাছাই") == 2
    desk = editor.service.desk
    assert desk is not None
    assert desk.pins.named(name).first == ("cricket", "n3", "gone")
    assert editor.post("/pins/remove", name=name).status_code == 303
    assert desk.pins.read() == ()
    assert [entry.action for entry in desk.store.entries(2)] == ["unpin", "pin"]


def test_days_of_a_pin_are_said_as_all_days_are(at_desk: Desk) -> None:
    """Text is in the page's language, and form fields are in ISO form."""
    editor = at_desk("editor")
    editor.post("/pins", queries="নদী", first="n1", since="2026-12-01", until="2027-01-31", name="days")
    html = editor.text("/pins?name=days")
    assert "১ ডিসেম্বর ২০২৬–৩১ জানুয়ারি ২০২৭" in re.sub("<[^>]*>", "", html)
    assert 'value="2026-12-01"' in html
    assert "December 1, 2026–January 31, 2027" in re.sub("<[^>]*>", "", editor.text("/pins?lang=en"))
    editor.post("/pins/remove", name="days")


FIRST = 'name="first" value="([^"]+)"'


def test_a_draft_of_a_pin_is_changed_by_buttons(at_desk: Desk) -> None:
    """Articles are picked from a search, reordered and removed; nothing is live meanwhile."""
    editor = at_desk("editor")
    draft = {"queries": "নদী", "find": "ক্রিকেট"}
    found = editor.post("/pins", **draft, act="find ").get_data(as_text=True)
    assert 'value="first cricket"' in found
    assert "চালু করুন" not in found
    assert 'value="first n2"' in editor.post("/pins", queries="নদী", find="n2", act="find ").text
    for act, names in {
        "first cricket": ["n1", "n2", "cricket"],
        "up n2": ["n2", "n1"],
        "down n1": ["n2", "n1"],
        "up n1": ["n1", "n2"],
        "drop n1": ["n2"],
        "never n1": ["n2"],
        "up nobody": ["n1", "n2"],
        "preview": ["n1", "n2"],
    }.items():
        html = editor.post("/pins", **draft, first=["n1", "n2"], act=act).text
        assert re.findall(FIRST, html) == names, act
    assert 'name="never" value="n1"' in editor.post("/pins", **draft, first=["n1"], act="never n1").text
    days = {"since": "2026-02-02", "until": "2026-02-01"}
    assert "প্রথম দিনের আগে" in editor.post("/pins", **draft, first="n1", **days, act="preview").text
    for name in days:
        html = editor.post("/pins", **draft, first="n1", **{name: "2026-13-01"}).text
        assert ("তারিখটি পড়া গেল না" in html, "প্রথম দিনের আগে" in html) == (True, False)
    assert not (editor.directory / "pins.json").exists()


def test_colours_are_live_for_readers_until_they_are_taken_back(at_desk: Desk, served: Service) -> None:
    """Only admins may; a wrong colour is refused, and a broken file changes nothing."""
    admin = at_desk("admin")
    reader = served.app.test_client()
    assert "site.css" not in reader.get("/").text
    assert "চালু করুন" in admin.text("/look?accent=8a1c3c")
    assert admin.post("/look", accent="#8a1c3c").status_code == 303
    address = re.search(r'href="(/site.css[^"]+)"', reader.get("/").text)[1]  # type: ignore[index]
    assert "#8a1c3c" in reader.get(address).text
    assert "#8a1c3c" in reader.get("/embed.js").text
    assert 'value="#8a1c3c"' in admin.text("/look")
    assert at_desk("editor").post("/look", accent="#006a4e").status_code == 403
    assert admin.post("/look", accent="#ffff00").status_code == 400
    (admin.directory / "look.json").write_text('{"accent": 1}', "utf-8")
    assert "#8a1c3c" in reader.get("/site.css").text
    assert admin.get("/look").status_code == 400
    assert admin.post("/look").status_code == 303
    assert "site.css" not in reader.get("/").text
    assert not (admin.directory / "look.json").exists()


@pytest.mark.parametrize(
    ("path", "form", "page"),
    [
        ("/pins/remove", {"name": "p9"}, "/desk/pins?name=p9&amp;lang=en"),
        ("/article/undo", {"id": "n0", "version": "77"}, "/desk/article?id=n0&amp;lang=en"),
        ("/synonyms", {"line": "একা"}, "/desk/synonyms?lang=en"),
    ],
)
def test_another_language_leads_from_a_form_that_failed_to_its_page(
    at_desk: Desk, path: str, form: dict[str, str], page: str
) -> None:
    """The link leads to the page, not to the address that only accepts forms."""
    editor = at_desk("editor")
    answer = editor.post(path, **form)
    assert answer.status_code == 400
    assert f'href="{page}"' in answer.text
    assert editor.client.get(page.replace("&amp;", "&")).status_code == 200


def test_the_log_is_in_the_language_of_its_reader(at_desk: Desk) -> None:
    """Times are by the server's clock."""
    assert "ঢুকেছেন" in at_desk("admin").text("/log")
    assert "signed in" in at_desk("admin").text("/log?lang=en")


def test_a_synonym_is_shown_before_it_is_live(at_desk: Desk) -> None:
    """Hits are shown before and after; the preview is what the page shows later."""
    editor = at_desk("editor")
    html = editor.text("/synonyms?line=বিশকাপ => বিশ্বকাপ&query=বিশকাপ")
    assert html.index("হবে") < html.index("বিশ্বকাপে ক্রিকেট")
    assert not (editor.directory / "synonyms.txt").exists()
    assert editor.post("/synonyms", line="বিশকাপ => বিশ্বকাপ").status_code == 303
    assert editor.post("/synonyms", line="বিশকাপ => বিশ্বকাপ").status_code == 303  # sent twice
    assert (editor.directory / "synonyms.txt").read_text("utf-8") == "বিশকাপ => বিশ্বকাপ\n"
    assert "বিশকাপ =&gt; বিশ্বকাপ" in editor.text("/synonyms")
    assert editor.post("/synonyms/remove", line="বিশকাপ => বিশ্বকাপ").status_code == 303
    assert (editor.directory / "synonyms.txt").read_text("utf-8") == ""


def test_who_reads_english_signs_in_too(at_desk: Desk) -> None:
    """The cookie is valid for the desk, whatever language the sign-in page had."""
    outside = at_desk("")
    key = (outside.directory / "editor").read_text("utf-8")
    answer = outside.client.post("/desk/sign-in?lang=en", data={"key": key})
    assert "Path=/desk/;" in answer.headers["Set-Cookie"] + ";"
    assert outside.get("/pins?lang=en").status_code == 200


def test_names_of_one_author_are_brought_together(at_desk: Desk) -> None:
    """Names already joined with one of them are included; readers filter by all of them at once."""
    editor = at_desk("editor")
    file = editor.directory / "authors.txt"
    assert editor.post("/authors", name="রহিম", spellings="রহীম; আব্দুর রহিম").status_code == 303
    assert editor.post("/authors", name="আব্দুর রহিম", spellings="আঃ রহিম").status_code == 303
    assert set(file.read_text("utf-8").strip().replace(" = ", "; ").split("; ")) == {
        "আব্দুর রহিম", "আঃ রহিম", "রহিম", "রহীম",
    }  # fmt: skip
    assert file.read_text("utf-8").startswith("আব্দুর রহিম = আঃ রহিম; ")
    editor.service._live.current().reload()
    assert "বিশ্বকাপে" in editor.client.get("/search?q=*&author=আঃ রহিম").text
    line = file.read_text("utf-8").strip()
    assert line in editor.text("/authors")
    assert editor.post("/authors/remove", line=line).status_code == 303
    assert file.read_text("utf-8") == ""


def test_joining_names_of_an_author_leaves_those_of_others(at_desk: Desk) -> None:
    """Only lines that share a name with the new one become one line with it."""
    editor = at_desk("editor")
    file = editor.directory / "authors.txt"
    file.write_text("করিম = করীম\nরহিম = রহীম\n", "utf-8")
    assert editor.post("/authors", name="রহীম", spellings="আঃ রহিম").status_code == 303
    assert file.read_text("utf-8").splitlines() == ["করিম = করীম", "রহীম = আঃ রহিম; রহিম"]


def test_a_line_of_authors_that_somebody_wrote_is_taken_away_as_it_is(at_desk: Desk) -> None:
    """A line is removed with its spaces; a name in another encoding is joined all the same."""
    editor = at_desk("editor")
    file = editor.directory / "authors.txt"
    file.write_text("  রহিম = রহীম \nজ\u09df = জে. সেন\n", "utf-8")
    assert editor.post("/authors/remove", line="  রহিম = রহীম ").status_code == 303
    assert editor.post("/authors", name="জ\u09af\u09bc", spellings="জ. সেন").status_code == 303
    assert file.read_text("utf-8") == "জ\u09af\u09bc = জ. সেন; জে. সেন\n"


def test_names_that_look_like_one_author_are_offered(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A button joins them; people without the right to change anything see none."""
    engine = at_desk("editor").service._live.current()
    monkeypatch.setattr(type(engine), "values", lambda *_: ["মোঃ আলী", "মোহাম্মদ আলী"])
    editor = at_desk("editor")
    assert 'value="মোঃ আলী = মোহাম্মদ আলী"' in editor.text("/authors")
    assert editor.post("/authors", line="মোঃ আলী = মোহাম্মদ আলী").status_code == 303
    assert "মোঃ আলী = মোহাম্মদ আলী" in editor.text("/authors")
    reader = at_desk("reader")
    assert 'action="/desk/authors' not in reader.text("/authors")
    assert reader.post("/authors", line="ক = খ").status_code == 403


@pytest.mark.parametrize("line", ["x", "# x", "ক = খ\nগ = ঘ", " = খ"])
def test_an_invalid_line_of_authors_is_reported(at_desk: Desk, line: str) -> None:
    """The line is refused, and nothing is changed."""
    editor = at_desk("editor")
    assert editor.post("/authors", line=line).status_code == 400
    assert not (editor.directory / "authors.txt").exists()


LEARNED = "গ্রেফতার\t=\tগ্রেপ্তার\tvariant\tin 40 contexts"


def test_what_the_index_learned_is_accepted_or_refused(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal is a line of the file too: for a word in a table nothing is learned."""
    editor = at_desk("editor")
    engine = editor.service._live.current()
    monkeypatch.setattr(type(engine), "learned", LEARNED)
    form = {"left": "গ্রেফতার", "right": "গ্রেপ্তার"}
    assert "গ্রেফতার</bdi> → " in editor.text("/synonyms")
    assert editor.post("/synonyms/learned", **form, decision="refuse").status_code == 303
    assert "গ্রেফতার</bdi> → " not in editor.text("/synonyms")
    file = SynonymsFile(editor.directory / "synonyms.txt")
    (line,) = file.lines()
    editor.post("/synonyms/remove", line=line.text)
    editor.post("/synonyms/learned", **form, decision="accept")
    assert [known.text for known in file.lines()] == ["গ্রেফতার\t=\tগ্রেপ্তার\tvariant\taccepted"]
    editor.post("/synonyms/remove", line=file.lines()[0].text)
    assert editor.post("/synonyms/learned", left="ক", right="খ").status_code == 400


def test_lines_of_people_stay_as_they_wrote_them(tmp_path: Path) -> None:
    """Comments, spaces and a last line without a newline are kept."""
    path = tmp_path / "synonyms.txt"
    path.write_text("# আমাদের\nক, খ", "utf-8")
    file = SynonymsFile(path)
    file.add("গ, ঘ")
    assert path.read_text("utf-8") == "# আমাদের\nক, খ\nগ, ঘ\n"
    entry = parse_synonyms(LEARNED, "learned")[0]
    assert [found.right for found in parse_synonyms(refused_line(entry), "x")] == [entry.left]
    assert parse_synonyms(accepted_line(entry), "x")[0].right == entry.right
    path.write_bytes(b"\xff")
    with pytest.raises(Exception, match="cannot be read"):
        file.text()


def test_an_article_is_corrected_withdrawn_and_brought_back(at_desk: Desk) -> None:
    """Each step keeps the previous version; an undo can be undone."""
    editor = at_desk("editor")
    fields = {"id": "n0", "title": "পদ্মায় ভাঙন", "body": "এক\r\nদুই", "date": "২১/২/২০২৬", "category": "পরিবেশ"}
    answer = editor.post("/article", **fields)
    assert answer.status_code == 303
    assert "একটু পরেই খোঁজায় আসবে" in editor.text(answer.headers["Location"].removeprefix("/desk"))
    editor.apply()
    stored = editor.service._live.current().article("n0")
    assert stored == Article("n0", "পদ্মায় ভাঙন", "এক\nদুই", dt.date(2026, 2, 21), "পরিবেশ")
    assert "প্রকাশিত" in editor.text("/article?id=n0")
    editor.post("/article/withdraw", id="n0")
    editor.apply()
    assert title(editor, "n0") is None
    again = editor.post("/article/withdraw", id="n0")
    assert (again.status_code, again.headers["Location"]) == (303, "/desk/article?id=n0")
    assert "প্রত্যাহৃত" in editor.text("/article?id=n0")
    desk = editor.service.desk
    assert desk is not None
    withdrawn, corrected = desk.store.versions("n0")
    editor.post("/article/undo", id="n0", version=corrected.number)
    editor.apply()
    assert title(editor, "n0") == "পদ্মা নদীর খবর"
    editor.post("/article/undo", id="n0", version=desk.store.versions("n0")[0].number)
    editor.apply()
    assert title(editor, "n0") is None
    editor.post("/article/undo", id="n0", version=withdrawn.number)
    editor.apply()
    assert title(editor, "n0") == "পদ্মায় ভাঙন"


def test_a_correction_leaves_alone_what_the_desk_does_not_show(at_desk: Desk) -> None:
    """An image, which no form has, is kept by a correction and by its undo."""
    editor, picture = at_desk("editor"), "https://img.example.org/padma.jpg"
    put_in(editor, Article("ilish", "পদ্মার ইলিশ", "জাল ফেলা হলো।", image=picture))
    editor.post("/article", id="ilish", title="পদ্মায় ইলিশ")
    editor.apply()
    assert stored(editor, "ilish").image == picture
    assert editor.service.desk is not None
    (version,) = editor.service.desk.store.versions("ilish")
    editor.post("/article/undo", id="ilish", version=version.number)
    editor.apply()
    assert stored(editor, "ilish") == Article("ilish", "পদ্মার ইলিশ", "জাল ফেলা হলো।", image=picture)


@pytest.mark.parametrize(
    ("text", "sent"),
    [("এক\r\nদুই", "এক\r\nদুই"), ("এক\rদুই", "এক\r\nদুই"), ("\nএক", "এক"), ("এক\n", "এক\r\n")],
    ids=["lines of Windows", "lines of old Macs", "an empty line first", "lines of Unix"],
)
def test_a_field_that_nobody_changed_keeps_its_line_breaks(at_desk: Desk, text: str, sent: str) -> None:
    """Browsers change line breaks and drop those of a title; a changed body has Unix line breaks."""
    editor = at_desk("editor")
    put_in(editor, Article("lines", "নদী\nভাঙন", text))
    editor.post("/article", id="lines", title="নদীভাঙন", body=sent, category="পরিবেশ")
    editor.apply()
    assert stored(editor, "lines") == Article("lines", "নদী\nভাঙন", text, category="পরিবেশ")
    editor.post("/article", id="lines", title="ভাঙন", body="এক\r\nতিন")
    editor.apply()
    assert stored(editor, "lines") == Article("lines", "ভাঙন", "এক\nতিন", category="পরিবেশ")


def put_in(person: AtDesk, article: Article) -> None:
    """Publish an article as a program does over HTTP."""
    assert person.service.desk is not None
    record = json_bytes(written(article)).decode()
    person.service.desk.queue.publish([Operation.now(article.id, record, "কল")], 0)
    person.apply()


def stored(person: AtDesk, article_id: str) -> Article:
    """The article as the live index has it."""
    return person.service._live.current().article(article_id)


def seen_in(html: str) -> str:
    """The revision that a form was made from."""
    found = re.search('name="seen" value="([^"]*)"', html)
    assert found
    return found[1]


def written_id(answer: TestResponse) -> str:
    """The id of the article that was just written."""
    return re.search("id=(desk-[0-9a-f]+)", answer.headers["Location"])[1]  # type: ignore[index]


def newly_written(person: AtDesk) -> str:
    """The id of a new article that no other test uses."""
    answer = person.post("/article", id="", title="নতুন খবর", body="লেখা")
    person.apply()
    return written_id(answer)


@pytest.mark.parametrize("way", [{}, {"until": "2999-01-01T00:00"}], ids=["now", "held"])
def test_nobody_writes_over_a_correction_that_they_have_not_read(at_desk: Desk, way: dict[str, str]) -> None:
    """The second of two editors gets a conflict, and keeps the text."""
    rahima, karim = at_desk("editor"), at_desk("admin")
    written = newly_written(karim)
    opened = seen_in(rahima.text(f"/article?id={written}"))
    karim.post("/article", id=written, body="করিমের লেখা", seen=opened)
    karim.apply()
    refused = rahima.post("/article", id=written, body="রহিমার লেখা", seen=opened, **way)
    assert refused.status_code == 409
    for shown in ("আপনি খোলার পরে", "করিমের লেখা", "রহিমার লেখা", way.get("until", "")):
        assert shown in refused.text
    karim.post("/article/withdraw", id=written)
    karim.apply()
    assert (
        rahima.post("/article", id=written, body="রহিমার লেখা", seen=seen_in(refused.text)).status_code == 409
    )


def test_an_editor_may_decide_against_a_correction_that_waits(at_desk: Desk) -> None:
    """A warned editor may overwrite a correction, also before that is visible."""
    rahima, karim = at_desk("editor"), at_desk("admin")
    written = newly_written(karim)
    opened = seen_in(rahima.text(f"/article?id={written}"))
    karim.post("/article", id=written, title="পদ্মার ইলিশ", seen=opened)
    refused = rahima.post("/article", id=written, title="পদ্মায় চর", seen=opened)
    assert refused.status_code == 409
    assert rahima.post("/article", id=written, title="পদ্মায় চর", seen=seen_in(refused.text)).status_code == 303
    rahima.apply()
    assert title(rahima, written) == "পদ্মায় চর"


def test_a_new_article_is_written_with_the_title_that_was_missing(at_desk: Desk) -> None:
    """A new article gets an id; an undo removes it; a date can be cleared."""
    editor = at_desk("editor")
    assert 'value="বিশকাপ"' in editor.get("/article?title=বিশকাপ", follow_redirects=True).text
    answer = editor.post("/article", id="", title="বিশকাপ", body="", date="2026-02-21")
    editor.apply()
    article_id = written_id(answer)
    assert title(editor, article_id) == "বিশকাপ"
    editor.post("/article", id=article_id, date="")
    editor.apply()
    assert editor.service._live.current().article(article_id) == Article(article_id, "বিশকাপ")
    desk = editor.service.desk
    assert desk is not None
    editor.post("/article/undo", id=article_id, version=desk.store.versions(article_id)[-1].number)
    editor.apply()
    assert title(editor, article_id) is None


def test_articles_are_found_by_words_and_by_id(at_desk: Desk) -> None:
    """Readers of the desk see articles, but no forms."""
    assert "বিশ্বকাপে ক্রিকেট" in at_desk("reader").text("/articles?q=ক্রিকেটের")
    assert "/desk/article?id=cricket" in at_desk("reader").text("/articles?q=cricket")
    html = at_desk("reader").text("/article?id=cricket")
    assert "মাঠে দল জিতেছে।" in html
    assert "<textarea" not in html


def test_what_is_held_until_a_time_is_found_then_and_not_before(
    at_desk: Desk, served: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article that is live already is removed meanwhile; the clock decides."""
    editor = at_desk("editor")
    desk = editor.service.desk
    assert desk is not None
    now = dt.datetime(2026, 2, 21, 12, 0, tzinfo=dt.UTC)
    monkeypatch.setattr(desk.store, "now", lambda: now)
    until = dt.datetime(2026, 2, 21, 18, 0, tzinfo=dt.UTC).isoformat()
    answer = editor.post("/article", id="n1", title="ছয়টার খবর", until=until)
    assert "নির্ধারিত" in editor.text(answer.headers["Location"].removeprefix("/desk"))
    editor.apply()
    assert title(editor, "n1") is None
    releases = Releases(desk.queue, desk.store)
    now = dt.datetime(2026, 2, 21, 17, 59, 59, tzinfo=dt.UTC)
    assert releases.look() == 0
    assert ">ছয়টার খবর</h1>" in editor.text("/article?id=n1")
    assert "ছয়টার খবর" in editor.text("/articles")
    entries = [entry for entry in desk.store.entries(5) if entry.action == "hold" and "n1" in entry.about]
    assert len(entries) == 1
    assert entries[0].about.startswith("n1 · পদ্মা নদীর খবর · 2026-02-21 ")
    assert "ছয়টার খবর" in editor.text("/")
    now = dt.datetime(2026, 2, 21, 18, 0, tzinfo=dt.UTC)
    assert releases.look() == 1
    assert releases.look() == 0
    editor.apply()
    assert title(editor, "n1") == "ছয়টার খবর"


def test_what_is_held_is_published_now_or_dropped(at_desk: Desk) -> None:
    """An editor can do either by hand."""
    editor = at_desk("editor")
    for article_id in ("held-1", "held-2"):
        editor.post("/article", id=article_id, title="অপেক্ষায়", until="2999-01-01T00:00")
    editor.post("/article/release", id="held-1", publish="1")
    editor.post("/article/release", id="held-2")
    editor.apply()
    assert (title(editor, "held-1"), title(editor, "held-2")) == ("অপেক্ষায়", None)
    desk = editor.service.desk
    assert desk is not None
    assert desk.store.waiting() == []


def test_what_is_held_is_corrected_as_it_is_held_and_comes_once(at_desk: Desk) -> None:
    """The form has the held text; what is published in its place is not overwritten later."""
    editor = at_desk("editor")
    desk = editor.service.desk
    assert desk is not None
    record = json.dumps({"id": "later", "title": "আগামীকাল", "body": "লেখা"})
    desk.store.hold(Held("later", "2999-01-01T00:00:00+00:00", "editor", "আগামীকাল", record))
    html = editor.text("/article?id=later")
    assert 'value="আগামীকাল"' in html
    assert "লেখা</textarea>" in html
    editor.post("/article", id="later", title="পরশু", until="2999-01-02T00:00")
    kept = json.loads(desk.store.waiting()[0].record)
    assert (kept["title"], kept["body"]) == ("পরশু", "লেখা")
    editor.post("/article", id="later", title="আজ")
    assert desk.store.waiting() == []
    editor.apply()
    assert title(editor, "later") == "আজ"
    editor.post("/article", id="later", title="পরশু", until="2999-01-02T00:00")
    editor.apply()
    editor.post("/article/undo", id="later", version=str(desk.store.versions("later")[0].number))
    editor.apply()
    assert (title(editor, "later"), desk.store.waiting()) == ("আজ", [])


def test_what_is_held_stays_out_through_builds_and_older_generations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nightly build has it in its files; if it is live all the same, it is removed once."""
    monkeypatch.setattr(changes, "WAIT_SECONDS", 0)
    directory = tmp_path / "index"
    source = tmp_path / "all.jsonl"
    records = [{"id": "সেতু/১", "title": "আগাম খবর"}, {"id": "b", "title": "নদী"}]
    source.write_text("\n".join(map(json.dumps, records)), "utf-8")
    build([source], directory)
    store, queue = DeskStore(directory), PublishingQueue(directory)
    store.hold(Held("সেতু/১", "2999-01-01T00:00:00+00:00", "editor", "আগাম খবর", json.dumps(records[0])))
    report = build([source], directory)
    assert (report.articles, report.seen, dict(report.passed)) == (1, 1, {"held back": 1})
    assert update([source], directory).added == 0
    found = {"সেতু/১": "000001"}
    releases = Releases(queue, store, lambda article: found.get(article, ""))
    assert [releases.look(), releases.look()] == [0, 0]
    taken = Journal(directory).read(0).operations
    assert [(operation.id, operation.record) for operation in taken] == [("সেতু/১", None)]
    store.let_go(store.waiting()[0], "editor", "drop")
    releases.look()
    assert not (directory / "withheld.txt").exists()
    assert build([source], directory).articles == 2


def test_nothing_is_built_while_nobody_can_tell_what_is_held(tmp_path: Path) -> None:
    """An older index is better than an article that appears early."""
    (tmp_path / "withheld.txt").write_bytes(b"\xff")
    with pytest.raises(BuildError, match="nothing was built"):
        build([Article("a", "নদী")], tmp_path)
    DeskStore(tmp_path).settle()
    assert build([Article("a", "নদী")], tmp_path).articles == 1


def test_a_process_that_is_killed_while_it_holds_holds_nothing_for_ever(tmp_path: Path) -> None:
    """An unreported hold keeps the id in the list until the next look; the reverse never happens."""
    child = os.fork()
    if not child:
        store = DeskStore(tmp_path)
        withhold = store._withhold

        def killed(connection: sqlite3.Connection) -> None:
            withhold(connection)
            os.kill(os.getpid(), signal.SIGKILL)

        store._withhold = killed  # type: ignore[method-assign]
        store.hold(Held("a", "2999-01-01T00:00:00+00:00", "editor", "নদী", "{}"))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert (tmp_path / "withheld.txt").read_text("utf-8") == "a\n"
    assert DeskStore(tmp_path).waiting() == []
    Releases(PublishingQueue(tmp_path), DeskStore(tmp_path)).look()
    assert not (tmp_path / "withheld.txt").exists()


def test_whether_an_article_is_found_is_asked_of_what_is_live(served: Service) -> None:
    """The answer is the generation, or empty if none has the article."""
    assert served._found("cricket") == served._live.current().health.generation
    assert served._found("nobody") == ""


def test_what_is_held_comes_out_where_the_file_of_the_desk_was_copied_to(tmp_path: Path) -> None:
    """If another machine takes over, no article comes early, and each comes at its time."""
    lost, standby = tmp_path / "lost", tmp_path / "standby"
    standby.mkdir()
    store = DeskStore(lost)
    for name, until in (("ঈদ", "2000-02-21T12:00:00+00:00"), ("বাজেট", "2999-06-11T15:00:00+00:00")):
        record = json.dumps({"id": name, "title": name})
        store.hold(Held(name, until, "editor", name, record))
    shutil.copy(store.path, standby)
    assert Releases(PublishingQueue(standby), DeskStore(standby)).look() == 1
    assert [operation.id for operation in Journal(standby).read(0).operations] == ["ঈদ"]
    assert (standby / "withheld.txt").read_text("utf-8") == "বাজেট\n"


def test_what_comes_when_its_time_does_is_counted_as_what_anybody_sends(tmp_path: Path) -> None:
    """A released article counts for the editor who held it."""
    store, counted = DeskStore(tmp_path), Mock()
    store.hold(Held("ঈদ", "2000-02-21T12:00:00+00:00", "editor", "ঈদ", '{"id": "ঈদ", "title": "ঈদ"}'))
    assert Releases(PublishingQueue(tmp_path, on_queued=counted), store).look() == 1
    [[operation]] = counted.call_args.args
    assert (operation.id, operation.client) == ("ঈদ", "editor")


def test_a_process_that_is_killed_while_it_releases_loses_nothing(tmp_path: Path) -> None:
    """If it was queued but not noted it is queued again, which changes nothing."""
    record = json.dumps({"id": "a", "title": "নদী"})
    DeskStore(tmp_path).hold(Held("a", "2000-02-21T12:00:00+00:00", "editor", "নদী", record))
    child = os.fork()
    if not child:
        store = DeskStore(tmp_path)
        store._note = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        Releases(PublishingQueue(tmp_path), store).look()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [held.article for held in DeskStore(tmp_path).waiting()] == ["a"]
    assert Releases(PublishingQueue(tmp_path), DeskStore(tmp_path)).look() == 1
    queued = Journal(tmp_path).read(0).operations
    assert [operation.record for operation in queued] == [record, record]
    assert DeskStore(tmp_path).waiting() == []


def test_what_several_processes_release_is_queued_once(tmp_path: Path) -> None:
    """Each process read it as waiting before the first released it; an article held again stays."""
    held = Held("a", "2000-02-21T12:00:00+00:00", "editor", "নদী", '{"id": "a", "title": "নদী"}')
    stores = [DeskStore(tmp_path), DeskStore(tmp_path)]
    stores[0].hold(held)
    releases = [Releases(PublishingQueue(tmp_path), store) for store in stores]
    for store in stores:
        store.waiting = lambda *_: [held]  # type: ignore[method-assign]
    assert [release.look() for release in releases] == [1, 0]
    assert len(Journal(tmp_path).read(0).operations) == 1
    stores[0].hold(replace(held, until="2999-02-21T12:00:00+00:00"))
    assert [release.look() for release in releases] == [0, 0]
    assert len(Journal(tmp_path).read(0).operations) == 1


def test_what_cannot_be_queued_waits_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A thread retries; a full disk is logged, and nothing is lost."""
    store, queue = DeskStore(tmp_path), PublishingQueue(tmp_path)
    store.hold(Held("a", "2000-02-21T12:00:00+00:00", "editor", "নদী", '{"id": "a", "title": "নদী"}'))
    releases = Releases(queue, store)
    for error in (JournalError("the disk is full"), CorpusError("a", "id", "no id")):
        with monkeypatch.context() as patched:
            patched.setattr(queue, "publish", Mock(side_effect=error))
            assert [releases.look(), releases.look()] == [0, 0]
        assert str(error) in caplog.messages[-1]
    assert len(caplog.messages) == 2
    assert len(store.waiting()) == 1
    monkeypatch.setattr(releasing, "RELEASE_SECONDS", 0.001)
    releases.start()
    end = time.monotonic() + SECONDS
    while store.waiting() and time.monotonic() < end:
        time.sleep(0.01)
    releases.close()
    assert store.waiting() == []


def test_versions_have_an_end_and_a_file_that_is_none_is_reported(tmp_path: Path) -> None:
    """Twenty versions of an article are kept; those of others stay."""
    store = DeskStore(tmp_path)
    for number in range(KEPT_VERSIONS + 5):
        store.keep("a", "editor", "correct", f"{number}", "{}")
    store.keep("b", "editor", "correct", "", None)
    assert [version.title for version in store.versions("a")][::19] == ["24", "5"]
    assert len(store.versions("b")) == 1
    assert (tmp_path / "desk.sqlite").stat().st_mode & 0o077 == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "desk.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(DeskStoreError, match="nothing was changed"):
        DeskStore(other).note("editor", "pin")


def test_a_record_has_the_names_that_the_site_gives_its_fields() -> None:
    """Otherwise no program could read it; a site's fields have one value or several."""
    article = Article("a", "নদী", keywords={"tags": ("ক", "খ"), "section": ("গ",)})
    record = json.loads(record_of(article, {"title": ("headline", "name")}))
    assert record == {"id": "a", "headline": "নদী", "lang": "bn", "tags": ["ক", "খ"], "section": "গ"}


def test_colours_are_shown_before_they_are_saved(at_desk: Desk) -> None:
    """A good colour is previewed on this page; a bad one is refused with the nearest readable one."""
    editor = at_desk("editor")
    html = editor.text("/look?accent=%23006A4E")
    assert "accent = &#34;#006a4e&#34;" in html or 'accent = "#006a4e"' in html
    style = re.search('href="/desk(/look.css[^"]*)"', html)
    assert style
    assert "#006a4e" in editor.text(style[1])
    html = editor.text("/look?accent=%23ffff00")
    assert "a contrast of" not in html
    assert "a contrast of" in editor.text("/look?accent=%23ffff00&lang=en")
    nearest = re.search(r'href="/desk(/look\?accent=[^"]*)"', html)
    assert nearest
    assert "এই রং চলে" in editor.text(nearest[1])
    assert "এই রং চলে না" in editor.text("/look?mark=red;}")
    assert editor.get("/look.css?mark=red;}").status_code == 400


def test_an_article_without_words_is_refused_in_words_of_the_desk(at_desk: Desk) -> None:
    """An engine's message about files and settings is not for an editor who left two fields empty."""
    answer = at_desk("editor").post("/article", id="n0", title=" ", body="\r\n")
    assert (answer.status_code, "অন্তত একটি লিখুন" in answer.text) == (400, True)
    assert "onneshon.toml" not in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"date": "কাল নয়"}, "তারিখটি পড়া গেল না"),
        ({"until": "1999-01-01T00:00"}, "এই সময়ে প্রকাশ করা যায় না"),
        ({"title": "", "body": " ", "author": "রহিমা"}, "অন্তত একটি লিখুন"),
    ],
)
@pytest.mark.parametrize("article_id", ["n1", "desk-new"])
def test_an_article_that_is_not_taken_stays_in_its_form(
    at_desk: Desk, article_id: str, wrong: dict[str, str], said: str
) -> None:
    """The form shows the mistake and keeps its revision, so that another's correction is still noticed."""
    editor = at_desk("editor")
    form = {"id": article_id, "seen": "0" * 20, "title": "পদ্মায় চর", "body": "প্রথম\r\nদ্বিতীয়"} | wrong
    answer = editor.post("/article", **form)
    assert (answer.status_code, said in answer.text) == (400, True)
    for name in ("id", "seen", "title", *wrong):
        assert f'name="{name}"' in answer.text
        assert form[name] in answer.text
    assert f"{form['body']}</textarea>" in answer.text
    assert f'value="{form["seen"]}"' in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"queries": ""}, "অন্তত একটি খোঁজ লিখুন"),
        ({"queries": "নদী\n" + "ন" * 600}, "খুব লম্বা নয়"),
        ({"until": "2026-01-31"}, "প্রথম দিনের আগে"),
        ({"since": "২০২৬"}, "তারিখটি পড়া গেল না"),
    ],
)
def test_a_pin_that_is_refused_is_given_back_as_it_was_chosen(
    at_desk: Desk, wrong: dict[str, str], said: str
) -> None:
    """A click on *make live* after a change to what was previewed loses no article that was picked."""
    form = {
        "queries": "নদী",
        "first": ["n2", "n1"],
        "never": "n4",
        "since": "2026-02-01",
        "name": "nodi",
    } | wrong
    answer = at_desk("editor").post("/pins", **form)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert re.findall(FIRST, answer.text) == ["n2", "n1"]
    for part in (
        'name="never" value="n4"',
        'value="nodi"',
        f">{form['queries']}</textarea>",
        'data-work="unsent"',
    ):
        assert part in answer.text


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/synonyms", {"line": "বিশকাপ"}, "কমা দিয়ে অন্তত দুটি শব্দ"),
        ("/synonyms", {"line": "ক" * 2_001}, "সর্বোচ্চ ২,০০০টি অক্ষর"),
        ("/authors", {"name": "রহিম", "spellings": "রহিম"}, "অন্তত একটি অন্য বানান"),
    ],
)
def test_a_line_that_is_refused_stays_in_its_form(
    at_desk: Desk, path: str, form: dict[str, str], said: str
) -> None:
    """Nobody types it again."""
    answer = at_desk("editor").post(path, **form)
    assert (answer.status_code, said in answer.text) == (400, True)
    for name, text in form.items():
        assert f'name="{name}" type="text" value="{text}"' in answer.text


@pytest.mark.parametrize(("line", "query"), [("একা", ""), ("নদী, গাঙ", "ক" * 2_001)])
def test_a_preview_of_an_invalid_line_gives_it_back(at_desk: Desk, line: str, query: str) -> None:
    """With the words whose results were to be seen."""
    page = at_desk("editor").client.get(f"/desk/synonyms?line={line}&query={query}")
    assert f'name="line" type="text" value="{line}"' in page.text
    assert f'name="query" type="text" value="{query}"' in page.text
    assert (page.status_code, 'class="wrong"' in page.text) == (400, True)


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/synonyms", {"line": "একা"}, "কমা দিয়ে অন্তত দুটি শব্দ"),
        ("/authors", {"name": "রহিম"}, "অন্তত একটি অন্য বানান"),
        ("/pins", {"queries": "নদী"}, "অন্তত একটি লেখা বাছুন"),
        ("/pins", {"queries": "ন" * 600, "first": "n0"}, "খুব লম্বা নয়; খোঁজ সর্বোচ্চ ৫০টি"),
        ("/pins", {"queries": "নদী", "first": [f"n{at}" for at in range(21)]}, "সর্বোচ্চ ২০টি করে"),
        ("/pins", {"queries": "নদী", "first": "n0", "until": "কাল"}, "তারিখটি পড়া গেল না"),
        ("/pins/remove", {"name": "gone"}, "এটি আর নেই"),
        ("/authors/remove", {"line": "নেই"}, "এটি আর নেই"),
        ("/synonyms/remove", {"line": "নেই"}, "এটি আর নেই"),
        ("/article", {"id": "নতুন", "body": "ক", "until": "2001-01-01T00:00"}, "এই সময়ে প্রকাশ করা যায় না"),
        ("/article", {"id": "নতুন", "body": "ক", "date": "গতকাল বিকেল"}, "তারিখটি পড়া গেল না"),
        ("/article", {"id": "ক" * 2001, "body": "ক"}, "সর্বোচ্চ ২,০০০টি অক্ষর"),
        ("/article", {"id": "ক\nখ", "body": "ক"}, "এভাবে রাখা যায় না"),
        ("/article/undo", {"id": "n0", "version": "999"}, "এটি আর নেই"),
        ("/article/release", {"id": "n0"}, "এটি আর নেই"),
    ],
)
def test_an_invalid_form_is_reported_in_the_language_of_the_desk(
    at_desk: Desk, path: str, form: dict[str, str], said: str
) -> None:
    """The page has no other language; the English page also shows the message for programs."""
    editor = at_desk("editor")
    answer = editor.post(path, **form)
    assert (answer.status_code, said in answer.text) == (400, True)
    page = answer.text.partition('class="desk-page"')[2].partition("</div>")[0]
    assert not re.search("[a-z]{3,}", re.sub("<[^>]*>", "", page))
    if form.keys() - {"queries"}:
        assert '<p class="small">' in editor.post(f"{path}?lang=en", **form).text


def test_what_the_disk_refuses_is_the_servers_and_in_its_log(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No editor can repair it, and an administrator reads the log."""
    editor = at_desk("editor")
    monkeypatch.setattr(DeskStore, "note", Mock(side_effect=DeskStoreError("the disk is full")))
    answer = editor.post("/synonyms", line="নদী, গাঙ")
    assert (answer.status_code, "সার্ভার এখন এটি রাখতে পারছে না" in answer.text) == (400, True)
    assert "the disk is full" in caplog.text


def test_a_pin_that_lacks_something_says_what_when_it_is_checked(at_desk: Desk) -> None:
    """A preview names what a pin lacks; while articles are picked for it, nothing is said."""
    editor = at_desk("editor")
    for form in ({"queries": ""}, {"queries": "নদী"}, {"queries": "", "first": "n0"}):
        assert "অন্তত একটি লেখা বাছুন" in editor.post("/pins", **form, act="preview").text
        assert "অন্তত একটি লেখা বাছুন" not in editor.post("/pins", **form, act="find ").text
    assert "অন্তত একটি লেখা বাছুন" not in editor.text("/pins")
