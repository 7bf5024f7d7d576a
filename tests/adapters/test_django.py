"""The example project of Django, as its commands and its readers see it, beside apps called as our layers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest

from onneshon import Article, Engine, build
from onneshon.index.storage.generations import Generations
from tests.building import build_numbered
from tests.packages import PACKAGES, ROOT
from tests.publishing import Publisher, publishing

BESIDE = f"""
from project.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, *{list(PACKAGES)}]
"""

FILL = """
import datetime as dt
from news.models import Post

day = dt.date(2026, 11, 28)
for title, text, section in (
    ("পদ্মার ইলিশ", "নদীতে <b>ইলিশ</b> ধরা পড়ছে।", "নদী"),
    ("হাওরের পাখি", "হাওরে এসেছে পাখি।", "পরিবেশ"),
    ("গোপন খবর", "এটি এখনো খসড়া।", "নদী"),
):
    Post.objects.create(title=title, text=text, section=section, day=day, public="গোপন" not in title)
"""

Run = Callable[..., str]


def _copied(folder: Path) -> Path:
    """A copy of the example, with apps of its own that are called as our packages are."""
    shutil.copytree(ROOT / "examples" / "django_project", folder)
    for app in PACKAGES:
        (folder / app).mkdir()
        (folder / app / "__init__.py").touch()
    (folder / "beside.py").write_text(BESIDE, "utf-8")
    return folder


def _run(project: Path, *command: str, code: str = "", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=project,
        input=code,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "beside", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the project, with nothing in them."""
    project = _copied(tmp_path_factory.mktemp("django") / "project")
    _run(project, "migrate", "--run-syncdb")
    return project / "news.sqlite3"


@pytest.fixture
def project(tmp_path: Path, database: Path) -> Path:
    """A project of its own for each test."""
    folder = _copied(tmp_path / "project")
    shutil.copy(database, folder)
    return folder


@pytest.fixture
def run(project: Path) -> Run:
    """Runs a command of the project; its output."""
    return partial(_run, project)


def _ids(project: Path, query: str) -> list[str]:
    with Engine.open(project / "var" / "index") as engine:
        return [hit.id for hit in engine.search(query)]


ASK = """
from django.test import Client

client = Client()
for address in {addresses!r}:
    answer = client.get(address)
    print(answer.status_code, answer.content.decode())
"""


@pytest.mark.slow
def test_what_is_saved_is_found_on_the_page(run: Run, project: Path) -> None:
    """With marks and nothing of its markup; drafts are not, and what is deleted or withdrawn no more."""
    run("shell", code=FILL)
    assert _ids(project, "*") == ["news.post-1", "news.post-2"]
    said = run("shell", code=ASK.format(addresses=["/khoj/?q=ইলিশ", "/khoj/", "/khoj/?q=নদী date:..&page=x"]))
    assert '<a href="/news/1/">পদ্মার <mark class="exact">ইলিশ</mark></a>' in said
    assert "&lt;b&gt;" in said
    assert "<b>" not in said
    run("shell", code="from news.models import Post; Post.objects.filter(pk=2).first().delete()")
    run("shell", code="from news.models import Post; p = Post.objects.get(pk=1); p.public = False; p.save()")
    assert _ids(project, "*") == []


TWO_DATABASES = """
DATABASES = {**DATABASES, "archive": {**DATABASES["default"], "NAME": BASE_DIR / "archive.sqlite3"}}
"""

ROLLED_BACK = """
import datetime as dt
from django.db import transaction
from news.models import Post

Post.objects.using("archive").create(title="রাখা খবর", day=dt.date(2026, 11, 28))
try:
    with transaction.atomic(using="archive"):
        Post.objects.using("archive").create(title="ফেরানো খবর", day=dt.date(2026, 11, 28))
        raise ValueError
except ValueError:
    pass
"""

