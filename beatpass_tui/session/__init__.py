"""Queries of one signed-in account: when they are sent, and what is kept of them."""
