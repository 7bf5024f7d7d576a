"""Changing a part of an article over HTTP, with a real queue and a real writer."""

import datetime as dt
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onneshon.index import Article, build
from onneshon.index.errors import JournalError
from onneshon.index.publishing.applying import Applier
from onneshon.index.publishing.journal import Journal
from onneshon.index.publishing.operation import Operation
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.web.access.keys import Scope, add_key
from onneshon.web.publishing import queue
from onneshon.web.publishing.queue import PublishingQueue
from onneshon.web.publishing.requests import merged
from onneshon.web.service import Service, Settings

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

ADDRESS = "/api/v1/articles/হাওর/১"
HAOR = Article(
    "হাওর/১",
    "হাওরে শীতের পাখি",
    "এবার আগেই এসেছে।",
    dt.date(2026, 11, 25),
    "পরিবেশ",
    "",
    "রহিম",
    keywords={"tags": ("পাখি", "শীত")},
)
WRITE: tuple[Scope, ...] = ("write",)
SITE = '[mapping]\ntitle = ["headline"]\n\n[fields.tags]\nseveral = true\n'


class Patching:
    """A server, and a client with a key for writing."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        (directory / "onneshon.toml").write_text(SITE, "utf-8")
        build([HAOR, Article("খ", "নদী")], directory)
        self.key = add_key(directory / "keys", "wordpress", WRITE, dt.date(2026, 11, 25))
        self.service = Service(Settings(location=directory, keys=directory / "keys"))
        self.client: FlaskClient = self.service.app.test_client()

    def patch(self, body: object, path: str = ADDRESS, **headers: str) -> "TestResponse":
        """The response to a patch, without waiting for its publication."""
        known = {"Authorization": f"Bearer {self.key}", **headers}
        sign = "&" if "?" in path else "?"
        return self.client.patch(f"{path}{sign}wait=0", json=body, headers=known)

    def apply(self) -> None:
        """Apply queued operations as the publishing process does."""
        assert Applier(self.directory, open_writer).step()

    def article(self) -> dict[str, object]:
        """The article as the API returns it once all is visible."""
        self.apply()
        answer = self.client.get(ADDRESS)
        assert answer.status_code == 200
        found: dict[str, object] = answer.get_json()["article"]
        return found


@pytest.fixture
def site(tmp_path: Path) -> Patching:
    """A site of two articles."""
    return Patching(tmp_path / "index")


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_standard_come_out_as_it_says(
    target: object, patch: object, result: object
) -> None:
    """All fifteen examples of RFC 7396, appendix A, give the standard's results."""
    assert merged(target, patch) == result


@pytest.mark.parametrize("patch", [{"tags": None}, {"keywords": {"tags": None}}, {"keywords": None}], ids=str)
def test_a_field_of_the_site_is_taken_out_by_either_name(site: Patching, patch: object) -> None:
    """A field is set by either name as well."""
    assert site.patch(patch).status_code == 202
    assert site.article()["keywords"] == {}


def test_what_is_named_changes_and_the_rest_stays(site: Patching) -> None:
    """A site's fields may have their own names or the API's; null removes a field."""
    before = site.client.get(ADDRESS).get_json()["article"]
    answer = site.patch({"category": "খেলা", "author": None, "keywords": {"tags": ["হাওর"]}})
    assert (answer.status_code, answer.get_json()["state"]) == (202, "waiting")
    after = site.article()
    assert after == before | {"category": "খেলা", "author": "", "keywords": {"tags": ["হাওর"]}}
    site.patch({"headline": "পাখি এসেছে", "tags": "শীত"})
    changed = site.article()
    assert (changed["title"], changed["keywords"]) == ("পাখি এসেছে", {"tags": ["শীত"]})


@pytest.mark.parametrize("condition", ['"', "", ",", '"পুরোনো"'])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_change_is_made_on_a_condition_that_does_not_hold(
    site: Patching, method: str, condition: str
) -> None:
    """An unreadable condition does not hold either: else another's change would be overwritten."""
    sent = {"Authorization": f"Bearer {site.key}", "If-Match": condition}
    body = {"title": "নদীর পাখি"} if method != "DELETE" else None
    answer = site.client.open(f"{ADDRESS}?wait=0", method=method, json=body, headers=sent)
    assert answer.status_code == 412
    assert site.client.get(ADDRESS).get_json()["article"]["title"] == HAOR.title
    assert not Journal(site.directory).end()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_article_is_replaced_or_taken_out_as_the_version_that_was_read(
    site: Patching, method: str
) -> None:
    """A queued change counts as a newer version already."""
    sent = {"Authorization": f"Bearer {site.key}", "If-Match": site.client.get(ADDRESS).headers["ETag"]}
    body = {"title": "নদীর পাখি"} if method == "PUT" else None
    ask = f"{ADDRESS}?wait=0"
    assert site.client.open(ask, method=method, json=body, headers=sent).status_code == 202
    assert site.client.open(ask, method="PUT", json={"title": "মেঘ"}, headers=sent).status_code == (
        412 if method == "PUT" else 404
    )


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("unless", ["*", "its own"])
def test_an_article_that_should_not_be_there_is_left_as_it_is(
    site: Patching, method: str, unless: str
) -> None:
    """Two clients that create one id do not overwrite each other."""
    tag = site.client.get(ADDRESS).headers["ETag"] if unless == "its own" else unless
    sent = {"Authorization": f"Bearer {site.key}", "If-None-Match": tag}
    body = {"title": "নদীর পাখি"} if method != "DELETE" else None
    answer = site.client.open(f"{ADDRESS}?wait=0", method=method, json=body, headers=sent)
    assert answer.status_code == 412
    assert "there already" in answer.get_json()["detail"]
    assert not Journal(site.directory).end()


