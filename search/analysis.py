"""What the front end may ask about words, numbers and hosts, so that it need not know the layer below."""

from index.explain import Explanation, Stage, explain
from index.icu_text import ascii_host, format_date, format_integer

__all__ = ["Explanation", "Stage", "ascii_host", "explain", "format_date", "format_integer"]
