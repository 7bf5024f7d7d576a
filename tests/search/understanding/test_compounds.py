"""Whether a compound is written as one word or two is decided by the articles of an index."""

from collections.abc import Iterable
from typing import ClassVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.query.tree import Phrase, Query
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS
from onneshon.search.retrieval.budget import TimeBudget, in_turn
from onneshon.search.retrieval.term_scorer import TermScorer
from onneshon.search.understanding.compounds import Compound, Compounds
from onneshon.search.understanding.word_parts import WordParts, borders
from tests.fakes import article, collection_of, reader_of
from tests.strategies import bengali_text, bengali_words

TEXTS = [
    *["মুক্তিযুদ্ধ হয়েছিল"] * 9,
    *["মুক্তি যুদ্ধের কথা"] * 2,
    *["পদ্মা সেতু দেখা"] * 9,
    *["পদ্মাসেতু"] * 2,
    *["পদ্মা নদী", "সেতু মেরামত"] * 3,
    *["এসএসসি পরীক্ষা"] * 9,
    *["এসএস পাইপ"] * 20,
    *["ওসমান এলেন"] * 30,
    *["প্রতিবাদ সভা"] * 30,
    *["সমান অধিকার"] * 3,
    *["সাকিব আল হাসান"] * 3,
    *["সরকার বাজার"] * 3,
    *["আমা দের"] * 3,
    *["প্রতিকার চাই"] * 20,
    *["দর বাড়ে"] * 3,
    *["ঢাকা থেকে দূরে", "নির্বাচনের পর সভা", "বাজার পর"] * 3,
]


@pytest.fixture(scope="module")
def compounds() -> Compounds:
    """The compounds of a small index."""
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(TEXTS)])
    return Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS))


