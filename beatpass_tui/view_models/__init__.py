"""What each page shows, as plain values.

Belongs here: combining answers into rows, labels and sentences. Never: Textual, requests, or files.
"""
