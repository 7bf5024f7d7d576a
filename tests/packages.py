"""The packages of the project, for tests that read all of them."""

from pathlib import Path
from typing import Final

__all__ = ["PACKAGES", "ROOT"]

ROOT: Final = Path(__file__).parents[1]
"""The folder of the project."""

PACKAGES: Final = ("adapters", "index", "opensearch", "search", "testing", "web")
"""The packages: each is a folder at the root, and is installed under our name by a link."""
