"""Which text is this, behind the font that it was written for?"""
