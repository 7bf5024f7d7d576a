"""How do articles get in over HTTP?"""
