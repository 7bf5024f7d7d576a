"""What a site says of searching in ``onneshon.toml``: weights, fields, what these are called in queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from onneshon.index.configuration import Configuration, KeywordField, check_shown, check_weights
from onneshon.search.query.field_values import field_name
from onneshon.search.query.lexer import FIELDS
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, Weights

_FEATURES = "features."


def site_weights(configuration: Configuration) -> Weights:
    """The constants of the ranking, as far as the site has its own.

    Raises:
        ConfigurationError: one is unknown, or below 0.
    """
    check_weights(configuration.path, configuration.weights)
    given = configuration.weights
    chosen = {
        name.removeprefix(_FEATURES): value for name, value in given.items() if name.startswith(_FEATURES)
    }
    plain = {name: value for name, value in given.items() if not name.startswith(_FEATURES)}
    return replace(DEFAULT_WEIGHTS, **plain, features=replace(DEFAULT_WEIGHTS.features, **chosen))


def site_fields(configuration: Configuration, present: Iterable[str]) -> tuple[KeywordField, ...]:
    """The fields that the site declares, and those that articles have without.

    Args:
        configuration: of the site.
        present: names of fields that articles have values of.

    Raises:
        ConfigurationError: a facet is to be shown that there is not.
    """
    declared = configuration.fields
    further = sorted(set(present) - {field.name for field in declared})
    check_shown(configuration, further)
    return (*declared, *(KeywordField(name) for name in further))


def site_operators(fields: Sequence[KeywordField]) -> Mapping[str, str]:
    """What may stand before a colon in a query for each field: its name, and its labels of one word."""
    found: dict[str, str] = {}
    for field in fields:
        for word in map(field_name, (field.name, *field.labels.values())):
            if word not in FIELDS and not set(word) & set(' \t\n:()"“”+-*~='):
                found.setdefault(word, field.name)
    return found
