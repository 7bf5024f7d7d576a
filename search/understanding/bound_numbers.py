"""Numbers that count the word after them: ৪ দিনের রিমান্ড is better found where ৪ দিন or চার দিন stands.

Number and noun stay words of their own, each found by itself; side by side they are worth what a word is that
as many articles hold.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.function_words import is_function_word
from onneshon.index.analysis.script import is_bengali
from onneshon.search.understanding.alternatives import Alternative, distinct
from onneshon.search.understanding.numerals import Numeral, in_words, plain
from onneshon.search.understanding.synonyms import Synonyms
from onneshon.search.understanding.unit_words import UnitWords

__all__ = ["BoundNumber", "bound_numbers"]


class BoundNumber(NamedTuple):
    """A number of a query and the word that it counts.

    Attributes:
        place: of the number among the tokens; the word follows.
        end: place after the word, or the words of one entry of a table.
        ways: how texts write both, the way of the query first.
    """

    place: int
    end: int
    ways: tuple[Alternative, ...]


def bound_numbers(text: str, tokens: Sequence[Token], synonyms: Synonyms) -> Iterator[BoundNumber]:
    """The numbers of a query that count something, in order.

    Args:
        text: the stretch of the query.
        tokens: what ``analyze(text)`` gives.
        synonyms: other ways of writing the word that is counted.
    """
    row = UnitWords(text, tokens)
    for place, noun in enumerate(tokens[1:]):
        number = row.numeral(place)
        if number and _counts(row, place, number) and _is_counted(row, place + 1, noun):
            yield _bound(place, tokens, number, synonyms)


def _counts(row: UnitWords, place: int, number: Numeral) -> bool:
    """Whether a number is one of things, and no part of a name or a code."""
    if number.kind != "cardinal" or number.counter or row.joined(place):
        return False
    return number.digits or not is_function_word(row.tokens[place].exact)


def _is_counted(row: UnitWords, place: int, word: Token) -> bool:
    return is_bengali(word.exact) and row.numeral(place) is None and not is_function_word(word.exact)


def _bound(place: int, tokens: Sequence[Token], number: Numeral, synonyms: Synonyms) -> BoundNumber:
    spans = [span for span in synonyms.of(tokens[place + 1 :]) if span.start == 0]
    end = place + 1 + (spans[0].end if spans else 1)
    typed = tuple(tokens[place + 1 : end])
    nouns = [(typed, 1.0)]
    others = [other for span in spans for other in span.alternatives if other.kind != "synonym"]
    nouns += [(other.tokens, other.weight) for other in others]
    numbers = [plain(number.value), *in_words(number.value, "cardinal")]
    ways = [_written(spelt, noun, weight) for (noun, weight), spelt in product(nouns, numbers)]
    ways += [
        _written(f"{word}{typed[0].exact}", typed[1:], 1.0) for word in in_words(number.value, "cardinal")
    ]
    return BoundNumber(place, end, distinct(ways))


def _written(number: str, noun: Sequence[Token], weight: float) -> Alternative:
    text = " ".join([number, *(token.text for token in noun)])
    return Alternative(text, (*analyze(number), *noun), weight, "unit")
