"""Entry point of `python -m beatpass_tui`."""

from beatpass_tui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
