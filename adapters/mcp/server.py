"""The tools that agents can call by the Model Context Protocol, and who may; no tool changes anything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from onneshon.index.analysis.icu_text import widen
from onneshon.index.json_form import to_json
from onneshon.search import FieldFilter, OnneshonError, SearchEngine, SearchRequest
from onneshon.search.reranking.ranker import SORTS
from onneshon.web.access.guard import admitted
from onneshon.web.access.keys import KeyFile
from onneshon.web.middleware.faults import AccessError, HostError, problem_of
from onneshon.web.middleware.hosts import Hosts

MAX_HITS: Final = 50
"""Maximum hits of an answer, as a model reads each of them."""

MAX_BODY: Final = 20_000
"""Characters of a body after which an answer ends, at the end of the current cluster."""

INSTRUCTIONS: Final = (
    "Searches Bengali articles. Ask in Bengali, or in Latin letters by sound (shonar bangla); any form of a "
    'word finds all. "..." is a phrase, -word leaves out. Search first, then read articles by their ids.'
)

Query = Annotated[str, Field(max_length=512, description="The query; * for every article.")]
Value = str | int | float
Several = Annotated[list[Value] | Value | None, Field(description="Any of these values.")]
Filters = Annotated[
    dict[str, list[Value] | Value] | None,
    Field(
        description="By category, author, lang, date, id, or a field of the site, any of some values: "
        '{"tags": ["পানি"], "date": ["2019.."]}. An unknown field is an error that lists the fields.'
    ),
]
Day = Annotated[
    str | int | None,
    Field(description="A day, month, year or range: 2020-06-15, 2019..2021, 2019.., জানুয়ারি ২০২০."),
]


class SearchTools:
    """The tools.

    Args:
        current: returns the engine that answers now; raises IndexStateError where there is none.
    """

    def __init__(self, current: Callable[[], SearchEngine]) -> None:
        self._current = current

    def search(
        self,
        query: Query,
        *,
        limit: Annotated[int, Field(ge=1, le=MAX_HITS, description="How many articles.")] = 10,
        offset: Annotated[int, Field(ge=0, le=1000, description="How many of the best to pass over.")] = 0,
        category: Several = None,
        author: Several = None,
        date: Day = None,
        filters: Filters = None,
        sort: Annotated[
            str, Field(description=f"{', '.join(SORTS)}; or by a field of the site: NAME:desc, NAME:asc.")
        ] = SORTS[0],
    ) -> dict[str, Any]:
        """Find articles: the best first, each with its id, title, day, address and the passage that matches.

        `total` says how many match in all, or at the least where `total_is_exact` is false, `understood`
        what words in Latin letters were read as, `suggestions` what else may have been meant. Where
        `quotation` is not null, no article has these words next to each other: these have them apart.
        """
        with self._asking() as engine:
            request = SearchRequest.of(
                query,
                limit=limit,
                offset=offset,
                category=category,
                author=author,
                date=date,
                filters=_filters(filters),
                sort=sort,
            )
            page = engine.search(request)
            return {
                "total": page.total,
                "total_is_exact": page.total_is_exact,
                "partial": page.partial,
                "quotation": page.quotation or None,
                "understood": page.understanding.understood if page.understanding else None,
                "suggestions": list(page.suggestions),
                "articles": [hit.facts() | {"passage": hit.snippet.text} for hit in page.hits],
            }

    def article(
        self,
        id: Annotated[str, Field(description="As a search tells it.")],  # noqa: A002 # what agents see
        start: Annotated[int, Field(ge=0, description="Character of the body to begin with.")] = 0,
    ) -> dict[str, Any]:
        """Read one article by its id; of a long one a part, and `next` is where to go on."""
        with self._asking() as engine:
            found = engine.article(id)
            end = widen(found.body, start, min(start + MAX_BODY, len(found.body)))[1]
            following = end if end < len(found.body) else None
            return to_json(found) | {"body": found.body[start:end], "next": following}

    def suggest(
        self,
        text: Annotated[str, Field(max_length=512, description="What is typed so far, in either script.")],
        limit: Annotated[int, Field(ge=1, le=MAX_HITS, description="How many.")] = 8,
    ) -> list[dict[str, Any]]:
        """Words, phrases and titles of articles that begin like a text, with how many articles have each."""
        with self._asking() as engine:
            return [to_json(suggestion) for suggestion in engine.suggest(text, limit=limit)]

    def facets(
        self,
        fields: Annotated[
            Annotated[list[str], Field(min_length=1, max_length=10)] | str,
            Field(
                description="category, author, lang, year, month, day, or a field.",
            ),
        ],
        query: Query = "*",
        limit: Annotated[int, Field(ge=1, le=100, description="Most values of each.")] = 20,
        filters: Filters = None,
    ) -> dict[str, list[dict[str, Any]]]:
        """Count the articles that match, by category, author, language, time, or a field of the site."""
        with self._asking() as engine:
            request = SearchRequest.of(
                query, limit=0, facets=_listed(fields), facet_limit=limit, filters=_filters(filters)
            )
            found = engine.search(request).facets
            return {name: [to_json(value) for value in facet.values] for name, facet in found.items()}

    @contextmanager
    def _asking(self) -> Iterator[SearchEngine]:
        """A context with the engine; its errors are reported to the agent, which can ask again."""
        try:
            yield self._current()
        except OnneshonError as error:
            raise ToolError(str(error)) from None


def _filters(given: dict[str, list[Value] | Value] | None) -> list[FieldFilter]:
    return [FieldFilter(field, tuple(map(str, _listed(values)))) for field, values in (given or {}).items()]


def _listed(values: list[Any] | Value) -> list[Any]:
    """A list of values; models may write a single value without a list."""
    return values if isinstance(values, list) else [values]


class _StrictServer(MCPServer):
    """Refuses arguments that a tool does not have; if ignored, an agent's filter would filter nothing."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        """See ``MCPServer.call_tool``."""
        known = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}
        if unknown := sorted(arguments.keys() - known.get(name, arguments).keys()):
            there_are = ", ".join(known[name])
            raise ToolError(f"{name} has no argument {unknown[0]!r}; there are {there_are}")
        return await super().call_tool(name, arguments, context)


