"""What is in these files? Reads files of many formats into articles, one at a time."""
