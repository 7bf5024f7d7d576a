"""Libraries that only some formats need: loaded when a file of such a format is read."""

import importlib
from types import ModuleType

from onneshon.index.errors import CorpusError

__all__ = ["needed"]


def needed(module: str, extra: str, where: str) -> ModuleType:
    """A library that is not installed with Onneshon by itself.

    Args:
        module: its name to Python.
        extra: what it is installed with.
        where: the source that it is needed for.

    Raises:
        CorpusError: it cannot be imported; the message says what is missing, and how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = f"`pip install --upgrade 'onneshon[{extra}]'`"
        if _is_itself(module, error):
            reason = f"this format needs {module}: install it with {remedy} ({error})"
        else:
            lacking = " ".join(str(error).split())
            reason = (
                f"this format needs {module}, which is there and cannot be imported: {lacking}; try {remedy}"
            )
        raise CorpusError(where, "file", reason, ends_source=True) from error


def _is_itself(module: str, error: ImportError) -> bool:
    """Whether it is the library that is missing, and not what it imports."""
    return (error.name or "").partition(".")[0] == module.partition(".")[0]
