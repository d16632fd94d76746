# Needs Python 3.11, 3.12 or 3.13 and make; everything else goes into .venv.
# `make demo` installs what a user has, `make test` adds what a developer needs.

VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= 2
PYTHON ?= $(first-that-runs)
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q

# A name on the path is not enough: version managers put shims there that only say no.
SUITS  := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
first-that-runs = $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
  $$name -c '$(SUITS)' >/dev/null 2>&1 && { echo $$name; exit; }; done; echo no-python)

# Tests start hundreds of processes, and each would compile the source anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test test-full lint format bench clean

help:  ## say what each verb does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamps are newer than pyproject.toml when .venv holds what it asks for.
$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c '$(SUITS)' 2>/dev/null || { \
	  echo "grade needs Python 3.11, 3.12 or 3.13 with its venv module;" \
	    "name yours: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) install -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml $(VENV)/.ready
	$(PIP) install -e '.[dev]'
	@touch $@

demo: $(VENV)/.ready  ## set up, then grade a small sequence and show the result
	$(BIN)/grade demo

lint: $(VENV)/.ready-dev  ## style, types and the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint  ## lint, then every test but the long sweeps (minutes)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

test-full: lint  ## lint, then all tests: every lane count, every architecture
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m ''

format: $(VENV)/.ready-dev  ## put the source in house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready-dev  ## measure this machine; benchmarks never gate tests
	$(BIN)/python -m benchmarks

clean:  ## remove .venv, caches and build output
	rm -rf $(VENV) build dist demo .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find grade tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
