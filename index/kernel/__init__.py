"""What do these lists add up to?

The compiled inner loops: they are given lists and whole numbers, and give documents and sums.
"""
