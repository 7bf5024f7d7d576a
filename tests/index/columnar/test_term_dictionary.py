"""The terms of a field in order, in ranges as a merge reads them."""

import io
from itertools import product

import pytest

from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_dictionary import TermDictionary, TermDictionaryWriter, term_bytes

WORDS = sorted(f"নদী{first}{second}" for first, second in product("কখগঘচছজঝটঠডঢ", repeat=2))
"""Two groups of 64 and a part of another."""


@pytest.fixture(scope="module")
def dictionary() -> TermDictionary:
    """The dictionary of these words."""
    writer, stream = SectionWriter(), io.BytesIO()
    terms = TermDictionaryWriter(writer, "stem")
    for start in range(0, len(WORDS), 50):
        terms.extend([*map(term_bytes, WORDS[start : start + 50])])
    writer.write_to(stream, "test.inv")
    return TermDictionary(SectionFile(stream.getvalue(), "test.inv"), "stem")


@pytest.mark.parametrize("start", [0, 1, 63, 64, 65, 128, 130, len(WORDS) - 1, len(WORDS)])
def test_words_are_read_from_one_on_or_up_to_another(dictionary: TermDictionary, start: int) -> None:
    """A range may begin and end in any group."""
    terms = [*map(term_bytes, WORDS)]
    assert [*dictionary.from_ordinal(start)] == terms[start:]
    for stop in (start, start + 1, 64, 100, 128, len(WORDS)):
        if start <= stop <= len(WORDS):
            assert dictionary.between(start, stop) == terms[start:stop]
