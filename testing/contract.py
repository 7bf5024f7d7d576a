"""All that a search engine promises to those who ask it."""

from onneshon.testing.filters import FiltersContract
from onneshon.testing.pages import PagesContract

__all__ = ["EngineContract"]


class EngineContract(PagesContract, FiltersContract):
    """What every engine promises, see ``search.interface.SearchEngine``; a test each.

    A subclass has a fixture ``engine``, which gives an open engine over ``ARTICLES``, of a site that says
    ``SITE``. It opens an engine for each test, since one of them closes it.
    """
