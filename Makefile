# Everything that a person types. `make demo` shows it, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2

.PHONY: demo test setup check format lint types imports lock screenshots clean

demo: .venv/runs  ## Show the whole flow: site, worker, clock and an inbox, in one go
	$(BIN)/outreach demo

test: .venv/tests browser parsers  ## Run every test, on SQLite and on PostgreSQL
	$(BIN)/pytest --database both -n $(WORKERS) --dist worksteal

setup: .venv/tests  ## Make the environment, with all that development needs

check: format lint types imports test  ## What must be green before a commit

format: .venv/tests
	$(BIN)/ruff format --check .

lint: .venv/tests
	$(BIN)/ruff check .

types: .venv/tests
	$(BIN)/mypy

imports: .venv/tests
	$(BIN)/lint-imports --cache-dir .import_linter_cache

.PHONY: browser
browser: .venv/tests  ## Install the system's Chromium where that is possible
	@$(BIN)/python -m tests.install_chromium

.PHONY: parsers
parsers: .venv/tests  ## Install the calendar readers in JavaScript that the tests ask
	@$(BIN)/python -m tests.install_parsers

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Outreach needs Python 3.11 or newer; set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/runs: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/tests: .venv/runs requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# One resolution for both files: what runs is what was tested.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock:  ## Pin every dependency anew (needs uv)
	$(LOCK) --upgrade --group dev pyproject.toml -o requirements-dev.lock
	$(LOCK) --group build -c requirements-dev.lock pyproject.toml -o requirements.lock

clean:
	rm -rf .venv instance test-results .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