def test_an_article_is_made_once_where_it_should_not_be_there(site: Patching) -> None:
    """A queued article exists already."""
    sent = {"Authorization": f"Bearer {site.key}", "If-None-Match": "*"}
    ask = "/api/v1/articles/নতুন?wait=0"
    codes = [
        site.client.put(ask, json={"title": title}, headers=sent).status_code for title in ("মেঘ", "বৃষ্টি")
    ]
    assert codes == [202, 412]


def test_a_patch_tells_no_name_that_it_did_not_send(tmp_path: Path) -> None:
    """Without declared fields the API's article has an empty object of them, which is not reported."""
    site = Patching(tmp_path / "index")
    (site.directory / "onneshon.toml").unlink()
    assert "unused" not in site.patch({"category": "খেলা"}, "/api/v1/articles?id=খ").get_json()
    told = site.patch({"keywords": {"ঋতু": ["শীত"]}}, "/api/v1/articles?id=খ").get_json()
    assert told["unused"] == ["keywords.ঋতু"]


def test_several_patches_at_once_all_count(site: Patching) -> None:
    """Each is based on the queued ones, in whatever order they come."""
    fields = ["category", "author", "url", "body"]
    senders = [threading.Thread(target=site.patch, args=({name: f"https://{name}"},)) for name in fields]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    found = site.article()
    assert [found[name] for name in fields] == [f"https://{name}" for name in fields]


def test_only_the_version_that_was_read_is_changed(site: Patching) -> None:
    """The tag is the same in other generations; a queued change is a newer version."""
    read = site.client.get(ADDRESS)
    tag = read.headers["ETag"]
    site.patch({"title": "পদ্মা"}, "/api/v1/articles?id=খ")
    site.apply()
    assert site.client.get(ADDRESS).headers["ETag"] == tag
    assert site.client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304
    weak = site.client.get(ADDRESS, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert site.patch({"author": "করিম"}, **{"If-Match": weak}).status_code == 202
    refused = site.patch({"author": "সালাম"}, **{"If-Match": tag})
    assert refused.status_code == 412
    assert "changed meanwhile" in refused.get_json()["detail"]
    assert site.patch({"url": "https://a.example"}, **{"If-Match": "*"}).status_code == 202
    found = site.article()
    assert (found["author"], found["url"]) == ("করিম", "https://a.example")
    assert site.client.get(ADDRESS).headers["ETag"] != tag


def test_what_is_not_there_is_not_changed(site: Patching) -> None:
    """An article queued for deletion is not changed either; the answer says which article is missing."""
    absent = site.patch({"title": "নদী"}, "/api/v1/articles/নেই")
    site.client.delete(ADDRESS, query_string={"wait": 0}, headers={"Authorization": f"Bearer {site.key}"})
    for answer, article_id in ((absent, "নেই"), (site.patch({"title": "নদী"}), "হাওর/১")):
        assert answer.status_code == 404
        assert answer.get_json()["detail"] == f"there is no article with the id {article_id!r}"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([], "an array instead of an object"),
        ({"id": "অন্য"}, "not that of the address"),
        ({"title": None, "body": None}, "neither title nor body"),
        ({"date": "গতকাল"}, "no date"),
        ({"deleted": True}, "take it out with DELETE"),
    ],
)
def test_a_patch_that_makes_no_article_changes_nothing(site: Patching, body: object, reason: str) -> None:
    """The answer has the reason."""
    end = Journal(site.directory).end()
    answer = site.patch(body)
    assert (answer.status_code, reason in answer.get_json()["detail"]) == (400, True)
    assert Journal(site.directory).end() == end


def test_a_patch_needs_a_key_to_write(site: Patching) -> None:
    """All changes of the index need one."""
    assert site.client.patch(ADDRESS, json={"title": "নদী"}).status_code == 401


def test_too_much_that_waits_is_not_read_while_others_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client is told to retry, and nothing is queued; a disk error is reported as usual."""
    made = PublishingQueue(tmp_path)
    made.publish([Operation("a", "{}")], 0)
    end = Journal(tmp_path).end()
    monkeypatch.setattr(queue, "MAX_READ", 1)
    with pytest.raises(JournalError, match="wait for the writer"):
        made.change(lambda waiting: waiting, 0)
    monkeypatch.undo()

    def fail(_: object) -> list[Operation]:
        raise OSError(28, "No space left on device")

    with pytest.raises(JournalError, match="nothing was queued"):
        made.change(fail, 0)
    assert Journal(tmp_path).end() == end
