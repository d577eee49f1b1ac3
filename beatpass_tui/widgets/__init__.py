"""The widgets used by the screens.

Belongs here: drawing models and plain values, cursors, messages about user actions. Never: the
client, the session, or a screen.
"""
