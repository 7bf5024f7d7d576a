"""Checks the statements of pages of results by a count in plain Python over the texts of the articles.

    python -m benchmarks.page.claims INDEX [--queries 200] [--words 3] [--seed 1] [--show]

Searches for words drawn from titles, or for Latin words from the tables (`--latin`), reads the pages that are
served, and checks each sentence. Ends with 1 where a sentence is false. Only the parsing of queries and the
analysis of texts into words are shared with the engine.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from benchmarks.page.shown import Shown, ShownHit, read
from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search import Engine, SearchRequest
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Any, Boost, OneOf, Phrase, Prefix, Query, Sought, Term, content, sought
from onneshon.search.understanding.latin_entries import english_words, exonyms
from onneshon.web import create_app

__all__ = ["Claims"]

PAGE = 10
"""The number of hits on a page."""

MOST = 1_000
"""The number of hits that are read after a page."""


class Claims:
    """The pages of one index, and the true statements about its articles.

    Args:
        engine: the engine of the index.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._client = create_app(engine).test_client()
        self._words = lru_cache(maxsize=None)(self._words_of)

    def false(self, text: str, **parameters: str) -> list[str]:
        """The false sentences of a page of results.

        Args:
            text: the query.
            parameters: further parameters of the page's address.
        """
        return [*_Page(self, text, parameters).false()]

    def shown(self, text: str, parameters: dict[str, str]) -> Shown:
        """A page's statements, read from the HTML that is served."""
        answer = self._client.get(f"/search?{urlencode({'q': text, **parameters})}")
        return read(answer.get_data(as_text=True))

    def parsed(self, text: str, *, literal: bool) -> Parsed:
        """The parsed query."""
        with self._engine._reading() as state:  # noqa: SLF001  # what the engine searches is what is checked
            return self._engine._parse(text, state, self._engine._budget(), literal=literal)  # noqa: SLF001

    def found(self, request: SearchRequest) -> list[str]:
        """The ids of all articles that match."""
        return [hit.id for hit in self._engine.scan(request)]

    def following(self, request: SearchRequest) -> list[str]:
        """The ids of the hits of a request that starts further down."""
        return [hit.id for hit in self._engine.search(request)]

    def every(self) -> list[str]:
        """The ids of all articles."""
        return [hit.id for hit in self._engine.scan("*")]

    def _words_of(self, article_id: str) -> tuple[Sequence[Token], Sequence[Token]]:
        article = self._engine.article(article_id)
        return analyze(article.title), analyze(article.body)

    def holds(self, article_id: str, thing: Query) -> bool:
        """Whether an article has a part of a query, such as a word or a phrase."""
        match thing:
            case OneOf(_, variants):
                return any(self.holds(article_id, variant.query) for variant in variants)
            case Boost(child):
                return self.holds(article_id, child)
            case Any(children):
                return any(self.holds(article_id, child) for child in children)
            case Term(_, exact, stem, field, _, _, spelt_so):
                return any(
                    word.exact == exact if spelt_so else word.stem == stem
                    for word in self._texts(article_id, field)
                )
            case Prefix(_, start, field):
                return any(word.exact.startswith(start) for word in self._texts(article_id, field))
            case Phrase(words, slop, field):
                stems = [word.stem for word in words]
                title, body = self._words(article_id)
                texts = (title,) if field == "title" else (title, body)
                return any(_in_order(stems, [word.stem for word in text], slop) for text in texts)
            case _:
                raise TypeError(thing)

    def _texts(self, article_id: str, field: str | None) -> Iterator[Token]:
        title, body = self._words(article_id)
        yield from title
        if field is None:
            yield from body


def _in_order(sought: Sequence[str], words: Sequence[str], slop: int) -> bool:
    """Whether words are in this order, with at most ``slop`` other words among them."""
    if not {*sought} <= {*words}:
        return False
    for start, word in enumerate(words):
        if word != sought[0]:
            continue
        place, ends = start, start + len(sought) - 1 + slop
        for other in sought[1:]:
            place = next((at for at in range(place + 1, len(words)) if words[at] == other), len(words))
        if place <= min(ends, len(words) - 1):
            return True
    return False


