"""Is it safe, and which generation is live? Generations, manifests, locks, and opening an index."""
