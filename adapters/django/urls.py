"""A page of results in the project's own templates, for ``include("onneshon.adapters.django.urls")``."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from onneshon.adapters.django.settings import engine
from onneshon.search import BusyError, IndexStateError, OnneshonError, ResultPage, SearchRequest
from onneshon.search.request import DEEPEST

PAGE_SIZE = 10
"""Number of hits on a page."""

_DIGITS = 6
"""Maximum digits of a page number that are read."""


def results(request: HttpRequest, template_name: str = "onneshon/search.html") -> HttpResponse:
    """The page number ``page`` of the hits for ``q``, filtered by ``category`` if given.

    A project's own ``onneshon/search.html`` overrides ours. Its variables are ``query``, ``found`` (a
    ``ResultPage`` or None), ``page`` (a ``Page`` of Django), ``problem``, a sentence if the search failed,
    and ``asked``, for links to other pages: ``?{{ asked }}&amp;page=2``.
    """
    query = request.GET.get("q", "").strip()
    asked = request.GET.copy()
    asked.pop("page", None)
    told = {"query": query, "found": None, "page": None, "asked": asked.urlencode(), "problem": ""}
    status = 200
    if query:
        try:
            told |= _answer(query, request)
        except OnneshonError as error:
            told["problem"] = str(error)
            status = 503 if isinstance(error, IndexStateError | BusyError) else 400
    return render(request, template_name, told, status=status)


def _answer(query: str, request: HttpRequest) -> dict[str, ResultPage | Page]:
    digits = request.GET.get("page", "")[:_DIGITS]
    number = max(int(digits), 1) if digits.isdecimal() else 1
    found, page = _page(query, request, number)
    if page.number != number:  # Django shows the last page in place of one beyond it
        found, page = _page(query, request, page.number)
    return {"found": found, "page": page}


def _page(query: str, request: HttpRequest, number: int) -> tuple[ResultPage, Page]:
    category = [value for value in request.GET.getlist("category") if value]
    offset = (number - 1) * PAGE_SIZE
    found = engine().search(
        SearchRequest.of(query, limit=PAGE_SIZE, offset=offset, category=category, facets=["category"])
    )
    shown = min(found.total - found.grouped, DEEPEST)
    return found, Paginator(range(shown), PAGE_SIZE).get_page(number)


app_name = "onneshon"
urlpatterns = [path("", results, name="results")]
