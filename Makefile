# Two commands do everything: make serve, make test. The first run sets up .venv; later ones reuse it, offline too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The query editor is bundled at installation, so what it is made of counts.
FRONTEND := $(wildcard frontend/*.*)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help serve build test check conformance bench clean
.DEFAULT_GOAL := help

help: ## Show what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

serve: $(VENV)/.installed ## Set up, build the data and serve it at http://localhost:8000
	@$(BIN)/ccin-ld build || test -e var/current || exit 1
	@exec $(BIN)/ccin-ld serve

build: $(VENV)/.installed ## Check the data and make a build of it
	@$(BIN)/ccin-ld build

test: $(VENV)/.installed-test ## Run every test that this machine can run
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder -m 'not alone'
	@$(BIN)/python -m pytest -m alone

check: $(VENV)/.installed-test ## Format, lint, types, import direction, layout of the record
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_rooms.py
	@$(BIN)/ccin-ld format --check

conformance: $(VENV)/.installed-test ## Ask the served endpoint the W3C's SPARQL suites, and count
	@$(BIN)/python -m tests.conformance

bench: $(VENV)/.installed-test ## Measure beside a bare Flask in the same run
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.hostile

.venv-ckan/.installed: tests/tools/ckan.txt
	@$(PYTHON) -m venv .venv-ckan
	@.venv-ckan/bin/python -m pip --disable-pip-version-check --quiet install -r tests/tools/ckan.txt
	@touch $@

clean: ## Remove builds; the environment stays
	rm -rf var

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml $(FRONTEND) | $(BIN)/python
	@echo "Setting up $(VENV) (once; a minute or less)"
	@if $(PIP) install --editable .; then touch $@; \
	else test -e $@ && echo "$(VENV) could not be brought up to date; going on with what is there"; fi

$(VENV)/.installed-test: pyproject.toml $(FRONTEND) | $(BIN)/python
	@echo "Setting up $(VENV) for tests (once)"
	@$(PIP) install --editable '.[fast,test]'
	@touch $@ $(VENV)/.installed
