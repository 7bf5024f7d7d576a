"""Which version of an article an answer has: its entity tag."""

from hashlib import sha256

from onneshon.index import Article
from onneshon.index.analysis.control_characters import json_bytes
from onneshon.index.json_form import written


def revision(article: Article) -> str:
    """A digest of all that the API answers of an article, whichever generation has it."""
    return sha256(json_bytes(written(article))).hexdigest()[:20]
