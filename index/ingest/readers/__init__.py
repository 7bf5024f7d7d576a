"""How is this format read? One reader per format, which turns a stream into records, one at a time."""