class _Page:
    """One page, with what its statements ought to be."""

    def __init__(self, claims: Claims, text: str, parameters: dict[str, str]) -> None:
        self._claims = claims
        self._text = text
        self._literal = parameters.get("literal") == "1"
        self._sort = parameters.get("sort", "relevance")
        self._before = (int(parameters.get("page", "1")) - 1) * PAGE
        self._shown = claims.shown(text, parameters)
        self._query = claims.parsed(text, literal=self._literal).query
        self._things = [*content(self._query)] if self._query else []
        self._request = SearchRequest(text, literal=self._literal, sort=self._sort, limit=PAGE)

    def false(self) -> Iterator[str]:
        if self._query is None:
            return
        if not self._shown.hits:
            yield from self._counts_of_words()
            return
        complete = self._complete()
        yield from self._counts(complete)
        yield from self._line(complete)
        yield from self._order()
        for place, hit in enumerate(self._shown.hits):
            yield from self._missing(place, hit)
            yield from self._layers(hit)
            yield from self._marks(hit)

    def _holds(self, article_id: str, thing: Query) -> bool:
        return self._claims.holds(article_id, thing)

    def _complete(self) -> set[str]:
        """The articles found that have every part of the query."""
        self._found = self._claims.found(self._request)
        return {
            article_id
            for article_id in self._found
            if all(self._holds(article_id, thing) for thing in self._things)
        }

    def _counts(self, complete: set[str]) -> Iterator[str]:
        """Check the number of articles with all words and the number of further ones, as far as shown."""
        true = [len(self._found)]
        if complete and len(complete) < len(self._found) and self._things:
            true = [len(complete), len(self._found) - len(complete)]
        said = [number for _, number in self._shown.counts]
        if said != true:
            yield f"counts {said} for {true}: {self._shown.heading}"

    def _line(self, complete: set[str]) -> Iterator[str]:
        """Check that no article below the line has all words, on this page and all further ones."""
        place = self._shown.divided
        if place is None:
            return
        if self._sort != "relevance":
            yield "a line in an order by day"
        below = [hit.id for hit in self._shown.hits[place:]]
        if not complete.isdisjoint(below):
            yield f"complete below the line: {complete.intersection(below)}"
        above = {hit.id for hit in self._shown.hits[:place]}
        if complete - above:
            start = self._before + len(self._shown.hits)
            further = SearchRequest(self._text, literal=self._literal, limit=MOST, offset=start)
            if not complete.isdisjoint(self._claims.following(further)):
                yield "complete on a page after the line"
        for word in self._shown.lacked:
            if any(self._has(child, word) for child in below):
                yield f"{word} is there below the line"
        for word, query in self._shown.required.items():
            yield from self._required(word, query)

    def _required(self, word: str, query: str) -> Iterator[str]:
        """Check that the page behind the link has no articles without the word."""
        literal = {"literal": "1"} if self._literal else {}
        landed = self._claims.shown(query, literal)
        asked = [*content(self._claims.parsed(word, literal=self._literal).query or Any(()))]
        for hit in landed.hits:
            if asked and not any(self._holds(hit.id, thing) for thing in asked):
                yield f"{hit.id} lacks {word}, though required by {query}"

    def _labelled(self, label: str) -> list[Query]:
        """The parts of the query that have this label on a page."""
        return [thing for thing in self._things if _label(thing, literal=self._literal) == label]

    def _has(self, article_id: str, label: str) -> bool:
        return all(self._holds(article_id, thing) for thing in self._labelled(label))

    def _missing(self, place: int, hit: ShownHit) -> Iterator[str]:
        """Check that what a hit is said to lack is missing, and that everything missing is mentioned."""
        named = set(hit.why.get("missing", ()))
        if self._shown.divided is not None and place >= self._shown.divided:
            named |= {*self._shown.lacked}
        cut = "…" in named
        for label in named - {"…"}:
            if not self._labelled(label):
                yield f"{label} is nothing that was asked for"
            elif self._has(hit.id, label):
                yield f"{hit.id} has {label}"
        for thing in self._things:
            label = _label(thing, literal=self._literal)
            same = self._labelled(label)  # typed twice and read in two ways: one that is there is enough
            if not cut and label not in named and not any(self._holds(hit.id, sought) for sought in same):
                yield f"{hit.id} lacks {label}, which is not said"

    def _layers(self, hit: ShownHit) -> Iterator[str]:
        """Check that each word that is said to match is in the article."""
        for kind, words in hit.why.items():
            for word in words:
                label = word.partition(" → ")[0]
                things = self._labelled(label)
                if kind != "missing" and things and not any(self._holds(hit.id, thing) for thing in things):
                    yield f"{hit.id} has no {word} ({kind})"

    def _marks(self, hit: ShownHit) -> Iterator[str]:
        """Check that each mark is of a searched word, and each one by sound of a reading that is named."""
        assert self._query is not None  # noqa: S101  # it found something
        wanted = [*sought(self._query)]
        typed = {
            token.exact
            for token in analyze(self._claims.parsed(self._text, literal=self._literal).decoded or self._text)
        }
        said = " ".join((self._shown.understood, *self._shown.also))
        at_hit = " ".join(word.partition(" → ")[2] for word in hit.why.get("sound", ()))
        for kind, text in hit.marks:
            tokens = analyze(text)
            of = [sought for sought in wanted if any(_is_of(token, sought) for token in tokens)]
            if not of:
                yield f"{text} is marked and was not asked for"
            if any(sought.kind == "fuzzy" for sought in of):
                continue  # a fuzzy match is of no reading
            if kind == "exact" and not self._is_typed(tokens, typed, wanted):
                yield f"{text} is marked as typed"
            if kind == "sound" and not _is_named(tokens, said):
                yield f"{text} is marked, and no reading of it is named"
            if kind == "sound" and not _is_named(tokens, f"{self._shown.understood} {at_hit}"):
                yield f"{text} is marked by another reading, which the hit does not name"

    def _is_typed(self, tokens: Sequence[Token], typed: set[str], wanted: Sequence[Sought]) -> bool:
        starts = [sought.query.start for sought in wanted if isinstance(sought.query, Prefix)]
        together = "".join(typed)
        return all(
            token.exact in typed
            or any(token.exact.startswith(start) for start in starts)
            or token.exact in together
            or any(token.exact == first + other for first in typed for other in typed)
            for token in tokens
            if not is_function_word(token.exact)
        )

    def _order(self) -> Iterator[str]:
        """Check that hits are ordered by day, where the page sorts by day."""
        days = [hit.date for hit in self._shown.hits]
        known = [day for day in days if day]
        if self._sort != "relevance" and (
            known != sorted(known, reverse=self._sort == "newest")
            or days != known + [""] * (len(days) - len(known))
        ):
            yield f"{self._sort} first: {days}"

    def _counts_of_words(self) -> Iterator[str]:
        """Check the number of articles given for each word alone, where nothing is found."""
        if self._found_any():
            yield "nothing is found, and something is"
        for label, count in self._shown.others.items():
            alone = self._claims.parsed(label, literal=self._literal).query or Any(())
            things = self._labelled(label) or [*content(alone)]
            held = [
                sum(self._holds(article_id, thing) for article_id in self._claims.every()) for thing in things
            ]
            true = max(held, default=count)  # typed twice and read in two ways: the count of the more common
            if true != count:
                yield f"{label} is in {true} articles, not {count}"

    def _found_any(self) -> bool:
        return self._before == 0 and bool(self._claims.found(self._request))


