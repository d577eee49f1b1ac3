.PHONY: test check pictures keys

test:
	.venv/bin/python -m pytest -n auto

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

pictures:
	.venv/bin/python docs/make_pictures.py

keys:
	.venv/bin/python docs/make_keys.py