def test_what_was_decided_without_a_part_of_the_index_is_decided_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise a compound looked up while a shard was away would stay unknown."""
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(TEXTS)])
    compounds = Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS))
    budget = TimeBudget()
    budget.lacking = True
    with monkeypatch.context() as patch, in_turn(budget):
        patch.setattr(TermScorer, "count", lambda *_: 0)
        assert of_word(compounds, "পদ্মাসেতু") is None
    assert shown(of_word(compounds, "পদ্মাসেতু")) == ("পদ্মাসেতু", ["পদ্মা", "সেতু"], False)


def of_word(compounds: Compounds, text: str, *, alone: bool = True) -> Compound | None:
    """The compound for a single word."""
    (token,) = analyze(text)
    return compounds.of_word(token, alone=alone)


def shown(compound: Compound | None) -> tuple[str | None, list[str], bool] | None:
    """The joined word, the parts, and whether the joined form is usual."""
    if compound is None:
        return None
    parts = [part.exact for part in compound.parts]
    return compound.whole.exact if compound.whole else None, parts, compound.usual


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("মুক্তিযুদ্ধ", ("মুক্তিযুদ্ধ", ["মুক্তি", "যুদ্ধ"], True)),
        ("মুক্তিযুদ্ধের", ("মুক্তিযুদ্ধের", ["মুক্তি", "যুদ্ধের"], True)),
        ("পদ্মাসেতুর", ("পদ্মাসেতুর", ["পদ্মা", "সেতুর"], False)),
        ("সাকিবআলহাসান", (None, ["সাকিব", "আল", "হাসান"], False)),
        ("ঢাকাথেকে", (None, ["ঢাকা", "থেকে"], False)),
        ("নির্বাচনেরপর", (None, ["নির্বাচনের", "পর"], False)),
        ("বাজারপর", None),
        ("বাজারথেকে", None),
        ("প্রতিবাদ", None),
        ("আমাদের", None),
        ("মেরামত", None),
        ("zzz", None),
    ],
)
def test_a_word_is_cut_where_articles_have_its_parts_adjacent(
    compounds: Compounds, text: str, expected: object
) -> None:
    """Only the last part is inflected; a word that no article writes as two stays whole."""
    assert shown(of_word(compounds, text)) == expected


def test_a_word_of_no_article_is_cut_into_known_words_only_among_others(compounds: Compounds) -> None:
    """Alone it may be a misspelling of any word; in a headline a space may be missing."""
    assert of_word(compounds, "বাজারসরকার") is None
    assert shown(of_word(compounds, "বাজারসরকার", alone=False)) == (None, ["বাজার", "সরকার"], False)
    assert of_word(compounds, "সরকারদর", alone=False) is None  # the second part is too short to be sure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("মুক্তি যুদ্ধ", {0: ("মুক্তিযুদ্ধ", ["মুক্তি", "যুদ্ধ"], True)}),
        ("মুক্তি যুদ্ধের", {0: ("মুক্তিযুদ্ধের", ["মুক্তি", "যুদ্ধের"], True)}),
        ("পদ্মা সেতু", {0: ("পদ্মাসেতু", ["পদ্মা", "সেতু"], False)}),
        ("এস এস সি", {0: ("এসএসসি", ["এস", "এস", "সি"], True)}),
        ("প্রতি বাদ", {0: ("প্রতিবাদ", ["প্রতি", "বাদ"], True)}),
        ("প্রতি কার", {0: ("প্রতিকার", ["প্রতি", "কার"], True)}),
        ("ও সমান", {}),
        ("পদ্মা bridge", {}),
        ("bridge পদ্মা", {}),
        ("সরকার বাজার", {}),
        ("যুদ্ধ মুক্তি", {}),
        ("নদী মুক্তি যুদ্ধ", {1: ("মুক্তিযুদ্ধ", ["মুক্তি", "যুদ্ধ"], True)}),
    ],
)
def test_words_are_joined_where_articles_have_the_one_word(
    compounds: Compounds, text: str, expected: object
) -> None:
    """Names of letters are joined as far as possible; a short function word is never joined."""
    assert {at: shown(compound) for at, compound in compounds.among(analyze(text)).items()} == expected


def test_an_empty_row_has_no_compounds(compounds: Compounds) -> None:
    """A single word has no compounds either."""
    assert compounds.among([]) == {}
    assert compounds.among([Token("নদী", 0, 3, "নদী", "নদি")]) == {}


PARTS = ("মুক্তি", "যুদ্ধ", "যুদ্ধের", "পদ্মা", "সেতু", "নদী", "আল", "সাকিব", "প্রতি", "বাদ", "সরকার", "বাজার")


def plain_best(scorer: TermScorer, word: Token) -> tuple[int, tuple[Token, ...]]:
    """Of all cuts into two known words, the first whose parts are adjacent most often."""
    ends = [at for at in cluster_boundaries(word.exact) if 2 <= at <= len(word.exact) - 2]
    pairs = [(analyze(word.exact[:at]), analyze(word.exact[at:])) for at in ends]
    known = [
        (left[0], right[0])
        for left, right in pairs
        if len(left) == len(right) == 1
        and not is_function_word(left[0].exact)
        and not is_function_word(right[0].exact)
        and scorer.key_document_frequency(left[0].exact, "exact")
        and scorer.key_document_frequency(right[0].stem)
    ]
    together = [(scorer.count([token.stem for token in pair]), pair) for pair in known]
    return max(together, default=(0, ()), key=lambda counted: counted[0])


@given(
    st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3), min_size=1, max_size=30),
    st.lists(st.sampled_from(PARTS), min_size=2, max_size=2),
    st.integers(0, 120),
)
@settings(max_examples=60)
def test_cuts_of_too_few_articles_change_nothing(
    texts: list[list[str]], typed: list[str], whole: int
) -> None:
    """The compound is the most frequent cut, as if all cuts were counted to the end."""
    bodies = [*(" ".join(text) for text in texts), *["".join(typed)] * whole]
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(bodies)])
    scorer = TermScorer(collection_of(reader), DEFAULT_WEIGHTS)
    (token,) = analyze("".join(typed))
    together, parts = plain_best(scorer, token)
    frequency = scorer.key_document_frequency(token.stem)
    found = Compounds(scorer).of_word(token, alone=True)
    if together >= 2 and together >= 0.02 * frequency:
        assert found is not None
        assert found.parts == parts
        assert (found.frequency, found.usual) == (frequency, frequency >= max(0.5 * together, 5))
    elif frequency:
        assert found is None or len(found.parts) == 3
    elif together:  # adjacent in one article only, for a word that no article has
        assert found is None or len(found.parts) == 3 or found.whole is None


@given(bengali_words | bengali_text)
def test_plain_words_are_cut_between_their_clusters(word: str) -> None:
    """The fast path for plain words agrees with ICU."""
    expected = [at for at in cluster_boundaries(word) if 2 <= at <= len(word) - 2]
    assert borders(word) == expected


def test_of_two_usual_cuts_the_more_usual_one_is_taken() -> None:
    """The more frequent of two cuts wins, even if one alone would not be counted to the end."""
    texts = [*["নদীর ধারে"] * 40, *["নদী রধারে"] * 60, "নদীরধারে"]
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(texts)])
    found = of_word(Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS)), "নদীরধারে")
    assert found is not None
    assert [part.exact for part in found.parts] == ["নদী", "রধারে"]


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("লিচুচোর", ["লিচু", "চোর"]),
        ("হযবরল", ["হ", "য", "ব", "র", "ল"]),
        ("চোরলিচু", None),
        ("বরহল", None),
        ("হয", None),
        ("জীবনেরবৃত্তান্ত", ["জীবনের", "বৃত্তান্ত"]),
    ],
)
def test_a_title_of_one_article_may_be_written_together(
    typed: str, parts: list[str] | None, *, alone: bool
) -> None:
    """A joined title may have parts in that article only, or single letters, more than two, in order."""
    texts = ["জীবনের বৃত্তান্ত", "লিচু চোর", "হ য ব র ল", *["লিচু খাই", "এল চোর", "বর হল ছয়"] * 2]
    compound = of_word(compounds_of(texts), typed, alone=alone)
    if parts or alone:
        assert shown(compound) == ((None, parts, False) if parts else None)


def test_no_part_is_a_slip_for_a_function_word() -> None:
    """শে is a rare misspelling of সে; pairs of সে do not make শেষে a compound."""
    texts = [*["সে সে এল"] * 60, "শে যায়", *["শেষে"] * 3]
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(texts)])
    assert of_word(Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS)), "শেষে") is None


@pytest.mark.parametrize(("word", "known"), [("বড়য়া", False), ("বড়মাছ", True)])
def test_no_part_begins_with_a_letter_that_begins_no_word(word: str, *, known: bool) -> None:
    """No part begins so: words with such a beginning in articles are the ends of broken words."""
    compounds = compounds_of(["অমল বড় য়া", "বড় মাছ"] * 5)
    assert (of_word(compounds, word) is not None) is known


def test_a_word_that_only_sounds_like_a_function_word_is_a_part() -> None:
    """তারা, stars, is usually spelt so, though তাঁরা is a pronoun."""
    texts = [*["ধ্রুব তারা"] * 9, *["ধ্রুবতারা"] * 9]
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(texts)])
    compounds = Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS))
    assert shown(of_word(compounds, "ধ্রুবতারা")) == ("ধ্রুবতারা", ["ধ্রুব", "তারা"], True)


def test_a_form_of_a_word_is_no_compound_of_it_and_its_ending() -> None:
    """আনতে is a form of আন, though a few articles have a space in it."""
    texts = [*["আন তে যাব"] * 9, *["আনতে যাব"] * 9]
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(texts)])
    assert of_word(Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS)), "আনতে") is None


@pytest.mark.parametrize(
    ("text", "texts", "joined"),
    [
        ("মামলা রায়", ["মামলা রায়"], False),
        ("গভীর রাতে", ["গভীর রাতে", "গভীররাতে", "গভীর রাতে"], False),
        ("গভীর রাতে গুলি", ["গভীর রাতে", "রাতে গুলি"], False),
        ("গভীর রাতে", ["গভীর রাতে", "গভীররাতে"], True),
        ("ছাত্র গণ", ["ছাত্রগণ", "ছাত্ররা"], True),
        ("ছাত্র রা", ["ছাত্ররাও এলেন"], True),
    ],
)
def test_a_word_that_looks_like_an_ending_is_one_where_articles_write_it_so(
    text: str, texts: list[str], *, joined: bool
) -> None:
    """রায়, রাতে and গুলি are words; joined, মামলা রায় would find every article with মামলা."""
    first = text.split(maxsplit=1)[0]
    others = [first] * 90 + [f"{first}রাও"]
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate([*texts, *others])])
    compounds = Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS))
    assert bool(compounds.among(analyze(text))) == joined


@pytest.mark.parametrize(("apart", "joined"), [(50, True), (51, False)])
def test_a_word_that_hardly_anybody_writes_joins_nothing(apart: int, *, joined: bool) -> None:
    """One article with নতুনদিন as one word is a slip if fifty-one have two words."""
    texts = ["নতুনদিন", *["নতুন দিন"] * apart]
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(texts)])
    compounds = Compounds(TermScorer(collection_of(reader), DEFAULT_WEIGHTS))
    assert bool(compounds.among(analyze("নতুন দিন"))) == joined


@pytest.mark.parametrize(("typed", "joined"), [("পক্ষী মানব", True), ("মন বীণা", False)])
def test_a_word_of_one_article_is_found_typed_apart(typed: str, *, joined: bool) -> None:
    """Two words that one article joins are a compound if none has them adjacent and both are long enough."""
    texts = ["পক্ষীমানব", "মনবীণা", *["পক্ষী ওড়ে", "মানব জাতি", "মন বসে", "বীণা বাজে"] * 3]
    found = compounds_of(texts).among(analyze(typed))
    whole = typed.replace(" ", "")
    assert {at: shown(compound) for at, compound in found.items()} == (
        {0: (whole, typed.split(), False)} if joined else {}
    )


def compounds_of(texts: list[str], statistics: type[TermScorer] = TermScorer) -> Compounds:
    """The compounds of an index of these articles."""
    reader = reader_of([article(f"{n:03}", text) for n, text in enumerate(texts)])
    return Compounds(statistics(collection_of(reader), DEFAULT_WEIGHTS))


@pytest.mark.parametrize(
    ("apart", "whole", "usual"),
    [
        (2, 5, True),
        (2, 4, False),
        (10, 5, True),
        (11, 5, False),
        (11, 6, True),
        (30, 15, True),
        (30, 14, False),
    ],
)
def test_one_word_is_usual_from_five_articles_and_half_of_those_with_two(
    apart: int, whole: int, *, usual: bool
) -> None:
    """The limits are the same whichever way the compound was typed."""
    compounds = compounds_of([*["ধ্রুব তারা"] * apart, *["ধ্রুবতারা"] * whole])
    together = of_word(compounds, "ধ্রুবতারা")
    typed_apart = compounds.among(analyze("ধ্রুব তারা"))[0]
    assert together
    assert (together.usual, typed_apart.usual) == (usual, usual)
    assert typed_apart.frequency == whole


@pytest.mark.parametrize(
    ("apart", "whole", "joined"),
    [(0, 30, True), (1, 30, True), (2, 30, False), (2, 40, True), (3, 40, False)],
)
def test_a_word_with_a_function_word_in_it_is_joined_where_it_is_far_more_usual(
    apart: int, whole: int, *, joined: bool
) -> None:
    """প্রতি also precedes other words; above a twentieth the two are no compound."""
    compounds = compounds_of([*["প্রতি বাদ"] * apart, *["প্রতিবাদ"] * whole])
    assert bool(compounds.among(analyze("প্রতি বাদ"))) == joined


def test_words_are_joined_to_no_function_word() -> None:
    """Articles have নিয়ে, which is no compound of নি and য়ে."""
    compounds = compounds_of([*["নিয়ে এলেন"] * 9, "নি য়ে"])
    assert compounds.among(analyze("নি য়ে")) == {}


def test_at_most_six_letters_are_one_word() -> None:
    """এবিসিডিইএফ is one word; a longer row of letters is joined up to six."""
    compounds = compounds_of(["এবিসিডিইএফ", "এবিসিডিইএফজি"] * 2)
    letters = analyze("এ বি সি ডি ই এফ জি")
    assert compounds.of_parts(letters) is None
    assert [len(compound.parts) for compound in compounds.among(letters).values()] == [6]


def test_at_most_three_words_are_one() -> None:
    """A word is also cut into at most three parts."""
    compounds = compounds_of(["নদীমাঠবনহাট", "নদীমাঠবন"] * 2)
    assert compounds.among(analyze("নদী মাঠ বন হাট"))[0].parts == tuple(
        analyze(word)[0] for word in ("নদী", "মাঠ", "বন")
    )


@pytest.mark.parametrize(
    ("texts", "word", "cuts"),
    [
        (["নদী", "ধারে"], "নদীরধারে", []),
        (["নদীর", "নদীতে", "ধারে", "ধারে"], "নদীরধারে", [("নদীর", "ধারে")]),
        (["নদীর", "ধারে", "ধারে"], "নদীরধারে", []),
        (["নদীর", "নদীতে", "ধারে"], "নদীরধারে", []),
        ([*["নদী", "তীর"] * 2, *["নদীতীর"] * 100], "নদীতীর", [("নদী", "তীর")]),
        ([*["নদী", "তীর"] * 2, *["নদীতীর"] * 101], "নদীতীর", []),
        (["শাহ্", "আলম"] * 2, "শাহ্আলম", [("শাহ্", "আলম")]),
        (["ত্রি", "দিব"] * 2, "ত্রিদিব", []),
        (["ত্রি", "দিন"] * 2, "ত্রিদিন", [("ত্রি", "দিন")]),
    ],
    ids=[
        "the first part is spelt otherwise",
        "it is there as it is spelt, and its forms count",
        "too few have it",
        "too few have the second",
        "a fiftieth of the articles of the word",
        "fewer",
        "the first ends in a hasanta",
        "the second is a form of a function verb",
        "the second is a word of its own",
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_both_parts_are_in_articles_enough(
    texts: list[str], word: str, cuts: list[tuple[str, str]], *, at_once: bool
) -> None:
    """Each part must be in two articles, and in a fiftieth as many as the word, by either counting."""
    collection = collection_of(reader_of([article(f"{n:03}", text) for n, text in enumerate(texts)]))
    parts = WordParts((TermScorer if at_once else PartByPart)(collection, DEFAULT_WEIGHTS))
    (token,) = analyze(word)
    _, found = parts.cuts(token.exact, token.stem, 2, 0.02)
    assert [(left.exact, right.exact) for left, right in found] == cuts


def test_parts_of_a_word_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another counter of adjacent words uses the parts that were already looked up."""
    texts = [*["মুক্তি যুদ্ধ"] * 9, *["মুক্তিযুদ্ধ"] * 9]
    articles = [article(f"{n:03}", text) for n, text in enumerate(texts)]
    statistics = PartByPart(collection_of(reader_of(articles)), DEFAULT_WEIGHTS)
    first = Compounds(statistics)
    found = of_word(first, "মুক্তিযুদ্ধ")
    monkeypatch.setattr(WordParts, "_cuts_by_part", lambda *_: [])
    assert of_word(Compounds(statistics, first.parts), "মুক্তিযুদ্ধ") == found
    assert (found is None, of_word(Compounds(statistics), "মুক্তিযুদ্ধ")) == (False, None)


