"""What does a program get over HTTP?"""
