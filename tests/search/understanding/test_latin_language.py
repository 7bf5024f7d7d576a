"""What the words of a query show of its language, and how that changes their readings."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from onneshon.search.understanding.latin_language import (
    _language_of,
    _language_of_common,
    _leaning_worth,
    is_english_function_word,
    languages_of,
)
from onneshon.search.understanding.latin_sentences import in_language
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan

HEARD = LatinCandidate("বাংলা", "sound", 1.0, 100)
MEANT = LatinCandidate("ব্যবহার", "meaning", 1.0, 400, sure=True)
HEARD_SELDOM = replace(HEARD, text="ইউস", score=0.0, articles=20)
LOAN = LatinCandidate("ইউজ", "loan", 1.0, 60)
FUNCTION_WORD = LatinCandidate("এবং", "sound", 1.0, 900)


@pytest.mark.parametrize(
    ("candidate", "lean", "heard", "listed", "worth"),
    [
        (MEANT, 0, 0, True, 6.0),
        (MEANT, 1, 0, True, 6.0),
        (MEANT, -1, 100, True, -4.0),
        (MEANT, -1, 99, True, 0.0),
        (MEANT, -2, 13, True, -8.0),
        (MEANT, -2, 12, True, 0.0),
        (replace(LOAN, sure=True), -1, 100, True, 6.0),
        (replace(MEANT, sure=False), 1, 0, True, 4.0),
        (replace(MEANT, sure=False), -1, 0, True, -4.0),
        (replace(MEANT, sure=False), 0, 0, True, 0.0),
        (LOAN, 1, 0, True, 4.0),
        (LOAN, -1, 0, True, 0.0),
        (LatinCandidate("যশোর", "name", 1.0, 60), 1, 0, True, 0.0),
        (HEARD, 1, 100, True, 0.0),
        (FUNCTION_WORD, 0, 900, True, -4.0),
        (FUNCTION_WORD, 1, 900, True, -4.0),
        (FUNCTION_WORD, -1, 900, True, 0.0),
        (FUNCTION_WORD, 1, 900, False, 0.0),
    ],
)
def test_the_other_words_speak_for_some_readings(
    candidate: LatinCandidate, lean: int, heard: int, listed: bool, worth: float
) -> None:
    """English supports meanings and loans, Banglish readings by sound; certain table rows need no support."""
    assert _leaning_worth(candidate, lean, heard, listed=listed) == worth


def span(*candidates: LatinCandidate, ending: str = "", typed: str = "use") -> LatinSpan:
    """A word with these candidates."""
    return LatinSpan(0, 1, typed, candidates, ending=ending)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (span(HEARD, ending="er"), -3),
        (span(MEANT), 1),
        (span(replace(MEANT, sure=False)), 0),
        (span(HEARD), -1),
        (span(FUNCTION_WORD), -3),
        (span(HEARD, LOAN), 0),
        (span(replace(HEARD, plausible=False)), 0),
        (span(replace(FUNCTION_WORD, plausible=False), HEARD), -1),
        (replace(span(HEARD), named=True), 0),
        (span(HEARD, typed="modi's"), 1),
        (span(), 0),
    ],
)
def test_a_word_says_which_language_a_query_is(found: LatinSpan, said: int) -> None:
    """Bengali endings and function words outweigh three English words; names count for neither language."""
    assert _language_of(found) == said


@pytest.mark.parametrize(
    ("typed", "heard", "said"),
    [("seizes", 0.21, 3), ("seizes", 0.2, 0), ("seize", 0.21, 0), ("voters", 0.21, 3), ("khans", 0.21, 0)],
    ids=["an ending", "spelt as a Bengali word", "none", "of a noun", "of a name"],
)
def test_an_english_ending_says_that_a_query_is_english(typed: str, heard: float, said: int) -> None:
    """Next to clearly Bengali words it does not: Banglish writers use English plurals."""
    meant = replace(MEANT, sure=False)
    word = span(meant, replace(HEARD, per_letter=heard), typed=typed)
    assert languages_of([word, word, span(HEARD)], written_out=False) == [said, said, -1]
    assert languages_of([word, span(HEARD)], written_out=False) == [0, -1]
    assert languages_of([word, word, span(FUNCTION_WORD)], written_out=False) == [0, 0, -3]


@pytest.mark.parametrize(("function_words", "first"), [(["who", "is", "the"], "প্রেসিডেন্ট"), ([], "সভাপতি")])
def test_beside_english_function_words_a_loan_is_as_good_as_a_meaning(
    function_words: list[str], first: str
) -> None:
    """In *who is the president* of a country no other word shows the language."""
    president = span(
        replace(MEANT, text="সভাপতি", score=2.0), replace(LOAN, text="প্রেসিডেন্ট", score=5.0), typed="president"
    )
    country = span(LatinCandidate("যুক্তরাষ্ট্র", "name", 1.0, 400, sure=True), typed="usa")
    words = [span(typed=word) for word in function_words]
    found = in_language(spans_of(*words, president, country))
    assert next(part for part in found if "president" in part.typed).candidates[0].text == first


@pytest.mark.parametrize(
    ("distance", "said"), [(0.2, -1), (0.21, 0), (0.45, 0), (0.46, 1)], ids=["exact", "near", "a name", "far"]
)
def test_a_common_english_word_is_bengali_where_it_is_spelt_exactly_so(distance: float, said: int) -> None:
    """*hole* counts as Bengali, but *eat* does not; of several readings the nearest plausible one decides."""
    heard = replace(HEARD, per_letter=distance)
    assert _language_of_common(span(heard)) == said
    assert _language_of_common(span(heard, replace(heard, per_letter=2.0))) == said
    assert _language_of_common(span(heard, replace(heard, per_letter=0.1, plausible=False))) == said


COMMON = span(
    replace(MEANT, text="চমৎকার", articles=50), replace(LOAN, text="ওয়ান্ডারফুল", score=0.5, articles=50)
)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (replace(COMMON, typed="wonderful"), 0),
        (replace(COMMON, typed="wonderful", candidates=COMMON.candidates[:1]), 1),
        (replace(COMMON, typed="flood"), 1),
    ],
    ids=["heard", "not heard", "not common"],
)
def test_a_common_english_word_that_is_also_heard_is_of_either_language(found: LatinSpan, said: int) -> None:
    """Banglish contains such words."""
    assert _language_of(found) == said


@pytest.mark.parametrize(
    ("loans", "others", "first"),
    [(50, [], "ওয়ান্ডারফুল"), (49, [], "চমৎকার"), (50, [span(MEANT)], "চমৎকার")],
)
def test_a_common_english_word_is_meant_as_articles_write_it(
    loans: int, others: list[LatinSpan], first: str
) -> None:
    """A common English word is a loan where that is as frequent; next to English it is English."""
    meant, loan = COMMON.candidates
    word = span(meant, replace(loan, articles=loans), typed="wonderful")
    assert firsts(in_language(spans_of(word, *others)))[0] == first


@pytest.mark.parametrize(
    ("function_words", "kept"), [(["the", "of"], ["ক্ষমতা", "পৌর"]), (["the", "of", "in"], ["ক্ষমতা"])]
)
def test_in_plain_english_no_word_of_a_table_is_what_sounds_so(
    function_words: list[str], kept: list[str]
) -> None:
    """*power* is not পৌর; two function words do not make a sentence."""
    power = span(replace(MEANT, text="ক্ষমতা"), replace(HEARD, text="পৌর"), typed="power")
    words = [span(typed=word) for word in function_words]
    (found,) = (part for part in in_language(spans_of(power, *words, span(MEANT))) if "power" in part.typed)
    assert [candidate.text for candidate in found.candidates] == kept


def test_a_common_english_word_that_sounds_like_nothing_is_english() -> None:
    """A common English word without a reading by sound is as English as can be."""
    assert _language_of_common(span()) == 1


def spans_of(*found: LatinSpan) -> list[LatinSpan]:
    """The words at consecutive positions."""
    return [replace(part, first=position, last=position + 1) for position, part in enumerate(found)]


def firsts(spans: Sequence[LatinSpan]) -> list[str]:
    """The likeliest text of each word."""
    return [part.candidates[0].text if part.candidates else "" for part in spans]


BOTH = span(replace(HEARD, text="ইউস", score=6.0, articles=100), MEANT)


@pytest.mark.parametrize(
    ("others", "first"),
    [([], "ব্যবহার"), ([span(MEANT)], "ব্যবহার"), ([span(HEARD)], "ইউস"), ([span(HEARD), span(MEANT)], "ব্যবহার")],
)
def test_a_word_leans_to_the_language_of_the_others(others: list[LatinSpan], first: str) -> None:
    """The word itself is not counted for this."""
    assert firsts(in_language(spans_of(BOTH, *others)))[0] == first


@pytest.mark.parametrize(
    ("words", "heard", "first"),
    [
        (4, HEARD_SELDOM, "ব্যবহার"),
        (5, HEARD_SELDOM, "ইউস"),
        (5, replace(HEARD_SELDOM, articles=1), "ব্যবহার"),
    ],
)
def test_in_a_sentence_of_five_words_english_ones_are_mixed_in_as_they_sound(
    words: int, heard: LatinCandidate, first: str
) -> None:
    """English words by sound need many articles, if far fewer than the meaning, and a close sound."""
    rare = span(heard, MEANT)
    found = in_language(spans_of(rare, *[span(HEARD)] * (words - 1)))
    assert firsts(found)[0] == first
    (meant,) = (candidate for candidate in found[0].candidates if candidate.kind == "meaning")
    assert meant.score == 1.0 + (-8.0 if first == "ইউস" else 0.0)


@pytest.mark.parametrize(("function_words", "spans"), [(["the", "the"], 2), (["the"], 3)])
def test_two_function_words_make_a_mixed_query_english(function_words: list[str], spans: int) -> None:
    """One English word and a Bengali ending do not count as more Bengali than that."""
    gone = [span(typed=word) for word in function_words]
    assert len(in_language(spans_of(*gone, span(MEANT), span(HEARD, ending="er")))) == spans


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("use", "of", "rice"), [(0, 2), (2, 3)]),
        (("of", "use", "rice"), [(0, 2), (2, 3)]),
        (("of", "use", "the"), [(0, 3)]),
        (("use", "rice", "in"), [(0, 1), (1, 3)]),
    ],
)
def test_function_words_go_to_the_word_before_them_or_after(
    typed: tuple[str, ...], words: list[tuple[int, int]]
) -> None:
    """In an English query they are counted, so that the typed text can be shown."""
    given = [span(*([] if word in {"of", "the", "in"} else [MEANT]), typed=word) for word in typed]
    found = in_language(spans_of(*given))
    assert [(part.first, part.last) for part in found] == words
    assert [part.before + part.after + 1 for part in found] == [last - first for first, last in words]


@pytest.mark.parametrize(("word", "gone"), [("of", True), ("the", True), ("at", False), ("is", False)])
def test_after_an_english_word_a_few_are_english_in_any_query(word: str, gone: bool) -> None:
    """*use of* occurs in Banglish; other function words may be Bengali (at আট)."""
    banglish = span(FUNCTION_WORD, typed="ebong")
    found = in_language(spans_of(span(MEANT), span(typed=word), banglish, banglish, banglish))
    assert next(part.last - part.first for part in found) == 1 + gone


@pytest.mark.parametrize(("articles", "first"), [(100, "মশক"), (99, "ব্যবহার")])
def test_what_a_word_sounds_like_most_tells_whether_it_is_usual(articles: int, first: str) -> None:
    """*mosque* is nearest to মশক, which is rare; that মাস্ক is frequent does not matter."""
    near, far = (replace(HEARD, text=text, score=score) for text, score in (("মশক", 0.5), ("মাস্ক", 0.0)))
    both = span(replace(near, articles=articles), replace(far, articles=900), MEANT)
    assert firsts(in_language(spans_of(both, span(HEARD))))[0] == first


@pytest.mark.parametrize(("word", "gone"), [("vs", True), ("at", False)])
def test_what_has_no_vowel_is_no_bengali_function_word(word: str, gone: bool) -> None:
    """An example is *tara vs amra*."""
    banglish = span(FUNCTION_WORD, typed="ebong")
    found = in_language(spans_of(banglish, span(typed=word), banglish, banglish))
    assert next(part.last - part.first for part in found) == 1 + gone


NAME = LatinCandidate("যশোর", "name", 1.0, 60, sure=True)


def test_beside_names_function_words_say_nothing_but_the_last() -> None:
    """*jessore to jessore to* is a query of names, whatever Bengali may be written so; the last one stays."""
    to, name = span(HEARD, typed="to"), span(NAME, typed="jessore")
    found = in_language(spans_of(name, to, name, to))
    assert [(part.first, part.last) for part in found] == [(0, 2), (2, 3), (3, 4)]


@pytest.mark.parametrize(
    ("others", "written_out", "said"),
    [
        ([], True, [0]),
        ([], False, [-1]),
        ([span(MEANT)], True, [0, 1]),
        ([span(MEANT)], False, [-1, 1]),
        ([span(HEARD, typed="ami"), span(MEANT)], True, [-1, -1, 1]),
    ],
    ids=["by itself", "a key word", "beside English", "among key words", "beside Bengali in Latin letters"],
)
def test_a_common_english_word_says_nothing_in_an_english_sentence(
    others: list[LatinSpan], written_out: bool, said: list[int]
) -> None:
    """A common word shows the language only if spelt as a Bengali word: *said* is hardly সাঈদ."""
    common = span(replace(HEARD, text="সাঈদ", per_letter=0.3), typed="said")
    assert languages_of([common, *others], written_out=written_out) == said


@pytest.mark.parametrize(("other", "first"), [(MEANT, "ব্যবহার"), (HEARD, "এবং")])
def test_a_function_word_gives_way_to_what_a_table_has(other: LatinCandidate, first: str) -> None:
    """Nobody searches for a function word; next to readings by sound it stays the likelier one."""
    assert firsts(in_language(spans_of(span(replace(FUNCTION_WORD, score=9.0), other)))) == [first]


@pytest.mark.parametrize(
    ("others", "score"),
    [
        ([], 3.0),
        ([span(MEANT)], 7.0),
        ([span(HEARD)], -1.0),
        ([span(MEANT)] * 2, 7.0),
        ([span(HEARD), span(MEANT)], 3.0),
    ],
)
def test_one_other_word_is_enough_to_lean_to(others: list[LatinSpan], score: float) -> None:
    """Further words add nothing; with as many words of each language no meaning is supported."""
    likely = span(replace(HEARD, score=6.0), replace(MEANT, score=3.0, sure=False))
    first = in_language(spans_of(likely, *others))[0]
    assert [found.score for found in first.candidates if found.kind == "meaning"] == [score]


def test_a_query_does_not_begin_with_a_pronoun_of_the_object() -> None:
    """In *us visa* the word means the United States, in *tell us* it is a pronoun."""
    assert not is_english_function_word(span(typed="us"))
    assert is_english_function_word(replace(span(typed="us"), first=1, last=2))
    assert is_english_function_word(span(typed="we"))


@pytest.mark.parametrize(
    ("typed", "others", "gone"),
    [("did", 2, True), ("did", 1, False), ("would", 2, True), ("the", 2, False), ("can", 2, False)],
)
def test_a_question_is_english_though_names_sound_like_bengali(typed: str, others: int, gone: bool) -> None:
    """*did fakhrul meet ivanka* is English; *the fakhrul natok* and possible Bengali are not."""
    names = [span(HEARD) for _ in range(others)]
    first, *_ = firsts(in_language(spans_of(span(HEARD_SELDOM, typed=typed), *names)))
    assert (first != HEARD_SELDOM.text) == gone


@pytest.mark.parametrize(
    ("typed", "gone"), [(("how", "many"), True), (("how",), False), (("how", "zygote"), False)]
)
def test_english_function_words_alone_are_none_of_bengali(typed: tuple[str, ...], gone: bool) -> None:
    """In *how many* before a number that is read separately the words are not হয় মন."""
    found = in_language(spans_of(*(span(HEARD, typed=word) for word in typed)))
    assert (not found[0].candidates) == gone


def test_a_common_english_word_is_nothing_that_it_sounds_like_from_afar() -> None:
    """*vote counting* does not contain কোয়ান্টাইন, unless Bengali words are next to it."""
    far = span(replace(HEARD, plausible=False), typed="counterexample")
    assert firsts(in_language(spans_of(span(MEANT), far))) == ["ব্যবহার", ""]
    assert firsts(in_language(spans_of(span(HEARD), span(HEARD), far)))[-1] == "বাংলা"
