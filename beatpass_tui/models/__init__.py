"""Typed, cleaned responses of the service.

Every `decode` reads the parsed JSON of one response and never raises: a field that is missing, null
or not as documented is None, so that an invalid field affects only one card.

Belongs here: models of responses, decoding, cleaning of text, and the table of numbers. Never:
requests, files, or texts of pages.

Models are named tuples, because defining a dataclass takes ten times as long. Their modules don't
import annotations from `__future__`, because NamedTuple would compile each annotation.
"""
