"""Which machine has the newest index, and how do others get it?"""
