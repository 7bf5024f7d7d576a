"""The stem key of a word."""

__all__ = ["stem_key"]


def stem_key(exact: str) -> str:
    """The key of the stem layer for a canonical form."""
    return exact
