"""Query text in, ranked hits out: parsing, ranking, snippets. Makes no HTML and writes no index."""
