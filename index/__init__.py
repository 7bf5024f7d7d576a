"""Articles in, an index directory out: reading corpora, Bengali analysis, and the index itself.

Knows nothing of queries, ranking, or HTML.
"""

from index.article import Article

__all__ = ["Article"]
