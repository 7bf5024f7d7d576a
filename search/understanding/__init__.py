"""Understanding of queries: Latin letters read as Bengali, misspellings, synonyms, completion."""
