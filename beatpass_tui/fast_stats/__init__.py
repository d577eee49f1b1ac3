"""The fast path of `stats --offline`, which status bars run every few seconds.

Belongs here: reading stored numbers and printing them. Never: asyncio, HTTP, or anything else that
takes milliseconds to import.
"""
