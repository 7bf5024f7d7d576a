"""Which machine has the newest index, and how do others come by it?"""
