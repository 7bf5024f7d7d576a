"""Values as JSON and the types of that JSON, and values from outside checked against them."""

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
    """The first time as ever after."""
    for _ in range(2):
        assert checked({"limit": "5"}, Asked, strict=False) == Asked(5)
        with pytest.raises(msgspec.ValidationError, match="limit"):
            checked({"limit": "নদী"}, Asked, strict=False)


@pytest.mark.parametrize("content", [b"{", b"[" * 60_000, b'{"limit": "\xff"}', b"\xff"])
def test_what_is_no_json_of_a_type_is_refused_in_one_way(content: bytes) -> None:
    """Whatever the library raises: some versions tell bytes that are no UTF-8 otherwise, or nesting."""
    with pytest.raises(msgspec.DecodeError):
        decoded(content, Asked)


@pytest.mark.parametrize(
    ("raised", "told"),
    [(RecursionError(), "nested"), (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "start"), "UTF-8")],
)
def test_what_the_library_raises_of_json_is_told_as_that(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, told: str
) -> None:
    """Each caller asks for one error."""

    def refuse(*_given: object, **_settings: object) -> None:
        raise raised

    monkeypatch.setattr(msgspec.json, "decode", refuse)
    with pytest.raises(msgspec.DecodeError, match=told):
        decoded(b"{}", Asked)


@pytest.mark.parametrize("way", [checked, decoded])
def test_one_thread_alone_meets_a_type_first(monkeypatch: pytest.MonkeyPatch, way: Any) -> None:
    """Others wait until it is described, by values or by JSON."""

    class Fresh(msgspec.Struct):
        """Nobody has used it."""

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
    time.sleep(0.05)  # what must not happen has the time to
    first = len(inside)
    released.set()
    for thread in threads:
        thread.join()
    assert (first, len(inside)) == (1, 4)


def test_schemas_wait_until_a_type_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making them describes it too: a process died where both did at once."""

    class Fresh(msgspec.Struct):
        """Nobody has used it."""

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
    time.sleep(0.05)  # what must not happen has the time to
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
    """Whatever is in it, and in values of its own type within it; it goes through JSON and back."""
    told = to_json(word)
    assert json.loads(json.dumps(told)) == told
    found = msgspec.convert(told, json_type(Word))
    assert msgspec.to_builtins(found) == told


def test_members_are_those_named_in_their_order() -> None:
    """Fields, properties, members with names of their own; numbers rounded, days as text."""
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
    """A member is left out where it has its default value, and only then."""
    assert not {"parts", "others"} & to_json(Word("নদী", {})).keys()
    assert to_json(Word("নদী", {}, others=[]))["others"] == []
    assert [part["name"] for part in to_json(Word("নদী", {}, parts=(Word("জল", {}),)))["parts"]] == ["জল"]


def test_the_type_is_described_as_the_class_is() -> None:
    """Its sentence, that of each attribute and property, and which members are always there."""
    told = msgspec.json.schema(json_type(Word))["$defs"]["Word"]
    assert told["description"] == "A word of a text."
    described = {name: about.get("description") for name, about in told["properties"].items()}
    assert described["name"] == "as typed."
    assert described["length"] == "Code points, by three."
    assert described["kind"] == "by what it was read."
    assert told["required"] == ["name", "length", "day", "pairs", "kind"]
    assert told["additionalProperties"] is False


def test_a_field_that_is_no_member_is_told() -> None:
    """Of a class whose members are listed, none can be forgotten."""
    with pytest.raises(TypeError, match=r"Forgetful\.count is no member"):

        @json_members("word")
        @dataclass
        class Forgetful:
            word: str
            count: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Written as it is."""

    start: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """Has what is written as it is, and what is not."""

    places: tuple[_Place, ...]
    first: _Place | None
    score: Annotated[float, Digits(1)]
    day: dt.date | None
    by_name: Mapping[str, tuple[_Place, ...]]
    inner: "_Found | None" = None


def test_what_is_written_as_it_is_becomes_the_same_json() -> None:
    """Places are left as they are, numbers are rounded, and what holds its like is made anew."""
    place = _Place(3, ("নদী",))
    inner = _Found((), None, 1.25, None, {})
    found = _Found((place, place), place, 0.06, dt.date(2020, 2, 29), {"ক": (place,)}, inner)
    as_written = written(found)
    assert as_written["places"][0] is place
    assert json.loads(msgspec.json.encode(as_written)) == json.loads(json.dumps(to_json(found)))
