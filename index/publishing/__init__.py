"""What is to be published, and since which generation can it be found?"""
