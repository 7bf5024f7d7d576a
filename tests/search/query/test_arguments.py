"""Arguments of wrong types are refused by name, whichever engine method receives them."""

import inspect
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, get_type_hints

import pytest

from onneshon.search import Engine, FieldFilter, QueryError, SearchRequest
from onneshon.search.request import SearchOptions

RIGHT: dict[Any, Any] = {str: "নদী", int: 3, bool: True}
WRONG = (None, 2.5, b"\xe0", ["নদী"], object())
OF_TRUTH: dict[Any, tuple[Any, ...]] = {
    str: (*WRONG, 5, True),
    int: (*WRONG, "10", True),
    bool: (*WRONG, 1, "no"),
}


def parameters() -> Iterator[Any]:
    """Yield each parameter of a checked type of each public method."""
    for name, method in inspect.getmembers(Engine, inspect.isfunction):
        # Awaited methods pass on their arguments to the synchronous ones.
        waits = inspect.iscoroutinefunction(method)
        if not (name.startswith("_") or name in {"search", "scan"} or waits):
            for parameter in inspect.signature(method).parameters.values():
                if parameter.annotation in RIGHT:
                    yield pytest.param(name, parameter.name, id=f"{name} {parameter.name}")


def test_methods_with_arguments_are_checked() -> None:
    """Methods that take texts are checked, and others."""
    found = {parameter.values[0] for parameter in parameters()}
    asked = {"article", "explain", "marked", "rank", "similar", "suggest", "understand", "values"}
    assert found == asked | {"author_name", "change", "changes"}


@pytest.mark.parametrize(("name", "parameter"), [*parameters()])
def test_every_argument_of_a_wrong_type_is_refused_by_its_name(
    sample_engine: Engine, name: str, parameter: str
) -> None:
    """A wrong argument raises a ``QueryError`` that names it, and no other exception."""
    method = getattr(sample_engine, name)
    declared = {
        parameter.name: parameter.annotation for parameter in inspect.signature(method).parameters.values()
    }
    given = {name: RIGHT[kind] for name, kind in declared.items() if kind in RIGHT}
    for wrong in OF_TRUTH[declared[parameter]]:
        with pytest.raises(QueryError) as caught:
            method(**given | {parameter: wrong})
        assert (caught.value.kind, caught.value.parameter) == ("parameter", parameter)
        assert str(caught.value).startswith(f"{parameter} is ")


@pytest.mark.parametrize("wrong", [None, 5, b"x", ["নদী"], object()])
@pytest.mark.parametrize("name", ["search", "scan"])
def test_what_is_neither_a_text_nor_a_request_is_refused(
    sample_engine: Engine, name: str, wrong: Any
) -> None:
    """The error names the types that are accepted."""
    with pytest.raises(QueryError, match="a text or a SearchRequest"):
        getattr(sample_engine, name)(wrong)


@pytest.mark.parametrize("option", [*get_type_hints(SearchOptions), "section"])
def test_every_option_of_a_wrong_type_is_refused_by_its_name(sample_engine: Engine, option: str) -> None:
    """An option of ``search`` of a wrong type raises a ``QueryError`` that names it."""
    for wrong in (object(), [object()], {"x": object()}.items()):
        with pytest.raises(QueryError) as caught:
            sample_engine.search("নদী", **{option: wrong})  # type: ignore[arg-type]
        assert caught.value.parameter.removeprefix("-") == option or option == "filters"


def test_options_beside_a_whole_request_are_refused(sample_engine: Engine) -> None:
    """A ``SearchRequest`` contains all options, so options in addition to it are an error."""
    with pytest.raises(QueryError, match="part of the SearchRequest") as caught:
        sample_engine.search(SearchRequest("নদী"), limit=3)
    assert caught.value.parameter == "limit"


@pytest.mark.parametrize(
    ("field", "values"), [(5, ("x",)), ("category", "খেলা"), ("category", (5,)), ("category", None)]
)
def test_a_filter_of_wrong_types_is_refused(field: Any, values: Any) -> None:
    """A string in place of a list is not taken for its letters."""
    with pytest.raises(QueryError):
        FieldFilter(field, values)


@pytest.mark.parametrize(
    ("field", "values", "negated", "is_filter"),
    [
        ("category", ("খেলা",), False, True),
        ("category", (), False, False),
        ("category", ("খেলা", ""), False, False),
        ("category", (), True, False),
        ("id", (), False, True),
        ("id", (), True, False),
        ("date", ("২০১৯..", "২১/২/১৯৫২"), False, True),
        ("date", ("কবে যেন",), False, False),
        ("date", ("কবে যেন",), True, False),
        ("author", ("কবে যেন",), False, True),
    ],
)
def test_a_filter_names_what_it_keeps(
    field: str, values: tuple[str, ...], *, negated: bool, is_filter: bool
) -> None:
    """A filter by ids may be empty, as for a reader who has read nothing; wrong days are refused at once."""
    with nullcontext() if is_filter else pytest.raises(QueryError) as caught:
        FieldFilter(field, values, negated)
    if caught:
        assert caught.value.parameter == (f"-{field}" if negated else field)


@pytest.mark.parametrize("wrong", [None, 5, b"var/index", ["var"]])
def test_what_is_no_path_is_refused(wrong: Any) -> None:
    """A directory must be a text or a path."""
    with pytest.raises(QueryError, match="directory is a text or a path"):
        Engine.open(wrong)
