"""Quotations that no article has: who quotes from memory is shown the articles that have the words."""

from dataclasses import replace
from typing import Final

from onneshon.search.query.lexer import quotation_of
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Leaf, Phrase, content, leaves
from onneshon.search.request import SearchRequest
from onneshon.search.retrieval.evidence import WordStatistics

_BY_NEARNESS: Final = "relevance"
"""The one order in which those that have the words nearest each other come first."""


def instead_of(request: SearchRequest, parsed: Parsed, statistics: WordStatistics) -> SearchRequest | None:
    """A request for the words of a quotation that no article has; None where it is to stay what it is.

    That is decided by all articles, whatever filters leave of them: the next page, and one narrowed further,
    are of the same words as the first.

    Args:
        request: what is asked.
        parsed: its text, understood.
        statistics: counts articles.
    """
    if request.strict or request.sort != _BY_NEARNESS or not _lacks_only_order(parsed, statistics):
        return None
    return replace(request, text=quotation_of(request.text))


def _lacks_only_order(parsed: Parsed, statistics: WordStatistics) -> bool:
    """Whether no article has words side by side, some of which articles have.

    Of ``literal`` words each is asked for by itself as well, so that these are never such.
    """
    concepts = [] if parsed.query is None else [*content(parsed.query)]
    if len(concepts) != 1 or not isinstance(concepts[0], Leaf):
        return False
    phrases = [leaf for leaf in leaves(concepts[0]) if isinstance(leaf, Phrase)]
    words = [word for phrase in phrases for word in phrase.words]
    return bool(words) and not statistics.size(concepts[0]) and any(map(statistics.size, words))
