"""Which articles hold this term? Columns of numbers in files; knows no Whoosh."""
