"""The queries of one signed-in account: when they are sent, and what is stored of them.

Belongs here: freshness, retries, ownership of answers, history, paged lists. Never: Textual, HTTP,
or wording for users.
"""
