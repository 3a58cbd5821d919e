# `make demo` and `make test` need Python 3.11 or newer, git and make; the rest is installed here.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test lint types unit faults soak latency catchup bench fuzz check clean

demo: $(VENV)/.installed
	@$(BIN)/errwatch demo

test: lint types unit

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developing
	$(BIN)/mypy

unit: $(VENV)/.developing
	$(BIN)/python -m pytest --numprocesses 4 --dist worksteal

# What takes minutes: real processes that are killed, stopped and starved.
SECONDS ?= 1800
soak: $(VENV)/.developing
	$(BIN)/python -m benchmarks.soak --seconds $(SECONDS)

latency: $(VENV)/.developing
	$(BIN)/python -m benchmarks.latency

catchup: $(VENV)/.developing
	$(BIN)/python -m benchmarks.catchup

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "errwatch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.developing: pyproject.toml | $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# The long tests of faults; not part of `make test`.
faults: $(VENV)/.developing
	$(BIN)/python -m pytest --numprocesses auto tests/faults

# Damaged logs, for as long as one likes: make fuzz MINUTES=60
MINUTES ?= 15
fuzz: $(VENV)/.developing
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES)

bench: $(VENV)/.developing
	$(BIN)/python -m benchmarks.state_size
	$(BIN)/python -m benchmarks.analyze
	$(BIN)/python -m benchmarks.report
	$(BIN)/python -m benchmarks.quiet_lines

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