def _label(thing: Query, *, literal: bool) -> str:
    """The label of a part of a query on a page."""
    match thing:
        case Any((child, *_)) | Boost(child):
            return _label(child, literal=literal)
        case OneOf(text):
            return text
        case Phrase(words, slop, field):
            text = f"“{' '.join(word.text for word in words)}”" + (f"~{slop}" if slop else "")
        case Prefix(text, _, field):
            text = f"{text}*"
        case Term(text, field=field, spelt_so=spelt_so):
            text = f"={text}" if spelt_so and not literal else text
        case _:
            raise TypeError(thing)
    return f"{field}:{text}" if field else text


def _is_named(tokens: Sequence[Token], names: str) -> bool:
    """Whether the words are forms of named words, or some of the named words written as one."""
    named = analyze(names)
    stems = [token.stem for token in named]
    together = "".join(stems), "".join(token.exact for token in named)
    return any(
        token.stem in stems or token.stem in together[0] or token.exact in together[1] for token in tokens
    )


def _is_of(token: Token, sought: Sought) -> bool:
    query = sought.query
    if isinstance(query, Prefix):
        return token.exact.startswith(query.start)
    words = query.words if isinstance(query, Phrase) else (query,)
    return any(token.exact == word.exact if word.spelt_so else token.stem == word.stem for word in words)


def _queries(engine: Engine, options: argparse.Namespace) -> Iterator[str]:
    """Queries of content words from titles, or of words from the tables of Latin letters."""
    draw = Random(options.seed)  # noqa: S311  # chance, not secrecy
    titles = [article.title for article in engine.scan("*")]
    latin = [*english_words(), *exonyms()]
    made = 0
    while made < options.queries:
        words = draw.sample(latin, options.words) if options.latin else _of_content(draw.choice(titles))
        if len(words) >= options.words:
            made += 1
            yield " ".join(sorted(draw.sample(words, options.words), key=words.index))


def _of_content(title: str) -> list[str]:
    words = (token for token in analyze(title) if not is_function_word(token.exact))
    return [*dict.fromkeys(token.text for token in words if len(token.text) > 1)]


def main() -> int:
    """Check, print, and exit with 1 where a sentence was false."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--words", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latin", action="store_true")
    parser.add_argument("--show", action="store_true", help="each false sentence")
    options = parser.parse_args()
    pages = divided = wrong = 0
    with Engine.open(options.index, time_limit=None) as engine:
        claims = Claims(engine)
        for query in [*_queries(engine, options)]:
            false = claims.false(query)
            pages += 1
            divided += claims.shown(query, {}).divided is not None
            wrong += bool(false)
            if options.show and false:
                print(query, *false[:3], sep="\n    ")
    print(f"{pages} pages, {divided} with a line, {wrong} with a false sentence")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
