# Crisis. Every target does its own set-up: a clone and Python 3.11 or newer are enough.
#
#   make demo    play a flood on the real service, and watch it in a browser
#   make test    every check and every test; what continuous integration runs

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; \
	done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -q -n 2

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

setup: $(BIN)/.crisis $(BIN)/.checks  ## a virtual environment with the product and its checks

$(BIN)/.crisis: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed (Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(INSTALL) --upgrade 'pip>=25.1'
	$(INSTALL) --editable .
	@touch $@

$(BIN)/.checks: $(BIN)/.crisis
	$(INSTALL) --group test --group lint
	@touch $@

demo: $(BIN)/.crisis  ## play a flood, from the report to the review
	$(BIN)/crisis demo

demo-cluster: setup  ## the same on Kafka and PostgreSQL, one worker of two killed in the middle
	$(BIN)/python -m tests.demo.cluster

lint: setup  ## form, types, imports and what every test says of itself
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate tests

test: lint  ## every check and every test; every branch of the rules is passed through
	$(PYTEST) --cov --cov-report=
	$(BIN)/coverage report --fail-under=100

check: lint  ## the same, without measuring what was passed through: faster
	$(PYTEST)

test-cluster: setup  ## the tests on a real Apache Kafka, which they start (needs Java 17 and Maven)
	CRISIS_KAFKA_MUST=1 $(PYTEST) -m kafka

RUNS ?= 20
SEED ?= 1
crash: setup  ## runs on a real cluster in which things die, RUNS=20 SEED=1: nothing may be lost
	$(BIN)/python -m tests.cluster.crash --runs $(RUNS) --seed $(SEED)

OUTAGE_S ?= 60
outage: setup  ## the doors while the database is away, OUTAGE_S=60
	CRISIS_KAFKA_MUST=1 CRISIS_OUTAGE_S=$(OUTAGE_S) $(BIN)/python -m pytest -q -s tests/cluster/test_outage.py

SEEDS ?= 200
simulate: setup  ## stories drawn from seeds, in which everything fails, SEEDS=10000 SEED=1: no guarantee may break
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --seed $(SEED)

drills: setup  ## every playbook as an exercise, twelve seeds: a silent lead scores worse, and all end
	$(BIN)/python -m tests.drills

LIMIT ?= 300
broken: setup  ## rules broken on purpose, LIMIT=300: how many seeds until the simulator sees each
	$(BIN)/python -m tests.simulation.broken --limit $(LIMIT)

N ?= 100
mutants: setup  ## small changes of the rules, N=1000 SEED=1: which does no test notice?
	$(BIN)/python -m tests.mutants --number $(N) --seed $(SEED)

bench: setup  ## measure, and print the figures as a table
	$(BIN)/python -m tests.benchmarks

bench-cluster: setup  ## the same of real processes on Kafka and PostgreSQL, which it starts
	$(BIN)/python -m tests.benchmarks.cluster

docs: setup  ## write again the pages that are made from the product
	$(BIN)/python docs/walk.py
	$(BIN)/python docs/commands.py
	$(BIN)/python docs/asyncapi.py
	$(BIN)/python docs/doctrine.py
	$(BIN)/python docs/chronicles.py
	$(BIN)/python docs/mistakes.py
	$(BIN)/python docs/wording.py

clean:  ## take away everything that was made
	rm -rf .venv .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

.PHONY: help setup demo demo-cluster lint test test-cluster check crash outage simulate drills broken mutants bench bench-cluster docs clean
