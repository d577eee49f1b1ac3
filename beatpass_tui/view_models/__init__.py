"""The content of each page as plain values.

Belongs here: combining models into rows, labels and sentences. Never: Textual, requests, or files.
"""
