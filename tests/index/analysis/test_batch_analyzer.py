import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.kernel.words import ChunkTable
from tests.strategies import mixed_text


@given(st.lists(mixed_text, max_size=4))
def test_a_batch_holds_what_the_analysis_of_each_text_says(texts: list[str]) -> None:
    """Same terms, same order, same lengths as analysing one text after another."""
    analyzer = BatchAnalyzer()
    lengths = [analyzer.add(text) for text in texts]
    batch = analyzer.take()
    tokens = [token for text in texts for token in analyze(text)]
    assert [analyzer.exact_terms[i] for i in batch.ids] == [token.exact for token in tokens]
    assert [analyzer.stem_terms[analyzer.stem_of[i]] for i in batch.ids] == [token.stem for token in tokens]
    assert batch.lengths.tolist() == lengths == [len(analyze(text)) for text in texts]


_SIGNS = "(‘\"'*#।॥৷,;:?!.…)”’»–-৳\u200d\u09bc"
_WORDS = ["নদী", "মো", "Dr", "Dhaka", "২০২৪", "2024", "শহিদুল্লাহ্", "র\u200d্যাব", "অ", "দুঃ"]


@given(st.lists(st.sampled_from([*_WORDS, *_SIGNS]), max_size=6).map("".join))
def test_a_plain_word_in_the_kernel_is_what_the_tokenizer_makes_of_it(chunk: str) -> None:
    """With adjacent signs, and whether a sentence ends after it: মো. is an abbreviation."""
    analyzer = BatchAnalyzer()
    table = ChunkTable(analyzer._numbers, 1 << 20, 48)  # asks for every chunk
    assert analyzer.add(chunk) == table.add(chunk)
    batch, (ids, ends) = analyzer.take(), table.take()
    assert (batch.ids.tolist(), batch.ends.tolist()) == (ids.tolist(), ends.tolist())


def test_a_full_stop_ends_a_sentence_unless_the_word_is_short() -> None:
    """Closing quotes and parentheses may follow it."""
    analyzer = BatchAnalyzer()
    analyzer.add("মো. রহিম (বললেন.”) Dr. যান নদী! ঢাকায়.” .ঢাকায় শেষ")
    assert analyzer.take().ends.tolist() == [0, 0, 1, 0, 0, 1, 1, 0, 1]
    analyzer.add("নৌপরিবহন-মন্ত্রী. মন্ত্রী-মো. মন্ত্রী-কর্মকর্তা।")  # of a compound, the last word counts
    assert analyzer.take().ends.tolist() == [0, 1, 0, 0, 0, 1]


def test_what_begins_anew_knows_no_terms_but_the_same_stems() -> None:
    """For when its terms would take too much memory."""
    before = BatchAnalyzer({"নদীর": "নদ"}.get)
    before.add("ঢাকা")
    after = before.anew()
    after.add("নদীর সিলেট")
    assert ([*after.exact_terms], [*after.stem_terms]) == (["নদীর", "সিলেট"], ["নদ", "সিলেট"])
    assert [*before.exact_terms] == ["ঢাকা"]


def test_numbers_of_terms_go_on_from_batch_to_batch() -> None:
    """A term keeps one number for the life of the analyzer, and an empty batch is valid."""
    analyzer = BatchAnalyzer()
    analyzer.add("ঢাকা সিলেট")
    first = analyzer.take()
    empty = analyzer.take()
    analyzer.add("সিলেট ঢাকা রংপুর")
    second = analyzer.take()
    assert first.ids.tolist() == [0, 1]
    assert (len(empty.ids), len(empty.lengths)) == (0, 0)
    assert second.ids.tolist() == [1, 0, 2]
    assert second.ids.dtype == second.lengths.dtype == np.uint32


def test_forgetting_chunks_forgets_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the table of chunks is full it is emptied; pending tokens are kept."""
    monkeypatch.setattr("onneshon.index.analysis.batch_analyzer._CHUNK_BYTES", 1_000)
    analyzer = BatchAnalyzer()
    texts = ["ঢাকা সিলেট রংপুর খুলনা বরিশাল", "ঢাকা বগুড়া", "সিলেট যশোর ঢাকা"]
    for text in texts:
        analyzer.add(text)
    batch = analyzer.take()
    assert [analyzer.exact_terms[i] for i in batch.ids] == " ".join(texts).split()


def test_what_is_remembered_stays_within_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for any number of chunks, of one word or of several; numbers of terms stay."""
    budget = 1 << 18
    monkeypatch.setattr("onneshon.index.analysis.batch_analyzer._CHUNK_BYTES", budget)
    analyzer = BatchAnalyzer()
    for number in range(2_000):
        analyzer.add(f"ঢাকা{number},সিলেট,রংপুর,খুলনা,বরিশাল ঢাকা{number}")
        assert analyzer._chunks.bytes_kept <= budget
    ids = analyzer.take().ids.reshape(2_000, 8)  # a word and a number are two terms
    assert (ids[:, :2] == ids[:, 6:]).all()
    assert (ids[1:, 2:6] == ids[:-1, 2:6]).all()
    assert len(analyzer.exact_terms) == 2_005


@given(st.lists(mixed_text, max_size=4))
def test_a_full_table_says_the_same(texts: list[str]) -> None:
    """Cached or not, of any script, beyond sixteen bits and longer than what is cached."""
    texts = [*texts, "ঢাকা😀 ঢাকা  😀\nx" + "ক" * 90]
    remembering, forgetful = (
        ChunkTable(lambda chunk: list(map(ord, chunk)), size, 48) for size in (1 << 20, 1)
    )
    for table in (remembering, forgetful):
        for text in texts * 2:
            words = list(map(ord, text.replace(" ", "").replace("\n", "")))
            assert table.add(text) == len(words)
        assert table.take()[0].tolist() == [
            ord(character) for text in texts * 2 for character in text if character not in " \n"
        ]
        assert len(table.take()[0]) == 0
