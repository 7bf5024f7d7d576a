"""Files that an admin uploads: previewed first, then read by a process that can be cancelled."""

import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from onneshon.index import Configuration
from onneshon.index.configuration import KeywordField
from onneshon.index.errors import KINDS
from onneshon.search import Engine, QueryError
from onneshon.web.desk.imports import MOST, Import, Imports
from onneshon.web.languages.catalogues import catalogue
from tests.serving import SECONDS
from tests.web.desk.conftest import AtDesk

Desk = Callable[..., AtDesk]

CSV = (
    "শিরোনাম,তারিখ,লেখক,বিভাগ,মন্তব্য\nবন্যার পানি নামছে,২১/২/২০২৬,করিম,পরিবেশ,ক\nহাটে ইলিশ,২২/২/২০২৬,রহিম,অর্থনীতি,খ\n"
)


def drop(person: AtDesk, content: str = CSV, file: str = "খবর.csv") -> TestResponse:
    """Upload a file as Excel saves it."""
    sent = (io.BytesIO(b"\xef\xbb\xbf" + content.encode()), file)
    return person.post("/import", file=sent)


def name_of(answer: TestResponse) -> str:
    """The name of an import, from the redirect of its form."""
    return parse_qs(urlsplit(answer.headers["Location"]).query)["name"][0]


def await_state(imports: Imports, name: str, *states: str) -> Import:
    """The import once it is in one of the given states."""
    end = time.monotonic() + 3 * SECONDS
    while (known := imports.named(name)).state not in states and time.monotonic() < end:
        time.sleep(0.05)
    assert known.state in states, known
    return known


@pytest.mark.no_cover  # other tests cover what its processes run
def test_columns_with_bengali_headings_are_reported_and_nothing_is_published_before_it_is_wanted(
    at_desk: Desk,
) -> None:
    """All four columns are matched, the unused one is named, and articles are added to the existing ones."""
    admin = at_desk("admin")
    name = name_of(drop(admin))
    html = admin.text(f"/import?name={name}")
    for column in ("শিরোনাম", "তারিখ", "লেখক", "বিভাগ"):
        assert f"← <bdi>{column}</bdi>" in html
    assert "কাজে লাগেনি: <bdi>মন্তব্য</bdi>" in html
    assert "বন্যার পানি নামছে" in html
    assert "২টি লেখা নেওয়া হবে" in html
    named = admin.post("/import/start", name=name, preview="1", **{"map-category": "মন্তব্য"})
    assert "· <bdi>ক</bdi>" in named.get_data(as_text=True)
    with Engine.open(admin.directory) as engine:
        before = engine.count
        assert engine.search("বন্যার").total == 0
    assert admin.post("/import/start", name=name, how="update").status_code == 303
    done = await_state(Imports(admin.directory), name, "done", "failed")
    assert done.state == "done", done.said
    with Engine.open(admin.directory) as engine:
        assert (engine.count, engine.search("বন্যার").hits[0].category) == (before + 2, "পরিবেশ")
    html = admin.text(f"/import?name={name}")
    assert "হয়ে গেছে" in html
    assert "২টি লেখা নেওয়া হয়েছে, ০টি বাদ গেছে" in html
    assert admin.post("/import/start", name=name).status_code == 400


@pytest.mark.parametrize(
    "file",
    ["x.exe", "x.db", "x.sqlite", "x.sql", "x.csv.sh", "x", ".csv", "x.csv\x00.py", "passwd", "..", "../../"],
)
def test_files_of_other_kinds_are_not_kept(tmp_path: Path, file: str) -> None:
    """Databases, programs and unknown archives are refused by the ending of their name."""
    with pytest.raises(QueryError, match="does not end with"):
        Imports(tmp_path).receive(io.BytesIO(b"x"), file, "admin")
    assert not (tmp_path / "imports").exists()


@pytest.mark.parametrize(
    "file", ["../../etc/cron.d/x.csv", "/etc/x.csv", "..\\..\\x.csv", "--index=x.csv", "a\nb.csv", "<b>.csv"]
)
def test_the_name_of_a_file_leads_nowhere(tmp_path: Path, file: str) -> None:
    """A file is stored under a generated name in the folder of imports, and its own name is shown as text."""
    imports = Imports(tmp_path)
    taken = imports.receive(io.BytesIO(CSV.encode()), file, "admin")
    kept = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    folder = f"imports/{taken.name}"
    assert sorted(path.rpartition("/")[0] for path in kept) == [folder, folder]
    assert "/" not in taken.file
    assert imports.preview(taken.name, Configuration(), {}).good == 2


