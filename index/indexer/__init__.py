"""How do articles become an index? Inverting in bounded memory, merging, publishing."""
