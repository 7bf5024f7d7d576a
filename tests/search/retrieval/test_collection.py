"""What an index of several segments knows of its articles, checked in plain Python."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.search.query.tree import Leaf, OneOf, Phrase, Prefix, Term, Variant
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Collection
from onneshon.search.retrieval.executor import Executor
from tests.fakes import article, collection_of, reader_of
from tests.search.queries import query_of

WORDS = ["নদী", "নদীর", "মেলা", "বই", "বইয়ের", "ভাষা"]


class Corpus(NamedTuple):
    """Articles in segments, some of them deleted."""

    segments: Sequence[Sequence[Article]]
    deleted: set[str]

    @property
    def all(self) -> list[Article]:
        """All articles in the order of their documents."""
        return [document for segment in self.segments for document in segment]

    @property
    def live(self) -> list[Article]:
        """The articles that are not deleted."""
        return [document for document in self.all if document.id not in self.deleted]

    def collection(self) -> Collection:
        """The collection that searches use."""
        return collection_of(reader_of(*self.segments, deleted=self.deleted))


texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """Draw a corpus of up to three segments."""
    rows = draw(st.lists(st.tuples(texts, texts), min_size=1, max_size=8))
    written = [article(f"খবর-{n}", body, title=title) for n, (title, body) in enumerate(rows)]
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=2)))
    bounds = [0, *cuts, len(rows)]
    segments = [written[start:end] for start, end in pairwise(bounds) if end > start]
    return Corpus(segments, {f"খবর-{n}" for n in draw(st.sets(st.integers(0, 7), max_size=3))})


def _stems(document: Article) -> list[list[str]]:
    return [[token.stem for token in analyze(text)] for text in (document.title, document.body)]


def _held(document: Article) -> set[str]:
    return {stem for text in _stems(document) for stem in text}


def _term(word: str, **options: bool) -> Term:
    (token,) = analyze(word)
    return Term(token.text, token.exact, token.stem, **options)  # type: ignore[arg-type]


@given(corpora())
def test_each_article_is_found_where_it_lies(corpus: Corpus) -> None:
    """An article is found by number and by id in any segment; a deleted one by number alone."""
    collection = corpus.collection()
    every = np.arange(collection.size, dtype=np.uint32)
    assert collection.ids(every) == [document.id for document in corpus.all]
    assert collection.ids(every[::-1]) == [document.id for document in corpus.all[::-1]]
    assert [collection.article(doc) for doc in every.tolist()] == corpus.all
    found = {document.id: collection.find(document.id) for document in corpus.all}
    assert {key: doc for key, doc in found.items() if doc is not None} == {
        document.id: doc for doc, document in enumerate(corpus.all) if document.id not in corpus.deleted
    }
    assert (collection.size, collection.count) == (len(corpus.all), len(corpus.live))
    assert collection.ids(collection.all_live()) == [document.id for document in corpus.live]
    assert collection.alive.tolist() == [document.id not in corpus.deleted for document in corpus.all]


@given(corpora())
def test_words_are_known_wherever_they_stand(corpus: Corpus) -> None:
    """Document frequencies are over all segments, deleted articles included; prefixes are counted too."""
    collection = corpus.collection()
    scorer = Executor(collection).term_scorer
    for word in [*WORDS, "খপুষ্প"]:
        (token,) = analyze(word)
        holding = [document for document in corpus.all if token.stem in _held(document)]
        assert (
            collection.document_frequency("stem", token.stem)
            == scorer.key_document_frequency(token.stem)
            == len(holding)
        )
        assert scorer.are_indexed([token.stem, "খপুষ্প"]) == [bool(holding), False]
        begun = [d for d in corpus.all if any(stem.startswith(token.stem[:3]) for stem in _held(d))]
        assert scorer.prefix_document_frequency(token.stem[:3]) == len(begun)
        spelt = {t.exact: t.stem for d in corpus.all for t in (*analyze(d.title), *analyze(d.body))}
        assert scorer.stem_of(token.exact) == spelt.get(token.exact)
        assert scorer.begins(word[:2]) == any(key.startswith(word[:2]) for key in spelt)


def _is_in(leaf: Leaf, document: Article) -> bool:
    """Whether a document contains a leaf of a query, in plain Python."""
    match leaf:
        case Term():
            tokens = [token for text in (document.title, document.body) for token in analyze(text)]
            return any(t.exact == leaf.exact if leaf.spelt_so else t.stem == leaf.stem for t in tokens)
        case Prefix(_, start):
            tokens = [token for text in (document.title, document.body) for token in analyze(text)]
            return any(token.exact.startswith(start) for token in tokens)
        case Phrase(words):
            stems = [word.stem for word in words]
            return any(
                text[at : at + len(stems)] == stems for text in _stems(document) for at in range(len(text))
            )
        case OneOf(_, variants):
            return any(_is_in(variant.query, document) for variant in variants)


RIVER, FAIR, BOOK = (_term(word) for word in ("নদী", "মেলা", "বই"))
LEAVES: list[Leaf] = [
    RIVER,
    _term("নদীর", spelt_so=True),
    _term("খপুষ্প"),
    Prefix("ভা", "ভা"),
    Phrase((BOOK, FAIR)),
    Phrase((RIVER, RIVER)),
    OneOf("বইমেলা", (Variant(Phrase((BOOK, FAIR))), Variant(_term("ভাষা"), 0.5, "synonym"))),
]


@given(corpora())
def test_it_is_reported_how_many_articles_have_what_is_asked_for(corpus: Corpus) -> None:
    """``size`` counts articles that can be found; ``holding``, for rarities, counts deleted ones too."""
    scorer = Executor(corpus.collection()).term_scorer
    for leaf in LEAVES:
        assert scorer.document_frequency(leaf) == sum(_is_in(leaf, document) for document in corpus.all)
        assert scorer.size(leaf) == sum(_is_in(leaf, document) for document in corpus.live)
    together = sum(_is_in(Phrase((BOOK, FAIR)), document) for document in corpus.live)
    assert scorer.count([BOOK.stem, FAIR.stem]) == together


def _places(leaf: Term | Phrase, document: Article) -> list[tuple[bool, int]]:
    """The occurrences of a leaf: whether in the body, and the position of its first word."""
    words = leaf.words if isinstance(leaf, Phrase) else (leaf,)
    wanted = [word.stem for word in words]
    starts = [
        (in_body, at)
        for in_body, text in enumerate(_stems(document))
        for at in range(len(text))
        if text[at : at + len(wanted)] == wanted and not (in_body and leaf.field)
    ]
    if isinstance(leaf, Term) and leaf.spelt_so and not _is_in(leaf, document):
        return []
    return sorted({(bool(in_body), at + more) for in_body, at in starts for more in range(len(wanted))})


@given(
    corpora(),
    st.sampled_from(
        [
            RIVER,
            _term("নদীর", spelt_so=True),
            Phrase((BOOK, FAIR)),
            Phrase((RIVER, RIVER)),
            Term("বই", BOOK.exact, BOOK.stem, "title"),
            Phrase((BOOK, FAIR), 0, "title"),
        ]
    ),
)
def test_words_stand_where_the_texts_have_them(corpus: Corpus, leaf: Term | Phrase) -> None:
    """Positions are given by article and field; these words are marked for the reader."""
    positions = Executor(corpus.collection()).term_scorer.positions
    docs = np.arange(0, len(corpus.all), 2, dtype=np.uint32)
    found = positions.of(leaf, docs).tolist()
    assert [(key >> 33, bool(key >> 32 & 1), key & 0xFFFFFFFF) for key in found] == [
        (row, *place) for row, doc in enumerate(docs.tolist()) for place in _places(leaf, corpus.all[doc])
    ]


COMPLETE = [
    ("নদী মেলা", 2),
    ("+নদী মেলা", 2),
    ("+নদী +মেলা", 2),
    ("নদী -ভাষা", 2),
    ("+নদী +(মেলা OR বই)", 1),
    ("(নদী AND মেলা) OR ভাষা", 1),
    ('+নদী "বই মেলা"', 1),
    ("নদী খপুষ্প", 0),
]
"""Queries, each with the number of the four articles that have all it asks for."""


def test_it_is_reported_how_many_articles_have_every_word() -> None:
    """The count is the same for required and optional words; the page shows it above its hits."""
    corpus = [
        article("ক", "নদীর ধারে বই মেলা"),
        article("খ", "নদী ও মেলা, ভাষা"),
        article("গ", "নদী নিয়ে বই"),
        article("ঘ", "ভাষা"),
    ]
    executor = Executor(collection_of(reader_of(corpus[:2], corpus[2:])))
    told = {text: executor.count_all(query_of(text), TimeBudget()) for text, _ in COMPLETE}
    assert told == dict(COMPLETE)
