"""Attacks on the desk that must fail: forged forms, stolen sessions, other roles, scripts."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from itsdangerous import URLSafeTimedSerializer

from onneshon.index.publishing.journal import Journal
from onneshon.web.access.guard import RateLimit
from onneshon.web.access.keys import Scope, add_key, remove_key
from onneshon.web.desk.sessions import COOKIE, SECONDS
from onneshon.web.service import Service
from tests.web.desk.conftest import DAY, HOSTILE, AtDesk

Desk = Callable[..., AtDesk]

EDITOR: tuple[Scope, ...] = ("editor",)

FORMS = {
    "/pins": {"queries": "পদ্মা", "first": "cricket"},
    "/pins/remove": {"name": "p1"},
    "/look": {"accent": "#006a4e"},
    "/synonyms": {"line": "কচু, মানকচু"},
    "/synonyms/remove": {"line": "কচু, মানকচু"},
    "/synonyms/learned": {"left": "ক", "right": "খ", "decision": "accept"},
    "/article": {"id": "cricket", "title": "বদলানো"},
    "/article/withdraw": {"id": "cricket"},
    "/article/undo": {"id": "cricket", "version": "1"},
    "/article/release": {"id": "cricket", "publish": "1"},
    "/import": {},
    "/import/start": {"name": "20260221000000-00000000"},
    "/import/cancel": {"name": "20260221000000-00000000"},
}
"""Every form that changes something, by path."""


def state(person: AtDesk) -> tuple[object, ...]:
    """Everything that a form could have changed."""
    files = [person.directory / name for name in ("pins.json", "synonyms.txt", "look.json")]
    desk = person.service.desk
    assert desk is not None
    changed = [entry for entry in desk.store.entries(10_000) if entry.action not in {"sign in", "refused"}]
    return (
        Journal(person.directory).end(),
        [path.read_bytes() if path.exists() else None for path in files],
        [entry for entry in changed if entry.action != "sign out"],
        desk.store.waiting(),
    )


@pytest.mark.parametrize("path", FORMS)
def test_every_form_needs_the_token_of_its_session(at_desk: Desk, path: str) -> None:
    """With no token, a wrong one or another person's nothing is changed."""
    editor, other = at_desk("editor"), at_desk("admin")
    before = state(editor)
    for token in ({}, {"token": ""}, {"token": "0" * 64}, {"token": other.token()}, {"token": "অ"}):
        answer = editor.client.post(f"/desk{path}", data=FORMS[path] | token)
        assert answer.status_code == 403
    assert state(editor) == before


