"""Who is signed in: stored accounts, tokens, the system keyring.

Belongs here: reading, storing and removing tokens, and choosing an account. Never: prompts and
screens (`commands`, `screens`), or requests other than through the client that a caller passes.
"""
