from typing import Any

from numpy.typing import NDArray

def checksum(data: bytes | bytearray | memoryview | NDArray[Any]) -> int: ...