def test_no_function_word_is_one_of_other_words() -> None:
    """আমরা is not a compound of আম and রা, though articles have it as one word."""
    compounds = compounds_of([*["আমরা যাব"] * 9, *["আম রা"] * 2])
    assert compounds.of_parts(analyze("আম রা")) is None


@pytest.mark.parametrize(("other", "joined"), [(9, True), (10, False)])
def test_letters_are_no_form_of_a_word_that_more_articles_have(other: int, *, joined: bool) -> None:
    """একে may be a form of এক; for words that are not letters a form does not matter: খবরে for খব রে."""
    compounds = compounds_of([*["একে একে"] * 9, *["এক পা"] * other, *["খবরে বলে"] * 9, *["খবর"] * 10])
    assert bool(compounds.of_parts(analyze("এ কে"))) == joined
    assert compounds.of_parts(analyze("খব রে"))


@pytest.mark.parametrize(
    ("word", "known"), [("সেতুনদী", True), ("নদীসেতু", True), ("দরসেতু", False), ("নদীমাঠ", False)]
)
def test_parts_that_one_article_has_are_known_words(word: str, *, known: bool) -> None:
    """A part has at least three code points, among other words; a part that no article has is unknown."""
    assert bool(of_word(compounds_of(["নদী", "সেতু", "দর"]), word, alone=False)) == known


