"""How fast the program is under the fingers: `python -m benchmarks`."""
