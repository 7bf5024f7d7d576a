"""Several people at the desk at the same time, and files that only the server may read."""

import io
import re
import stat
from typing import Any

import pytest

from onneshon.index.publishing.operation import Operation
from onneshon.search import SearchRequest
from onneshon.web.desk.imports import Imports
from onneshon.web.publishing.queue import PublishingQueue
from tests.web.desk.test_desk import Desk


def test_nobody_writes_over_what_was_queued_since_they_were_looked_after(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The revision is checked again under the queue's lock; the second editor is shown the text."""
    editor = at_desk("editor")
    seen = re.search('name="seen" value="([^"]+)"', editor.text("/article?id=n5"))
    assert seen
    change = PublishingQueue.change

    def meanwhile(queue: PublishingQueue, make: Any, wait: float) -> Any:
        queue.publish([Operation.now("n5", '{"id": "n5", "title": "করিমের শিরোনাম"}', "করিম")], 0)
        return change(queue, make, wait)

    monkeypatch.setattr(PublishingQueue, "change", meanwhile)
    answer = editor.post("/article", id="n5", title="রহিমের শিরোনাম", body="নদী", seen=seen[1])
    assert (answer.status_code, "রহিমের শিরোনাম" in answer.text) == (409, True)
    editor.apply()
    assert editor.service._live.current().article("n5").title == "করিমের শিরোনাম"


def _pin_form(page: str) -> dict[str, str]:
    """The hidden fields of the form that makes a pin."""
    form = page.partition('id="pin"')[2].partition("</form>")[0]
    return dict(re.findall('name="(name|seen)" value="([^"]*)"', form))


def test_a_new_pin_that_is_sent_twice_is_one(at_desk: Desk) -> None:
    """A double click or the back button sends it twice, also after a preview."""
    editor = at_desk("editor")
    form = {"queries": "নদীর ভাঙন", "first": "n3", **_pin_form(editor.text("/pins"))}
    form |= _pin_form(editor.post("/pins", **form, act="preview").text)
    assert [editor.post("/pins", **form).status_code for _ in range(2)] == [303, 303]
    desk = editor.service.desk
    assert desk is not None
    assert [pin.name for pin in desk.pins.read()] == [form["name"]]
    editor.post("/pins/remove", name=form["name"])


def test_nobody_writes_over_a_pin_that_they_have_not_read(at_desk: Desk) -> None:
    """A pin changed or removed meanwhile is a conflict; the second editor sees the form and may resend it."""
    rahim, karim = at_desk("editor"), at_desk("editor")
    desk = rahim.service.desk
    assert desk is not None
    rahim.post("/pins", queries="নদীর ভাঙন", first="n3", name="bhangan")
    form = _pin_form(rahim.text("/pins?name=bhangan")) | {"queries": "নদীর ভাঙন"}
    assert karim.post("/pins", **form, first="n4").status_code == 303
    answer = rahim.post("/pins", **form, never="n5")
    assert (answer.status_code, 'name="never" value="n5"' in answer.text) == (409, True)
    assert "আপনি খোলার পরে এই পিন বদলেছে।" in answer.text
    assert desk.pins.named("bhangan").first == ("n4",)
    assert rahim.post("/pins", **form | _pin_form(answer.text), never="n5").status_code == 303
    assert desk.pins.named("bhangan").never == ("n5",)
    karim.post("/pins/remove", name="bhangan")
    assert rahim.post("/pins", **form, first="n4").status_code == 409
    assert desk.pins.read() == ()


def test_nobody_removes_a_pin_that_was_changed_since_they_saw_it(at_desk: Desk) -> None:
    """The button of an old page leaves it there and shows it as it is now; pressed there, it removes it."""
    rahim, karim = at_desk("editor"), at_desk("editor")
    desk = rahim.service.desk
    assert desk is not None

    def button(page: str) -> dict[str, str]:
        form = page.rpartition('action="/desk/pins/remove"')[2].partition("</form>")[0]
        return dict(re.findall('name="(name|seen)" value="([^"]*)"', form))

    rahim.post("/pins", queries="নদীর ভাঙন", first="n3", name="bhangan")
    old = button(rahim.text("/pins"))
    assert karim.post("/pins", queries="নদীর ভাঙন", first="n4", name="bhangan").status_code == 303
    answer = rahim.post("/pins/remove", **old)
    assert (answer.status_code, 'name="first" value="n4"' in answer.text) == (409, True)
    assert "আপনি খোলার পরে এই পিন বদলেছে, তাই সরানো হয়নি।" in answer.text
    assert desk.pins.named("bhangan").first == ("n4",)
    assert rahim.post("/pins/remove", **button(answer.text)).status_code == 303
    assert desk.pins.read() == ()


@pytest.mark.parametrize(("button", "article_id"), [("withdraw", "n6"), ("undo", "n7")])
def test_a_button_leaves_an_unread_correction_alone(at_desk: Desk, button: str, article_id: str) -> None:
    """The page then shows the current article, and its button works."""
    rahim, karim = at_desk("editor"), at_desk("editor")

    def seen_by_rahim(page: str) -> dict[str, str]:
        form = page.partition(f'action="/desk/article/{button}')[2].partition("</form>")[0]
        return dict(re.findall('name="(id|version|seen)" value="([^"]*)"', form))

    rahim.post("/article", id=article_id, title="রহিমের শিরোনাম", body="নদী")
    rahim.apply()
    page = rahim.text(f"/article?id={article_id}")
    karim.post("/article", id=article_id, title="করিমের শিরোনাম", body="নদী")
    karim.apply()
    answer = rahim.post(f"/article/{button}", **seen_by_rahim(page))
    rahim.apply()
    assert (answer.status_code, "করিমের শিরোনাম" in answer.text) == (409, True)
    assert rahim.service._live.current().article(article_id).title == "করিমের শিরোনাম"
    assert rahim.post(f"/article/{button}", **seen_by_rahim(answer.text)).status_code == 303


@pytest.mark.parametrize("waits", [True, False], ids=["at once", "later"])
def test_a_form_that_is_sent_twice_is_one_article(at_desk: Desk, waits: bool) -> None:
    """A double click or the back button sends it twice; one undo removes it, and the log has one entry."""
    editor = at_desk("editor")
    page = editor.get("/article?title=পদ্মায় চর", follow_redirects=True)
    form = dict(re.findall('name="(id|seen)" value="([^"]*)"', page.text))
    assert 'value="পদ্মায় চর"' in page.text
    for _ in range(2):
        answer = editor.post("/article", **form, title="পদ্মায় চর জেগেছে", body="নদী\r\nচর")
        assert (answer.status_code, form["id"] in answer.location) == (303, True)
        if not waits:
            editor.apply()
    if waits:
        editor.apply()
    engine, desk = editor.service._live.current(), editor.service.desk
    assert desk is not None
    assert engine.search(SearchRequest("শিরোনাম:জেগেছে")).total == 1
    assert engine.article(form["id"]).body == "নদী\nচর"
    assert {version.record for version in desk.store.versions(form["id"])} == {None}
    assert form["id"] in editor.text(page.request.full_path.removeprefix("/desk").rstrip("?"))
    editor.post("/article/withdraw", id=form["id"])
    editor.apply()


def test_a_correction_that_is_sent_twice_is_no_change_by_another(at_desk: Desk) -> None:
    """The earlier text stays the version to return to."""
    editor = at_desk("editor")
    seen = re.search('name="seen" value="([^"]+)"', editor.text("/article?id=n4"))
    assert seen
    for _ in range(2):
        answer = editor.post("/article", id="n4", title="পদ্মায় নৌকা", seen=seen[1])
        assert answer.status_code == 303
        editor.apply()
    desk = editor.service.desk
    assert desk is not None
    assert [version.title for version in desk.store.versions("n4")] == ["পদ্মা নদীর খবর"]


def test_what_was_dropped_in_is_for_the_server_alone(at_desk: Desk) -> None:
    """An uploaded file may have articles that are not published yet, so only the server can read it."""
    imports = Imports(at_desk("admin").directory)
    taken = imports.receive(
        io.BytesIO(b"id,title\n1,\xe0\xa6\xa8\xe0\xa6\xa6\xe0\xa7\x80\n"), "news.csv", "admin"
    )
    assert stat.S_IMODE((imports._folder / taken.name).stat().st_mode) == 0o700


@pytest.mark.parametrize("decision", ["accept", "refuse"])
def test_the_log_says_how_it_was_decided_of_what_the_index_learned(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, decision: str
) -> None:
    """The log names the words, so that other editors need not ask."""
    editor = at_desk("editor")
    learned = "গ্রেফতার\t=\tগ্রেপ্তার\tvariant\tin 40 contexts"
    monkeypatch.setattr(type(editor.service._live.current()), "learned", learned)
    editor.post("/synonyms/learned", left="গ্রেফতার", right="গ্রেপ্তার", decision=decision)
    desk = editor.service.desk
    assert desk is not None
    [entry] = desk.store.entries(1)
    assert (entry.action, entry.about) == (decision, "গ্রেফতার, গ্রেপ্তার")
