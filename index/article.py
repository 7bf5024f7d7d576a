"""What is indexed: an article."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Article"]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its source gave it; its texts are never altered.

    Attributes:
        id: unique within an index.
        title: may be empty when there is a body.
        body: may be empty when there is a title.
        date: day of publication, if known.
        category: section or subject, if known.
        url: where the original stands, if anywhere.
        author: who wrote it, if known.
        lang: tag of the language (BCP 47), of which its first part is indexed: ``bn`` of ``bn-BD``.
        keywords: further fields that are compared as a whole, each with its values, see `onneshon.toml`.
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
