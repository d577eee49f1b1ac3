"""Speed and memory compared with a bare Textual app: `python -m benchmarks`."""
