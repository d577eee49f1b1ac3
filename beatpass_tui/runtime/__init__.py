"""The process around the app: clock, signals, driver, crash reports."""
