"""How does Whoosh see the columns? The codec, the schema and the list of segments."""
