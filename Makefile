# Everything from an empty clone: needs python3 (3.11 or newer), make and git, nothing else.
# pip's own configuration (index, certificates, cache) is used as it is found.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
DATA ?= yousu-data
ARGS ?=
WORKERS ?= auto
CLUSTER ?= full

BIN := .venv/bin
DEPENDENCIES := .venv/.dependencies-installed
PROJECT := .venv/.project-installed
TEST_LOG := build/test.log
CLUSTER_LOG := build/test-cluster.log
# A file's tests stay together, since they share what they have built; files in their own order, since
# those of few and long tests (end_to_end) would else come last, and one process would wait for them.
PROCESSES := --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
CLUSTER_TESTS := cluster$(if $(filter short,$(CLUSTER)), and not slow)
COVERAGE_MIN := 95
GATED := services/domain/*,services/platform/*
# Lives in processes of its own only, which make test-cluster starts and kills; nothing measures it there.
ELSEWHERE := services/platform/transport/faust_*,services/platform/transport/watchdog.py,services/platform/transport/kafka_publisher.py
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help setup run test test-cluster lint types format bench bench-quick bench-cluster schemas lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo '  ARGS="…" is passed on to run, test, test-cluster and bench; DATA=DIR says where run keeps its data;'
	@echo '  CLUSTER=short makes test-cluster shorter; WORKERS=0 tests in one process.'

setup: $(PROJECT) ## Make .venv with the pinned dependencies and the command yousu (nothing to do when unchanged)
	@:

run: setup ## Start the service with a simulated city; Ctrl-C stops it, again resumes it
	@exec $(BIN)/yousu run --data "$(DATA)" $(ARGS)

# The tests' closing line is printed again after the coverage gate: it is what people and tools look for.
# Narrowing the run with ARGS makes the coverage figure meaningless, so then there is no gate.
test: setup ## Lint, types, all tests, and the coverage gate on domain and platform
	@rm -f $(TEST_LOG)
	@$(MAKE) lint types
	@mkdir -p $(dir $(TEST_LOG))
	@$(BIN)/pytest -rs --cov --cov-report= $(PROCESSES) $(ARGS) | tee $(TEST_LOG)
	@if [ -z '$(subst ','\'',$(ARGS))' ]; then \
	  echo "Coverage of $(GATED), lines and branches, must be above $(COVERAGE_MIN) % (without $(ELSEWHERE)):"; \
	  $(BIN)/coverage report --include='$(GATED)' --omit='$(ELSEWHERE)' --precision=2 --fail-under=$(COVERAGE_MIN).01; \
	else \
	  echo 'Coverage gate not applied: ARGS chose the tests.'; \
	fi
	@tail -n 1 $(TEST_LOG)

test-cluster: setup ## Apache Kafka and PostgreSQL started by it, no Docker: the embedded suite on them, and faults
	@mkdir -p $(dir $(CLUSTER_LOG))
	@CLUSTER='$(CLUSTER)' $(BIN)/pytest -rs -m '$(CLUSTER_TESTS)' tests/cluster tests/end_to_end $(ARGS) | tee $(CLUSTER_LOG)

lint: setup ## ruff (rules and format) and the import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo 'Some files are not formatted: make format' >&2; exit 1; }
	@mkdir -p build
	@$(BIN)/lint-imports --no-logo >build/imports.log 2>&1 || { cat build/imports.log >&2; exit 1; }

types: setup ## mypy --strict
	@$(BIN)/mypy --no-error-summary

format: setup ## Rewrite the code in the house format
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

bench: setup ## Measure: one line per figure, with baseline, ratio and target
	@$(BIN)/python -m benchmarks $(ARGS)

bench-quick: setup ## The same in under two minutes
	@$(BIN)/python -m benchmarks --quick $(ARGS)

bench-cluster: setup ## Measure on Apache Kafka and PostgreSQL, started by it; ARGS=--quick for a short run
	@$(BIN)/python -m benchmarks --cluster $(ARGS)

schemas: setup ## Write docs/asyncapi.* and docs/schemas again; refuses to break what was shipped
	@$(BIN)/yousu schema events --to docs/schemas
	@$(BIN)/yousu schema asyncapi >docs/asyncapi.json
	@$(BIN)/yousu schema asyncapi --html >docs/asyncapi.html

lock: setup ## Write the lock files again from pyproject.toml
	@$(COMPILE) pyproject.toml --output-file requirements.lock
	@$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock
	@$(COMPILE) --group build --output-file requirements-build.lock

clean: ## Remove caches and build output; keeps .venv and yousu-data
	@rm -rf build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . \( -path ./.venv -o -path ./yousu-data \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# Two stamps: a change of pyproject.toml alone (a tool's setting, a script) need not visit the dependencies.
$(PROJECT): $(DEPENDENCIES) pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The first install shows pip's progress; a later one has little to say.
$(DEPENDENCIES): requirements.lock requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'yousu needs Python 3.11 or newer, and "$(PYTHON)" is not. Name another: make setup PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo '"$(PYTHON)" has no venv module. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install $(if $(wildcard $@),--quiet,) --no-deps --require-hashes --requirement requirements-dev.lock
	@touch $@
