"""How does the server do, for whoever keeps it?"""