def test_a_name_as_long_as_a_headline_is_that_of_its_kind(tmp_path: Path) -> None:
    """Windows allows names of 255 letters; the beginning is shown."""
    taken = Imports(tmp_path).receive(io.BytesIO(CSV.encode()), "পদ্মার ভাঙন " * 20 + ".CSV", "admin")
    assert taken.file == ("পদ্মার ভাঙন " * 20)[:200]
    assert Imports(tmp_path).preview(taken.name, Configuration(), {}).good == 2


@pytest.mark.parametrize(
    "name", ["", "..", "../..", "20260221000000-0000000g", "20260221000000-00000000", "x/../y"]
)
def test_names_of_imports_lead_nowhere(at_desk: Desk, name: str) -> None:
    """A name with a path can be neither shown nor started nor cancelled."""
    admin = at_desk("admin")
    if name:
        assert admin.get(f"/import?name={name}").status_code == 400
    assert admin.post("/import/start", name=name).status_code == 400
    assert admin.post("/import/cancel", name=name).status_code == 400


def test_who_drops_in_an_archive_is_told_to_unpack_it(at_desk: Desk) -> None:
    """A ZIP, in which lists often come by mail, is not read."""
    told = drop(at_desk("admin"), file="খবর.zip")
    assert (told.status_code, "ZIP হলে আগে খুলে" in told.text) == (400, True)


def test_how_large_a_file_may_be_is_reported_before_one_is_sent(at_desk: Desk) -> None:
    """A larger one is refused before a page could say so."""
    admin = at_desk("admin")
    assert "ফাইল, সর্বোচ্চ ১৬ MB" in admin.get("/import").text
    assert "File, up to 16 MB" in admin.get("/import?lang=en").text


def test_only_admins_import(at_desk: Desk) -> None:
    """Editors have no access; a form without a file is refused."""
    editor = at_desk("editor")
    assert editor.get("/import").status_code == 403
    assert drop(editor).status_code == 403
    for path in ("/import/start", "/import/cancel"):
        assert editor.post(path, name="x").status_code == 403
    assert at_desk("admin").post("/import").status_code == 400


def test_a_file_that_cannot_be_read_leaves_the_index_as_it_was(at_desk: Desk) -> None:
    """Faults are shown line by line, and nothing is live."""
    admin = at_desk("admin")
    name = name_of(drop(admin, "ক,খ\n১,২\n"))
    html = admin.text(f"/import?name={name}&lang=en")
    assert "To be indexed: 0; to be left out: 1." in html
    assert catalogue("en").text("desk.import.look") not in html  # the heading of an empty list
    assert "খবর.csv:2</bdi>: neither title nor body" in html
    assert str(admin.directory) not in html


@pytest.mark.no_cover  # other tests cover what its processes run
def test_what_was_shown_to_be_left_out_is_left_out_and_the_rest_is_taken(at_desk: Desk) -> None:
    """The faults are in Bengali; an admin who has seen them and goes on is not refused."""
    admin = at_desk("admin")
    name = name_of(drop(admin, "শিরোনাম,তারিখ\nচৈত্রের খরা,২১/৩/২০২৬\nনৌকাবাইচ,৩১/২/২০২৬\n", "তালিকা.csv"))
    html = admin.text(f"/import?name={name}")
    assert "তালিকা.csv:3</bdi>: তারিখটি পড়া যায় না (১)" in html
    assert "no date" not in html
    form = dict(re.findall('type="hidden" name="(name|bad)" value="([^"]*)"', html))
    admin.post("/import/start", how="update", **form)
    done = await_state(Imports(admin.directory), name, "done", "failed")
    assert done.state == "done", done.said
    with Engine.open(admin.directory) as engine:
        assert (engine.search("চৈত্রের খরা").total, engine.search("নৌকাবাইচ").total) == (1, 0)
    assert (done.taken, done.left_out) == (1, 1)
    nothing = name_of(drop(admin, "ক,খ\n১,২\n"))
    assert "প্রকাশ করুন" not in admin.text(f"/import?name={nothing}")


@pytest.mark.parametrize(
    ("content", "file", "is_open"),
    [(CSV, "খবর.csv", True), ("ক,খ\n১,২\n", "খবর.csv", True), ("হাটে ইলিশ\nদাম কমেছে।", "হাট.txt", False)],
)
def test_columns_are_asked_about_where_a_file_has_some(
    at_desk: Desk, content: str, file: str, *, is_open: bool
) -> None:
    """For a document nothing has to be matched, and the preview is visible at once."""
    admin = at_desk("admin")
    html = admin.text(f"/import?name={name_of(drop(admin, content, file))}")
    [attribute] = re.findall("<details( open)?><summary>ঘর মেলানো", html)
    assert bool(attribute) is is_open
    assert 'name="map-title"' in html


