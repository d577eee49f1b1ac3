"""Settings: the configuration file, variables, command-line flags, keys and themes.

Belongs here: everything that users can set, and its validation. Never: acting on a setting.
"""
