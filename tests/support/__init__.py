"""Helpers of the tests: fakes, harnesses, servers and terminals."""
