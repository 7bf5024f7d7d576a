"""Conversion of values to JSON, the types of that JSON, and checks of outside values against them."""

import datetime as dt
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.json_checks import checked, decoded, schemas
from onneshon.index.json_form import (
    OMITTED,
    Digits,
    json_members,
    json_type,
    to_json,
    written,
)


class Asked(msgspec.Struct):
    """Something with a field that must be a number."""

    limit: int


def test_a_value_is_converted_or_refused() -> None:
    """The first call for a type gives the same result as later calls."""
    for _ in range(2):
        assert checked({"limit": "5"}, Asked, strict=False) == Asked(5)
        with pytest.raises(msgspec.ValidationError, match="limit"):
            checked({"limit": "নদী"}, Asked, strict=False)


@pytest.mark.parametrize("content", [b"{", b"[" * 60_000, b'{"limit": "\xff"}', b"\xff"])
def test_what_is_no_json_of_a_type_is_refused_in_one_way(content: bytes) -> None:
    """The error is always ``DecodeError``; versions of the library differ on bad UTF-8 and deep nesting."""
    with pytest.raises(msgspec.DecodeError):
        decoded(content, Asked)


@pytest.mark.parametrize(
    ("raised", "told"),
    [(RecursionError(), "nested"), (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "start"), "UTF-8")],
)
def test_what_the_library_raises_of_json_is_reported_as_that(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, told: str
) -> None:
    """Other exceptions of the library become ``DecodeError``, so that callers catch only one."""

    def refuse(*_given: object, **_settings: object) -> None:
        raise raised

    monkeypatch.setattr(msgspec.json, "decode", refuse)
    with pytest.raises(msgspec.DecodeError, match=told):
        decoded(b"{}", Asked)


