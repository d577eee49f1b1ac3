"""The subcommands of `beatpass-tui`, one module each, and their shared helpers.

Belongs here: arguments, output and exit codes of a command. Never: Textual, HTTP, or logic that the
dashboard also needs.
"""