def mcp_server(current: Callable[[], SearchEngine], name: str = "onneshon") -> MCPServer:
    """A server with these tools, to be run over any transport.

    Args:
        current: returns the engine that answers now.
        name: the name by which agents know the server.
    """
    server = _StrictServer(name, instructions=INSTRUCTIONS, version=version("onneshon"), log_level="WARNING")
    tools = SearchTools(current)
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for tool in (tools.search, tools.article, tools.suggest, tools.facets):
        server.tool(annotations=reads)(tool)
    return server


class Access:
    """An application that checks access like ``onneshon serve``, with the same messages and the same keys.

    Args:
        app: the application that answers admitted requests.
        hosts: the host names of this server; pages of other sites, known by ``Origin``, are refused too.
        keys: the keys of clients, which need the scope ``search``; None where everybody may ask.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts, keys: KeyFile | None = None) -> None:
        self._app = app
        self._hosts = hosts
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        answer: ASGIApp = self._app
        if scope["type"] == "http":
            try:
                self._admit(Headers(scope=scope))
            except OnneshonError as error:
                answer = _refusal(error)
        await answer(scope, receive, send)

    def _admit(self, headers: Headers) -> None:
        if not self._hosts.allow(host := headers.get("host", "")):
            raise HostError(host)
        origin = headers.get("origin")
        if origin is not None and not self._hosts.allow(urlsplit(origin).netloc):
            raise AccessError(403, f"Pages of {origin[:100]!r} may not ask this server.")
        if self._keys is not None:
            admitted(self._keys, headers.get("authorization", ""), "search")


def _refusal(error: OnneshonError) -> JSONResponse:
    details = problem_of(error)
    challenge = error.challenge if isinstance(error, AccessError) else ""
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    return JSONResponse(
        details, details["status"], headers | {"Cache-Control": "no-store"}, "application/problem+json"
    )