@pytest.mark.parametrize("way", [checked, decoded])
def test_one_thread_alone_meets_a_type_first(monkeypatch: pytest.MonkeyPatch, way: Any) -> None:
    """Other threads wait until the first has described the type, whether from values or from JSON."""

    class Fresh(msgspec.Struct):
        """A type that has not been used before."""

    met, released = threading.Event(), threading.Event()
    inside: list[object] = []

    def describe(value: object, *_kind: type, **_settings: object) -> object:
        inside.append(value)
        met.set()
        released.wait(20)
        return value

    monkeypatch.setattr(msgspec, "convert", describe)
    monkeypatch.setattr(msgspec.json, "decode", describe)
    threads = [threading.Thread(target=way, args=(b"{}", Fresh)) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert met.wait(20)
    time.sleep(0.05)  # give a thread that does not wait the time to show it
    first = len(inside)
    released.set()
    for thread in threads:
        thread.join()
    assert (first, len(inside)) == (1, 4)


def test_schemas_wait_until_a_type_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a schema describes the type too: a process died where two threads did so at once."""

    class Fresh(msgspec.Struct):
        """A type that has not been used before."""

    met, released = threading.Event(), threading.Event()
    told: list[str] = []

    def convert(_value: object, kind: Any, **_settings: bool) -> object:
        met.set()
        released.wait(20)
        told.append("described")
        return kind()

    monkeypatch.setattr(msgspec, "convert", convert)
    meets = threading.Thread(target=checked, args=({}, Fresh))
    makes = threading.Thread(target=lambda: told.extend(schemas([Fresh], "#/{name}")))
    meets.start()
    assert met.wait(20)
    makes.start()
    time.sleep(0.05)  # give a thread that does not wait the time to show it
    released.set()
    for thread in (meets, makes):
        thread.join()
    assert told == ["described", "Fresh"]


class Pair(NamedTuple):
    """A word and a number."""

    word: str
    number: int


@json_members("name", "length", "day", "pairs", "kind", "parts", "others", kind="sort", without=("unsaid",))
@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        name: as
            typed.
        pairs: by layer.
        sort: by what it was read.
    """

    name: str
    pairs: Mapping[str, tuple[Pair, ...]]
    day: dt.date | None = None
    sort: Literal["exact", "sound"] = "exact"
    unsaid: str = "গোপন"
    parts: Annotated[tuple["Word", ...], OMITTED] = field(default=())
    others: Annotated[list[str] | None, OMITTED] = None

    @property
    def length(self) -> Annotated[float, Digits(2)]:
        """Code points, by three."""
        return len(self.name) / 3


names = st.text("নদীর জল", max_size=8)
pairs = st.dictionaries(names, st.lists(st.builds(Pair, names, st.integers(0, 9)), max_size=2).map(tuple))
plain = st.builds(Word, names, pairs, st.none() | st.dates())
words = st.recursive(
    plain, lambda parts: st.builds(Word, names, pairs, parts=st.lists(parts, max_size=2).map(tuple))
)


@given(words)
def test_json_is_of_the_type_that_describes_it(word: Word) -> None:
    """The JSON of any value fits its type, types nested in it included, and survives a round trip."""
    told = to_json(word)
    assert json.loads(json.dumps(told)) == told
    found = msgspec.convert(told, json_type(Word))
    assert msgspec.to_builtins(found) == told


def test_members_are_those_named_in_their_order() -> None:
    """Fields, properties and renamed members come in the order named; numbers are rounded, days are text."""
    word = Word("নদী", {"exact": (Pair("নদী", 2),)}, dt.date(2020, 6, 1))
    assert list(to_json(word).items()) == [
        ("name", "নদী"),
        ("length", 1.0),
        ("day", "2020-06-01"),
        ("pairs", {"exact": [{"word": "নদী", "number": 2}]}),
        ("kind", "exact"),
    ]
    assert to_json(Word("জল", {}))["length"] == 0.67


def test_what_is_omitted_is_there_where_it_says_something() -> None:
    """An optional member is left out where it has its default value, and only then."""
    assert not {"parts", "others"} & to_json(Word("নদী", {})).keys()
    assert to_json(Word("নদী", {}, others=[]))["others"] == []
    assert [part["name"] for part in to_json(Word("নদী", {}, parts=(Word("জল", {}),)))["parts"]] == ["জল"]


def test_the_type_is_described_as_the_class_is() -> None:
    """The schema has the docstrings of class, attributes and properties, and the required members."""
    told = msgspec.json.schema(json_type(Word))["$defs"]["Word"]
    assert told["description"] == "A word of a text."
    described = {name: about.get("description") for name, about in told["properties"].items()}
    assert described["name"] == "as typed."
    assert described["length"] == "Code points, by three."
    assert described["kind"] == "by what it was read."
    assert told["required"] == ["name", "length", "day", "pairs", "kind"]
    assert told["additionalProperties"] is False


def test_a_field_that_is_no_member_is_reported() -> None:
    """A class whose members are listed must list every field."""
    with pytest.raises(TypeError, match=r"Forgetful\.count is no member"):

        @json_members("word")
        @dataclass
        class Forgetful:
            word: str
            count: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A struct that JSON encodes unchanged."""

    start: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A class with values that are encoded unchanged and values that are not."""

    places: tuple[_Place, ...]
    first: _Place | None
    score: Annotated[float, Digits(1)]
    day: dt.date | None
    by_name: Mapping[str, tuple[_Place, ...]]
    inner: "_Found | None" = None


def test_what_is_written_as_it_is_becomes_the_same_json() -> None:
    """Places are kept as they are, numbers are rounded, and nested values of its own class are copied."""
    place = _Place(3, ("নদী",))
    inner = _Found((), None, 1.25, None, {})
    found = _Found((place, place), place, 0.06, dt.date(2020, 2, 29), {"ক": (place,)}, inner)
    as_written = written(found)
    assert as_written["places"][0] is place
    assert json.loads(msgspec.json.encode(as_written)) == json.loads(json.dumps(to_json(found)))
