"""Analyze a text: the offsets of its words, and the two keys by which each is found."""

from onneshon import analyze

TEXT = "বাংলাদেশের নদীগুলো, ১৯৭১-এর কথা"

for token in analyze(TEXT):
    assert TEXT[token.start : token.end] == token.text  # offsets are code points of the given text
    print(token.start, token.end, token.text, token.exact, token.stem)

# prints:
# 0 10 বাংলাদেশের বাংলাদেশের বাংলাদেস
# 11 18 নদীগুলো নদীগুলো নদি
# 20 27 ১৯৭১-এর 1971 1971
# 28 31 কথা কথা কথা
