"""What the front end may ask about words, numbers and dates, so that it need not know the layer below."""

from index.icu_text import format_date, format_integer

__all__ = ["explain", "format_date", "format_integer"]

def explain(text: str): return []
