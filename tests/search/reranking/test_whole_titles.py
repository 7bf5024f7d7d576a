"""Titles that are part of a query: other words of the query need not be in the article."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from onneshon.index import Article
from onneshon.search.query.tree import OneOf, Phrase, Term, Variant
from onneshon.search.reranking.query_words import QueryWord, query_words
from onneshon.search.reranking.rescoring import Rescorer
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.term_scorer import TermScorer
from tests.fakes import article, collection_of, reader_of
from tests.search.queries import query_of
from tests.search.reranking.test_rescoring import _only, features_of, ranked
from tests.search.retrieval.test_executor import many


def titled(title: str) -> Article:
    """An article with the given title whose body has other words."""
    return article("b", "মেঘ বৃষ্টি আকাশ", title=title)


@pytest.mark.parametrize("text", ["সোনার তরী কবিতা", "কবিতা সোনার তরী", "সোনার তরী কবিতা কোথায় পাই"])
def test_a_title_typed_beside_other_words_comes_first(text: str) -> None:
    """An article with that title comes even before articles that have all of the words, and often."""
    corpus = [
        article("a", "তরী নিয়ে কবিতা, আরও কবিতা", title="তরীর কবিতা"),
        titled("সোনার তরী"),
        *(article(f"c{number}", "দেশের যত কবিতা আছে") for number in range(5)),
        *many(50),
    ]
    assert ranked(corpus, text)[0] == "b"


@pytest.mark.parametrize(
    ("text", "title", "part"),
    [
        ("নদী শহর মেলা", "নদী শহর", True),
        ("মেলা নদী শহর", "নদী শহর", True),
        ("শহর নদী মেলা", "নদী শহর", True),
        ("নদী মেলা শহর", "নদী শহর", False),
        ("নদী শহর মেলা", "শহর আকাশ", False),
        ("নদী শহর মেলা", "নদী নদী", False),
        ("নদী শহরের মেলা", "নদী শহর", False),
        ("নদী শহরের মেলা", "নদী শহরের", True),
        ("আমার সেই নদীটি মেলা", "আমার সেই", True),
        ("আমার সেই নদীটি মেলা", "সেই আমার দেশ", False),
    ],
)
def test_a_part_of_a_query_is_a_title_as_it_is_typed(text: str, title: str, part: bool) -> None:
    """All words of the title must be adjacent in these forms; a possessive শহর asks for something else."""
    others = [article(f"x{number}", word) for number, word in enumerate(("নদী", "শহর", "মেলা", "আকাশ"))]
    features, _ = features_of([titled(title), *others], text)
    assert features.whole_title.astype(bool).tolist() == [part, *[False] * 4]


@pytest.mark.parametrize(
    ("title", "other", "part"),
    [
        ("দার্জিলিং", 1, False),
        ("দার্জিলিং", 2, True),
        ("দার্জিলিং", 30, True),
        ("দার্জিলিং দার্জিলিং", 30, False),
        ("পার্ক দার্জিলিং কলকাতা", 30, False),
    ],
)
def test_one_word_is_a_title_where_it_weighs_as_much_as_the_others(
    title: str, other: int, part: bool
) -> None:
    """A rarer word next to it is the subject: with a rarer বন the title দার্জিলিং is not what is asked."""
    woods = [article(f"x{number}", "বন") for number in range(other)]
    features, _ = features_of([titled(title), article("y", "দার্জিলিং"), *woods], "দার্জিলিং বন")
    assert bool(features.whole_title[0]) == part


def term_of(text: str) -> Term:
    """The only term of a query."""
    (word,) = query_words(query_of(text))
    return _only(word.terms[0][0])


def parts(word: QueryWord, titles: Sequence[str]) -> list[bool]:
    """For each title, whether it is part of a query of the word and কবিতা."""
    corpus = [article(f"a{number}", "বই", title=title) for number, title in enumerate(titles)]
    corpus += [article(f"x{number}", "কবিতা") for number in range(30)]
    scorer = TermScorer(collection_of(reader_of(corpus)), DEFAULT_WEIGHTS)
    words = [word, *query_words(query_of("কবিতা"))]
    found = Rescorer(scorer).features(words, np.arange(len(corpus), dtype=np.uint32), TimeBudget())
    return [bool(worth) for worth in found.whole_title[: len(titles)]]


def test_words_written_together_are_one_word_of_a_title() -> None:
    """For a word that some texts write as two, the title may have either spelling and nothing else."""
    apart = Phrase((term_of("মুক্তি"), term_of("যুদ্ধ")))
    together = term_of("মুক্তিযুদ্ধ")
    word = QueryWord(((together, 1.0), (apart, 1.0)), OneOf("মুক্তিযুদ্ধ", (Variant(together), Variant(apart))))
    titles = "মুক্তিযুদ্ধ", "মুক্তি যুদ্ধ", "মুক্তিযুদ্ধ আকাশ", "মুক্তি"
    assert parts(word, titles) == [True, True, False, False]


@pytest.mark.parametrize("sound", [True, False])
def test_a_word_read_by_its_sound_may_be_in_any_form(sound: bool) -> None:
    """Latin letters do not say which form is meant: *nodir* may be নদীর or নদী."""
    term = replace(term_of("নদীর"), sound=sound)
    assert parts(QueryWord(((term, 1.0),), term), ["নদী", "নদীর"]) == [sound, True]


def test_where_a_title_has_all_words_no_part_of_them_is_one() -> None:
    """The query may be part of a longer title, or that title in another order."""
    longer = article("a", "বই", title="মেলা ও নদী শহর আকাশ")
    features, _ = features_of([longer, titled("নদী শহর"), article("x", "মেলা")], "নদী শহর মেলা")
    assert not features.whole_title.any()
