"""An article, and its fields in an index: its words in two layers, and the further fields.

Each layer has one field over title and body, and a small one of the title alone. The ``exact`` layer has
canonical forms; the ``stem`` layer has stems with positions, for phrases. Positions in a title
count from 0, those in the body after it from the length of the title and ``ranking.GAP`` on. The texts
themselves are stored once, under ``title`` and ``body``.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from onneshon.index.json_form import OMITTED


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its source gave it; its texts are never altered.

    Attributes:
        id: unique within an index.
        title: may be empty when there is a body.
        body: may be empty when there is a title.
        date: day of publication, if known.
        category: section or subject, if known.
        url: the address of the original, if it has one.
        author: the author, if known.
        lang: tag of the language (BCP 47), of which the first part is indexed: ``bn`` of ``bn-BD``.
        keywords: further fields that are compared as a whole, each with its values, see `onneshon.toml`.
        image: the address of its picture, if it has one; stored, but not indexed.
    """

    id: str
    title: str = ""
    body: str = ""
    date: dt.date | None = None
    category: str = ""
    url: str = ""
    author: str = ""
    lang: str = "bn"
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    image: Annotated[str, OMITTED] = ""


TEXTS: Final = ("title", "body")
LAYERS: Final = ("exact", "stem")
TEXT_FIELDS: Final = ("exact", "stem", "title_exact", "title_stem")
"""The fields of words; ``exact`` and ``stem`` cover title and body."""

ID_FIELD: Final = "id"
KEYWORD_FIELDS: Final = ("author", "category", "date", "lang")
"""Fields indexed whole, as one term; a date as ``2023-11-14``, so that the order of terms is that of days."""

KEYWORDS: Final = "keywords"
"""The name under which a site's declared fields are stored; each is indexed by its name, a term a value."""

_SHAPE: Final = {
    **dict.fromkeys(TEXT_FIELDS, "words"),
    **dict.fromkeys((ID_FIELD, *KEYWORD_FIELDS), "value"),
    **dict.fromkeys((*TEXTS, "url"), "stored"),
}


def schema_fingerprint() -> str:
    """SHA-256 of the fields and their kinds; another fingerprint means that the index must be rebuilt."""
    shape = [f"{name} {kind}" for name, kind in sorted(_SHAPE.items())]
    return hashlib.sha256("\n".join(shape).encode()).hexdigest()


def stored_values(article: Article) -> dict[str, Any]:
    """The stored values of an article: its fields that are not empty, the date in ISO 8601."""
    values = {
        ID_FIELD: article.id,
        "title": article.title,
        "body": article.body,
        "date": article.date.isoformat() if article.date else "",
        "category": article.category,
        "url": article.url,
        "author": article.author,
        "lang": article.lang,
        KEYWORDS: article.keywords,
        "image": article.image,
    }
    return {name: value for name, value in values.items() if value}


def article_from_stored(values: Mapping[str, Any]) -> Article:
    """The article with the given ``stored_values``."""
    day, text = values.get("date"), values.get
    return Article(
        text(ID_FIELD, ""),
        text("title", ""),
        text("body", ""),
        dt.date.fromisoformat(day) if day else None,
        text("category", ""),
        text("url", ""),
        text("author", ""),
        text("lang", ""),
        {name: tuple(several) for name, several in values.get(KEYWORDS, {}).items()},
        text("image", ""),
    )
