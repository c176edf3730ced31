# All that there is to do in this repository. `make` alone lists it.
# Needs git, make, Python 3.11 or newer and Node.js 20 or newer; everything else goes into .venv and ui/.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
PINS := pyproject.toml requirements/build.txt requirements/base.txt
UI := src/prefect/_api/static/index.html
UI_SOURCES := $(shell find ui -path ui/node_modules -prune -o -type f -print)

.PHONY: help
help: ## List what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(READY) $(UI) ## Run a small pipeline in a fresh home, and look at what was recorded
	@tools/demo $(BIN)

.PHONY: test
test: check ## Check the code, then run all tests (PYTEST gives options)
	@$(BIN)/python -m pytest -n auto $(PYTEST)

.PHONY: check
check: $(READY_DEV) $(UI) ## Format, lint, types, floors, generated files, addresses
	@tools/check $(BIN)

.PHONY: format
format: $(READY_DEV) ## Put the code into shape
	@$(BIN)/ruff check --quiet --fix-only src tests examples benchmarks tools
	@$(BIN)/ruff format src tests examples benchmarks tools

.PHONY: bench
bench: $(READY_DEV) $(UI) ## Measure what things cost against the budgets (BENCH gives options)
	@$(BIN)/python benchmarks/costs.py $(BENCH)
	@$(BIN)/python benchmarks/many_tasks.py
	@$(BIN)/python benchmarks/api.py
	@$(BIN)/python benchmarks/big_data.py
	@! test -x /usr/bin/chromium || $(BIN)/python benchmarks/ui.py
	@$(BIN)/python benchmarks/minute.py

.PHONY: browser
browser: $(READY_DEV) $(UI) ## Test the web UI in Chromium (needs /usr/bin/chromium)
	@PREFECT_TEST_REQUIRE=browser $(BIN)/python -m pytest tests/browser

.PHONY: compat
compat: $(READY_DEV) ## Test with the released package of the original, in an environment of its own
	@test -d .original || tools/test-original install .original
	@tools/test-original run .original

.PHONY: proof
proof: $(READY_DEV) ## Run the long campaigns: kills and signals at random (needs PostgreSQL), odd requests and frames
	@$(BIN)/python benchmarks/kills.py
	@$(BIN)/python benchmarks/signals.py
	@$(BIN)/python benchmarks/server_kills.py --store sqlite
	@$(BIN)/python benchmarks/server_kills.py --store postgres
	@$(BIN)/python benchmarks/server_kills.py --servers 2 --kills 10
	@$(BIN)/python benchmarks/fleet_kills.py
	@$(BIN)/python benchmarks/year.py
	@$(BIN)/python benchmarks/fuzz.py

.PHONY: ui
ui: $(UI) ## Build the web UI into the package (needs Node.js)

.PHONY: pins
pins: ## Choose the newest versions that fit and write requirements/ (needs uv)
	@tools/compile-pins

.PHONY: clean
clean: ## Remove what the other targets made
	@rm -rf $(VENV) .demo .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist ui/node_modules src/prefect/_api/static .original
	@find src tests examples benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: made anew when the interpreter is missing, brought up to date when a pin changes ---

$(BIN)/python:
	@tools/make-venv $(VENV)

$(READY): $(PINS) | $(BIN)/python
	@tools/install $(BIN) requirements/base.txt
	@touch $@

$(READY_DEV): $(PINS) requirements/dev.txt | $(BIN)/python
	@tools/install $(BIN) requirements/dev.txt
	@touch $(READY) $@

# --- the web UI; without Node.js the server shows a page that says how to build it ---

$(UI): $(UI_SOURCES)
	@tools/build-ui