def test_three_letters_are_no_form_of_two() -> None:
    """এসএমই is not এসএম with an emphatic ending, though far more articles have that."""
    compounds = compounds_of(["এসএমই মেলা", *["এসএম সুলতান"] * 9])
    assert compounds.of_parts(analyze("এস এম ই")) is not None


def test_letters_are_one_concept_though_most_articles_write_them_apart() -> None:
    """In এম এ পাস neither letter is searched for by itself; other pairs that are rather two stay two."""
    compounds = compounds_of([*["এম এ মান্নান"] * 9, "এমএ পাস", *["পদ্মা সেতু"] * 9, "পদ্মাসেতু"])
    usual = {text: compounds.of_parts(analyze(text)) for text in ("এম এ", "পদ্মা সেতু")}
    assert {text: compound and compound.usual for text, compound in usual.items()} == {
        "এম এ": True,
        "পদ্মা সেতু": False,
    }


def test_names_of_letters_in_a_row_are_taken_as_far_as_they_go() -> None:
    """এবিসি is joined before সিডি, though more articles have that."""
    compounds = compounds_of([*["এবিসি"] * 2, *["সিডি"] * 9])
    found = compounds.among(analyze("এ বি সি ডি"))
    assert {at: len(compound.parts) for at, compound in found.items()} == {0: 3}


