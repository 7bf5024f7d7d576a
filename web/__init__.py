"""The same results for a browser and for programs over HTTP. Uses the engine through its results alone.

Does no searching, no analysis and no reading of index files: ``search`` does these.
"""

from onneshon.web.app import create_app

__all__ = ["create_app"]
