"""A part of an article changed: a merge patch (RFC 7396) of what the API answers for the article."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import ETags

from onneshon.index import Article
from onneshon.index.analysis.control_characters import json_bytes
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.records import json_object
from onneshon.index.json_form import written
from onneshon.index.publishing.operation import Operation
from onneshon.search import ArticleNotFoundError, QueryError
from onneshon.web.api.schema import revision
from onneshon.web.middleware.faults import ChangedError


def merged(target: Any, patch: Any) -> Any:
    """What a merge patch makes of a value: members that it names are put in, those it gives null are gone."""
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


def as_queued(
    article_id: str, queued: Sequence[Operation], stored: Callable[[str], Article], records: SiteRecords
) -> Article:
    """An article as it is once all that waits is visible.

    Args:
        article_id: of the article.
        queued: what waits, in order.
        stored: gives an article of the index.
        records: reads those that wait.

    Raises:
        ArticleNotFoundError: there is none, or there will be none.
    """
    mine = [operation for operation in queued if operation.id == article_id]
    if not mine:
        return stored(article_id)
    article = mine[-1].article(records)
    if article is None:
        raise ArticleNotFoundError(article_id)
    return article


def demand(condition: ETags, article: Article) -> None:
    """Refuse to change an article that is another than its sender knows.

    Tags are compared without the mark of weak ones: what is sent compressed has that mark, and says no less
    of the article.

    Args:
        condition: of the header If-Match; an empty one is none.
        article: as it is now.

    Raises:
        ChangedError: the condition names other versions.
    """
    if condition and not condition.contains_weak(revision(article)):
        raise ChangedError(f"the article {article.id} was changed meanwhile: read it again, and send anew")


def patched(article: Article, body: bytes) -> bytes:
    """The whole record of an article, a part of it changed.

    Args:
        article: as it is.
        body: the patch, a JSON object; members with null are taken out.

    Raises:
        QueryError: it is no object.
    """
    try:
        patch = json_object(body, "the body")
    except CorpusError as error:
        raise QueryError(str(error), kind="parameter", parameter="body") from None
    return json_bytes(merged(written(article), patch))
