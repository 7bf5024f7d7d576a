"""Which words does a text have, and which are the same word? From text to tokens with their keys."""
