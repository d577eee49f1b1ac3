"""Settings: the configuration file, variables, command-line flags, keys and themes.

Belongs here: what a user can set, its values and its validation. Never: acting on a setting.
"""
