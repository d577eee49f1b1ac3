"""Typed, cleaned responses of the service.

Every `decode` reads the parsed JSON of one response and never raises: a field that is missing, null
or not as documented is None, so that one bad field affects one card.

Belongs here: what the service sends, how it is read and cleaned, and the table of numbers. Never:
requests, files, or wording for pages.

The models are named tuples, which are defined in a tenth of the time of a dataclass. Their modules
don't import annotations from `__future__`, because NamedTuple would compile each annotation.
"""
