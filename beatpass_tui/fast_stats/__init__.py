"""The fast path of `stats --offline`."""
