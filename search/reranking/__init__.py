"""Which of the best articles is better?"""
