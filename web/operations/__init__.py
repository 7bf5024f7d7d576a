"""How does the server do, for whoever keeps it?"""

import os

__all__: list[str] = []

if not os.environ.get("PROMETHEUS_MULTIPROC_DIR", "-"):
    # As its library is loaded, it takes a folder without a name for the one where the program was started.
    del os.environ["PROMETHEUS_MULTIPROC_DIR"]
