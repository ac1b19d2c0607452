# Everything runs in .venv, which is made on first use from the locks (needs python3, python3-venv and make).
#
#   make extract [IN=samples/filings] [OUT=out]     read a folder of filings, publish tables
#   make test | lint | bench                        for developers
#   make hostile                                    hostile files, also those that take minutes
#   make nightly CONFIG=nightly.toml                the run of a night, see docs/nightly.md
#   make test | lint | bench | crash-test           for developers
#   make bench-readers [ICDAR=FOLDER]               beside other readers of tables, in .venv-bench
#   make bench-scans [SCANS=48]                     scans, also beside other programs, in .venv-bench
#   make wheelhouse                             all wheels for machines without a network, in wheelhouse/
#   make clean                                      remove .venv, .venv-bench, caches and the default output

IN ?= samples/filings
OUT ?= out
CONFIG ?= nightly.toml
ICDAR ?=
SCANS ?= 48
# Handed over in the environment, so that names with spaces and quotes arrive as they are.
export IN OUT CONFIG ICDAR SCANS

BASE_PYTHON ?= python3
PYTHON := .venv/bin/python
# jieba comes as source alone: it is built with the locked setuptools, not with one fetched for the purpose.
INSTALL = $(PYTHON) -m pip --disable-pip-version-check install -qq --no-build-isolation

.PHONY: extract nightly test lint bench bench-readers crash-test bench-scans hostile wheelhouse clean
.DELETE_ON_ERROR:

extract: .venv/.runtime
	@$(PYTHON) -m pipeline.cli extract -o "$$OUT" -- "$$IN"

nightly: .venv/.runtime
	@$(PYTHON) -m pipeline.cli nightly -- "$$CONFIG"

test: .venv/.development
	@$(PYTHON) -m pytest --quiet

lint: .venv/.development
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy --strict --no-error-summary

bench: .venv/.development
	@$(PYTHON) -m tests.bench
	@$(PYTHON) -m tests.bench_speed
	@$(PYTHON) -m tests.bench_scale
	@$(PYTHON) -m tests.bench_scale --pdf

# About a quarter of an hour: 100 runs are killed, and run again.
crash-test: .venv/.development
	@$(PYTHON) -m tests.crash

hostile: .venv/.development
	@JIXIAO_SLOW=1 $(PYTHON) -m pytest --quiet tests/hostile

bench-readers: .venv-bench/.installed
	@.venv-bench/bin/python -m tests.bench_speed
	@test -z "$$ICDAR" || .venv-bench/bin/python -m tests.bench_tables "$$ICDAR"

bench-scans: .venv-bench/.installed
	@.venv-bench/bin/python -m tests.bench_scans --count "$$SCANS"
	@.venv-bench/bin/python -m tests.bench_ocr

wheelhouse: .venv/.runtime
	@$(PYTHON) -m pip --disable-pip-version-check wheel -qq --no-build-isolation --require-hashes \
		-r requirements.lock -w wheelhouse
	@$(PYTHON) -m pip --disable-pip-version-check wheel -qq --no-build-isolation --no-deps -w wheelhouse .
	@echo "Take wheelhouse/ along, and there: pip install --no-index --find-links wheelhouse 'jixiao[ocr]'"

clean:
	@rm -rf .venv .venv-bench .mypy_cache .pytest_cache .ruff_cache .hypothesis build out wheelhouse *.egg-info
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

# The other readers, one of them under the AGPL, are for comparison alone: they never come into .venv.
.venv-bench/.installed: private PYTHON := .venv-bench/bin/python
.venv-bench/.installed: requirements-build.lock requirements.lock requirements-dev.lock requirements-bench.lock
	@echo "Making .venv-bench ..." >&2
	@$(BASE_PYTHON) -m venv .venv-bench
	@$(INSTALL) --require-hashes -r requirements-build.lock
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --require-hashes -r requirements-bench.lock  # img2table would have another OpenCV
	@touch $@