UNSAVED = """
from django.db.models import F, Value
from django.db.models.functions import Concat
from news.models import Post

Post.objects.create(title="হাওরের পাখি", day="2026-11-28")
Post.objects.create(title="পদ্মার ইলিশ", day="2026-11-28")
bird, fish = Post.objects.order_by("pk")
bird.title = Concat(F("title"), Value(" এসেছে"))
bird.save()
fish.title, fish.section = "আধখানা", "নদী"
fish.save(update_fields=["section"])
"""


@pytest.mark.slow
def test_what_a_database_rolls_back_is_not_found(run: Run, project: Path) -> None:
    """Of whichever database it is; what that one keeps is."""
    (project / "beside.py").write_text(BESIDE + TWO_DATABASES, "utf-8")
    run("migrate", "--run-syncdb", "--database", "archive")
    run("shell", code=ROLLED_BACK)
    assert _ids(project, "খবর") == ["news.post-1"]


@pytest.mark.slow
def test_an_object_is_published_as_its_database_has_it(run: Run, project: Path) -> None:
    """Computed there, with dates that are dates, and without what was not saved."""
    run("shell", code=UNSAVED)
    assert _ids(project, "এসেছে") == ["news.post-1"]
    assert _ids(project, "ইলিশ date:2026-11-28") == ["news.post-2"]
    assert _ids(project, "আধখানা") == []


TOGETHER = """
from django.db import transaction
from news.models import Post
from onneshon.adapters.django.publishing import publish

def posted(title):
    return Post(title=title, day="2026-11-28")

with transaction.atomic():
    try:
        with transaction.atomic():
            posted("ফেরানো খবর").save()
            raise ValueError
    except ValueError:
        pass
    for name in ("ইলিশ", "রুই", "কাতলা"):
        posted(f"{name} মাছ").save()
try:
    with transaction.atomic():
        posted("ফেরানো মাছ").save()
        raise ValueError
except ValueError:
    pass
Post.objects.bulk_create([posted("চিতল মাছ"), posted("বোয়াল মাছ")])
publish(Post.objects.filter(title__in=["চিতল মাছ", "বোয়াল মাছ"]))
"""


@pytest.mark.slow
def test_what_is_changed_together_is_published_in_one_write_job(run: Run, project: Path) -> None:
    """In a transaction, whatever of it is rolled back; and objects put in past Django's signals."""
    run("shell", code=TOGETHER)
    assert Generations(project / "var" / "index").current().name == "000002"
    with Engine.open(project / "var" / "index") as engine:
        found = {hit.title for hit in engine.search("*")}
    assert found == {"ইলিশ মাছ", "রুই মাছ", "কাতলা মাছ", "চিতল মাছ", "বোয়াল মাছ"}


LOCKED = """
from news.models import Post
from onneshon.index import open_writer
from onneshon.adapters.django import publishing
from onneshon.adapters.django.settings import directory

publishing.WAIT = 0
with open_writer(directory()):
    Post.objects.create(title="পদ্মার ইলিশ", day="2026-11-28")
Post.objects.create(title="মেঘনার চর", day="2026-11-28")
"""


@pytest.mark.slow
def test_what_could_not_be_published_is_with_the_next_save(run: Run, project: Path) -> None:
    """The log says so; the save itself is kept."""
    assert "1 saved but not published" in run("shell", code=LOCKED)
    assert _ids(project, "*") == ["news.post-1", "news.post-2"]


BROKEN = """
from django.db import transaction
from news.apps import as_article
from news.models import Post
from onneshon.adapters.django.publishing import publish_saved

publish_saved(Post, lambda post: as_article(post) if "হাওরের" not in post.title else len(post))
"""


@pytest.mark.slow
def test_an_article_that_cannot_be_made_fails_no_save(run: Run, project: Path) -> None:
    """Nor what is saved with it; it is logged with where it failed."""
    together = FILL.replace("\nfor", "\nwith transaction.atomic():\n  for").replace("    Post", "      Post")
    together += "\n  Post.objects.create(day=day)\nprint(Post.objects.count(), 'kept')"
    said = run("shell", code=BROKEN + together)
    assert "4 kept" in said
    assert "TypeError" in said
    assert "news.post-4 was saved, but not published" in said
    assert _ids(project, "*") == ["news.post-1"]


