"""Lists of documents as the kernel has them: posting lists with a weight, and lists that were computed."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOTHING", "Docs", "Scores", "Units"]

Docs: TypeAlias = NDArray[np.uint32]
"""Documents of a collection."""

Units: TypeAlias = NDArray[np.uint32]
"""Scores as whole numbers, see ``index.ranking``."""

Scores: TypeAlias = NDArray[np.float64]

NOTHING: Docs = np.empty(0, np.uint32)
