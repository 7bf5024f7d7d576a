"""What the front end may ask about words, numbers and dates, so that it need not know the layer below."""

from index.explain import Explanation, Stage, explain
from index.icu_text import format_date, format_integer

__all__ = ["Explanation", "Stage", "explain", "format_date", "format_integer"]
