"""In which words?"""
