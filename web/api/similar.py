"""Articles on the same subject as one of them."""

from typing import Final

from flask import Response, jsonify

from web.parameters import engine

__all__ = ["similar"]

SHOWN: Final = 5
MOST: Final = 50


def similar(article_id: str, limit: int) -> Response:
    """The most similar articles, best first, without their bodies."""
    found = engine().similar(article_id, limit=limit)
    return jsonify(ok=True, id=article_id, similar=[one.to_dict() for one in found])
