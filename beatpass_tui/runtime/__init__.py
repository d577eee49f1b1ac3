"""The process around the app: clock, signals, threads, terminal driver, crash reports.

Belongs here: what depends on the operating system or the interpreter. Never: anything about
BeatPass.
"""
