"""Agents search by the Model Context Protocol, over either transport, by the client of its own library.

That is imported where it is used: it takes a second, for which every process of tests would wait.
"""

import datetime as dt
import json
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import anyio
import httpx2
import pytest
from click.testing import CliRunner

from onneshon.index import IndexMissingError
from onneshon.index.commands.main import main
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.search import Article, Engine
from onneshon.web.access.keys import add_key
from onneshon.web.server import shown_address
from tests.fake_engine import FakeEngine

if TYPE_CHECKING:
    from mcp import Client

ONNESHON = [sys.executable, "-c", "from onneshon.index.commands.main import main; main()"]
NATIVE = "history-01-bhasha-andolon"


@asynccontextmanager
async def _client(server: Any) -> "AsyncIterator[Client]":
    from mcp import Client  # noqa: PLC0415  # takes a second

    async with Client(server) as client:
        yield client


@asynccontextmanager
async def _asking(opens: Callable[[], Any]) -> "AsyncIterator[Client]":
    from onneshon.adapters.mcp.server import mcp_server  # noqa: PLC0415  # as above

    async with _client(mcp_server(opens)) as client:
        yield client


def _ask(engine: Any, tool: str, **arguments: Any) -> Any:
    """The structured answer of a tool in this process; a text where it failed."""

    async def ask() -> Any:
        async with _asking(lambda: engine) as client:
            answer = await client.call_tool(tool, arguments)
            failed = answer.content[0].text if answer.is_error else None  # type: ignore[union-attr]
            return failed or answer.structured_content

    return anyio.run(ask)


def test_tools_are_described_and_read_only() -> None:
    """Each says what it does, and of every argument what it means."""

    async def tools() -> Any:
        async with _asking(FakeEngine) as client:
            return (await client.list_tools()).tools

    found = anyio.run(tools)
    assert [tool.name for tool in found] == ["search", "article", "suggest", "facets"]
    for tool in found:
        assert tool.description
        assert tool.annotations.read_only_hint
        assert all(about["description"] for about in tool.input_schema["properties"].values())


def test_an_agent_finds_reads_and_counts(sample_engine: Engine) -> None:
    """Whatever the query is written in; hits have the passage that matches, and the id to read on by."""
    found = _ask(sample_engine, "search", query="bhasha andolon", limit=3, category=["ইতিহাস"])
    assert found["understood"].startswith("ভাষা আন্দোলন")
    assert (found["total"] >= 1, found["quotation"]) == (True, None)
    quoted = _ask(sample_engine, "search", query='"বাংলাদেশের ভাষার ইতিহাস"')
    assert (quoted["total"] >= 1, quoted["quotation"]) == (True, '"বাংলাদেশের ভাষার ইতিহাস"')
    first = found["articles"][0]
    assert "ভাষা" in first["title"] + first["passage"]
    assert _ask(sample_engine, "article", id=first["id"])["title"] == first["title"]
    counted = _ask(sample_engine, "facets", query="ভাষা", fields=["category", "year"])
    assert {"value", "count"} == set(counted["category"][0])
    suggested = _ask(sample_engine, "suggest", text="বাং", limit=3)["result"]
    assert 1 < len(suggested) <= 3
    assert all(suggestion["text"].startswith("বাং") for suggestion in suggested)


def test_filters_and_orders_reach_the_engine() -> None:
    """By the names that every other front has for them."""
    engine = FakeEngine()
    _ask(engine, "search", query="নদী", author=["ক"], date="2019..", sort="newest", offset=5)
    (request,) = engine.asked
    assert [(filter_.field, filter_.values) for filter_ in request.filters] == [
        ("author", ("ক",)),
        ("date", ("2019..",)),
    ]
    assert (request.sort, request.offset) == ("newest", 5)


def test_one_value_is_as_good_as_a_list_of_one(sample_engine: Engine) -> None:
    """Models write it so, and years as numbers."""
    listed = {"category": ["ইতিহাস"], "date": "2020..2024", "filters": {"lang": ["bn"], "date": ["2023"]}}
    plain = {"category": "ইতিহাস", "date": "2020..2024", "filters": {"lang": "bn", "date": 2023}}
    found = [_ask(sample_engine, "search", query="*", **given)["total"] for given in (listed, plain)]
    assert found[0] == found[1] > 0
    year = [_ask(sample_engine, "search", query="*", date=given)["total"] for given in ("2023", 2023)]
    assert year[0] == year[1] > 0
    counted = [_ask(sample_engine, "facets", fields=fields) for fields in (["year"], "year")]
    assert counted[0] == counted[1]


