"""Who is signed in: stored accounts, tokens and the system keyring."""
