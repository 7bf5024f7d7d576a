"""Counts of adjacent words agree with counting by hand, in one index and after changes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index import Article, build, update
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.columnar.section_file import SectionWriter
from onneshon.index.errors import IndexCorruptError
from onneshon.index.kernel.terms import APART
from onneshon.index.storage.reader import open_index
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.update import delete_articles
from onneshon.index.vocabulary.pair_counts import (
    TokenRun,
    budget,
    count_pairs,
    counts_of_texts,
    joined,
)
from onneshon.index.vocabulary.pairs import SeveralWordPairs, WordPairs, read_pairs, write_pairs
from tests.index.vocabulary.pairing import counts_of, written

SENTENCES = ("পদ্মা সেতু চালু হলো", "পদ্মা সেতু দেখতে ভিড়", "পদ্মা নদীতে ভাঙন", "ঢাকা থেকে পদ্মা সেতু")


def counted(sentences: Iterable[str]) -> Counter[tuple[str, str]]:
    """Adjacent words, counted by hand."""
    found: Counter[tuple[str, str]] = Counter()
    for sentence in sentences:
        found.update(pairwise(token.exact for token in analyze(sentence)))
    return found


def as_counter(pairs: WordPairs) -> Counter[tuple[str, str]]:
    """All counts of a file of pairs."""
    found = pairs.counts()
    words = [word.decode() for word in found.words]
    of_pairs = zip(found.pairs.tolist(), found.counts.tolist(), strict=True)
    return Counter({(words[pair >> 32], words[pair & 0xFFFFFFFF]): count for pair, count in of_pairs})


@pytest.fixture
def pairs(tmp_path: Path) -> WordPairs:
    """The pairs of the sentences."""
    return written(tmp_path / "x.pairs", SENTENCES)


def test_neighbours_are_counted_in_their_order(pairs: WordPairs) -> None:
    """A pair in reverse order is another pair."""
    assert pairs.count("পদ্মা", "সেতু") == 3
    assert pairs.count("সেতু", "পদ্মা") == 0
    assert pairs.count("পদ্মা", "মেঘনা") == pairs.count("মেঘনা", "পদ্মা") == 0
    assert (pairs.occurrences("পদ্মা"), pairs.occurrences("মেঘনা"), pairs.total) == (4, 0, 15)
    assert as_counter(pairs) == counted(SENTENCES)
    words = [word for word, _ in pairs.beginning("")]
    assert [(word, pairs.occurrences(word)) for word in words] == pairs.beginning("")
    assert {pair: pairs.count(*pair) for pair in product(words, words)} == {
        pair: counted(SENTENCES)[pair] for pair in product(words, words)
    }


@pytest.mark.parametrize("before", ["পদ্মা", "সেতু", "মেঘনা", ""])
@pytest.mark.parametrize("after", ["পদ্মা", "সেতু", "চালু", "মেঘনা", ""])
def test_what_stands_beside_two_words_is_counted_at_once(tmp_path: Path, before: str, after: str) -> None:
    """Counts are those of each pair by itself, and add up over all files."""
    whole = written(tmp_path / "whole.pairs", SENTENCES)
    for number in (0, 1):
        written(tmp_path / f"{number}.pairs", SENTENCES[number::2])
    words = ("সেতু", "নদীতে", "মেঘনা", "থেকে")
    expected = [(whole.count(before, word), whole.count(word, after)) for word in words]
    assert [*whole.counts_beside(before, words, after)] == expected
    assert [
        *read_pairs([tmp_path / "0.pairs", tmp_path / "1.pairs"]).counts_beside(before, words, after)
    ] == expected
    assert [*whole.counts_beside(before, (), after)] == []


def test_followers_are_the_commonest_first_and_may_have_to_begin_so(pairs: WordPairs) -> None:
    """A prefix may be required; followers of equal count are in the order of words."""
    assert pairs.followers("পদ্মা") == [("সেতু", 3), ("নদীতে", 1)]
    assert pairs.followers("সেতু") == [("চালু", 1), ("দেখতে", 1)]
    assert pairs.followers("পদ্মা", "সে") == [("সেতু", 3)]
    assert pairs.followers("পদ্মা", "সেতু") == [("সেতু", 3)]
    assert pairs.followers("পদ্মা", "ক") == pairs.followers("মেঘনা") == []


@pytest.mark.parametrize(("least", "often"), [(1, 2), (2, 1), (3, 1), (4, 0), (APART + 1, 0)])
def test_followers_may_have_to_stand_there_so_often(tmp_path: Path, least: int, often: int) -> None:
    """The minimum is of the sum over all files."""
    halves = [tmp_path / f"{n}.pairs" for n in (0, 1)]
    whole = written(tmp_path / "whole.pairs", SENTENCES)
    for number, path in enumerate(halves):
        written(path, SENTENCES[number::2])
    assert whole.followers("পদ্মা", least=least) == whole.followers("পদ্মা")[:often]
    assert read_pairs(halves).followers("পদ্মা", least=least) == whole.followers("পদ্মা")[:often]


def test_words_are_found_by_how_they_begin(pairs: WordPairs) -> None:
    """They are in their order, each with its number of occurrences."""
    assert pairs.beginning("প") == [("পদ্মা", 4)]
    assert pairs.beginning("দ") == [("দেখতে", 1)]
    assert [word for word, _ in pairs.beginning("")] == sorted(
        {word for pair in counted(SENTENCES) for word in pair}
    )
    assert pairs.beginning("পদ্মাবতী") == []


@pytest.mark.parametrize(
    "text",
    [
        "ঢাকা। সিলেট",
        "ঢাকা ! সিলেট",
        "ঢাকা ।সিলেট",
        "ঢাকা?সিলেট",
        "ঢাকা\nসিলেট",
        "শ্রীমঙ্গল. সিলেট",
        "ঢাকা; সিলেট",
        "ঢাকা ।। সিলেট",
    ],
)
def test_no_pair_goes_from_one_sentence_to_the_next(text: str) -> None:
    """Sentence ends and line ends separate words."""
    assert len(counts_of([text]).pairs) == 0


@pytest.mark.parametrize("text", ["মো. আলী", "ঢাকা, সিলেট", "ঢাকা-সিলেট", "Dr. Khan", "‘পদ্মা’ সেতু", "ড. ইউনূস"])
def test_words_of_one_sentence_are_neighbours_over_other_signs(text: str) -> None:
    """The stop of an abbreviation ends no sentence."""
    assert len(counts_of([text]).pairs) == 1


def test_no_pair_goes_from_title_to_body(tmp_path: Path) -> None:
    """Titles, bodies and articles are counted separately."""
    build([Article("১", "পদ্মা সেতু", "যমুনা নদী"), Article("২", "মেঘনা নদী", "")], tmp_path)
    with open_index(tmp_path) as reader:
        assert as_counter(reader.pairs) == {("পদ্মা", "সেতু"): 1, ("যমুনা", "নদী"): 1, ("মেঘনা", "নদী"): 1}


def test_counts_beyond_a_byte_are_kept(tmp_path: Path) -> None:
    """Counts of pairs and of words."""
    found = written(tmp_path / "x.pairs", ["নতুন বই কেনা"] * APART + ["নতুন বই"] * 1_000 + ["বই কেনা"])
    assert found.count("নতুন", "বই") == found.occurrences("নতুন") == APART + 1_000
    assert found.followers("বই") == found.followers("বই", least=APART + 1) == [("কেনা", APART + 1)]
    assert found.followers("বই", least=APART + 2) == []
    assert as_counter(found) == {("নতুন", "বই"): APART + 1_000, ("বই", "কেনা"): APART + 1}


@given(st.lists(st.lists(st.sampled_from(["এক", "দুই", "তিন", "চার"]), max_size=9).map(" ".join), max_size=12))
def test_counting_in_ranges_and_in_parts_says_the_same(texts: list[str]) -> None:
    """The counts are those by hand; counts added and subtracted again leave no trace."""
    expected = counted(texts)
    half = len(texts) // 2
    begin, rest = counts_of(texts[:half]), counts_of(texts[half:])
    for found in (counts_of(texts), joined([begin, rest], most=1_000_000)):
        assert dict(zip(found.pairs.tolist(), found.counts.tolist(), strict=True)) == {
            found.words.index(first.encode()) << 32 | found.words.index(second.encode()): count
            for (first, second), count in expected.items()
        }
        assert found.occurrences.sum() == found.total == sum(len(text.split()) for text in texts)
    left = joined([begin, rest], [rest], most=1_000_000)
    assert left.total == begin.total
    assert left.counts.tolist() == begin.counts.tolist()


def test_a_budget_keeps_the_commonest() -> None:
    """Pairs of equal count are all kept or all dropped, and words as rare as dropped pairs are dropped."""
    texts = ["নতুন বই"] * 3 + ["পুরোনো বই"] * 2 + ["ছেঁড়া বই", "ভেজা বই"]
    found = counts_of(texts).within(3)
    assert [word.decode() for word in found.words] == ["নতুন", "পুরোনো", "বই"]
    assert found.counts.tolist() == [3, 2]
    assert counts_of(texts).within(1).counts.tolist() == [3]
    assert budget(16 * 10**6) < 10 * budget(10**6)


def test_several_files_answer_as_one(tmp_path: Path, pairs: WordPairs) -> None:
    """Counts add up; without segments all counts are zero."""
    halves = [written(tmp_path / f"{n}.pairs", SENTENCES[n::2]) for n in (0, 1)]
    several = read_pairs([tmp_path / "0.pairs", tmp_path / "1.pairs"])
    assert isinstance(several, SeveralWordPairs)
    assert several.count("পদ্মা", "সেতু") == 3
    assert several.followers("পদ্মা") == pairs.followers("পদ্মা")
    assert several.followers("পদ্মা", "ন") == pairs.followers("পদ্মা", "ন")
    assert several.beginning("প") == pairs.beginning("প")
    assert several.occurrences("পদ্মা") == 4
    assert several.total == pairs.total == sum(half.total for half in halves)
    assert len(several) <= len(pairs)
    several.verify()
    assert as_counter(several) == as_counter(pairs)
    assert as_counter(read_pairs([])) == {}
    assert len(read_pairs([])) == 0
    assert read_pairs([]).followers("পদ্মা") == []
    assert read_pairs([]).counts_beside("পদ্মা", ["সেতু"], "") == [(0, 0)]


def indexed(directory: Path) -> Counter[tuple[str, str]]:
    """The counts of an index."""
    with open_index(directory) as reader:
        reader.verify()
        return as_counter(reader.pairs)


def numbered(texts: Sequence[str]) -> list[Article]:
    """An article for each text."""
    return [Article(str(number), "", text) for number, text in enumerate(texts)]


def test_updates_add_up_and_merging_takes_away_what_is_gone(tmp_path: Path) -> None:
    """After a merge deleted articles are no longer counted."""
    build(numbered(SENTENCES), tmp_path)
    update([Article("নতুন", "", "পদ্মা সেতু খুলল")], tmp_path)
    with open_index(tmp_path) as reader:
        assert reader.pairs.count("পদ্মা", "সেতু") == 4
    delete_articles(["0"], tmp_path)
    with open_writer(tmp_path) as writer:
        writer.merge(everything=True)
    assert indexed(tmp_path) == counted([*SENTENCES[1:], "পদ্মা সেতু খুলল"])


@pytest.mark.parametrize("workers", [1, 2])
def test_an_index_of_several_processes_counts_the_same(tmp_path: Path, workers: int) -> None:
    """The counts do not depend on how articles are dealt to the processes."""
    texts = [f"{text} {number}" for number in range(700) for text in SENTENCES]
    build(numbered(texts), tmp_path, workers=workers)
    assert indexed(tmp_path) == counted(texts)


@pytest.mark.parametrize("index", [40, -30, -400])
def test_a_damaged_file_is_noticed_and_named(tmp_path: Path, index: int) -> None:
    """The damage is noticed at opening or at the first look-up."""
    path = tmp_path / "x.pairs"
    write_pairs(path, counts_of([f"{text} {n}" for n in range(50) for text in SENTENCES]))
    content = bytearray(path.read_bytes())
    content[index] ^= 64
    path.write_bytes(content)
    with pytest.raises(IndexCorruptError, match=r"x\.pairs"):
        read_pairs([path]).verify()


@pytest.mark.parametrize("move", [1, 100])
def test_a_great_count_that_is_nowhere_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, move: int
) -> None:
    """A large count is found by its exact place; the next one is not taken for it."""

    def moved(sections: SectionWriter, name: str, counts: NDArray[np.int64]) -> None:
        many = np.flatnonzero(counts >= APART)
        sections.section(name, "|u1").extend(np.minimum(counts, APART))
        sections.section(f"{name}/places", "<u4").extend(many + move)
        sections.section(f"{name}/counts", "<u4").extend(counts[many])

    monkeypatch.setattr("onneshon.index.vocabulary.pairs._write_counts", moved)
    found = written(tmp_path / "x.pairs", ["আজ নতুন বই", "নতুন বই এলো", *["নতুন বই"] * APART])
    with pytest.raises(IndexCorruptError, match="without counts"):
        found.count("নতুন", "বই")
    with pytest.raises(IndexCorruptError, match="without counts"):
        found.occurrences("নতুন")


def test_many_texts_are_counted_a_stretch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else recounting would need memory for a whole archive; the counts are the same."""
    whole = [*counts_of_texts(SENTENCES)]
    monkeypatch.setattr("onneshon.index.vocabulary.pair_counts._LOOKED_AT", 1)
    stretches = [*counts_of_texts(SENTENCES)]
    assert (len(whole), len(stretches)) == (1, len(SENTENCES))
    assert sum(int(each.counts.sum()) for each in stretches) == int(whole[0].counts.sum())


def test_memory_for_few_tokens_makes_more_ranges_and_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text processed in many pieces gives the same pairs too; pairs over the budget are dropped at once."""
    analyzer = BatchAnalyzer()
    for number in range(300):
        analyzer.add(" ".join(SENTENCES[number % 4 :]) + f" {number % 70}")
    batch = analyzer.take()
    order = sorted(range(len(analyzer.exact_terms)), key=analyzer.exact_terms.__getitem__)
    ranks = np.argsort(np.array(order)).astype(np.uint32)
    run = [TokenRun(batch.ids, ranks, batch.ends)]
    words = [analyzer.exact_terms[index].encode() for index in order]
    for most in (1_000, 40, 15):
        whole = count_pairs(run, words, 1 << 30, most)
        monkeypatch.setattr("onneshon.index.vocabulary.pair_counts.LEAST_TOKENS", 1)
        monkeypatch.setattr("onneshon.index.vocabulary.pair_counts._LOOKED_AT", 7)
        parts = count_pairs(run, words, 0, most)
        monkeypatch.undo()
        assert 0 < len(parts.pairs) <= most
        assert parts.words == whole.words
        assert parts.pairs.tolist() == whole.pairs.tolist()
        assert parts.counts.tolist() == whole.counts.tolist()
