"""Pairs of adjacent words from several processes and deletions add up to one count of all articles."""

import numpy as np

from onneshon.index.analysis.batch_analyzer import BatchAnalyzer
from onneshon.index.vocabulary.pair_counts import Tokens
from onneshon.opensearch.storage.word_file import PairTally
from tests.index.vocabulary.pairing import counts_of

SENTENCES = ("পদ্মা সেতু চালু হলো", "পদ্মা সেতু দেখতে ভিড়", "পদ্মা নদীতে ভাঙন", "ঢাকা থেকে পদ্মা সেতু")


def test_a_tally_of_articles_says_what_counting_them_together_does() -> None:
    """Additions, removals and merges of another process's tally give the count of all articles together."""
    analyzer, mine, other = BatchAnalyzer(), PairTally(), PairTally()
    for number, text in enumerate([*SENTENCES, "ঢাকা সিলেট"]):
        analyzer.add(text)
        batch = analyzer.take()
        tokens = Tokens(batch.ids, batch.ends, analyzer.exact_terms)
        tally = mine if number % 2 else other
        tally.add(tokens)
        if number == len(SENTENCES):
            mine.add(tokens, -1)
    other.settle()
    mine.merge(other)
    found, expected = mine.total(), counts_of(SENTENCES)
    words = [word for word, times in zip(found.words, found.occurrences.tolist(), strict=True) if times]
    assert words == expected.words
    assert found.counts.tolist() == expected.counts.tolist()


def test_articles_of_several_analysers_are_counted_apart() -> None:
    """Each analyser numbers words by itself, so pending tokens are counted before another's."""
    tally, other = PairTally(), PairTally()
    ends = np.array([0, 0, 1], np.uint8)
    for at, terms in enumerate((["পদ্মা", "সেতু", "নদী"], ["নদী", "পদ্মা", "সেতু"])):
        (tally if at else other).add(Tokens(np.array([0, 1, 2], np.uint32), ends, terms))
    tally.add(Tokens(np.array([0, 1, 2], np.uint32), ends, ["মেঘনা", "নদী", "চর"]))
    tally.add(Tokens(np.array([1, 0, 2], np.uint32), ends, ["পদ্মা", "সেতু", "চর"]), -1)
    other.settle()
    tally.merge(other)
    found = tally.total()
    words = [word.decode() for word in found.words]
    counts = {
        (words[pair >> 32], words[pair & 0xFFFFFFFF]): count
        for pair, count in zip(found.pairs.tolist(), found.counts.tolist(), strict=True)
    }
    assert {pair for pair, count in counts.items() if count > 0} == {
        ("পদ্মা", "সেতু"),
        ("সেতু", "নদী"),
        ("নদী", "পদ্মা"),
        ("মেঘনা", "নদী"),
        ("নদী", "চর"),
    }
    assert counts["পদ্মা", "সেতু"] == 2