def test_fields_of_a_site_filter_what_is_found_and_counted() -> None:
    """As those that every index has; of any of some values."""
    site = Configuration(fields=(KeywordField("tags"),))
    articles = [
        Article("১", "নদীর পানি", category="জাতীয়", keywords={"tags": ("পানি",)}),
        Article("২", "নদীর মাছ", category="জাতীয়", keywords={"tags": ("মাছ",)}),
        Article("৩", "নদীর নৌকা", category="খেলা", keywords={"tags": ("নৌকা",)}),
    ]
    with Engine.of(articles, configuration=site) as engine:
        found = _ask(engine, "search", query="নদী", filters={"tags": ["পানি", "নৌকা"], "category": ["খেলা"]})
        assert [hit["id"] for hit in found["articles"]] == ["৩"]
        counted = _ask(engine, "facets", fields=["category"], filters={"tags": ["পানি", "মাছ"]})
        assert counted == {"category": [{"value": "জাতীয়", "count": 2}]}
        assert "tags" in _ask(engine, "search", query="নদী", filters={"tag": ["পানি"]})


def test_numbers_of_a_site_order_what_is_found() -> None:
    """As those that every front has; an order that there is not is told, with those that there are."""
    site = Configuration(fields=(KeywordField("pages", type="number"),))
    articles = [
        Article(name, "নদীর বই", keywords={"pages": (pages,)})
        for name, pages in [("১", "90"), ("২", "120"), ("৩", "8")]
    ]
    with Engine.of(articles, configuration=site) as engine:
        found = _ask(engine, "search", query="নদী", sort="pages:desc")
        assert [hit["id"] for hit in found["articles"]] == ["২", "১", "৩"]
        assert "did you mean 'pages:desc'" in _ask(engine, "search", query="নদী", sort="pagess:desc")
        assert "relevance, newest, oldest" in _ask(engine, "search", query="নদী", sort="best")


@pytest.mark.parametrize(("body", "beyond"), [("নদী " * 9_000, 0), ("ন" + "ক্ষী" * 9_000, 1)])
def test_a_long_article_is_read_in_parts(body: str, beyond: int) -> None:
    """Each ends with a whole cluster, and says where the next begins."""
    from onneshon.adapters.mcp.server import MAX_BODY  # noqa: PLC0415  # as above

    with Engine.of([Article("১", "দীর্ঘ", body)]) as engine:
        first = _ask(engine, "article", id="১")
        last = _ask(engine, "article", id="১", start=first["next"])
    assert (len(first["body"]), first["body"] + last["body"]) == (MAX_BODY + beyond, body)
    assert last["next"] is None


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("search", {"query": "নদী", "date": "একদিন"}, "date"),
        ("article", {"id": "নেই"}, "নেই"),
        ("facets", {"fields": ["colour"]}, "there are category, author"),
        ("search", {"query": "নদী", "filters": {"colour": ["লাল"]}}, "there are category, author"),
        ("facets", {"fields": ["year"], "filters": {"author": []}}, "author: name what to filter by"),
        ("search", {"query": "নদী", "limit": 500}, "50"),
        ("search", {"query": "নদী", "tags": ["পানি"]}, "no argument 'tags'; there are query, limit"),
        ("article", {"id": "১", "offset": 20_000}, "no argument 'offset'; there are id, start"),
    ],
)
def test_what_is_wrong_is_reported(
    sample_engine: Engine, tool: str, arguments: dict[str, Any], told: str
) -> None:
    """So that an agent can ask again."""
    assert told in _ask(sample_engine, tool, **arguments)


def test_a_server_without_an_index_says_so() -> None:
    """It starts, and answers as soon as there is one."""

    def nothing() -> Engine:
        raise IndexMissingError("There is no index yet.")

    async def ask() -> Any:
        async with _asking(nothing) as client:
            return (await client.call_tool("suggest", {"text": "ন"})).content[0].text  # type: ignore[union-attr]

    assert "There is no index yet." in anyio.run(ask)


async def _title(server: Any) -> str:
    async with _client(server) as client:
        answer = await client.call_tool("article", {"id": NATIVE})
        assert answer.structured_content
        title: str = answer.structured_content["title"]
        return title


def test_over_standard_input(sample_index: Path, sample_engine: Engine, tmp_path: Path) -> None:
    """As programs on people's machines start it.

    Where it logs is given: the client would take what was the standard error when it was loaded, be that by a
    test that caught it.
    """
    from mcp import StdioServerParameters  # noqa: PLC0415  # as above
    from mcp.client.stdio import stdio_client  # noqa: PLC0415  # as above

    command = [*ONNESHON, "mcp", "--index", str(sample_index)]
    server = StdioServerParameters(command=command[0], args=command[1:])
    with (tmp_path / "log").open("w") as log:
        title = anyio.run(_title, stdio_client(server, errlog=log))
    assert title == sample_engine.article(NATIVE).title


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "", "version": ""},
    },
}


