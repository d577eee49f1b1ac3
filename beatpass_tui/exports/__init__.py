"""Whole lists as CSV and JSON files, and reports as text, Markdown, JSON and pictures.

Belongs here: loading every page of a list, columns and rows, file formats, writing files. Never:
what a screen or a report says (`view_models`).
"""
