"""Whose page is it?"""
