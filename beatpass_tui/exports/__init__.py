"""Whole lists as CSV and JSON files."""
