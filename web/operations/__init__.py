"""How does the server do, for its operator?"""

import os

__all__: list[str] = []

if not os.environ.get("PROMETHEUS_MULTIPROC_DIR", "-"):
    # The library of Prometheus takes an empty folder name for the current directory when it is loaded.
    del os.environ["PROMETHEUS_MULTIPROC_DIR"]
