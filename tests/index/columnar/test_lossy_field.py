"""A field with damaged parts answers from its sound parts, and searches are reported as incomplete."""

from collections.abc import Callable
from typing import Any

import pytest

from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.columnar.segment_reader import LossyField
from tests.index.columnar.test_impact_field import DOCUMENTS, Lists, as_block, written

FOUND: Lists = {
    "নদী": {3: (9, [1]), 4: (7, [2, 5])},
    "নদীর": {4: (8, [1])},
    "মেলা": {doc: (7, [doc]) for doc in range(300)},
}
ASKED = ["নদী", "মেলা", "নেই"]

Asked = Callable[[ImpactField], Any]
ASKS: dict[str, tuple[Asked, Any]] = {
    "ordinal": (lambda field: field.ordinal("মেলা"), None),
    "ordinals": (lambda field: field.ordinals(ASKED), [-1, -1, -1]),
    "term": (lambda field: field.term(1), ""),
    "frequency": (lambda field: field.frequency("নদী"), 1),
    "frequencies": (lambda field: field.frequencies(ASKED), [1, 1, 1]),
    "begins": (lambda field: field.begins("নদ"), False),
    "docs": (lambda field: field.docs(0).tolist(), []),
    "list_of": (lambda field: field.list_of("নদী") is not None, False),
    "beginning": (lambda field: field.beginning("নদ", 9) is not None, False),
}
"""Each kind of look-up, and its result where damage prevents an answer."""

OF_LISTS = ("frequency", "docs", "list_of", "beginning")
"""The look-ups that read posting lists; the others read only the dictionary."""


def damaged(section: str) -> SectionFile:
    """A file with one changed byte in a section."""
    file = written(as_block(FOUND))
    data = file.section(section).unchecked
    data.flags.writeable = True
    data[2] ^= 0xFF
    return file


def lossy(file: SectionFile) -> tuple[LossyField, list[int]]:
    """The field of a file, and a list that gets an entry when something is left out."""
    met: list[int] = []
    return LossyField(file, "stem", DOCUMENTS, lambda: met.append(1)), met


@pytest.mark.parametrize("name", ASKS)
def test_a_sound_field_answers_as_every_field(name: str) -> None:
    """Its answers are those of a plain field, and nothing is left out."""
    ask, _ = ASKS[name]
    file = written(as_block(FOUND))
    field, met = lossy(file)
    assert ask(field) == ask(ImpactField(file, "stem", DOCUMENTS))
    assert met == []
    assert field.ordinals(ASKED) == [0, 2, -1]


@pytest.mark.parametrize("name", ASKS)
def test_what_words_do_not_say_is_left_out(name: str) -> None:
    """With a damaged dictionary a word that cannot be looked up counts as being in some article."""
    ask, otherwise = ASKS[name]
    field, met = lossy(damaged("stem/terms"))
    found = ask(field)
    if name != "docs":  # a list is read by its ordinal
        assert found == otherwise
        assert met


@pytest.mark.parametrize("name", OF_LISTS)
def test_what_lists_do_not_say_is_left_out(name: str) -> None:
    """Damaged lists are left out, and the dictionary still works."""
    ask, otherwise = ASKS[name]
    field, met = lossy(damaged("stem/data"))
    assert ask(field) == otherwise
    assert met == [1]
    assert (field.ordinals(ASKED), field.begins("নদ")) == ([0, 2, -1], True)
