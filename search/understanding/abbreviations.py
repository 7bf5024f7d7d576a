"""Words that are cut short, as in old lists and forms: সহঃ শিক্ষক, উপ. চেয়ারম্যান, সুপ্রীম কোঃ.

What is meant begins with the same letters and often stands where the short word does. Tables have those that
are usual (ডাঃ, লিঃ); writers cut other words as they please.
"""

import math
from collections import defaultdict
from typing import Final

from onneshon.index.analysis.stemmer import fold, is_function_word
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.alternatives import VISARGA
from onneshon.search.understanding.lattice import Context, folded_stem
from onneshon.search.understanding.usual_spellings import Correction

_SHORTEST: Final = 2
"""Letters of a word that is cut short; with fewer, too many words begin."""

_OFTEN: Final = 5
"""How often the whole word stands beside one of its neighbours, at least."""

_CUT_SHORT: Final = 4.0
"""What the mark at its end is worth, in log-odds: hardly any other word has one."""


def whole_word(before: str, typed: str, after: str, index: WordIndex, context: Context) -> Correction | None:
    """What a Bengali word is cut short of: most of what begins so beside its neighbours; else None.

    Args:
        before: the word before it in the query; empty where there is none.
        typed: the word, maybe with a visarga.
        after: the word behind it; empty where there is none.
        index: its articles.
        context: of its words.
    """
    begin = typed.removesuffix(VISARGA)
    left, right = ("" if is_function_word(near) else near for near in (before, after))
    if len(begin) < _SHORTEST or not (left or right) or context.beside(left, typed, right):
        return None
    if begin != typed and len(context.beginning(typed)) > 1:  # of which the visarga is a part: পুনঃ, বহিঃ
        return None
    forms = _beside(left, begin, right, context)
    every = sum(times for each in forms.values() for times, _ in each)
    stem, found = max(forms.items(), key=lambda form: sum(times for times, _ in form[1]), default=("", []))
    times = sum(times for times, _ in found)
    if times < max(_OFTEN, every - times):
        return None
    _, word = max(found, key=lambda form: (not right and fold(form[1]) == stem, form))
    certainty = _CUT_SHORT + math.log(times / (every - times + 1))
    return Correction(word, document_frequency(word, index), certainty, "unfinished")


def _beside(left: str, begin: str, right: str, context: Context) -> dict[str, list[tuple[int, str]]]:
    """The words that begin so and are no forms of that, by their stems, and how often each stands there."""
    stem = folded_stem(begin)
    words = [word for word, _ in context.beginning(begin)]
    forms: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, counts in zip(words, context.counts_beside(left, words, right), strict=True):
        if any(counts) and (own := folded_stem(word)) != stem:
            forms[own].append((sum(counts), word))
    return forms
