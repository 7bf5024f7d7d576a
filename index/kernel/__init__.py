"""The compiled inner loops: given lists and whole numbers, it gives documents and sums; it knows no query."""
