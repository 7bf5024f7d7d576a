"""Onneshon inside what others made: web frameworks, agents, pipelines of language models.

Each module needs the library that it is named for, and is imported by whoever has it:

    from onneshon.adapters.flask import blueprint
"""

__all__: list[str] = []
