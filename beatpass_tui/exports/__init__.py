"""Whole lists as CSV and JSON files.

Belongs here: loading every page of a list, columns and rows, writing files. Never: the content of
a screen (`view_models`).
"""
