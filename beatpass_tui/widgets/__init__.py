"""The widgets that screens are made of.

Belongs here: drawing models and plain values, cursors, messages about what a user did. Never: the
client, the session, or a screen.
"""
