import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import word_boundaries
from onneshon.index.analysis.tokenizer import Segment, repair, tokenize, tokenize_chunk, words_of
from tests.strategies import bengali_letters, mixed_text

WORDS = [
    ("মো.রহিম", ["মো", "রহিম"]),
    ("বাংলা_দেশ", ["বাংলা", "দেশ"]),
    ("bn.wikipedia.org", ["bn", "wikipedia", "org"]),
    ("বি.বি.সি.", ["বিবিসি"]),
    ("বি.এন.পি", ["বিএনপি"]),
    ("U.S.A.", ["usa"]),
    ("এ.কে.ফজলুল", ["এ", "কে", "ফজলুল"]),
    ("২০২৪-এর", ["2024"]),
    ("১৯৭১এর", ["1971"]),
    ("২০১০'এর", ["2010"]),
    ("২১শে", ["21"]),
    ("১৬ই", ["16"]),
    ("১৩তম", ["13"]),
    ("৫টির", ["5"]),
    ("১ম", ["1"]),
    ("SCO-তে", ["sco"]),
    ("SCOতে", ["sco"]),
    ("WiFiএর", ["wifi"]),
    ("Facebook'এর", ["facebook"]),
    ("বাংলাদেশ'র", ["বাংলাদেশ"]),
    ("বাংলাদেশ-এর", ["বাংলাদেশ"]),
    ("‘আলো’-র", ["আলো"]),
    ("“ইত্তেফাক”-এর", ["ইত্তেফাক"]),
    ("ক’রে", ["করে"]),
    ("হ'ল", ["হল"]),
    ("দু'টি", ["দুটি"]),
    ("দু:খ", ["দুঃখ"]),
    ("বললেন:", ["বললেন"]),
    ("মাঝে-মাঝে", ["মাঝে", "মাঝে"]),
    ("সুখ-দুঃখ", ["সুখ", "দুঃখ"]),
    ("এ-ই", ["এ", "ই"]),
    ("১,২৩,৪৫৬", ["123456"]),
    ("১,২৩,৪৫৬.৭৮", ["123456.78"]),
    ("১২.৫", ["12.5"]),
    ("০৭.০৮.১৪৩১", ["07", "08", "1431"]),
    ("১৯৭১-৭২", ["1971", "72"]),
    ("৪জি", ["4", "জি"]),
    ("৫াকা", ["5", "কা"]),
    ("covid্রোগ", ["covid", "রোগ"]),
    ("১৯৭১ের", ["1971"]),
    ("covid19", ["covid19"]),
    ("COVID-19", ["covid", "19"]),
    ("don't", ["don't"]),
    ("৳৫০০", ["500"]),
    ("৫০%", ["50"]),
    ("দেশ।তুমি", ["দেশ", "তুমি"]),
    ("শেষ৷", ["শেষ"]),
    ("#একুশে", ["একুশে"]),
    ("বাং\u200bলা", ["বাংলা"]),
    ("দেশ😀ভাল", ["দেশ", "ভাল"]),
    ("हिन्दी", ["हिन्दी"]),
    ("a\u202fb", ["a", "b"]),
    ("রতœা", ["রত্না"]),
    ("“দ্ব›েদ্বর”-ই—ভ‚মিকা", ["দ্বন্দ্বের", "ভূমিকা"]),
    ("ভ‚মি\u200bকা", ["ভূমিকা"]),
]


@pytest.mark.parametrize(("text", "words"), WORDS, ids=[text for text, _ in WORDS])
def test_words_are_cut_as_a_reader_of_bengali_would(text: str, words: list[str]) -> None:
    """Endings stay with their word, series are one word, and a change of script separates words."""
    assert [canonical(token.word) for token in tokenize(text)] == words


@pytest.mark.parametrize("text", ["৫াকা", "৫\u09bcাকা", "কা"])
def test_a_word_begins_behind_the_signs_that_belong_to_no_letter(text: str) -> None:
    """The word can then be found by itself, since nobody can type such signs."""
    last = tokenize(text)[-1]
    assert (last.word, text[last.start : last.end]) == ("কা", "কা")


@pytest.mark.parametrize(
    "text", ["২০২৪-এর", "SCO-তে", "বাংলাদেশ'র", "বি.বি.সি", "১,২৩,৪৫৬", "বাং\u200bলা", "¯েœহ-এর", "১৯৭১ের"]
)
def test_a_repaired_word_spans_all_of_its_surface(text: str) -> None:
    """A mark covers the word as written, with its ending, dots and commas."""
    (token,) = tokenize(f"😀 {text}।")
    assert (token.start, token.end) == (2, 2 + len(text))


@given(mixed_text)
def test_words_are_ordered_and_apart(text: str) -> None:
    """Tokens are not empty, do not overlap, and ascend."""
    end = 0
    for token in tokenize(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end


@given(st.lists(st.sampled_from([*"করহািে্ূ\u09bc‚›¤œæøÐ¯ŸѲ¬।-a1"]), max_size=12).map("".join))
def test_words_are_apart_where_codes_of_bijoy_are_left(chunk: str) -> None:
    """A vowel sign that is read after a conjunct is written before a part of it."""
    end = 0
    for token in tokenize_chunk(chunk):
        assert end <= token.start < token.end <= len(chunk)
        end = token.end


signs = st.sampled_from([*"।॥৷,;?!.…()“”‘’'\"«»–—-*#/_ab1৭\u200d\u09bc"])
pieces = st.sampled_from(["আম", "বই", "ক্ষ", "এর", "র", "তে", "কে", "ই", "বি", "১২", "7", "TV"])


@given(st.text(bengali_letters | signs, max_size=12) | st.lists(pieces | signs, max_size=8).map("".join))
def test_the_short_way_for_plain_words_is_what_icu_does(chunk: str) -> None:
    """Most chunks are plain words and punctuation, cut without ICU; the result is the same."""
    ends = word_boundaries(chunk)
    segments = [Segment(start, end, chunk[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    expected = [tuple(word) for word in repair(segments)]
    assert [tuple(token) for token in tokenize_chunk(chunk)] == expected
    assert words_of(chunk) == [word for _, _, word in expected]
