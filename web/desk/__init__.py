"""What can editors see and decide in a browser?"""
