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
        CorpusError: it is not there; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        reason = f"this format needs {module}: install it with `pip install 'onneshon[{extra}]'` ({error})"
        raise CorpusError(where, "file", reason, ends_source=True) from error
