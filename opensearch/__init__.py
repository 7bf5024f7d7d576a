"""An index on a cluster of OpenSearch, written and searched like one in a directory; needs an extra.

It is found by the scheme of its address; the packages below it do not import it:

    from onneshon import open_engine

    with open_engine("opensearch://127.0.0.1:9200/news") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")
"""

from onneshon.opensearch.provider import OpenSearchIndex

__all__ = ["OpenSearchIndex"]
