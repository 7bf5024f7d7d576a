"""How is this format read? One reader a format, each from a stream to records, one at a time."""
