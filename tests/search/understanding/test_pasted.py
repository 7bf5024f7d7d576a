"""A pasted address or hashtag is searched for as its words."""

from urllib.parse import quote

import pytest

from onneshon.search import Engine
from onneshon.search.understanding.decoding import unpacked

KNOWN = {"youtube", "padmasetu", "metoo"}
PATH = "https://www.ittefaq.com.bd/national/"


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        (PATH + "ভাষা-আন্দোলন", "ভাষা আন্দোলন"),
        (PATH + "321654/ভাষা-আন্দোলন?page=2#top", "ভাষা আন্দোলন"),
        ("https://bn.wikipedia.org/wiki/" + quote("ভাষা_আন্দোলন"), "ভাষা আন্দোলন"),
        ("https://bn.wikipedia.org/wiki/" + quote("ঢাকা"), "ঢাকা"),
        ("https://thedailystar.net/news/padma-bridge-opens-x7a9s.html", "padma bridge opens"),
        (PATH + "বাংলাদেশের_২০২০-২১_বাজেট.html", "বাংলাদেশের ২০২০ ২১ বাজেট"),
        ("https://bdnews24.com/bangladesh/article1234.bdnews", "bdnews24"),
        ("https://www.bbc.com/bengali/news-55123456", "bbc"),
        ("www.prothomalo.com", "prothomalo"),
        ("ittefaq.com.bd", "ittefaq"),
        ("পড়ুন http://example.com/a/বই-মেলা আজ", "পড়ুন বই মেলা আজ"),
        ("https://example.com/%22%20OR%20*", "example"),
        ("#SaveRohingya", "#Save Rohingya"),
        ("#BlackLivesMatter", "#Black Lives Matter"),
        ("#MeToo", "#Me Too"),
    ],
)
def test_it_is_the_words_that_it_is_about(pasted: str, words: str) -> None:
    """An address is read as the last part of its path or its site's name, a hashtag as its words."""
    assert unpacked(pasted, KNOWN.__contains__) == words


@pytest.mark.parametrize(
    "text",
    [
        "YouTube",
        "#PadmaSetu",
        "U.S.A. ৩.৫",
        "বি.বি.সি",
        "news@ittefaq.com.bd",
        "SCOতে iPhone",
        "https://",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    """Words known as one, abbreviations, numbers and mail addresses stay."""
    assert unpacked(text, KNOWN.__contains__) == text


def test_an_address_finds_what_its_words_find(sample_engine: Engine) -> None:
    """The page says what was searched for; a literal query is the address as pasted."""
    pasted = "https://bn.wikipedia.org/wiki/" + quote("ভাষা_আন্দোলন")
    page, typed = sample_engine.search(pasted), sample_engine.search("ভাষা আন্দোলন")
    assert [hit.id for hit in page] == [hit.id for hit in typed]
    assert page.understanding is not None
    assert (page.understanding.understood, page.understanding.encoding) == ("ভাষা আন্দোলন", "unicode")
    assert sample_engine.search(pasted, literal=True).understanding is None


def test_a_hashtag_finds_what_its_words_find(sample_engine: Engine) -> None:
    """No article contains *BhashaAndolon* as one word."""
    assert sample_engine.search("#BhashaAndolon").total == sample_engine.search("bhasha andolon").total > 0
