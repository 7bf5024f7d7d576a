"""One plain BM25 for every tokenizer, so that only the tokens differ.

k1 1.2 and b 0.75, Lucene's idf, title and body as one text: what the published figures use.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["BM25"]

K1, B = 1.2, 0.75


class BM25:
    """An index in memory over given tokens.

    Args:
        documents: the tokens of each document.
        ids: the name of each document, in the same order.
    """

    def __init__(self, documents: Sequence[Sequence[str]], ids: Sequence[str]) -> None:
        self._ids = ids
        lengths = np.array([len(tokens) for tokens in documents], dtype=np.float64)
        self._norms = K1 * (1 - B + B * lengths / max(lengths.mean(), 1))
        postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, tokens in enumerate(documents):
            for token, frequency in Counter(tokens).items():
                postings[token].append((number, frequency))
        self._postings = {token: np.array(pairs).T for token, pairs in postings.items()}

    def scores(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """The score of every document."""
        scores = np.zeros(len(self._ids))
        for token in tokens:
            if token in self._postings:
                documents, frequencies = self._postings[token]
                idf = np.log1p((len(self._ids) - len(documents) + 0.5) / (len(documents) + 0.5))
                scores[documents] += idf * frequencies / (frequencies + self._norms[documents])
        return scores

    def rank(self, tokens: Sequence[str], limit: int) -> list[tuple[str, float]]:
        """The ids and scores of the best documents; equal scores in the order of the collection."""
        scores = self.scores(tokens)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(self._ids[number], float(scores[number])) for number in best if scores[number] > 0]
