"""Check that the man page of an installed program has the notes and examples of every command."""

import sys
from pathlib import Path

from beatpass_tui.commands.arguments import COMMANDS
from beatpass_tui.commands.parser import find_parser

page = Path(sys.argv[1]).read_text("utf-8").replace("\\-", "-").replace("\\\\", "\\")
for command in (None, *COMMANDS):
    for line in (find_parser(command).epilog or "").splitlines():
        if line.startswith(" ") and line.strip() not in page:
            sys.exit(f"{sys.argv[1]} lacks: {line}")
