"""Tokenizers, by name."""

import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TypeAlias

from benchmarks.lucene import peer
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.icu_text import word_boundaries

__all__ = ["Tokenizer", "exact", "lucene", "raw", "stem"]

Tokenizer: TypeAlias = Callable[[Iterable[str]], list[list[str]]]
"""Maps texts to the tokens of each."""


def raw(texts: Iterable[str]) -> list[list[str]]:
    """Bare ICU words in lower case: the tokens of an engine that knows nothing of Bengali."""
    return [_icu_words(text) for text in texts]


def _icu_words(text: str) -> list[str]:
    words = (text[start:end] for start, end in pairwise([0, *word_boundaries(text)]))
    return [word.lower() for word in words if any(unicodedata.category(c)[0] in "LN" for c in word)]


def lucene(texts: Iterable[str]) -> list[list[str]]:
    """Tokens of Lucene's BengaliAnalyzer."""
    return peer.analyse(texts)


def exact(texts: Iterable[str]) -> list[list[str]]:
    """Keys of our exact layer alone."""
    return [[token.exact for token in analyze(text)] for text in texts]


def stem(texts: Iterable[str]) -> list[list[str]]:
    """Keys of our stem layer alone."""
    return [[token.stem for token in analyze(text)] for text in texts]
