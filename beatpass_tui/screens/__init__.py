"""The pages and the other screens, one per module, on a shared `Page`.

Belongs here: composing widgets, keys, and passing values from view models to widgets. Never:
requests, formatting, or imports of other pages.
"""
