import pytest
from hypothesis import given

from onneshon.index.analysis.analyzer import Token, analyze, fingerprint, is_plain, word_keys
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import is_function_word, stem_key
from onneshon.index.analysis.tokenizer import tokenize
from onneshon.index.tables import table_names, table_text
from tests.strategies import bengali_text, bengali_words, mixed_text


def test_a_token_carries_its_surface_its_place_and_both_keys() -> None:
    """All tokens of a short text with an emoji, a number with an ending, and a verb."""
    assert analyze("😀 ২০২৪-এর বাড়ী করেছিলেন") == [
        Token("২০২৪-এর", 2, 9, "2024", "2024"),
        Token("বাড়ী", 10, 14, "বাড়ী", "বাড়ি"),
        Token("করেছিলেন", 15, 23, "করেছিলেন", "কর্"),
    ]


@given(mixed_text)
def test_offsets_point_at_the_surface(text: str) -> None:
    """text[start:end] is the token, tokens ascend without overlap, keys are never empty."""
    end = 0
    for token in analyze(text):
        assert text[token.start : token.end] == token.text
        assert end <= token.start < token.end
        assert token.exact
        assert token.stem
        end = token.end


@given(mixed_text)
def test_keys_alone_are_those_of_the_tokens(text: str) -> None:
    """``word_keys``, which needs no offsets, returns the same keys in the same order."""
    assert word_keys(text) == [(token.exact, token.stem) for token in analyze(text)]


@given(mixed_text)
def test_remembered_chunks_change_nothing(text: str) -> None:
    """The tokens are those of the tokenizer in canonical form and stemmed, whether cached or not."""
    plain = [
        (start, end, canonical(word), stem_key(canonical(word)))
        for start, end, word in tokenize(text)
        if canonical(word)
    ]
    for _ in range(2):
        assert [(token.start, token.end, token.exact, token.stem) for token in analyze(text)] == plain


@pytest.mark.parametrize("text", ["", " ", "\n\n", "।", "\u200b\u200c", "\x00\x07", "\u202e", "্"])
def test_texts_without_words_have_no_tokens(text: str) -> None:
    """Marks, spaces and control characters alone cannot be searched for."""
    assert analyze(text) == []


def test_a_text_without_a_space_is_analysed_whole() -> None:
    """A hundred thousand letters without a space are one word, and no trouble."""
    (token,) = analyze("ক" * 100_000)
    assert token.end == 100_000


def test_the_fingerprint_follows_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index built with other tables has another fingerprint."""
    before = fingerprint()
    fingerprint.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("onneshon.index.analysis.analyzer.table_text", lambda name: name)
        after = fingerprint()
    fingerprint.cache_clear()
    assert before != after
    assert fingerprint() == before


def _fingerprint_if_changed(name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    fingerprint.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(
            "onneshon.index.analysis.analyzer.table_text",
            lambda read: table_text(read) + "#" * (read == name),
        )
        changed = fingerprint()
    fingerprint.cache_clear()
    return changed


QUERY_TABLES = {
    "function_verbs.txt",
    "function_words.txt",
    "misspelling.tsv",
    "romanisation_loan.tsv",
    "romanisation_native.tsv",
    "romanisation_scholarly.tsv",
}


@pytest.mark.parametrize("name", sorted(QUERY_TABLES))
def test_tables_that_only_queries_use_outdate_no_index(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another cost of a misspelling, for instance, changes no article's tokens."""
    assert _fingerprint_if_changed(name, monkeypatch) == fingerprint()


@pytest.mark.parametrize("name", sorted(set(table_names()) - QUERY_TABLES))
def test_tables_of_the_analysis_outdate_an_index(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them can change the key of a word."""
    assert _fingerprint_if_changed(name, monkeypatch) != fingerprint()


@pytest.mark.parametrize(
    "word",
    ["এবং", "থেকে", "আমার", "তাঁকে", "হয়েছে", "না", "করলেন", "হইয়াছে", "দিবেন", "কেনো", "কতদিন", "কয়টা"],
)
def test_words_of_grammar_are_function_words(word: str) -> None:
    """Words that a query is not about."""
    assert is_function_word(canonical(word))


@pytest.mark.parametrize("word", ["বাংলাদেশ", "দুটি", "ইতিহাস", "1971", "the", "হলি", "দেওয়ানি"])
def test_words_of_content_are_not(word: str) -> None:
    """Names, nouns and numbers are what a query is about."""
    assert not is_function_word(canonical(word))


@given(bengali_words | bengali_text)
def test_a_plain_text_is_one_token_with_itself_for_a_key(text: str) -> None:
    """The quick test for plain words agrees with the whole analysis."""
    if is_plain(text):
        assert analyze(text) == [Token(text, 0, len(text), text, stem_key(text))]


def test_most_words_are_plain() -> None:
    """A word with a joiner, with a bare ত at its end, or without letters of Bengali is not plain."""
    assert all(map(is_plain, ["বাংলাদেশের", "মুক্তিযুদ্ধ", "ক", "দুঃখ"]))
    assert not any(map(is_plain, ["", "ত্", "শাহ্\u200cবাগ", "SCO", "ক খ", "১৯৭১", "কি?"]))
