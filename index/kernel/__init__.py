"""What do these lists add up to?

The compiled inner loops: they are given lists and whole numbers, and give documents and sums.
"""

__all__ = ["DamageError"]


class DamageError(ValueError):
    """Bytes that cannot be what the encoder wrote; what reads files says of which file."""
