"""Limits of the desk: the length of a session, times of publishing, rows shown."""

import datetime as dt
import re
from types import SimpleNamespace

import itsdangerous.timed
import pytest

from onneshon.web.access.keys import add_key, remove_key
from onneshon.web.desk import site_pages
from onneshon.web.desk.imports import Imports
from onneshon.web.desk.sessions import COOKIE, SECONDS
from onneshon.web.publishing.routes import MAX_BODY
from tests.locks import waits
from tests.web.desk.conftest import AtDesk
from tests.web.desk.test_desk import Desk

FORM = "multipart/form-data; boundary=xyz"
NOW = dt.datetime(2026, 2, 21, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (8, 200), (24, 303)])
def test_a_session_lasts_a_day_of_work_and_no_night(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, hours: int, status: int
) -> None:
    """After that a key is required again."""
    editor = at_desk("editor")
    later = dt.datetime.now(dt.UTC).timestamp() + hours * 3600
    monkeypatch.setattr(itsdangerous.timed, "time", SimpleNamespace(time=lambda: later))
    assert editor.get("/pins").status_code == status


def test_who_signed_out_stays_out_as_long_as_the_cookie_would_be_good(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signed-out session stays out while others sign out; expired ones are not stored."""
    desk = at_desk("editor").service.desk
    assert desk is not None
    times = iter([NOW, NOW + dt.timedelta(seconds=SECONDS), NOW + dt.timedelta(days=30)])
    seen = []
    for session, now in zip(("রহিম", "করিম", "সালমা"), times, strict=True):
        monkeypatch.setattr(desk.store, "now", lambda now=now: now)
        desk.store.sign_out(session)
        seen.append([desk.store.is_signed_out(name) for name in ("রহিম", "করিম", "সালমা")])
    assert seen == [[True, False, False], [True, True, False], [False, False, True]]


@pytest.mark.parametrize(("minutes", "status"), [(-1, 400), (0, 400), (1, 303)])
def test_what_is_held_is_held_until_a_time_that_is_still_to_come(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, minutes: int, status: int
) -> None:
    """A time of this very moment is refused: it would be unclear whether the article is out."""
    editor = at_desk("editor")
    desk = editor.service.desk
    assert desk is not None
    monkeypatch.setattr(desk.store, "now", lambda: NOW)
    until = (NOW + dt.timedelta(minutes=minutes)).isoformat()
    assert editor.post("/article", id="n1", title="ছয়টার খবর", until=until).status_code == status
    assert (desk.store.held("n1") is not None) == (status == 303)


def _sent(form: dict[str, str]) -> bytes:
    """A form as browsers send those of articles."""
    fields = (f'--xyz\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form.items())
    return "".join([*fields, "--xyz--\r\n"]).encode()


def test_an_article_as_long_as_a_book_is_corrected(at_desk: Desk) -> None:
    """An index takes it, and so does the form that shows it."""
    editor = at_desk("editor")
    form = {"token": editor.token(), "id": "n1", "title": "দীর্ঘ উপন্যাস", "body": "পদ্মা নদীর মাঝি " * 40_000}
    answer = editor.client.post("/desk/article", data=_sent(form), content_type=FORM)
    assert answer.status_code == 303
    editor.apply()
    assert "দীর্ঘ উপন্যাস" in editor.get("/article?id=n1").text


@pytest.mark.parametrize(("hours", "status"), [(9, 303), (11, 403), (167, 403), (169, None)])
def test_a_long_article_is_given_back_days_after_its_session(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, hours: int, status: int | None
) -> None:
    """Somebody went home over it: the browser still has the cookie, and the server still takes so much."""
    editor = at_desk("editor")
    admits, cookie = editor.service.admits, editor.client.get_cookie(COOKIE, path="/desk/")
    assert admits
    assert cookie
    form = {"token": editor.token(), "id": "n1", "title": "রাতের খবর", "body": "পদ্মায় ভাঙন। " * 20_000}
    later = dt.datetime.now(dt.UTC).timestamp() + hours * 3600
    monkeypatch.setattr(itsdangerous.timed, "time", SimpleNamespace(time=lambda: later))
    admitted = admits.admits("POST", "/desk/article", "", f"{COOKIE}={cookie.value}")
    assert admitted == (status is not None) == (hours * 3600 < (cookie.max_age or 0))
    if status:
        answer = editor.client.post("/desk/article", data=_sent(form), content_type=FORM)
        assert answer.status_code == status
        assert (form["body"] in answer.text) == (status == 403)


def test_a_long_article_is_given_back_to_who_signed_out_in_another_tab(at_desk: Desk) -> None:
    """What signing out leaves in the browser is good for nothing else."""
    editor = at_desk("editor")
    admits, before = editor.service.admits, editor.client.get_cookie(COOKIE, path="/desk/")
    form = {"token": editor.token(), "id": "n1", "title": "রাতের খবর", "body": "পদ্মায় ভাঙন। " * 20_000}
    assert editor.post("/sign-out").status_code == 303
    left = editor.client.get_cookie(COOKIE, path="/desk/")
    assert admits
    assert before
    assert left
    assert admits.admits("POST", "/desk/article", "", f"{COOKIE}={left.value}")
    answer = editor.client.post("/desk/article", data=_sent(form), content_type=FORM)
    assert (answer.status_code, form["body"] in answer.text) == (403, True)
    assert (editor.get("/").status_code, left.value == before.value) == (303, False)


def test_a_long_article_is_not_taken_once_a_key_is_removed(at_desk: Desk) -> None:
    """Nor from somebody who may only read: it is cut off as a stranger's."""
    guest, reader = at_desk(), at_desk("reader")
    admits, keys = guest.service.admits, guest.directory / "keys.txt"
    assert admits
    guest.client.post(
        "/desk/sign-in", data={"key": add_key(keys, "guest", frozenset({"editor"}), NOW.date())}
    )

    def admitted(person: AtDesk) -> bool:
        cookie = person.client.get_cookie(COOKIE, path="/desk/")
        return bool(cookie and admits.admits("POST", "/desk/article", "", f"{COOKIE}={cookie.value}"))

    assert (admitted(guest), admitted(reader)) == (True, False)
    remove_key(keys, "guest")
    assert not admitted(guest)


@pytest.mark.parametrize("scope", ["editor", ""])
def test_a_form_that_is_larger_than_any_may_be_is_reported(at_desk: Desk, scope: str) -> None:
    """Who is signed in reads why, in words; of others nothing of that size is read."""
    person = at_desk(scope)
    form = {"token": person.token() if scope else "", "id": "n1", "body": "x" * MAX_BODY}
    answer = person.client.post("/desk/article", data=_sent(form), content_type=FORM)
    assert answer.status_code == 413
    assert "লেখা বা ফাইলটি বেশি বড়" in answer.text


@pytest.mark.parametrize("date", ["", "2024-05-02"])
def test_a_day_stands_behind_a_category_or_is_not_waited_for(at_desk: Desk, date: str) -> None:
    """Of an article without a day the category is all that is said."""
    editor = at_desk("editor")
    assert editor.post("/article", id="lichu", title="লিচু", category="ফসল", date=date).status_code == 303
    editor.apply()
    (said,) = re.findall(r'<span class="small">(.*?)</span>', editor.get("/articles?q=লিচু").text)
    assert "ফসল" in said
    assert (" · " in said) == bool(date)


def learned(count: int) -> str:
    """``count`` lines that an index learned."""
    words = ("নদী", "চর", "হাওর", "বিল", "খাল")[:count]
    return "\n".join(f"{word}\t>\tজল\tvariant\tin 40 contexts" for word in words)


@pytest.mark.parametrize(("count", "more"), [(1, ""), (2, ""), (5, "3")])
def test_what_the_index_learned_beyond_the_first_rows_is_counted(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, count: int, more: str
) -> None:
    """Where all rows are shown, no number is given."""
    monkeypatch.setattr(site_pages, "_ROWS", 2)
    editor = at_desk("editor")
    monkeypatch.setattr(type(editor.service._live.current()), "learned", learned(count))
    html = editor.text("/synonyms?lang=en")
    assert html.count('name="left"') // 2 == min(count, 2)
    found = re.search(">([0-9]+) more<", html)
    assert (found[1] if found else "") == more


def test_a_file_of_synonyms_that_cannot_be_read_is_the_servers(
    at_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so; the line that was sent is not blamed."""
    editor = at_desk("editor")
    (editor.directory / "synonyms.txt").write_bytes(b"\xff")
    answer = editor.post("/synonyms", line="নদী, গাঙ")
    assert (answer.status_code, "সার্ভার এখন এটি রাখতে পারছে না" in answer.text) == (400, True)
    assert "The desk failed" in caplog.text


def test_whether_an_import_runs_is_asked_without_waiting_for_it(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with many imports must not wait for locks."""
    imports = Imports(at_desk("admin").directory)
    folder = imports._folder / "20260221120000-0123abcd"
    folder.mkdir(parents=True)
    waited = waits(monkeypatch)
    assert not imports._runs(folder.name)
    assert waited == [0]


@pytest.mark.parametrize("asked", ["query=পদ্মা গাঙ", "name={name}"])
def test_a_pin_is_opened_by_its_name_or_by_any_of_its_queries(at_desk: Desk, asked: str) -> None:
    """The form has all of the pin; a query without a pin begins a new one."""
    editor = at_desk("editor")
    location = editor.post("/pins", queries="পদ্মা নদী\r\nপদ্মা গাঙ", first="n3").headers["Location"]
    name = re.search("name=([0-9a-f]+)", location)[1]  # type: ignore[index]
    html = editor.text(f"/pins?{asked.format(name=name)}&lang=en")
    assert "পদ্মা নদী\nপদ্মা গাঙ</textarea>" in html
    assert 'name="first" value="n3"' in html
    assert "পদ্মা নদী\nপদ্মা গাঙ</textarea>" not in editor.text("/pins?query=মেঘনা")


@pytest.mark.parametrize(("act", "kept"), [("drop n1", "ক্রিকেট"), ("first n2", ""), ("never n2", "")])
def test_words_by_which_articles_are_looked_for_stay_until_one_is_chosen(
    at_desk: Desk, act: str, kept: str
) -> None:
    """Removing an article again keeps the search."""
    html = at_desk("editor").post("/pins", queries="নদী", find="ক্রিকেট", first="n1", act=act).text
    assert re.search('name="find" value="([^"]*)"', html)[1] == kept  # type: ignore[index]


def test_the_cookie_of_a_session_is_of_this_session_alone(at_desk: Desk) -> None:
    """Two sessions of one key have different cookies."""
    cookies = [at_desk("editor").client.get_cookie(COOKIE, path="/desk/") for _ in range(2)]
    assert cookies[0]
    assert cookies[1]
    assert cookies[0].value != cookies[1].value


def test_what_no_server_has_yet_is_marked_so_that_browsers_ask(at_desk: Desk) -> None:
    """A draft that came back, but no page as the server has it."""
    editor = at_desk("editor")
    article = {"id": "n1", "title": "ভাঙন", "date": "গতকাল"}
    drafts = [
        editor.post("/article", **article).text,
        editor.post("/pins", queries="নদী", first="n1", act="preview").text,
        editor.client.post("/desk/article", data=article).text,
    ]
    assert [html.count('data-work="unsent"') for html in drafts] == [1, 1, 1]
    assert not [path for path in ("/article?id=n1", "/pins") if 'data-work=""' not in editor.text(path)]
