"""The values of a facet that a page shows, in the order that a site wants."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from search.retrieval.facets import Facet, FacetName

__all__ = ["arranged"]


def arranged(
    facets: Mapping[FacetName, Facet], categories: Sequence[str], most: int
) -> dict[FacetName, Facet]:
    """Facets with so many values at most; categories that are named come first, in that order.

    Args:
        facets: as counted, each value with more articles before those with fewer.
        categories: which come first where any article has them.
        most: values of each facet but of years, which are bars.
    """
    places = {name: place for place, name in enumerate(categories)}
    return {
        name: _arranged(facet, places if name == "category" else {}, most) for name, facet in facets.items()
    }


def _arranged(facet: Facet, places: Mapping[str, int], most: int) -> Facet:
    values = sorted(facet.values, key=lambda one: places.get(one.value, len(places)))
    if facet.name == "year":
        return facet
    return replace(facet, values=tuple(values[:most]), more=facet.more + max(0, len(values) - most))
