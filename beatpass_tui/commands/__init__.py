"""The commands that print: each module adds its arguments to a parser and runs."""
