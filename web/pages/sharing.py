"""What others are told of an article: search engines by JSON-LD, and whoever links to it by a card."""

from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from onneshon.index.analysis.control_characters import json_text, visible
from onneshon.search import Article

MOST_DESCRIBED: Final = 200
"""Characters of a description, beyond which those who show it cut it."""

_WITHIN_A_SCRIPT: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""Signs that could end the element, as JSON may write them too."""


@dataclass(frozen=True, slots=True)
class Card:
    """An article in short.

    Attributes:
        article: which.
        title: of it, or what stands for one.
        address: the one that lasts: of the original, or ours where there is none.
        site: the name of the site that publishes it.
        picture: the address of its picture, if readers may see one.
        drawn: the address of the picture that stands for it, if there is what draws one.
    """

    article: Article
    title: str
    address: str
    site: str
    picture: str | None = None
    drawn: str | None = None

    @property
    def image(self) -> str | None:
        """What is shown with a link to it."""
        return self.drawn or self.picture

    @property
    def description(self) -> str:
        """The beginning of its text, cut between words."""
        text = " ".join(visible(self.article.body, isolated=True).split())
        if len(text) <= MOST_DESCRIBED:
            return text
        end = text.rfind(" ", 0, MOST_DESCRIBED)
        return f"{text[: end if end > 0 else MOST_DESCRIBED]} …"

    @property
    def linked_data(self) -> Markup:
        """The article as a NewsArticle of schema.org, in JSON that may stand in an element of a page."""
        article = self.article
        said: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": visible(self.title, isolated=True),
            "mainEntityOfPage": self.address,
            "inLanguage": article.lang,
            "datePublished": article.date.isoformat() if article.date else None,
            "author": {"@type": "Person", "name": article.author} if article.author else None,
            "articleSection": article.category,
            "description": self.description,
            "image": list(filter(None, (self.picture, self.drawn))),
            "publisher": {"@type": "Organization", "name": self.site},
            "isAccessibleForFree": True,
        }
        json = json_text({name: value for name, value in said.items() if value})
        return Markup(json.translate(_WITHIN_A_SCRIPT))  # noqa: S704  # no sign of markup is left in it
