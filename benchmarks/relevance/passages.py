"""Makes queries of passages: consecutive words from the middle of a sentence, which find their article.

Titles stay in the index, so that these queries guard against favouring titles and beginnings too much.
"""

import random
import re
from collections.abc import Iterable, Iterator

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.stemmer import is_function_word

__all__ = ["passages"]

SENTENCES = 3
"""The least number of sentences of an article that has a middle."""

WORDS = 8
"""The least number of words of a sentence that has a middle."""

_SENTENCE_END = re.compile(r"[।?!\n]+")
_OPERATORS = re.compile(r"[\"“”()+:*-]")


def passages(articles: Iterable[Article], count: int, seed: int = 11) -> dict[str, str]:
    """By the id of an article, three to five words from one of its sentences except the first.

    Args:
        articles: the articles to draw from.
        count: the number of queries.
        seed: the seed of the choice, which is the same for the same articles.
    """
    chance = random.Random(seed)  # noqa: S311 (the same queries each time are the purpose)
    shuffled = list(articles)
    chance.shuffle(shuffled)
    found = _passages(shuffled, chance)
    return {article_id: text for (article_id, text), _ in zip(found, range(count), strict=False)}


def _passages(articles: Iterable[Article], chance: random.Random) -> Iterator[tuple[str, str]]:
    for article in articles:
        sentences = [
            sentence.split()
            for sentence in _SENTENCE_END.split(article.body)
            if len(sentence.split()) >= WORDS
        ]
        if len(sentences) < SENTENCES:
            continue
        words = chance.choice(sentences[1:])
        length = chance.randint(3, 5)
        start = chance.randrange(1, len(words) - length)
        text = _OPERATORS.sub(" ", " ".join(words[start : start + length])).strip()
        if sum(not is_function_word(token.exact) for token in analyze(text)) > 1:
            yield article.id, text
