"""Latin words read in the company of their neighbours."""

import pytest

from onneshon.search.understanding.context import in_context

SHONAR = [("শোনার", 1.0), ("সোনার", 0.6), ("সনার", 0.2)]


def company(left: str, right: str) -> int:
    """Articles that hold two words side by side."""
    return {("সোনার", "বাংলা"): 40, ("শোনার", "জন্য"): 60}.get((left, right), 0)


@pytest.mark.parametrize(("neighbour", "meant"), [("বাংলা", "সোনার"), ("জন্য", "শোনার"), ("আকাশ", "শোনার")])
def test_a_word_is_read_as_the_one_that_stands_beside_its_neighbour(neighbour: str, meant: str) -> None:
    """Company outweighs a slightly better sound; without any the sound decides."""
    first, second = in_context([SHONAR, [(neighbour, 1.0)]], company)
    assert first[0] == (meant, 1.0)
    assert [word for word, _ in second] == [neighbour]


def test_no_reading_is_lost_and_none_weighs_more_than_one() -> None:
    """The order changes and the weights are those of the best one's share."""
    (readings, _) = in_context([SHONAR, [("বাংলা", 1.0)]], company)
    assert {word for word, _ in readings} == {word for word, _ in SHONAR}
    weights = [weight for _, weight in readings]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0


def test_words_that_are_certain_are_not_looked_up() -> None:
    """Where each word can be only one, nobody is asked; a query of one word has no company."""

    def refuse(left: str, right: str) -> int:
        raise AssertionError((left, right))

    assert in_context([[("ঢাকা", 1.0)], [("শহর", 1.0)]], refuse) == [[("ঢাকা", 1.0)], [("শহর", 1.0)]]
    assert in_context([SHONAR], refuse) == [SHONAR]
    assert in_context([], refuse) == []
