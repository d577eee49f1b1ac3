"""The BeatPass Producer Dashboard in the terminal."""

__version__ = "0.1.0"
