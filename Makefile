.PHONY: test check pictures tables

test:
	.venv/bin/python -m pytest -n auto

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

pictures:
	.venv/bin/python docs/make_pictures.py

tables:
	.venv/bin/python docs/make_tables.py
