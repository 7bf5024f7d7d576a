"""How a request is told, in words of the API, that a parameter is wrong."""

from typing import Any

import msgspec
import pytest

from onneshon.web.api.parameters import refusal
from onneshon.web.api.request_schema import NamedArticleParameters, SuggestParameters


@pytest.mark.parametrize(
    ("given", "kind", "parameter", "said"),
    [
        ({"q": 5}, SuggestParameters, "q", "q: write a text in quotes"),
        ({"format": "xml"}, SuggestParameters, "format", "there is no 'xml'; there are json, opensearch"),
        ({}, NamedArticleParameters, "id", "id is missing"),
        ([], SuggestParameters, "", "Expected `object`, got `array`"),
    ],
    ids=["of another type", "not of those that there are", "not there", "no parameters at all"],
)
def test_what_is_at_fault_is_named_with_what_it_should_be(
    given: Any, kind: type[msgspec.Struct], parameter: str, said: str
) -> None:
    """The message has no type notation; a fault without a name is worded as the type checker does."""
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(given, kind)
    error = refusal(raised.value, given or {}, kind)
    assert (error.parameter, said in str(error)) == (parameter, True)