@pytest.mark.slow
def test_the_command_indexes_everything(run: Run, project: Path) -> None:
    """Also what was put into the database past Django's signals; failures are sentences."""
    run(
        "shell",
        code=FILL + "\nPost.objects.bulk_create([Post(title='মেঘনার চর', text='চর', section='নদী', day=day)])",
    )
    assert "3 articles indexed" in run("onneshon_index")
    assert "news.post-4" in _ids(project, "চর")
    shutil.rmtree(project / "var" / "index")
    said = run("shell", code=ASK.format(addresses=["/khoj/?q=নদী"]))
    assert "503" in said
    assert "no index" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_the_command_leaves_out_as_many_as_it_is_asked_to(run: Run, project: Path) -> None:
    """By the option that its message names."""
    run("shell", code=FILL + "\nPost.objects.create(section='নদী', day=day)")
    with pytest.raises(AssertionError, match="by --max-bad 1"):
        run("onneshon_index")
    assert "2 articles indexed" in run("onneshon_index", "--max-bad", "1")
    assert _ids(project, "*") == ["news.post-1", "news.post-2"]
    with pytest.raises(AssertionError, match="CommandError: max_bad: 'সব' is neither"):
        run("onneshon_index", "--max-bad", "সব")


@pytest.mark.slow
def test_further_pages_are_of_the_same_category(run: Run, project: Path) -> None:
    """And in place of one beyond the last one stands the last, with its hits."""
    articles = [Article(str(number), "পদ্মার ইলিশ", category="নদী") for number in range(12)]
    build([*articles, Article("মাছ", "ইলিশ মাছ")], project / "var" / "index")
    said = run("shell", code=ASK.format(addresses=["/khoj/?q=ইলিশ&category=নদী", "/khoj/?q=ইলিশ&page=7"]))
    first, last = said.split("<!doctype html>")[1:]
    assert f'href="?{urlencode({"q": "ইলিশ", "category": "নদী"}).replace("&", "&amp;")}&amp;page=2"' in first
    assert last.count("<article>") == 3
    assert "2 / 2" in last


def test_a_project_without_a_place_for_its_index_is_reported(run: Run, project: Path) -> None:
    """By Django's own error."""
    (project / "beside.py").write_text(BESIDE + "\nONNESHON = {}\n", "utf-8")
    with pytest.raises(AssertionError, match="Say where the index is"):
        run("onneshon_index")


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """A server that takes articles."""
    build_numbered(tmp_path / "served")
    with publishing(tmp_path / "served") as client:
        yield client


REPUBLISH = """
from onneshon.adapters.django.publishing import publish

Post.objects.filter(pk=1).update(title="পদ্মার ইলিশ, রুই")
publish(Post.objects.all())
"""


@pytest.mark.slow
def test_what_is_saved_is_published_to_a_server(run: Run, project: Path, publisher: Publisher) -> None:
    """Where the project names one; a server that refuses fails no request, and its answer is logged."""
    served = f'\nONNESHON |= {{"server": "http://127.0.0.1:{publisher.port}", "key": "{publisher.key}"}}\n'
    (project / "beside.py").write_text(BESIDE + served, "utf-8")
    said = run("shell", code=f"{FILL}\nPost.objects.bulk_create([Post(day=day)])\n{REPUBLISH}")
    assert "news.post-4 was saved, but not published" in said
    publisher.await_position(publisher.ask("GET", "/api/v1/publications")[1]["position"])
    assert publisher.title("news.post-1") == "পদ্মার ইলিশ, রুই"
    run("shell", code="from news.models import Post; Post.objects.all().delete()")
    publisher.await_position(publisher.ask("GET", "/api/v1/publications")[1]["position"])
    assert publisher.title("news.post-1") is None
    (project / "beside.py").write_text(BESIDE + served.replace(publisher.key, "onn_wrong"), "utf-8")
    assert "did not take news.post-" in run("shell", code=FILL)