@pytest.mark.parametrize("ending", ["Ctrl-C", "no reader"])
def test_over_standard_input_it_ends_at_once(sample_index: Path, ending: str) -> None:
    """By Ctrl-C though nobody closes its input; where the agent died, quietly."""
    command = [*ONNESHON, "mcp", "--index", str(sample_index)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(f"{json.dumps(HELLO)}\n")
        process.stdin.flush()
        assert process.stdout.readline()
        if ending == "Ctrl-C":
            process.send_signal(signal.SIGINT)
        else:
            process.stdout.close()
            process.stdin.write(f"{json.dumps(HELLO)}\n")
            process.stdin.close()
        try:
            assert process.wait(30) == (-signal.SIGINT if ending == "Ctrl-C" else 1)
        finally:
            process.kill()
        assert process.stderr.read() == ""


@contextmanager
def _answering(index: Path, *options: str) -> Iterator[str]:
    """Where the command answers over HTTP."""
    command = [*ONNESHON, "mcp", "--index", str(index), "--http", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = process.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said
        try:
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)
        assert "Traceback" not in process.stderr.read()


@pytest.fixture
def address(sample_index: Path) -> Iterator[str]:
    """Where it answers everybody on this machine."""
    with _answering(sample_index) as address:
        yield address


def test_over_http(address: str, sample_engine: Engine) -> None:
    """Until it is ended."""
    assert anyio.run(_title, address) == sample_engine.article(NATIVE).title


def test_over_http_the_address_that_is_reported_can_be_opened(
    sample_index: Path, sample_engine: Engine
) -> None:
    """In place of any address stands that of this machine; those of IPv6 are written as they are there."""
    with _answering(sample_index, "--host", "0.0.0.0") as address:  # noqa: S104 # that is the case
        assert address.startswith("http://127.0.0.1:")
        assert anyio.run(_title, address) == sample_engine.article(NATIVE).title
    assert shown_address("::1", 8001, "/mcp") == "http://[::1]:8001/mcp"


def _refused(address: str, **headers: str) -> tuple[int, str | None, dict[str, Any]]:
    """The status, the challenge and the problem that an agent is told."""
    asked = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"} | {
        name.capitalize(): value for name, value in headers.items()
    }
    with pytest.raises(HTTPError) as refusal:
        urlopen(Request(address, b"{}", asked), timeout=60)  # noqa: S310  # our own server
    with refusal.value as error:
        assert error.headers["Content-Type"] == "application/problem+json"
        return error.code, error.headers["WWW-Authenticate"], json.loads(error.read())


def test_over_http_keys_are_asked_for(sample_index: Path, sample_engine: Engine, tmp_path: Path) -> None:
    """Those of the HTTP API with the scope of searching; who has none is told as there."""
    from mcp.client.streamable_http import streamable_http_client  # noqa: PLC0415  # as above

    path = tmp_path / "keys"
    reader = add_key(path, "agent", ["search"], dt.date(2026, 11, 25))
    writer = add_key(path, "writer", ["write"], dt.date(2026, 11, 25))

    async def title(address: str) -> str:
        headers = {"Authorization": f"Bearer {reader}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as client:
            return await _title(streamable_http_client(address, http_client=client))

    with _answering(sample_index, "--keys", str(path)) as address:
        status, challenge, told = _refused(address)
        assert (status, challenge) == (401, 'Bearer realm="Onneshon"')
        assert told["detail"].startswith("A key is needed")
        assert _refused(address, authorization="Bearer onn_wrong")[2]["detail"].startswith(
            "The key is not known: ask the operator"
        )
        assert _refused(address, authorization=f"Bearer {writer}")[0] == 403
        assert anyio.run(title, address) == sample_engine.article(NATIVE).title


@pytest.mark.no_cover  # the server of the test above
def test_over_http_only_its_own_names_are_answered_to(address: str) -> None:
    """A page of another site that leads its name here reads nothing, nor does one that says who it is."""
    status, _challenge, told = _refused(address, host="evil.example")
    assert status == 400
    assert "evil.example" in told["detail"]
    assert "--public-name" in told["detail"]
    status, _challenge, told = _refused(address, origin="https://evil.example")
    assert (status, "evil.example" in told["detail"]) == (403, True)


def test_an_address_that_is_taken_is_reported(address: str, sample_index: Path) -> None:
    """With what to do."""
    port = address.split(":")[2].split("/", maxsplit=1)[0]
    done = CliRunner().invoke(main, ["mcp", "--index", str(sample_index), "--http", "--port", port])
    assert done.exit_code == 1
    assert f"Cannot listen on 127.0.0.1 port {port}" in done.output


def test_the_command_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch, sample_index: Path) -> None:
    """Where the library of the protocol is not installed."""
    monkeypatch.setitem(sys.modules, "onneshon.adapters.mcp.server", None)
    done = CliRunner().invoke(main, ["mcp", "--index", str(sample_index)])
    assert done.exit_code == 1
    assert "pip install 'onneshon[mcp]'" in done.output
