"""The form by which a word is suggested."""

import pytest

from onneshon.index.completion.writer import shown_form


@pytest.mark.parametrize(
    ("stem", "weights", "shown"),
    [
        ("হাসিনা", {"হাসিনা": 25, "হাসিনার": 100}, "হাসিনা"),
        ("হাসিনা", {"হাসিনার": 101, "হাসিনা": 25}, "হাসিনার"),
        ("দুর্ঘটনা", {"দুর্ঘটনায়": 9, "দুর্ঘটনা": 30}, "দুর্ঘটনা"),
        ("করোনা", {"করোনার": 8, "করোনায়": 9}, "করোনায়"),
    ],
)
def test_a_word_is_shown_without_ending_unless_hardly_written_so(
    stem: str, weights: dict[str, float], shown: str
) -> None:
    """The most frequent form is shown where the bare word has less than a quarter of its weight."""
    assert [*weights][shown_form(stem, [*weights], [*weights.values()])] == shown