@pytest.mark.parametrize("lang", ["bn", "en"])
def test_a_value_without_which_an_article_is_taken_is_reported_whatever_its_file_is_called(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """The article is imported all the same; a file's name may contain the separator of such messages."""
    admin = at_desk("admin")
    site = Configuration(fields=(KeywordField("views", type="number"),))
    monkeypatch.setattr(Engine, "configuration", property(lambda _engine: site))
    name = name_of(drop(admin, "শিরোনাম,views\nহাটে ইলিশ,বহু\n", "হাট: শুক্রবার.csv"))
    html = admin.text(f"/import?name={name}&lang={lang}")
    left = f"{catalogue('bn').text('desk.bad.number')} (১)"
    reason = left if lang == "bn" else "views is &#39;বহু&#39;, not a number"
    assert f"<bdi>হাট: শুক্রবার.csv:2</bdi>: {reason}" in html


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_of_a_file_has_words_in_each_language(kind: str) -> None:
    """The English words are those of the command."""
    assert re.search("[অ-হ]", catalogue("bn").text(f"desk.bad.{kind}"))
    assert catalogue("en").text(f"desk.bad.{kind}") == KINDS[kind]


def _slow(self: Imports, path: Path, begun: Import, said: Any) -> "subprocess.Popen[bytes]":
    """Start a process that takes a while."""
    del self, path, begun
    program = "import time; print('reading', flush=True); time.sleep(600)"
    return subprocess.Popen([sys.executable, "-c", program], stdout=said)


@pytest.mark.no_cover  # other tests cover what its processes run
def test_a_running_import_is_refreshed_without_reloading_the_page(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running import's page has status 202; a script asks for it again, and the page is not replaced."""
    monkeypatch.setattr(Imports, "_process", _slow)
    admin = at_desk("admin")
    name = name_of(drop(admin))
    admin.post("/import/start", name=name, how="update")
    answer = admin.get(f"/import?name={name}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 202
    assert f'data-waiting="/desk/import?name={name}"' in html
    assert "http-equiv" not in html
    admin.post("/import/cancel", name=name)
    await_state(Imports(admin.directory), name, "cancelled")
    assert admin.get(f"/import?name={name}").status_code == 200
    assert "data-waiting" not in admin.text(f"/import?name={name}")


def test_an_import_is_ended_and_reported_when_its_server_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button cancels it; one whose server died is shown as ended, and can be started again."""
    monkeypatch.setattr(Imports, "_process", _slow)
    imports = Imports(tmp_path)
    name = imports.receive(io.BytesIO(CSV.encode()), "x.csv", "admin").name
    imports.start(name, "update", {})
    with pytest.raises(QueryError, match="runs already"):
        imports.start(name, "update", {})
    imports.cancel(name)
    assert await_state(imports, name, "cancelled").how == "update"
    folder = tmp_path / "imports" / name
    state = json.loads((folder / "state.json").read_bytes())
    end = time.monotonic() + SECONDS
    while imports._runs(name) and time.monotonic() < end:
        time.sleep(0.01)
    (folder / "state.json").write_text(json.dumps(state | {"state": "running"}), "utf-8")
    assert imports.named(name).state == "stopped"
    assert imports.start(name, "build", {"title": "শিরোনাম"}).mapping == {"title": "শিরোনাম"}
    imports.cancel(name)
    await_state(imports, name, "cancelled")


def test_old_imports_go(tmp_path: Path) -> None:
    """The latest imports stay, in order; a folder that is no import is ignored."""
    imports = Imports(tmp_path)
    assert imports.all() == []
    names = [imports.receive(io.BytesIO(b"x"), f"{at}.txt", "admin").name for at in range(MOST + 2)]
    (tmp_path / "imports" / "20260101000000-00000000").mkdir()
    kept = [known.name for known in imports.all()]
    assert len(kept) == MOST
    assert set(kept) <= set(names)
    assert kept == sorted(kept, reverse=True)


def test_what_was_just_dropped_in_is_not_too_old(tmp_path: Path) -> None:
    """A new import stays although the clock was set back after the others were uploaded."""
    imports = Imports(tmp_path)
    for number in range(MOST + 1):
        (tmp_path / "imports" / f"29990101000000-{number:08x}").mkdir(parents=True)
    name = imports.receive(io.BytesIO(b"x"), "x.txt", "admin").name
    assert imports.named(name).file == "x.txt"
    assert len([*(tmp_path / "imports").iterdir()]) == MOST
