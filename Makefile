# Everything runs in .venv, which is made on first use from the locks (needs python3, python3-venv and make).
#
#   make extract [IN=samples/filings] [OUT=out]     read a folder of filings, publish tables
#   make test | lint | bench                        for developers
#   make clean                                      remove .venv, caches and the default output

IN ?= samples/filings
OUT ?= out
# Handed over in the environment, so that names with spaces and quotes arrive as they are.
export IN OUT

BASE_PYTHON ?= python3
PYTHON := .venv/bin/python
# jieba comes as source alone: it is built with the locked setuptools, not with one fetched for the purpose.
INSTALL := $(PYTHON) -m pip --disable-pip-version-check install -qq --no-build-isolation

.PHONY: extract test lint bench clean
.DELETE_ON_ERROR:

extract: .venv/.runtime
	@$(PYTHON) -m pipeline.cli extract -o "$$OUT" -- "$$IN"

test: .venv/.development
	@$(PYTHON) -m pytest --quiet

lint: .venv/.development
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy --strict --no-error-summary

bench: .venv/.development
	@$(PYTHON) -m tests.bench

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build out *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(BASE_PYTHON) -c 'import sys; sys.exit("jixiao needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@echo "Making .venv (once, about a minute) ..." >&2
	@$(BASE_PYTHON) -m venv .venv

.venv/.runtime: requirements-build.lock requirements.lock pyproject.toml | .venv/bin/python
	@$(INSTALL) --require-hashes -r requirements-build.lock
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --editable .
	@touch $@

.venv/.development: requirements-dev.lock .venv/.runtime
	@echo "Adding the developers' tools to .venv ..." >&2
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
