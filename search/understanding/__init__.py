"""What was meant? Latin letters read as Bengali, misspellings, synonyms, unfinished words."""