@pytest.mark.parametrize("text", ["ঝড়", "অআকখ", "বাদা", "zzz"])
def test_a_word_without_two_known_parts_stays_whole_among_others(compounds: Compounds, text: str) -> None:
    """No part is shorter than three code points."""
    assert of_word(compounds, text, alone=False) is None


def test_of_two_known_words_the_rarer_one_is_as_frequent_as_can_be() -> None:
    """The frequency of the rarer part decides, if no article has the word or a cut's parts adjacent."""
    compounds = compounds_of([*["হাটে"] * 3, "বাজারে", *["হাটেবা", "জারে"] * 2])
    found = of_word(compounds, "হাটেবাজারে", alone=False)
    assert found
    assert [part.exact for part in found.parts] == ["হাটেবা", "জারে"]
    assert (found.usual, found.frequency) == (False, 0)


class Expecting(TermScorer):
    """Counts of an index that record which queries were announced."""

    expected: ClassVar[list[list[str]]] = []

    def expect(self, queries: Iterable[Query]) -> None:
        """Record the words of the announced phrases."""
        self.expected[:] = [
            [word.exact for word in query.words] for query in queries if isinstance(query, Phrase)
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("মুক্তি যুদ্ধ নদী", [["মুক্তি", "যুদ্ধ"]]),
        ("মুক্তিযুদ্ধ নদী", [["মুক্তি", "যুদ্ধ"]]),
        ("সরকার বাজার", []),
        ("ও সমান", []),
    ],
)
def test_what_may_be_a_compound_is_counted_at_once(text: str, expected: list[list[str]]) -> None:
    """Announced are words that articles have as one, and the parts of a word."""
    compounds_of(TEXTS, Expecting).expect(analyze(text))
    assert Expecting.expected == expected


