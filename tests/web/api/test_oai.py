"""OAI-PMH for harvesters: all verbs, lists in parts, changes, deletions and errors."""

import datetime as dt
import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from onneshon.index import Article, build, open_writer, read_articles
from onneshon.index.columnar import change_dates
from onneshon.index.storage.beside import write_withheld
from onneshon.search import Engine
from onneshon.web import create_app
from onneshon.web.api import oai
from onneshon.web.site.settings import Site
from tests.fake_engine import HOSTILE, FakeEngine
from tests.web.browsing import listening
from tests.website import Crawling, Website, running_website

SPACE = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SITE = Site(oai="archive@example.org")
START = 1_795_910_400
"""The Unix time at which 2026-11-29 begins."""

NOW = dt.datetime(2026, 11, 29, 10, tzinfo=dt.UTC)

RECORD = "header( metadata)?"
SHAPES = {
    "OAI-PMH": "responseDate request ([a-z]+|[A-Z][A-Za-z]+)",
    "Identify": "repositoryName baseURL protocolVersion adminEmail earliestDatestamp deletedRecord "
    "granularity",
    "ListSets": "set( set)*( resumptionToken)?",
    "set": "setSpec setName",
    "ListMetadataFormats": "metadataFormat",
    "metadataFormat": "metadataPrefix schema metadataNamespace",
    "GetRecord": "record",
    "ListRecords": "record( record)*( resumptionToken)?",
    "ListIdentifiers": "header( header)*( resumptionToken)?",
    "record": RECORD,
    "header": "identifier datestamp( setSpec)?",
    "metadata": "dc",
}
"""From OAI-PMH.xsd, the children in order of each element that is written."""

MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
NAME = r"[A-Za-z0-9\-_.!~*'()]+"
URI = r"(?:[A-Za-z][A-Za-z0-9+.\-:]*:)?(?:[A-Za-z0-9\-._~!$&'()*+,;=@/?]|%[0-9A-Fa-f]{2})+"
VALUES = {
    "responseDate": MOMENT,
    "datestamp": MOMENT,
    "earliestDatestamp": MOMENT,
    "request": "http://.+",
    "baseURL": "http://.+",
    "verb": "Identify|List(MetadataFormats|Sets|Identifiers|Records)|GetRecord",
    "metadataPrefix": NAME,
    "setSpec": f"{NAME}(:{NAME})*",
    "set": f"{NAME}(:{NAME})*",
    "from": rf"\d{{4}}-\d{{2}}-\d{{2}}|{MOMENT}",
    "until": rf"\d{{4}}-\d{{2}}-\d{{2}}|{MOMENT}",
    "identifier": URI,
    "code": "cannotDisseminateFormat|idDoesNotExist|bad(Argument|Verb|ResumptionToken)|"
    "no(MetadataFormats|RecordsMatch|SetHierarchy)",
    "status": "deleted",
    "completeListSize": "[1-9][0-9]*",
    "cursor": "[0-9]+",
    "protocolVersion": r"2\.0",
    "adminEmail": r"\S+@(\S+\.)+\S+",
    "deletedRecord": "no|persistent|transient",
    "granularity": "YYYY-MM-DD(Thh:mm:ssZ)?",
}
"""The types of attributes and of elements without children, from the same schema."""

DUBLIN_CORE = frozenset(
    [
        "title",
        "creator",
        "subject",
        "description",
        "publisher",
        "contributor",
        "date",
        "type",
        "format",
        "identifier",
        "source",
        "language",
        "relation",
        "coverage",
        "rights",
    ]
)
"""The elements that oai_dc.xsd allows, in any order and number."""

PADMA = Article(
    "নদী/১",
    "পদ্মা সেতু",
    "পদ্মার উপরে সেতু।",
    dt.date(2023, 10, 15),
    "জাতীয়",
    "https://example.org/padma",
    "শর্মিলা সেন",
    "bn",
)
ARTICLES = [
    PADMA,
    replace(PADMA, id="b&<", title=HOSTILE, category="খেলা ~1", url=""),
    replace(PADMA, id="c", body="মেঘনা", category="", author="", date=None),
]


