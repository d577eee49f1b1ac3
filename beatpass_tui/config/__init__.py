"""Settings: the configuration file, variables, flags, keys and themes."""
