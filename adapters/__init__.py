"""Adapters to other software: web frameworks, agents, pipelines of language models.

Each module needs the library that it is named after; import it if that library is installed:

    from onneshon.adapters.flask import blueprint
"""

__all__: list[str] = []
