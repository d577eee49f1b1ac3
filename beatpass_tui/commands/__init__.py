"""The commands: each module is one of them, with its arguments and what it does."""
