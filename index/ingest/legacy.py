"""Articles that were typed for a font of Bijoy: as Unicode, or reported, and never stored as they are."""

import re
from dataclasses import replace
from typing import Final

from onneshon.index.article import Article
from onneshon.index.encodings.legacy import ENOUGH, in_unicode, verdict, without_latin_words
from onneshon.index.errors import CorpusError

__all__ = ["article_in_unicode"]

_ENOUGH_OF_A_WORD: Final = 20.0
"""Weight from which one word of ASCII is Bijoy by itself: of names in Latin letters none comes near, of codes
made at random, six or eleven letters long, one in a thousand."""

_CODE: Final = re.compile("[A-Za-z][^ ]*[0-9]|[0-9][^ ]*[A-Za-z]")
"""A letter and a digit in one word."""


def article_in_unicode(article: Article, where: str, *, convert: bool = True) -> Article:
    """The article itself where none of its texts was typed for a font; else with all of them in Unicode.

    Args:
        article: as its source gave it.
        where: its place, for the message.
        convert: whether to convert; where not, an article to convert is an error.

    Raises:
        CorpusError: it was typed for a font whose codes we do not know, or is not to be converted.
    """
    body = in_unicode(article.body)
    title = in_unicode(article.title, near=bool(body.converted))
    if title.converted and not body.converted:
        body = in_unicode(article.body, near=True)
    if body.unreadable or title.unreadable:
        raise CorpusError(
            where, "font", "typed for a font whose codes are not those of Bijoy: convert it first"
        )
    near = bool(body.converted or title.converted)
    author, category = (_label(text, near=near) for text in (article.author, article.category))
    keywords = {
        name: tuple(_label(label, near=near) for label in labels) for name, labels in article.keywords.items()
    }
    if not near and (author, category, keywords) == (article.author, article.category, article.keywords):
        return article
    if not convert:
        raise CorpusError(where, "font", "typed for a font of Bijoy, and not to be converted")
    return replace(
        article, title=title.text, body=body.text, author=author, category=category, keywords=keywords
    )


def _label(text: str, *, near: bool) -> str:
    """A name or a word of a field in Unicode.

    Args:
        text: too short for a verdict of its own, often: what is no Bijoy beyond doubt stays as it is.
        near: the article is Bijoy otherwise, so that less will do here.
    """
    if text.isascii() and (text.isupper() or _CODE.search(text)):
        return text  # GDP, T20, a number of an item: all of them could be consonants of Bijoy
    if near:
        return in_unicode(text, near=True).text
    enough = _ENOUGH_OF_A_WORD if text.isascii() and " " not in text.strip() else ENOUGH
    return without_latin_words(text) if verdict(text, enough) == "bijoy" else text
