"""The same results for a browser and for programs over HTTP. Knows the engine by its results alone.

Does no searching, no analysis and no reading of index files: those are asked of ``search``.
"""

from onneshon.web.app import create_app

__all__ = ["create_app"]
