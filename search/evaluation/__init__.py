"""Is it any good? Judged queries and measures."""