class _Time:
    """A stand-in for the module ``time``."""

    now = START - change_dates.PUBLISHING

    def time(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> _Time:
    """The clock of index writers."""
    stood = _Time()
    monkeypatch.setattr(change_dates, "time", stood)
    return stood


class _Harvested:
    """A site over an index in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.engine = Engine.open(directory)
        self.app = create_app(self.engine, whose=SITE, clock=lambda: NOW)
        self.client = self.app.test_client()

    def ask(self, verb: str, **arguments: str) -> ET.Element:
        """The answer to a request, after a check against the schema."""
        self.engine.reload()
        arguments = {name.removesuffix("_"): value for name, value in arguments.items()}
        return read(self.client, {"verb": verb, **arguments})

    def headers(self, verb: str = "ListIdentifiers", **arguments: str) -> list[tuple[str, str, bool]]:
        """The identifier, date and deletion of each header."""
        found = self.ask(verb, metadataPrefix="oai_dc", **arguments)
        return [
            (
                (header.findtext(f"{SPACE}identifier") or "").removeprefix("oai:localhost:"),
                header.findtext(f"{SPACE}datestamp") or "",
                header.get("status") == "deleted",
            )
            for header in found.iter(f"{SPACE}header")
        ]

    def code(self, verb: str, **arguments: str) -> str | None:
        """The code of the error in an answer."""
        error = self.ask(verb, **arguments).find(f"{SPACE}error")
        return None if error is None else error.get("code")


def read(client: FlaskClient, arguments: dict[str, str] | str) -> ET.Element:
    """An answer, checked for status and schema."""
    answer = client.get("/oai", query_string=arguments)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    root = ET.fromstring(answer.data)  # noqa: S314  # our own answer
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name in SHAPES:
            children = " ".join(child.tag.rpartition("}")[2] for child in element)
            assert re.fullmatch(SHAPES[name], children), (name, children)
        if element.tag.startswith(DC):
            assert name in DUBLIN_CORE
        ours = {name: element.text or ""} if element.tag.startswith(SPACE) and not len(element) else {}
        for what, value in {**element.attrib, **ours}.items():
            if what in VALUES:
                assert re.fullmatch(VALUES[what], value, re.ASCII), (name, what, value)
    return root


@pytest.fixture
def site(tmp_path: Path, time: _Time) -> Iterator[_Harvested]:
    """A site of three articles that were added at the same time."""
    build(ARTICLES, tmp_path / "index")
    harvested = _Harvested(tmp_path / "index")
    with harvested.engine:
        yield harvested


@pytest.fixture
def crawling(tmp_path: Path) -> Iterator[tuple[Website, Crawling]]:
    """A harvester and the website that it reads."""
    with running_website() as website:
        yield website, Crawling(website, tmp_path / "harvested")


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    """A client of a site of three articles."""
    with Engine.of(ARTICLES) as engine:
        yield create_app(engine, whose=SITE).test_client()


def moment(seconds: int) -> str:
    """Seconds as a date of the protocol."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_site_says_who_it_is(site: _Harvested) -> None:
    """Dates have seconds, and deletions are known for a limited time."""
    found = site.ask("Identify")
    assert [found.findtext(f".//{SPACE}{name}") for name in ("adminEmail", "earliestDatestamp")] == [
        "archive@example.org",
        moment(START),
    ]
    assert found.findtext(f"{SPACE}responseDate") == "2026-11-29T10:00:00Z"
    request = found.find(f"{SPACE}request")
    assert request is not None
    assert (request.text, request.attrib) == ("http://localhost/oai", {"verb": "Identify"})
    assert site.client.post("/oai", data={"verb": "Identify"}).status_code == 200


def test_a_record_has_all_that_dublin_core_can_say(site: _Harvested) -> None:
    """A record has all Dublin Core elements, for hostile texts and for ids of any letters."""
    (identifier,) = (name for name, _, _ in site.headers() if name.startswith("%"))
    found = site.ask("GetRecord", metadataPrefix="oai_dc", identifier=f"oai:localhost:{identifier}")
    values = {each.tag.removeprefix(DC): each.text for each in found.iter() if each.tag.startswith(DC)}
    assert values == {
        "title": "পদ্মা সেতু",
        "creator": "শর্মিলা সেন",
        "subject": "জাতীয়",
        "description": "পদ্মার উপরে সেতু।",
        "publisher": "অন্বেষণ",
        "date": "2023-10-15",
        "type": "Text",
        "identifier": "https://example.org/padma",
        "language": "bn",
    }
    titles = [each.text for each in site.ask("ListRecords", metadataPrefix="oai_dc").iter(f"{DC}title")]
    assert any("<script>" in (title or "") for title in titles)


def test_no_date_is_later_than_the_answer(site: _Harvested, time: _Time) -> None:
    """Articles are dated a minute ahead, so that no harvester misses a change under way."""
    time.now += 20 * 3_600
    with open_writer(site.directory) as writer:
        writer.add(Article("d", "যমুনা"))
    assert ("d", "2026-11-29T10:00:00Z", False) in site.headers()
    assert [name for name, _, _ in site.headers(from_="2026-11-29T10:00:00Z")] == ["d"]


def test_sections_are_sets_whose_names_are_ascii(site: _Harvested) -> None:
    """Each set lists its own articles."""
    sets = {
        each.findtext(f"{SPACE}setName"): each.findtext(f"{SPACE}setSpec") or ""
        for each in site.ask("ListSets").iter(f"{SPACE}set")
    }
    assert sets.keys() == {"জাতীয়", "খেলা ~1"}
    assert all(re.fullmatch(r"[A-Za-z0-9_.~-]+", spec) for spec in sets.values())
    assert [name for name, _, _ in site.headers(set=sets["খেলা ~1"])] == ["b%26%3C"]
    assert site.code("ListRecords", metadataPrefix="oai_dc", set="x") == "noRecordsMatch"


def test_a_list_comes_in_parts_though_articles_change_meanwhile(
    site: _Harvested, time: _Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changed articles move to its end; none is left out, whatever happens to the files."""
    monkeypatch.setattr(oai, "AT_ONCE", 2)
    first = site.ask("ListIdentifiers", metadataPrefix="oai_dc")
    token = first.find(f".//{SPACE}resumptionToken")
    assert token is not None
    assert token.attrib == {"completeListSize": "3", "cursor": "0"}
    time.now += 100
    names = {header.findtext(f"{SPACE}identifier") for header in first.iter(f"{SPACE}header")}
    changed = replace(ARTICLES[0] if "oai:localhost:c" in names else ARTICLES[2], title="মেঘনার চর")
    with open_writer(site.directory) as writer:
        writer.add(changed)
        writer.add(Article("d", "যমুনা"))
        writer.commit()
        writer.merge(everything=True)
    rest = site.ask("ListIdentifiers", resumptionToken=token.text or "")
    second = [header.findtext(f"{SPACE}identifier") for header in rest.iter(f"{SPACE}header")]
    last = rest.find(f".//{SPACE}resumptionToken")
    assert last is not None
    if last.text:
        assert last.get("cursor") == "2"
        rest = site.ask("ListIdentifiers", resumptionToken=last.text)
        second += [header.findtext(f"{SPACE}identifier") for header in rest.iter(f"{SPACE}header")]
        last = rest.find(f".//{SPACE}resumptionToken")
    assert last is not None
    assert last.text is None
    assert len(names | set(second)) == 4


def test_only_what_changed_has_another_date(site: _Harvested, time: _Time) -> None:
    """An update and a full rebuild do this alike; merges change no date."""
    time.now += 100
    with open_writer(site.directory) as writer:
        writer.add(replace(ARTICLES[2], title="মেঘনা নদী"))
        writer.add(ARTICLES[1])
    assert site.headers(from_=moment(START + 1)) == [("c", moment(START + 100), False)]
    assert len(site.headers(until=moment(START + 99))) == 2
    time.now += 100
    build([PADMA, replace(ARTICLES[2], title="মেঘনা নদী"), Article("d", "যমুনা")], site.directory)
    assert [header for header in site.headers(from_=moment(START + 1)) if header[0] != "b%26%3C"] == [
        ("c", moment(START + 100), False),
        ("d", moment(START + 200), False),
    ]
    with open_writer(site.directory) as writer:
        writer.merge(everything=True)
    assert site.headers(until=moment(START)) == [
        ("%E0%A6%A8%E0%A6%A6%E0%A7%80%2F%E0%A7%A7", moment(START), False)
    ]


def test_what_was_withdrawn_is_reported_until_it_comes_back(site: _Harvested, time: _Time) -> None:
    """Deleted articles and those missing from a rebuild are listed as deleted until they return."""
    time.now += 100
    with open_writer(site.directory) as writer:
        writer.delete("c")
    gone = ("c", moment(START + 100), True)
    assert site.headers("ListRecords", from_=moment(START + 1)) == [gone]
    time.now += 100
    build(ARTICLES[:1], site.directory)
    assert site.headers("ListRecords", from_=moment(START + 1)) == [
        gone,
        ("b%26%3C", moment(START + 200), True),
    ]
    found = site.ask("GetRecord", metadataPrefix="oai_dc", identifier="oai:localhost:c")
    assert found.find(f".//{SPACE}metadata") is None
    assert ("c", moment(START + 100), True) in site.headers(set="~E0~A6~9C")
    time.now += 100
    with open_writer(site.directory) as writer:
        writer.add(ARTICLES[2])
    assert site.headers(from_=moment(START + 201)) == [("c", moment(START + 300), False)]


def test_what_is_held_back_is_in_no_list(site: _Harvested, time: _Time) -> None:
    """A withheld article is not listed as deleted either, if it never was in the index."""
    write_withheld(site.directory, ["x"])
    time.now += 100
    build([*ARTICLES, Article("x", "ছয়টার আগে নয়")], site.directory, max_bad="50%")
    assert len(site.headers()) == 3
    assert site.code("GetRecord", metadataPrefix="oai_dc", identifier="oai:localhost:x") == "idDoesNotExist"


def test_an_index_of_an_earlier_version_has_no_dates(
    tmp_path: Path, time: _Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its articles have the earliest date, so only a first harvest reads them."""
    monkeypatch.setattr("onneshon.index.indexer.digests.CHANGED", "unknown to readers")
    build(ARTICLES, tmp_path)
    monkeypatch.undo()
    harvested = _Harvested(tmp_path)
    with harvested.engine:
        assert {date for _, date, _ in harvested.headers()} == {"1970-01-01T00:00:00Z"}
    assert change_dates.ChangeDates.open(tmp_path, 2).changed.tolist() == [0, 0]


def test_our_own_harvester_reads_all_of_it_and_then_what_changed(
    site: _Harvested, crawling: tuple[Website, Crawling], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts, sections and dates arrive unchanged, and deletions are applied."""
    monkeypatch.setattr(oai, "AT_ONCE", 2)
    website, harvest = crawling
    with listening(site.app) as address:
        website.url = address
        harvest("/oai")
        harvested = [*read_articles([harvest.report.file])]
        assert len(harvested) == 3
        assert PADMA in [replace(article, id=PADMA.id) for article in harvested]
        with open_writer(site.directory) as writer:
            writer.add(replace(ARTICLES[2], title="মেঘনার চর"))
            writer.delete("b&<")
        site.engine.reload()
        harvest.time.sleep(30 * 86_400)
        harvest("/oai")
        assert {article.title for article in read_articles([harvest.report.file])} == {
            "পদ্মা সেতু",
            "মেঘনার চর",
        }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Steal", "badVerb"),
        ("verb=Identify&verb=Identify", "badArgument"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere:c", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=c", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=২০২৬-০১-০১", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-03T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=0001-01-01&until=1969-12-31", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=খেলা", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a::b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a:b", "noRecordsMatch"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:নদী", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:%25", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=::", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=1:1:1:1:", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=9999999999:1:1:1:", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=1:1:1:1:&set=x", "badArgument"),
    ],
)
def test_what_is_invalid_is_refused_by_its_code(client: FlaskClient, query: str, code: str) -> None:
    """The code is in an answer of the protocol, which harvesters read."""
    error = read(client, query).find(f"{SPACE}error")
    assert error is not None
    assert error.get("code") == code


def test_what_is_harvested_comes_compressed(site: _Harvested) -> None:
    """The whole texts of a hundred articles are the longest answers."""
    asked = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    plain = site.client.get(asked)
    packed = site.client.get(asked, headers={"Accept-Encoding": "gzip"})
    assert packed.content_encoding == "gzip"
    assert ET.fromstring(gzip.decompress(packed.data)).tag == ET.fromstring(plain.data).tag  # noqa: S314  # our own
    assert len(packed.data) < len(plain.data)


def test_formats_are_those_of_every_article(site: _Harvested) -> None:
    """There is one format."""
    for named in ({}, {"identifier": "oai:localhost:c"}):
        found = site.ask("ListMetadataFormats", **named)
        assert found.findtext(f".//{SPACE}metadataPrefix") == "oai_dc"


def test_articles_without_sections_have_no_sets(tmp_path: Path) -> None:
    """The protocol has a code for that."""
    build([Article("1", "পদ্মা")], tmp_path)
    harvested = _Harvested(tmp_path)
    with harvested.engine:
        assert harvested.code("ListSets") == "noSetHierarchy"
        assert harvested.code("ListRecords", metadataPrefix="oai_dc", set="x") == "noSetHierarchy"


def test_nothing_is_harvested_unless_the_site_wants_that(site: _Harvested) -> None:
    """Harvesting is off by default, and unavailable where change dates are not known."""
    assert create_app(site.engine).test_client().get("/oai?verb=Identify").status_code == 404
    on_a_cluster = create_app(FakeEngine(), whose=SITE)
    assert on_a_cluster.test_client().get("/oai?verb=Identify").status_code == 404
