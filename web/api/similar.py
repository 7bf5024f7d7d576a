"""Articles on the same subject as one of them."""

from flask import Response, jsonify

from onneshon.web.parameters import engine

__all__ = ["similar"]


def similar(article_id: str, limit: int) -> Response:
    """The most similar articles, best first, without their bodies."""
    found = engine().similar(article_id, limit=limit)
    return jsonify(ok=True, id=article_id, similar=[one.to_dict() for one in found])
