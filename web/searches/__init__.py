"""What do readers look for?"""
