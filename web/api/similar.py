"""Articles on the same subject as one of them."""

from flask import Response

from onneshon.web.api.schema import SimilarAnswer, answered
from onneshon.web.parameters import engine

__all__ = ["similar"]


def similar(article_id: str, limit: int) -> Response:
    """The most similar articles, best first, without their bodies."""
    return answered(SimilarAnswer(article_id, engine().similar(article_id, limit=limit)))
