"""What was asked? From the text of a query to a tree of frozen values."""
