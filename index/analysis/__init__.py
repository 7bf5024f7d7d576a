"""Which words are there, and which words are the same word? From text to tokens with their keys."""
