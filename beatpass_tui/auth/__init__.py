"""Authentication: stored accounts, tokens, the system keyring.

Belongs here: reading, storing and removing tokens, and selecting an account. Never: prompts and
screens (`commands`, `screens`), or requests without the caller's client.
"""
