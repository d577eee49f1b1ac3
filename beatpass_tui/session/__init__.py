"""The queries of one signed-in account: when they are sent, cached and recorded.

Belongs here: freshness, retries, ownership checks, history, paged lists. Never: Textual, HTTP, or
user-facing text.
"""