@pytest.mark.parametrize("path", FORMS)
def test_readers_decide_nothing_and_strangers_see_nothing(at_desk: Desk, path: str) -> None:
    """A reader's own token does not help, nor do keys for searching or writing."""
    reader = at_desk("reader")
    before = state(reader)
    assert reader.token()
    assert reader.post(path, **FORMS[path]).status_code == 403
    key = (reader.directory / "write").read_text("utf-8")
    for scope in ("", "search", "write"):
        stranger = at_desk(scope)
        answer = stranger.client.post(
            f"/desk{path}", data=FORMS[path], headers={"Authorization": f"Bearer {key}"}
        )
        typed = {"title", "queries", "line"} & FORMS[path].keys()
        led = (403, None) if typed else (303, "/desk/sign-in")
        assert (answer.status_code, answer.headers.get("Location")) == led
    assert state(reader) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_forms_of_other_sites_are_refused(at_desk: Desk, headers: dict[str, str]) -> None:
    """Forms of other sites are refused even with the right token, and so is signing in."""
    editor = at_desk("editor")
    before = state(editor)
    form = FORMS["/article/withdraw"] | {"token": editor.token()}
    assert editor.client.post("/desk/article/withdraw", data=form, headers=headers).status_code == 403
    key = (editor.directory / "editor").read_text("utf-8")
    answer = at_desk().client.post("/desk/sign-in", data={"key": key}, headers=headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert state(editor) == before


@pytest.mark.parametrize(
    "path",
    ["/", "/searches", "/searches?format=csv", "/pins", "/synonyms", "/articles", "/article?id=n1", "/log"],
)
def test_no_page_is_seen_without_a_session(at_desk: Desk, path: str) -> None:
    """Others are redirected to the sign-in page, and no page is cached."""
    answer = at_desk().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in")
    assert answer.headers["Cache-Control"] == "no-store"
    assert at_desk("editor").get(path).headers["Cache-Control"] == "no-store"


def cookie_of(person: AtDesk) -> str:
    """The cookie of a person's session."""
    kept = person.client.get_cookie(COOKIE, path="/desk/")
    return kept.value if kept else ""


def with_cookie(at_desk: Desk, value: str) -> AtDesk:
    """A person who sends the given cookie."""
    person = at_desk()
    person.client.set_cookie(COOKIE, value, path="/desk/")
    return person


def test_the_cookie_is_for_the_desk_alone_and_no_script_reads_it(at_desk: Desk) -> None:
    """The cookie is HttpOnly, SameSite, limited to a path, and Secure where the site is."""
    key = (at_desk().directory / "editor").read_text("utf-8")
    for base, secure in (("http://localhost", False), ("https://localhost", True)):
        sent = at_desk().client.post("/desk/sign-in", data={"key": key}, base_url=base).headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/desk/"} <= set(sent.split("; "))
        assert ("Secure" in sent.split("; ")) == secure


@pytest.mark.parametrize("forged", ["", "x", "W10.x.y", "a" * 3_000, "অ"])
def test_made_up_cookies_open_nothing(at_desk: Desk, forged: str) -> None:
    """Cookies with another signature or changed letters do not either."""
    real = cookie_of(at_desk("editor"))
    elsewhere = URLSafeTimedSerializer("another", salt="onneshon desk").dumps(["editor", "0" * 16, "x"])
    altered = real[:-9] + ("A" if real[-9] != "A" else "B") + real[-8:]
    for value in (forged, elsewhere, altered, f"{real}x"):
        assert with_cookie(at_desk, value).get("/").status_code == 303


def test_a_session_that_was_fixed_beforehand_is_not_the_one_that_begins(at_desk: Desk) -> None:
    """Signing in always begins a new session."""
    victim = with_cookie(at_desk, "fixed")
    key = (victim.directory / "editor").read_text("utf-8")
    first = victim.client.post("/desk/sign-in", data={"key": key}).headers["Set-Cookie"]
    second = victim.client.post("/desk/sign-in", data={"key": key}).headers["Set-Cookie"]
    assert "fixed" not in first
    assert first.partition(";")[0] != second.partition(";")[0]
    assert with_cookie(at_desk, "fixed").get("/").status_code == 303


def test_a_session_is_over_once_somebody_signed_out(at_desk: Desk) -> None:
    """A copied cookie is useless then; a mere link signs nobody out."""
    editor = at_desk("editor")
    copied = cookie_of(editor)
    assert editor.get("/sign-out").status_code == 405
    assert with_cookie(at_desk, copied).get("/").status_code == 200
    assert editor.post("/sign-out").status_code == 303
    assert with_cookie(at_desk, copied).get("/").status_code == 303
    assert editor.get("/").status_code == 303


@pytest.mark.parametrize("is_back", [True, False], ids=["signed in again", "signed out"])
def test_what_was_typed_before_a_session_was_over_is_given_back(at_desk: Desk, *, is_back: bool) -> None:
    """Text of an ended session is shown to be copied; nothing is changed or sent again by itself."""
    person = at_desk("editor")
    token, before = person.token(), state(person)
    person.post("/sign-out")
    if is_back:
        key = (person.directory / "editor").read_text("utf-8")
        person.client.post("/desk/sign-in", data={"key": key})
    form = {"token": token, "id": "n5", "title": f"{HOSTILE} পদ্মায় চর", "body": "প্রথম\r\nদ্বিতীয়", "seen": ""}
    answer = person.client.post("/desk/article", data=form)
    assert answer.status_code == 403
    assert "পদ্মায় চর</textarea>" in answer.text
    assert "প্রথম\r\nদ্বিতীয়</textarea>" in answer.text
    assert HOSTILE not in answer.text
    assert f'href="/desk/{"" if is_back else "sign-in"}" target="_blank"' in answer.text
    assert "<form" not in answer.text.partition('role="alert"')[2].partition("</main>")[0]
    assert state(person) == before


def test_a_session_ends_with_its_key_and_after_a_day_of_work(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key may be removed, replaced under the same name, or have lost the role."""
    directory = at_desk().directory
    keys = directory / "keys.txt"
    (directory / "guest").write_text(add_key(keys, "guest", EDITOR, DAY), "utf-8")
    key = (directory / "guest").read_text("utf-8")
    guest = at_desk()
    guest.client.post("/desk/sign-in", data={"key": key})
    assert guest.get("/").status_code == 200
    monkeypatch.setattr("onneshon.web.desk.sessions.SECONDS", -1)
    assert guest.get("/").status_code == 303
    monkeypatch.setattr("onneshon.web.desk.sessions.SECONDS", SECONDS)
    remove_key(keys, "guest")
    assert guest.get("/").status_code == 303
    add_key(keys, "guest", EDITOR, DAY)
    assert guest.get("/").status_code == 303
    remove_key(keys, "guest")


def test_keys_cannot_be_tried_one_after_another(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five attempts one must wait, with the right key too."""
    person = at_desk()
    desk = person.service.desk
    assert desk is not None
    monkeypatch.setattr(desk.sessions, "_limit", RateLimit(0.01, 5))
    tries = [person.client.post("/desk/sign-in", data={"key": "onn_x"}).status_code for _ in range(6)]
    assert tries == [403] * 5 + [429]
    key = (person.directory / "admin").read_text("utf-8")
    answer = person.client.post("/desk/sign-in", data={"key": key})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_only_admins_see_the_log(at_desk: Desk) -> None:
    """Editors do not."""
    assert at_desk("editor").get("/log").status_code == 403
    assert "signed in" in at_desk("admin").text("/log?lang=en")


@pytest.mark.parametrize(
    "path",
    [
        "/searches",
        "/",
        "/articles?q=পদ্মা",
        f"/articles?q={HOSTILE}",
        "/article?id=hostile",
        f"/article?new=desk-1&title={HOSTILE}",
        f"/pins?query={HOSTILE}",
        f"/pins?query={HOSTILE}&find=পদ্মা",
        f"/synonyms?line={HOSTILE}&draft=1",
        f"/synonyms?line={HOSTILE}, নদী",
        f"/searches?done={HOSTILE}",
        "/log",
        "/pins",
        "/synonyms",
    ],
)
def test_no_text_becomes_markup(at_desk: Desk, path: str) -> None:
    """Queries, titles, pins, lines and parts of addresses are escaped."""
    admin = at_desk("admin")
    if path == "/pins":
        assert (
            admin.post("/pins", queries=HOSTILE, first=HOSTILE, never="<b>", name="evil").status_code == 303
        )
    if path == "/synonyms":
        assert admin.post("/synonyms", line=f"{HOSTILE}, নদী").status_code == 303
    html = admin.text(path)
    assert "<script>alert" not in html
    assert "<img" not in html
    if path == "/pins":
        admin.post("/pins/remove", name="evil")
    if path == "/synonyms":
        admin.post("/synonyms/remove", line=f"{HOSTILE}, নদী")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/pins", {"queries": "পদ্মা", "first": "cricket", "name": "../../x"}),
        ("/pins", {"queries": "পদ্মা", "first": "cricket", "match": "all"}),
        ("/pins", {"queries": "পদ্মা", "first": "cricket", "since": "2026-13-01"}),
        ("/pins", {"queries": "", "first": "cricket"}),
        ("/pins", {"queries": "\n".join(map(str, range(99))), "first": "cricket"}),
        ("/pins/remove", {"name": "../pins.json"}),
        ("/synonyms", {"line": "ক, খ\nগ, ঘ"}),
        ("/synonyms", {"line": "# ক"}),
        ("/synonyms", {"line": "ক" * 3_000}),
        ("/synonyms/remove", {"line": "নেই"}),
        ("/article", {"id": "a\x00b", "title": "ক"}),
        ("/article", {"id": "x" * 2_001, "title": "ক"}),
        ("/article", {"id": "cricket", "title": "", "body": ""}),
        ("/article", {"id": "cricket", "title": "ক", "date": "কাল নয়"}),
        ("/article", {"id": "cricket", "title": "ক", "until": "yesterday"}),
        ("/article", {"id": "cricket", "title": "ক", "until": "0001-01-01T00:00"}),
        ("/article", {"id": "cricket", "title": "ক", "until": "1999-01-01T00:00"}),
        ("/article/withdraw", {"id": ""}),
        ("/article/undo", {"id": "cricket", "version": "99999999999999999999999"}),
        ("/article/undo", {"id": "cricket", "version": "-1"}),
        ("/article/release", {"id": "nobody"}),
    ],
)
def test_what_is_invalid_is_reported_and_changes_nothing(
    at_desk: Desk, path: str, form: dict[str, str]
) -> None:
    """The page gives the reason and says that nothing was changed; the server does not fail."""
    editor = at_desk("editor")
    before = state(editor)
    answer = editor.post(path, **form)
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert state(editor) == before


