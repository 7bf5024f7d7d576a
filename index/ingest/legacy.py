"""Articles that were typed for a font of Bijoy: as Unicode, or reported, and never stored as they are."""

from dataclasses import replace

from index.article import Article
from index.encodings.legacy import in_unicode
from index.errors import CorpusError

__all__ = ["article_in_unicode"]


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
    if not body.converted and not title.converted:
        return article
    if not convert:
        raise CorpusError(where, "font", "typed for a font of Bijoy, and not to be converted")
    author, category = (in_unicode(text, near=True).text for text in (article.author, article.category))
    return replace(article, title=title.text, body=body.text, author=author, category=category)
