.PHONY: test check pictures contact-sheet tables constraints

test:
	.venv/bin/python -m pytest -n auto

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# Both need `pip install -e '.[pictures]'`.
pictures:
	.venv/bin/python docs/make_pictures.py

contact-sheet:
	.venv/bin/python docs/make_pictures.py contact-sheet

tables:
	.venv/bin/python docs/make_tables.py

# The newest versions that pyproject.toml allows, on the oldest supported Python.
constraints:
	rm -rf build/constraints
	python3.11 -m venv build/constraints
	build/constraints/bin/python -m pip install -q -e '.[dev]'
	echo '# Versions that the tests pass with; written by `make constraints`.' >constraints.txt
	build/constraints/bin/python -m pip freeze --exclude-editable >>constraints.txt
	rm -rf build/constraints
