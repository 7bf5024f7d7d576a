"""Proximity of words, compared with trying every two positions."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.positions import compare, weighted, worths_of_counts
from onneshon.index.kernel.postings import PostingList, Postings
from onneshon.index.ranking import GAP
from tests.index.kernel.plain_lists import PADDING, Plain, bytes_of, kernel_list, kernel_lists, u4
from tests.index.kernel.test_phrases import position_lists

Text = list[int]
Articles = list[tuple[Text, Text]]
Place = tuple[int, int]
"""Number of a text, 0 for the title, and a position."""

HALF, LEAD = 4.0, 6.0
FORMS = 3
"""Number of forms of each word in the exact layer."""


class Way(NamedTuple):
    """Adjacent forms, the number of words allowed between them, the text, and the spelling that counts."""

    words: Text
    slop: int = 0
    field: int = 0
    spelt: int | None = None


class Word(NamedTuple):
    """A word of the query with its variants."""

    ways: list[Way]
    worth: float
    content: bool


def stands(article: tuple[Text, Text], way: Way) -> set[Place]:
    """The places at which a variant of a word occurs in an article."""
    if way.spelt is not None and not any(form == way.spelt for text in article for form in text):
        return set()
    found: set[Place] = set()
    for number, text in enumerate(article):
        if way.field in {0, number + 1}:
            stems = [form // FORMS for form in text]
            found |= {(number, place) for start in range(len(stems)) for place in _span(stems, way, start)}
    return found


def _span(stems: Text, way: Way, start: int) -> list[int]:
    """The positions of a phrase that begins at ``start``; with a slop only the first counts."""
    at = start
    for number, word in enumerate(way.words):
        later = [place for place in range(at + (number > 0), len(stems)) if stems[place] == word]
        if (
            not later
            or (number == 0 and later[0] != start)
            or later[0] - start > way.slop + len(way.words) - 1
        ):
            return []
        at = later[0]
    return [start] if way.slop else [*range(start, start + len(way.words))]


class Compared:
    """The features of each article, computed by their definitions."""

    def __init__(self, articles: Articles, words: list[Word]) -> None:
        self.words = words
        self.places = [
            [set().union(*(stands(article, way) for way in word.ways)) for word in words]
            for article in articles
        ]

    def near(self, row: int, pairs: Sequence[int]) -> float:
        """The least distance of each two words, weighted."""
        total = 0.0
        for a, b in combinations(pairs, 2):
            distances = [
                other[1] - position[1]
                for position in self.places[row][a]
                for other in self.places[row][b]
                if position[0] == other[0] and position[1] <= other[1]
            ]
            if distances:
                total += (self.words[a].worth + self.words[b].worth) / (1 + min(distances) / HALF)
        return total / max(len(pairs) - 1, 1)

    def follows(self, row: int, a: int, b: int, tokens: int = 1) -> bool:
        """Whether word ``b`` is exactly ``tokens`` tokens after word ``a``."""
        return any((text, place + tokens) in self.places[row][b] for text, place in self.places[row][a])

    def in_row(self, row: int) -> float:
        """The weight of three consecutive words of the query that are adjacent in the article too."""
        total = 0.0
        for at in range(len(self.words) - 2):
            content = [word for word in range(at, at + 3) if self.words[word].content]
            if len(content) < 2:
                continue
            a, b = content[:2]
            meet = any(self.follows(other, a, b, b - a) for other in range(len(self.places)))
            if meet and self.follows(row, at, at + 1) and self.follows(row, at + 1, at + 2):
                total += sum(word.worth for word in self.words[at : at + 3])
        return total

    def lead(self, row: int) -> float:
        """The sum over words of how early each first occurs in the body."""
        firsts = [
            (word.worth, min((place for text, place in places if text), default=math.inf))
            for word, places in zip(self.words, self.places[row], strict=True)
            if word.content
        ]
        return sum(worth * max(0.0, 1 - first / LEAD) for worth, first in firsts)

    def in_title(self, row: int) -> float:
        """The weight of the words in the title."""
        return sum(
            word.worth
            for word, places in zip(self.words, self.places[row], strict=True)
            if word.content and any(text == 0 for text, _ in places)
        )

    def title_words(self, row: int, title: int) -> int:
        """Title tokens that are words of the query; function words count only where they may be the rest."""
        in_title = [sum(text == 0 for text, _ in places) for places in self.places[row]]
        content = sum(count for word, count in zip(self.words, in_title, strict=True) if word.content)
        others = [min(count, 1) for word, count in zip(self.words, in_title, strict=True) if not word.content]
        return content + (sum(others) if title > 1 and content < title <= content + len(others) else 0)

    def every(self, row: int) -> float:
        """The weight of all words if every one occurs, else zero."""
        content = [
            (word, places) for word, places in zip(self.words, self.places[row], strict=True) if word.content
        ]
        return sum(word.worth for word, _ in content) if all(places for _, places in content) else 0.0


forms = st.integers(0, 4 * FORMS - 1)
articles_ = st.lists(
    st.tuples(st.lists(forms, max_size=4), st.lists(forms, max_size=14)), min_size=1, max_size=8
)
words_of_ways, texts = st.integers(0, 3), st.integers(0, 2)
ways = st.one_of(
    st.builds(Way, st.lists(words_of_ways, min_size=1, max_size=1), st.just(0), texts, st.none()),
    st.builds(Way, st.lists(words_of_ways, min_size=1, max_size=3), st.integers(0, 2), texts, st.none()),
    forms.map(lambda form: Way([form // FORMS], spelt=form)),
)
words_ = st.lists(
    st.builds(Word, st.lists(ways, min_size=1, max_size=2), st.floats(0.1, 9), st.booleans()),
    min_size=1, max_size=5,
)  # fmt: skip


def lists_of(articles: Articles, cut: int) -> tuple[list[Postings], list[Postings]]:
    """The posting lists of stems and of forms, in two segments."""
    stems = [
        ([form // FORMS for form in title], [form // FORMS for form in body]) for title, body in articles
    ]
    cuts = [0, *([cut] if 0 < cut < len(articles) else []), len(articles)]
    exact = [
        Plain({doc: (1, None) for doc, texts in enumerate(articles) if any(form in text for text in texts)})
        for form in range(4 * FORMS)
    ]
    return [kernel_lists(position_list, cuts) for position_list in position_lists(stems, 4)], [
        kernel_lists(stem_positions, cuts) for stem_positions in exact
    ]


@given(articles_, words_, st.integers(0, 8), st.randoms(use_true_random=False))
def test_documents_are_compared_as_is_said(
    articles: Articles, words: list[Word], cut: int, random: Random
) -> None:
    """Variants, phrases, a single text and a single spelling agree, in one segment and in two."""
    stems, exact = lists_of(articles, cut)
    given_words = [
        (
            [
                (
                    [stems[w] for w in way.words],
                    way.slop,
                    way.field,
                    None if way.spelt is None else exact[way.spelt],
                )
                for way in word.ways
            ],
            word.worth,
            word.content,
        )
        for word in words
    ]
    rows = sorted(random.sample(range(len(articles)), random.randint(1, len(articles))))
    content = [number for number, word in enumerate(words) if word.content]
    pairs = content[: random.randint(0, len(content))]
    found, title_words = sums_of(rows), u4([0] * len(rows))
    complete = compare(
        given_words,
        u4(rows),
        u4(len(title) for title, _ in articles),
        found,
        title_words,
        pairs=pairs,
        half=HALF,
        lead=LEAD,
        gap=GAP,
    )
    plain = Compared([articles[row] for row in rows], words)
    assert complete
    sums: list[Callable[[int], float]] = [
        partial(plain.near, pairs=pairs),
        plain.in_row,
        plain.lead,
        plain.in_title,
        plain.every,
    ]
    for which, expected in zip(found, sums, strict=True):
        assert which.tolist() == pytest.approx(
            [expected(row) for row in range(len(rows))], rel=1e-9, abs=1e-12
        )
    titles = [len(articles[row][0]) for row in rows]
    assert title_words.tolist() == [plain.title_words(row, title) for row, title in enumerate(titles)]


def sums_of(docs: Sequence[int]) -> np.ndarray:
    """Zeros for the features of some documents."""
    return np.zeros((5, len(docs)))


def one_word(stem: Postings) -> tuple[list[tuple[list[Postings], int, int, None]], float, bool]:
    """A content word with one variant."""
    return [([stem], 0, 0, None)], 1.0, True


def test_without_time_no_word_is_anywhere() -> None:
    """Words that could not be read in time count as absent."""
    stem = kernel_list(position_lists([([], [0, 0])], 1)[0], 1)
    found = sums_of([0])
    assert not compare(
        [one_word(stem)],
        u4([0]),
        u4([0]),
        found,
        u4([0]),
        pairs=[0],
        half=HALF,
        lead=LEAD,
        gap=GAP,
        seconds=0.0,
    )
    assert not found.any()


@pytest.mark.parametrize(
    ("docs", "titles", "pairs"),
    [([1, 0], [0, 0], [0]), ([0, 0], [0, 0], [0]), ([2], [0, 0], [0]), ([0], [0, 0], [1])],
)
def test_what_does_not_fit_is_refused(docs: list[int], titles: list[int], pairs: list[int]) -> None:
    """Unordered, repeated or unknown documents, and pairs of unknown words."""
    stem = kernel_list(position_lists([([], [0]), ([], [0])], 1)[0], 2)
    with pytest.raises(ValueError, match=r"documents|a pair"):
        compare(
            [one_word(stem)],
            u4(docs),
            u4(titles),
            sums_of(docs),
            u4(docs),
            pairs=pairs,
            half=HALF,
            lead=LEAD,
            gap=GAP,
        )


def test_lists_without_positions_and_of_too_many_documents_are_refused() -> None:
    """The former have no positions, and the latter lead beyond the array of title lengths."""
    bare = kernel_list(Plain({0: (1, None)}), 1)
    far = kernel_list(position_lists([([], [0])] * 9, 1)[0], 9)
    for part in (bare, far):
        with pytest.raises(ValueError, match=r"positions|more documents"):
            compare(
                [one_word(part)],
                u4([0]),
                u4([0]),
                sums_of([0]),
                u4([0]),
                pairs=[],
                half=HALF,
                lead=LEAD,
                gap=GAP,
            )


def test_of_no_documents_there_is_nothing() -> None:
    """The comparison is complete, and no list is read."""
    assert compare([], u4([]), u4([]), sums_of([]), u4([]), pairs=[], half=HALF, lead=LEAD, gap=GAP)


@pytest.mark.parametrize(("shape", "counted"), [((4, 1), 1), ((5, 2), 1), ((5, 1), 2)])
def test_room_for_all_sums_is_wanted(shape: tuple[int, int], counted: int) -> None:
    """An array too small is refused, so that nothing is written beyond it."""
    with pytest.raises(ValueError, match="room for the sums"):
        compare(
            [], u4([0]), u4([0]), np.zeros(shape), u4([0] * counted), pairs=[], half=HALF, lead=LEAD, gap=GAP
        )


def test_damage_is_noticed() -> None:
    """Positions that end too early are an error."""
    data = bytes_of(Plain({doc: (1, [300, 700]) for doc in range(3)}))
    cut = PostingList(data[:-1] + PADDING, 0, len(data) - 1, 3, positions=True)
    with pytest.raises(DamageError):
        compare(
            [one_word(cut)],
            np.arange(3, dtype=np.uint32),
            u4([0] * 3),
            sums_of(range(3)),
            u4([0] * 3),
            pairs=[0],
            half=HALF,
            lead=LEAD,
            gap=GAP,
        )


@given(st.lists(st.lists(st.floats(0, 9), min_size=3, max_size=3), min_size=1, max_size=6), st.integers(1, 3))
def test_rows_are_added_up_in_one_order(rows: list[list[float]], columns: int) -> None:
    """The sum of a document is the same alone and with others."""
    table, weights = np.array(rows)[:, :columns].copy(), np.arange(len(rows)) / 3
    wanted = [
        sum(row[at] * weight for row, weight in zip(rows, weights, strict=True)) for at in range(columns)
    ]
    assert weighted(table, weights).tolist() == wanted
    with pytest.raises(ValueError, match="each row"):
        weighted(table, weights[1:].copy())


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("anywhere", np.ones((1, 3), np.uint16)),
        ("in_title", np.ones((2, 1), np.uint16)),
        ("rarities", [1.0]),
        ("docs", u4([0, 2, 4])),
        ("title", (np.ones(1), u4([0, 1, 0, 0]))),
        ("body", (np.zeros(2), u4([0, 2, 0, 0]))),
        ("title", (np.ones(2), u4([0, 1]))),
    ],
    ids=["words", "documents", "rarities", "collection", "title", "body", "lengths"],
)
def test_counts_are_of_each_word_and_document(name: str, other: Any) -> None:
    """Arrays of other shapes are refused, so that nothing is read beyond them."""
    counts = np.ones((2, 3), np.uint16)
    given_values: dict[str, Any] = {
        "anywhere": counts,
        "in_title": counts,
        "rarities": [1.0, 2.0],
        "docs": u4([0, 1, 3]),
        "body": (np.zeros(2), u4([1, 1, 0, 1])),
        "title": (np.ones(2), u4([0, 1, 0, 0])),
        "k1": 2.0,
        "presence": 0.5,
    }
    assert worths_of_counts(**given_values).tolist() == [4.5] * 3
    with pytest.raises(ValueError, match=r"counts of each|of the collection|for each length"):
        worths_of_counts(**{**given_values, name: other})
