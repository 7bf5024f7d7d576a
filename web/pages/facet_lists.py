"""The values of a facet that a page shows, in the order that a site wants."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from onneshon.search.retrieval.facets import Facet, FacetName
from onneshon.web.pages.periods import PERIODS

__all__ = ["arranged"]


def arranged(
    facets: Mapping[FacetName, Facet], categories: Sequence[str], most: int, within: str = ""
) -> dict[FacetName, Facet]:
    """Facets with so many values at most; categories that are named come first, in that order.

    More may have been counted than is shown: a category that comes first may be the rarest.

    Args:
        facets: as counted, each value with more articles before those with fewer.
        categories: which come first where any article has them.
        most: values of each facet but of periods, which are bars.
        within: what the periods that are shown begin with.
    """
    places = {name: place for place, name in enumerate(categories)}
    return {
        name: _bars(facet, within)
        if name in PERIODS
        else _list(facet, places if name == "category" else {}, most)
        for name, facet in facets.items()
    }


def _list(facet: Facet, places: Mapping[str, int], most: int) -> Facet:
    values = sorted(facet.values, key=lambda one: places.get(one.value, len(places)))
    return replace(facet, values=tuple(values[:most]), more=facet.more + max(0, len(values) - most))


def _bars(facet: Facet, within: str) -> Facet:
    return replace(facet, values=tuple(one for one in facet.values if one.value.startswith(within)))
