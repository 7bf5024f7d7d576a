from dataclasses import replace
from typing import Any

from onneshon.index import Article
from onneshon.search.results.understood import Reading
from onneshon.search.results.values import Hit, ResultPage, Snippet
from onneshon.web.pages.listing import MOST_WORDS, division, meant, reasons

ARTICLE = Article("1", "নদী", "নদী বয়ে যায়")


def _hit(*missing: str, **layers: Any) -> Hit:
    return Hit(ARTICLE, 1.0, Snippet("নদী"), Snippet(""), layers, missing=missing)


def test_words_as_typed_need_no_reason() -> None:
    """The marks are enough, and another line would be noise."""
    assert reasons(_hit(নদী="exact", চর="exact")) == []


def test_each_way_is_named_once_the_nearest_first() -> None:
    """Words of one kind are grouped, missing ones last; inflected forms are not mentioned."""
    hit = _hit("পলি", dhaka="sound", নদীর="inflection", চর="exact", জলের="inflection", পানি="synonym")
    assert reasons(hit) == [
        ("synonym", ["পানি"]),
        ("sound", ["dhaka"]),
        ("missing", ["পলি"]),
    ]


def test_a_missing_word_is_a_reason_by_itself() -> None:
    """A word may be missing although all others match as typed."""
    assert reasons(_hit("পলি", নদী="exact")) == [("missing", ["পলি"])]


def test_a_pasted_headline_does_not_fill_the_screen() -> None:
    """A few of many words are named, with an ellipsis."""
    hit = _hit(**{f"শব্দ{number}": "synonym" for number in range(30)})
    assert reasons(hit) == [("synonym", [f"শব্দ{number}" for number in range(MOST_WORDS)] + ["…"])]


def test_what_the_page_says_once_is_not_said_of_every_hit() -> None:
    """The reading of the query is above the hits; each hit says what else matched or is missing."""
    assert reasons(_hit(dhaka="sound"), read=True) == []
    assert reasons(_hit(dhaka="sound", চর="exact"), read=True) == []
    assert reasons(_hit("পলি", dhaka="sound"), read=True) == [("missing", ["পলি"])]
    assert reasons(_hit(dhaka="sound", জল="synonym"), read=True) == [("synonym", ["জল"])]


def test_a_word_that_was_translated_is_not_said_to_sound_alike() -> None:
    """*price* and মূল্য do not sound alike; *rabi* and রবি do."""
    readings = (Reading("price", "দাম", "meaning"), Reading("red zone", "রেড জোন", "meaning"))
    found = replace(_page("price red zone rabi", None), readings=(*readings, Reading("rabi", "রবি", "sound")))
    hit = replace(_hit(), read_as={"price": ("মূল্য",), "zone": ("এলাকা",), "rabi": ("রবী",)})
    assert reasons(hit, read=True, by_meaning=meant(found)) == [
        ("sound", ["rabi → রবী"]),
        ("meaning", ["price → মূল্য", "zone → এলাকা"]),
    ]


def _page(text: str, lacking_from: int | None, *missing: tuple[str, ...], **counts: int) -> ResultPage:
    hits = tuple(_hit(*words) for words in missing)
    return ResultPage(text, hits, 9, 0, 10, 1.0, counts=tuple(counts.items()), lacking_from=lacking_from)


def test_what_all_hits_below_the_line_lack_is_named_once() -> None:
    """The line has the query that requires it; hits name their other missing words."""
    page = _page("নদী পলি চর", 1, (), ("পলি",), ("পলি", "চর"), নদী=5, পলি=2, চর=4)
    divided = division(page)
    assert divided is not None
    assert (divided.position, divided.words) == (1, {"পলি": ("পলি", "নদী +পলি চর")})
    assert reasons(page.hits[2], named=divided.words) == [("missing", ["চর"])]


def test_a_word_that_was_read_as_another_is_required_as_that() -> None:
    """The reading of that word is required, so that it is not read otherwise; other words stay as typed."""
    readings = (Reading("nodi", "নদী", "sound"), Reading("poli", "পলি", "sound"))
    page = _page("nodi poli চর", 1, (), ("poli", "চর"), nodi=5, poli=2, চর=4)
    divided = division(replace(page, readings=readings))
    assert divided is not None
    assert divided.words == {"poli": ("পলি", "nodi +পলি চর"), "চর": ("চর", "nodi poli +চর")}


def test_a_word_that_no_article_has_cannot_be_required() -> None:
    """A link that requires a word of no article would find nothing."""
    assert division(_page("নদী পলি", 1, (), ("পলি",), নদী=5, পলি=0)) == (1, {"পলি": None})


def test_without_a_word_in_common_the_line_stands_between_hits_only() -> None:
    """Where each hit of a page lacks a word, the heading and the hits say so already."""
    mixed = (("পলি",), ("চর",))
    assert division(_page("নদী পলি চর", 1, (), *mixed)) == (1, {})
    assert division(_page("নদী পলি চর", 0, *mixed)) is None
    assert division(_page("নদী পলি চর", None, *mixed)) is None