@pytest.mark.parametrize(
    "path", ["/searches?which=all", "/article?id=nobody", f"/articles?q={'x' * 2_001}", "/nowhere"]
)
def test_invalid_addresses_are_reported(at_desk: Desk, path: str) -> None:
    """The answer is a page with an error status."""
    assert at_desk("admin").get(path).status_code in {400, 404}


def test_long_forms_are_read_of_editors_alone(at_desk: Desk) -> None:
    """The role is checked before the body is read: an article is longer than other requests may be."""
    editor, reader = at_desk("editor"), at_desk("reader")
    admits = editor.service.admits
    assert admits is not None
    assert admits.admits("POST", "/desk/article", "", f"{COOKIE}={cookie_of(editor)}")
    for method, path, cookie in (
        ("POST", "/desk/article", cookie_of(reader)),
        ("POST", "/search", cookie_of(editor)),
        ("GET", "/desk/article", cookie_of(editor)),
        ("POST", "/desk/article", "forged"),
        ("POST", "/desk/article", ""),
    ):
        assert not admits.admits(method, path, "", f"{COOKIE}={cookie}")
    key = (editor.directory / "write").read_text("utf-8")
    assert admits.admits("PUT", "/api/v1/articles/x", f"Bearer {key}", "")


def test_there_is_no_desk_without_keys_for_it(at_desk: Desk, served: Service) -> None:
    """There is no sign-in page either."""
    person = at_desk("search")
    keys = person.directory / "keys.txt"
    content = keys.read_text("utf-8")
    lines = [line for line in content.splitlines(keepends=True) if line.split()[1] in {"search", "write"}]
    other = person.directory / "others.txt"
    other.write_text("".join(lines), "utf-8")
    off = Service(replace(served._settings, keys=other))
    for path in ("/desk/", "/desk/sign-in", "/desk/pins"):
        assert off.app.test_client().get(path).status_code == 404
    none = Service(replace(served._settings, keys=None))
    assert none.app.test_client().get("/desk/sign-in").status_code == 404
    assert none.admits is None
