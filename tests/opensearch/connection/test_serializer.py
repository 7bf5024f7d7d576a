"""JSON of requests and answers: the same values as by the library, whatever msgspec refuses."""

from typing import Any

import numpy as np
import pytest
from opensearchpy import JSONSerializer
from opensearchpy.exceptions import SerializationError

from onneshon.opensearch.connection.serializer import Serializer

VALUES = [
    {"query": {"term": {"stem": {"value": "বাংলাদেশ", "boost": 6.302585092994046}}}, "size": 101},
    {"_score": 1.4e-45, "total": 2**63, "sort": [None, True, "ক\u200cষ"]},
    "half of a pair \ud800 in a query",
    {"half": "\udfff"},
]


@pytest.mark.parametrize("value", VALUES)
def test_what_is_written_is_read_as_the_library_does(value: Any) -> None:
    """Each by the other, too."""
    ours, theirs = Serializer(), JSONSerializer()
    text = theirs.dumps([value])
    assert ours.loads(text) == theirs.loads(ours.dumps([value])) == [value]


def test_numbers_of_numpy_are_written() -> None:
    """Which msgspec has no form for."""
    assert Serializer().dumps({"size": np.int64(101), "boost": np.float64(0.5)}) == '{"size":101,"boost":0.5}'


def test_a_text_is_written_already() -> None:
    """Bulk requests are lines that others made."""
    assert (Serializer().dumps('{"index":{}}'), Serializer().dumps(b"{}\n")) == ('{"index":{}}', b"{}\n")


@pytest.mark.parametrize("text", ["<html>", '{"hits":', ""])
def test_what_is_no_json_is_refused_as_the_library_does(text: str) -> None:
    """Whoever asked sees an answer that cannot be read."""
    with pytest.raises(SerializationError):
        Serializer().loads(text)


@pytest.mark.parametrize("text", ['"\\ud800"', "1e400"])
def test_what_msgspec_refuses_is_read_by_the_library(text: str) -> None:
    """An answer that says a query of half a pair once more."""
    assert Serializer().loads(text) == JSONSerializer().loads(text)
