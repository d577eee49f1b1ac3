"""The process around the app: clock, signals, threads, terminal driver, crash reports.

Belongs here: code that depends on the operating system or the interpreter. Never: anything about
BeatPass.
"""
