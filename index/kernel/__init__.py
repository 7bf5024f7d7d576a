"""What do these lists add up to?

The compiled inner loops: they take posting lists and integers, and return documents and sums.
"""

__all__ = ["DamageError"]


class DamageError(ValueError):
    """Bytes that the encoder cannot have written; the readers of files report which file."""
