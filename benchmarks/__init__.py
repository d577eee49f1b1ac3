"""How fast and how large the program is beside a bare Textual app: `python -m benchmarks`."""