class PartByPart(TermScorer):
    """Counts of an index that cannot cut a word in one step."""

    def cuts(self, word: str, stem: str, fewest: int, share: float) -> None:
        """Return nothing, so that each part is looked up by itself."""


SYLLABLES = (
    "মুক্তি",
    "যুদ্ধ",
    "দ্ধের",
    "সেতু",
    "র",
    "নদী",
    "আন",
    "তে",
    "সে",
    "শে",
    "তারা",
    "ক্অ",
    "প্রতি",
    "বাদ",
    "ৎ",
    "a",
)
some_words = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map("".join)


@given(
    st.lists(st.lists(some_words, min_size=1, max_size=4), min_size=1, max_size=30), some_words, st.booleans()
)
@example([["ধ্রুব", "তারা"]] * 3, "ধ্রুবতারা", True)
@example([["কে"], ["ক্অ"]], "ক্অতারা", False)
def test_words_are_cut_at_once_as_part_by_part(texts: list[list[str]], word: str, alone: bool) -> None:
    """A remote index looks parts up one by one, with the same result."""
    collection = collection_of(
        reader_of([article(f"{n:03}", " ".join(text)) for n, text in enumerate(texts)])
    )
    at_once = Compounds(TermScorer(collection, DEFAULT_WEIGHTS))
    by_part = Compounds(PartByPart(collection, DEFAULT_WEIGHTS))
    for token in analyze(word):
        assert at_once.of_word(token, alone=alone) == by_part.of_word(token, alone=alone)


@pytest.mark.parametrize(
    ("counts", "best"),
    [((10, 20), (20, "খ")), ((20, 10), (20, "ক")), ((4, 20), (5, "খ")), ((4, 3), (4, "ক"))],
)
def test_cuts_that_are_usual_alike_are_counted_to_the_end(
    counts: tuple[int, int], best: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If only one is that frequent it is the best, and five of its articles are enough."""
    found = compounds_of(["নদী"])
    cuts = [(Token(part, 0, 1, part, part),) for part in "কখ"]
    known = dict(zip(cuts, counts, strict=True))
    monkeypatch.setattr(found, "_together", lambda cut, most=99, _least=1: min(known[cut], most))
    together, parts = found._most_together(cuts, 5)
    assert (together, parts[0].text) == best
