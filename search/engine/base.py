"""The public methods that all engines share, whatever finds the articles."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Unpack

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.errors import BusyError
from onneshon.search.curation.matching import Effect
from onneshon.search.curation.pins import Pin
from onneshon.search.engine.curated import explained_pin
from onneshon.search.engine.generation import OpenT, again_if_mended
from onneshon.search.engine.searching import Searching
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.query.field_values import check_known
from onneshon.search.query.options import Limit, checked
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.request import SearchOptions, SearchRequest, request_of
from onneshon.search.reranking.grouping import similar_articles
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.highlight import marked_article
from onneshon.search.results.understood import UnderstoodWord, understood_words
from onneshon.search.results.values import MarkedArticle, ResultPage, SimilarArticle
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.changes import Dated
from onneshon.search.understanding.completion import complete
from onneshon.search.understanding.site_synonyms import with_learned
from onneshon.search.understanding.suggestion import (
    AsRead,
    Findings,
    Suggestion,
    as_read,
    as_typed,
    concepts,
    first_begun,
)
from onneshon.search.understanding.synonyms import parse_synonyms, shipped_synonyms

USUAL_LIMIT: Final = 8
"""The default number of suggestions."""


class EngineBase(Searching[OpenT], Dated[OpenT]):
    """The public methods of an engine; constructed as ``Searching`` is.

    Programs with an event loop can await some: ``asearch`` does, returns and raises what ``search`` does, and
    so on. In addition, each raises BusyError where too many calls wait for a thread. A caller that cancels
    returns at once; the running call ends by itself, within the time limit of the engine.
    """

    @abstractmethod
    def _best(self, state: OpenT, query: Query, limit: int, budget: TimeBudget) -> list[tuple[str, float]]:
        """Ids and scores of the best articles."""

    @abstractmethod
    def _explained(self, state: OpenT, query: Query, article_id: str, budget: TimeBudget) -> ScorePart:
        """The explanation of the score of an existing article."""

    @abstractmethod
    def _count_each(self, state: OpenT, queries: Sequence[Query]) -> list[int]:
        """For each query, the number of articles that contain every concept of it."""

    @abstractmethod
    def _similar(
        self, state: OpenT, query: Query, count: int, budget: TimeBudget
    ) -> tuple[Outcome, NDArray[np.uint64]]:
        """The best articles by their words alone, and the fingerprints of their documents."""

    @checked
    @again_if_mended
    def article(self, article_id: str) -> Article:
        """The article with an id.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        with self._reading() as state:
            return state.article(article_id, self._budget())

    @checked
    @again_if_mended
    def rank(self, text: str, *, limit: Limit = 10, literal: bool = False) -> list[tuple[str, float]]:
        """The ids of the best articles and their scores, best first; stored texts are not read.

        Args:
            text: the query.
            limit: the most articles to return.
            literal: search for every word exactly as typed, Latin words as they are.

        Raises:
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query that waited too long behind others.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            query = self._parse(text, state, budget, literal=literal).query
            return [] if query is None or limit < 1 else self._best(state, query, limit, budget)

    def as_if(
        self,
        request: str | SearchRequest,
        /,
        *,
        synonyms: str | None = None,
        pins: Sequence[Pin] | None = None,
    ) -> ResultPage:
        """The page that a search would give with other synonyms or pins; nothing is changed.

        Args:
            request: a query or a whole request.
            synonyms: the text to use instead of the site's file of synonyms; None for the file.
            pins: the pins to use instead of the site's; None for the site's.

        Raises:
            SynonymError: a line of the synonyms is invalid.
            QueryError: as for ``search``.
            BusyError: as for ``search``.
        """
        request = request_of(request, {})
        tables = None
        if synonyms is not None:
            tables = shipped_synonyms().merged(parse_synonyms(synonyms, "line"))
        budget = self._budget()
        with self._asked(request.text, budget) as state:
            known = with_learned(tables, self._learned(state)) if tables else self._synonyms(state)

            def read(typed: SearchRequest) -> Parsed:
                return state.reader.read(
                    typed.text, known, budget, literal=typed.literal, strict=typed.strict
                )

            def effect(query: Query | None) -> Effect | None:
                if pins is None or query is None:
                    return self._effect(query, state)
                return self._pins.effect_if(pins, query, self._reads(state))

            return self._made(request, state, budget, read, effect)

    @checked
    @again_if_mended
    def values(self, field: FilterField) -> list[str]:
        """The values of a field in the index, the most frequent first; none for dates and ids.

        Raises:
            QueryError: there is no such field.
        """
        if field in {"date", "id"}:
            return []
        with self._reading() as state:
            check_known(field, (*FILTER_FIELDS, *(declared.name for declared in state.fields)), "field")
            return [*state.known.counted(field)]

    @checked
    @again_if_mended
    def explain(self, text: str, article_id: str, *, literal: bool = False) -> ScorePart:
        """Explain an article's score for a query as parts that add up to it.

        Where it does not match, the score is 0 and the parts are the reasons: missing words, filters that are
        not met, excluded words that it contains.

        Args:
            text: the query.
            article_id: the article's id.
            literal: search for every word exactly as typed, Latin words as they are.

        Raises:
            ArticleNotFoundError: there is no such article.
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query that waited too long behind others.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            state.article(article_id, budget)
            query = self._parse(text, state, budget, literal=literal).query
            if query is None:
                return ScorePart("score", "", 0.0)
            score = self._explained(state, query, article_id, budget)
            effect = self._effect(query, state)
            return explained_pin(score, article_id, effect) if effect else score

    @checked
    @again_if_mended
    def similar(self, article_id: str, *, limit: Limit = 5) -> list[SimilarArticle]:
        """Articles on the same subject as a given one, best first, without near-duplicates.

        Args:
            article_id: the article's id.
            limit: the most articles to return, up to 50.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        with self._reading() as state:
            budget = self._budget()
            found = similar_articles(
                state.article(article_id, budget),
                state.words,
                limit,
                lambda query, count: self._similar(state, query, count, budget),
            )
            texts = state.articles([name for name, _ in found], budget)
            return [SimilarArticle(texts[name], score) for name, score in found if name in texts]

    @checked
    @again_if_mended
    def suggest(self, text: str, *, limit: Limit = USUAL_LIMIT) -> list[Suggestion]:
        """Completions of a text that is being typed: words, phrases and titles of the index, best first.

        Args:
            text: the text typed so far, in Bengali or Latin letters; a cluster may be half typed.
            limit: the most suggestions to return, up to 50.
        """
        with self._reading() as state:
            return self._suggested(text, limit, state)

    def _suggested(self, text: str, limit: int, state: OpenT) -> list[Suggestion]:
        return complete(
            text,
            state.words,
            limit,
            lambda typed: self._as_read(typed, state),
            lambda texts: self._searched(texts, state),
            usual=state.reader.readings.in_usual_spelling,
            authors=state.author_beginnings().of,
        )

    def _finished(self, request: SearchRequest, state: OpenT) -> SearchRequest:
        text = request.text
        rows = self._suggested(text, USUAL_LIMIT, state)
        return replace(request, text=first_begun(text, self._as_read(text, state), rows, state.words))

    def _searched(self, texts: Sequence[str], state: OpenT) -> list[Findings]:
        budget = self._budget()
        return self._findings.of(texts, state, budget, lambda new: self._found(new, state, budget))

    def _found(self, texts: Sequence[str], state: OpenT, budget: TimeBudget) -> dict[str, Findings]:
        read = {text: self._parse(text, state, budget, literal=False).query for text in texts}
        queries = {text: query for text, query in read.items() if query is not None}
        articles = zip(queries, self._count_each(state, list(queries.values())), strict=True)
        return {text: Findings(count, concepts(queries[text])) for text, count in articles}

    def _as_read(self, text: str, state: OpenT) -> AsRead:
        try:
            parsed = self._parse(text, state, self._budget(), literal=False)
        except QueryError:
            return as_typed(text)
        return as_read(text, parsed, state.statistics)

    @checked
    @again_if_mended
    def understand(self, text: str, *, literal: bool = False) -> list[UnderstoodWord]:
        """How a query is understood: its concepts with all their variants, in the order typed.

        Args:
            text: the query.
            literal: as for ``search``.

        Raises:
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query that waited too long behind others.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            parsed = self._parse(text, state, budget, literal=literal)
            return understood_words(parsed, parsed.decoded or text, state.statistics)

    @checked
    @again_if_mended
    def marked(self, article_id: str, text: str, *, literal: bool = False) -> MarkedArticle:
        """The whole title and body of an article with every match of a query highlighted.

        A query that cannot be parsed highlights nothing.

        Args:
            article_id: the article's id.
            text: the query.
            literal: as in the search that led to this article.

        Raises:
            ArticleNotFoundError: there is no such article.
            BusyError: it is a costly query that waited too long behind others.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            article = state.article(article_id, budget)
            try:
                query = self._parse(text, state, budget, literal=literal).query
            except QueryError:
                query = None
            return marked_article(article, query, budget)

    async def asearch(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> ResultPage:
        """As ``search``."""
        return await self._threads.call(partial(self.search, text, **options))

    async def amulti_search(
        self, requests: Sequence[str | SearchRequest], /
    ) -> list[ResultPage | QueryError | BusyError]:
        """As ``multi_search``."""
        return await self._threads.call(partial(self.multi_search, requests))

    async def asuggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """As ``suggest``."""
        return await self._threads.call(partial(self.suggest, text, limit=limit))

    async def asimilar(self, article_id: str, *, limit: Limit = 5) -> list[SimilarArticle]:
        """As ``similar``."""
        return await self._threads.call(partial(self.similar, article_id, limit=limit))

    async def aarticle(self, article_id: str) -> Article:
        """As ``article``."""
        return await self._threads.call(partial(self.article, article_id))

    async def amarked(self, article_id: str, text: str, *, literal: bool = False) -> MarkedArticle:
        """As ``marked``."""
        return await self._threads.call(partial(self.marked, article_id, text, literal=literal))
