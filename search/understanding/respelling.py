"""Words with one conjunct written as another that it is mistaken for, or with a sign that was left out.

That is a hasanta, a ra-phala at the beginning (পতিবাদ), or a ya-phala at the end (স্বাস্থ).

The costs by letter of the noisy channel know single letters; a conjunct that is taken for another (চট্রগ্রাম,
স্হানীয়, সেচ্ছাসেবক) differs in several, and yet is the commonest kind of error.
"""

from functools import cache

from onneshon.index.kernel.conjuncts import Conjuncts
from onneshon.search.understanding.tables import read_rows

__all__ = ["prepare", "respellings"]


@cache
def _conjuncts() -> Conjuncts:
    """The rules of the table."""
    return Conjuncts([(typed, meant) for typed, meant in read_rows("respellings.tsv")])


def prepare() -> None:
    """Load all rules now, so that no word has to wait for it."""
    _conjuncts()


def respellings(word: str) -> list[str]:
    """The words that one may stand for by one such error; not all of them are words.

    Args:
        word: in canonical spelling.
    """
    return _conjuncts().others(word)
