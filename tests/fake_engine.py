"""An engine of a dozen real articles and no index, for tests of the front end alone."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from onneshon.index import Article
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import ArticleNotFoundError, BusyError, IndexCorruptError
from onneshon.search.curation.pins import Pin
from onneshon.search.errors import QueryError
from onneshon.search.interface import Health
from onneshon.search.query.conditions import FilterField
from onneshon.search.request import SearchRequest
from onneshon.search.results.understood import (
    OtherReading,
    Reading,
    Understanding,
    UnderstoodWord,
    WordWriting,
)
from onneshon.search.results.values import (
    Hit,
    MarkedArticle,
    Match,
    MatchKind,
    ResultPage,
    SimilarArticle,
    Snippet,
)
from onneshon.search.retrieval.facets import Facet, FacetName, FacetValue
from onneshon.search.understanding.suggestion import Suggestion

__all__ = ["ARTICLES", "HOSTILE", "SUGGESTED", "FakeEngine", "marks"]

NOTHING_SAID = Configuration()

HOSTILE = '<script>alert("অ")</script> & <b>বাংলাদেশ</b> </mark> \u202eউলটো\u202c \x07'

ARTICLES = (
    Article(
        "ইতিহাস-1",
        "বাংলাদেশের ইতিহাস ও ভাষা আন্দোলনের উত্তরাধিকার",
        "১৯৫২ সালের ২১শে ফেব্রুয়ারি ঢাকার রাজপথে মাতৃভাষার মর্যাদার দাবিতে ছাত্ররা প্রাণ দেন। বাংলাদেশের ইতিহাসে সেই দিনটি "
        "এক মোড় ফেরার দিন।\nভাষার প্রশ্নে যে ঐক্য গড়ে উঠেছিল, তা-ই পরে স্বাধিকার আন্দোলনের ভিত হয়ে দাঁড়ায়। ইতিহাস বলে, "
        "রাষ্ট্র ক্ষমতা দিয়ে মুখের ভাষা কেড়ে নেওয়া যায় না।\nআজ দিনটি আন্তর্জাতিক মাতৃভাষা দিবস, সারা পৃথিবীতে পালিত হয়।",
        dt.date(2024, 2, 21),
        "ইতিহাস",
        "https://example.org/itihas/1",
        "শর্মিলা সেন",
    ),
    Article(
        "nodi/2",
        "নদীমাতৃক বাংলাদেশ: পলি, চর আর মানুষের জীবন",
        "পদ্মা, মেঘনা ও যমুনার পলিতে গড়া এই ব-দ্বীপে নদী কেবল জলপথ নয়, জীবিকার উৎসও। বর্ষায় চর ডোবে, শীতে জাগে; "
        "বাংলাদেশের কৃষক সেই ছন্দেই ফসল ফলান।",
        dt.date(2022, 8, 5),
        "পরিবেশ",
        "",
        "রফিকুল ইসলাম",
    ),
    Article(
        "3",
        "স্কুল ট্রেন: অপরাহ্ণে র‍্যাবের চিহ্ন, হ্যাঁ, ক্ষমতা ও রাষ্ট্র",
        "বাংলাদেশে রেলের যাত্রী বাড়ছে। অপরাহ্ণের ট্রেনে স্কুলের ছেলেমেয়েরা বাড়ি ফেরে।",
        None,
        "ভ্রমণ",
    ),
    Article("4", "", "শিরোনাম ছাড়াই লেখা হয়েছে বাংলাদেশ নিয়ে এই ছোট অনুচ্ছেদ।", dt.date(2020, 1, 1)),
    Article(
        "5", HOSTILE, HOSTILE, None, "<i>বিভাগ</i>", "javascript:alert(1)", '"><img src=x onerror=alert(1)>'
    ),
)


SUGGESTED = ("বাংলাদেশ", "বাংলাদেশ ব্যাংক", "বাংলা একাডেমি", "বাংলাদেশের নদী", "বাংলা ভাষা")

_READINGS = (
    Reading(
        "bangladesher",
        "বাংলাদেশের",
        "sound",
        (OtherReading("বাংলাদেশি", "বাংলাদেশি itihas"),),
    ),
    Reading("itihas", "ইতিহাস", "sound"),
)


def marks(text: str, *words: str, layer: MatchKind = "exact") -> tuple[Match, ...]:
    """The ranges of all occurrences of the words in the text."""
    found = []
    for word in words:
        start = text.find(word)
        while start >= 0:
            found.append(Match(start, start + len(word), layer))
            start = text.find(word, start + len(word))
    return tuple(sorted(found, key=lambda match: match.start))


def _marked(text: str) -> Snippet:
    inflected = marks(text, "বাংলাদেশের", "বাংলাদেশে ", "ইতিহাসে", layer="inflection")
    taken = {match.start for match in inflected}
    exact = [match for match in marks(text, "বাংলাদেশ", "ইতিহাস") if match.start not in taken]
    return Snippet(text, tuple(sorted([*inflected, *exact], key=lambda match: match.start)))


FACETS: Mapping[FacetName, Facet] = {
    "category": Facet("category", (FacetValue("ইতিহাস", 812), FacetValue("পরিবেশ", 90))),
    "author": Facet("author", (FacetValue("শর্মিলা সেন", 41),)),
    "year": Facet("year", (FacetValue("2020", 120), FacetValue("2019", 400))),
}


def _faceted(page: ResultPage) -> ResultPage:
    """The page with facets; hits but the first lack a word, the last two; the first has one alike."""
    last = len(page.hits) - 1
    hits = tuple(
        replace(hit, missing=("সংগ্রাম", "পলি") if rank == last else ("সংগ্রাম",))
        if rank
        else replace(hit, alike=1)
        for rank, hit in enumerate(page.hits)
    )
    lacking = 1 if page.sort == "relevance" else None
    return replace(page, hits=hits, total_all=min(86, page.total), facets=FACETS, lacking_from=lacking)


@dataclass
class FakeEngine:
    """Finds every article for most queries, and behaves specially for a few.

    Attributes:
        articles: its articles.
        total: the number of hits it claims, to test paging.
        alike: the number of them grouped behind others, which is only known beyond the first page.
        asked: all searches it received.
        reloads: the number of calls of ``reload``.
        verified: the number of calls of ``verify``.
        damage: a description of damage to its files.
        warning: the reason why an older generation answers.
        configuration: the configuration of the site.
    """

    articles: tuple[Article, ...] = ARTICLES
    total: int = 5
    alike: int = 0
    asked: list[SearchRequest] = field(default_factory=list)
    reloads: int = 0
    verified: int = 0
    damage: str = ""
    warning: str = ""
    configuration: Configuration = NOTHING_SAID

    @property
    def count(self) -> int:
        """The number of articles it claims to have."""
        return 17757

    @property
    def fields(self) -> tuple[KeywordField, ...]:
        """The fields that the site declares."""
        return self.configuration.fields

    def search(self, request: SearchRequest, /) -> ResultPage:
        """Hits chosen by a word of the query."""
        self.asked.append(request)
        text, limit, offset, literal = request.text, request.limit, request.offset, request.literal
        if "boom" in text:
            raise RuntimeError("a bug, with a secret in its message")
        if "ভিড়" in text:
            raise BusyError(2)
        if "(((" in text:
            raise QueryError("Close the parenthesis.", 2)
        if "[[[" in text:
            raise QueryError("Parentheses may be 8 deep.", 2, kind="deep", limit=8)
        if "..." in text:
            raise QueryError("Only the first 10000 hits.", kind="far", limit=10_000)
        if "খপুষ্প" in text:
            counts = tuple((word, 42 if word == "বাংলাদেশ" else 0) for word in text.split())
            return ResultPage(text, (), 0, offset, limit, 0.4, suggestions=("খপুস্প", "পুষ্প"), counts=counts)
        reading = None
        if text == "bangladesher itihas" and not literal:
            reading = Understanding(text, "বাংলাদেশের ইতিহাস", text)
        layers: dict[str, MatchKind] = {"বাংলাদেশের": "inflection", "ইতিহাস": "sound" if reading else "exact"}
        hits = [
            Hit(article, 9.0 - rank, _marked(article.title), _marked(article.body.split("\n")[0]), layers)
            for rank, article in enumerate(self.articles)
        ]
        shown = tuple((hits * 9)[: max(0, min(limit, self.total - self.alike - offset))])
        facets = {
            name: Facet(name, (FacetValue("2024" if name == "year" else "ইতিহাস", 7),), more=3)
            for name in request.facets
        }
        page = ResultPage(
            text,
            shown,
            self.total,
            offset,
            limit,
            12.3,
            understanding=reading,
            readings=_READINGS if reading else (),
            unknown_fields=("foo",) if text.startswith("foo:") else (),
            sort=request.sort,
            freshness=request.freshness,
            facets=facets,
            total_all=self.total,
            grouped=self.alike if offset else 0,
        )
        return _faceted(page) if "ছাঁকনি" in text else page

    def multi_search(self, requests: Sequence[SearchRequest], /) -> list[ResultPage | QueryError | BusyError]:
        """The page or error of each search."""

        def answer(request: SearchRequest) -> ResultPage | QueryError | BusyError:
            try:
                return self.search(request)
            except (QueryError, BusyError) as error:
                return error

        return [answer(request) for request in requests]

    def scan(self, request: SearchRequest, /) -> Iterator[Article]:
        """Every article, whatever the request."""
        self.asked.append(request)
        return iter(self.articles)

    def author_name(self, name: str, /) -> str:
        """The name unchanged."""
        return name

    def values(self, field: FilterField, /) -> list[str]:
        """The categories; empty for other fields."""
        return (
            sorted({listener.category for listener in self.articles if listener.category})
            if field == "category"
            else []
        )

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def similar(self, article_id: str, /, *, limit: int = 5) -> list[SimilarArticle]:
        """All other articles."""
        article = self.article(article_id)
        return [SimilarArticle(other, 1.0) for other in self.articles if other != article][:limit]

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """Five for most texts; many, none or a failure for a few."""
        if "ভাঙা" in text:
            raise BusyError(2)
        texts = () if not text or "নেই" in text else SUGGESTED * 2 if "অনেক" in text else SUGGESTED
        return [Suggestion(text, "word", 1234 - at) for at, text in enumerate(texts)][:limit]

    def article(self, article_id: str, /) -> Article:
        """The article of that id."""
        for article in self.articles:
            if article.id == article_id:
                return article
        raise ArticleNotFoundError(f"No article {article_id!r}.")

    def marked(self, article_id: str, text: str, /, *, literal: bool = False) -> MarkedArticle:
        """Title and body, marked unless the query finds nothing, or only by its sound."""
        article = self.article(article_id)
        if "খপুষ্প" in text or (literal and text.isascii()):
            return MarkedArticle(Snippet(article.title), Snippet(article.body))
        return MarkedArticle(_marked(article.title), _marked(article.body), partial="অংশ" in text)

    learned = ""

    def as_if(
        self, request: SearchRequest, /, *, synonyms: str | None = None, pins: Sequence[Pin] | None = None
    ) -> ResultPage:
        """The ordinary search: synonyms and pins are ignored here."""
        del synonyms, pins
        return self.search(request)

    def understand(self, text: str, *, literal: bool = False) -> list[UnderstoodWord]:
        """Each word as typed; one in Latin letters by its sound."""
        return [
            UnderstoodWord(
                word,
                "sound" if word.isascii() and not literal else "typed",
                42,
                (WordWriting(word, "typed", 1.0, 42),),
                ("পড়া",) if word.isascii() else (),
            )
            for word in text.split()
        ]

    @property
    def edition(self) -> str:
        """The generation alone."""
        return self.health.generation

    @property
    def health(self) -> Health:
        """Sound once verified, unless a test sets damage or a warning."""
        return Health("000007", self.count, not self.damage and self.verified > 0, self.damage, self.warning)

    def verify(self) -> None:
        """Count the call; raise the damage that a test has set."""
        self.verified += 1
        if self.damage:
            raise IndexCorruptError(self.damage)

    def reload(self) -> bool:
        """Count the call; there is never a newer generation."""
        self.reloads += 1
        return False
