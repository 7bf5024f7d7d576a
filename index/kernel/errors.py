"""The one error of the kernel."""

__all__ = ["DamageError"]


class DamageError(ValueError):
    """Bytes that cannot be what the encoder wrote; what reads files says of which file."""
