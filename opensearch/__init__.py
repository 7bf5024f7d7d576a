"""An index on a cluster of OpenSearch, written and searched as one in a directory is; needs an extra.

Found by its addresses; the packages below know nothing of it:

    from onneshon import open_engine

    with open_engine("opensearch://127.0.0.1:9200/news") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")
"""

from onneshon.opensearch.provider import OpenSearchIndex

__all__ = ["OpenSearchIndex"]
