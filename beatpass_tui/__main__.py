"""`python -m beatpass_tui` is the same program as `beatpass-tui`."""

from beatpass_tui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
