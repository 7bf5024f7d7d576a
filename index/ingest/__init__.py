"""What is in these files? From files of many kinds to articles, one at a time."""
