# Callward: everything a newcomer types. Each target sets up what it needs; the second run is quick.

PY := .venv/bin/python
STAMP := .venv/setup.stamp
LOCKS := $(wildcard requirements/*.txt) pyproject.toml
CONSOLE := daemon/console/site/index.html
WEB := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: wheel help setup debian demo run chaos test lint check bench lock clean web api-client screens

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

setup: debian $(STAMP) $(CONSOLE)  ## install what is missing: Debian packages, .venv, the console

debian:
	@tools/debian-packages

$(STAMP): $(LOCKS) tools/virtualenv | debian
	@tools/virtualenv .venv
	@touch $@

$(CONSOLE): $(WEB) tools/console tools/node | $(STAMP)
	@tools/console
	@touch $@

web: | $(STAMP)  ## build the console anew
	@tools/console

wheel: setup  ## build Callward with its console into dist/, for a PBX without Node
	@rm -rf dist build
	$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

api-client: $(CONSOLE)  ## write web/openapi.json and its types anew, from what the daemon says
	$(PY) tools/openapi.py web/openapi.json
	@tools/node npm run --silent api

screens: setup  ## pictures of every page into docs/screens
	$(PY) -m tests.browser.screens

demo: setup  ## a real Asterisk with real phones, six calls, and what Callward made of them
	@tools/as-root $(PY) -m lab.demo

run: setup  ## the same lab and daemon, left running until Ctrl-C
	@tools/as-root $(PY) -m lab.demo --stay

# Three at a time, each with a lab of its own: most of a lab's time is phones that ring and talk.
test: setup  ## all tests, the lab's included
	@tools/as-root $(PY) -m pytest -n 3 --dist loadfile

# By default both: one daemon on SQLite, then two on PostgreSQL. SEED repeats a run; CHAOS holds options
# of `python -m tests.lab.chaos` (docs/chaos.md).
chaos: setup  ## thousands of calls while everything breaks, then what is in the base against the phones
	@tools/as-root $(PY) -m tests.lab.chaos $(if $(SEED),--seed $(SEED)) $(CHAOS)

lint: setup  ## format, lint, types, imports; the console's too
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	@tools/node npm run --silent check

check: lint test  ## what CI runs

bench: setup  ## the benchmarks: ratios, side by side in one run
	@tools/as-root $(PY) -m benchmarks
	@tools/as-root $(PY) -m benchmarks.catch_up
	@tools/as-root $(PY) -m benchmarks.memory
	@tools/as-root $(PY) -m benchmarks.takeover
	@tools/as-root $(PY) -m benchmarks.live --minutes 1
	@tools/as-root $(PY) -m benchmarks.live.latency
	@tools/as-root $(PY) -m benchmarks.live.listening

# The locks hold what the public index has, whatever this machine's pip adds to it.
PIP_COMPILE := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL -u PIP_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	CUSTOM_COMPILE_COMMAND='make lock' .venv/bin/pip-compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-options --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host pyproject.toml

lock:  ## compile requirements/*.txt from pyproject.toml, with hashes (on the oldest Python)
	$(PIP_COMPILE) --only-build-deps --build-deps-for editable -o requirements/build.txt
	$(PIP_COMPILE) -c requirements/build.txt -o requirements/run.txt
	$(PIP_COMPILE) -c requirements/build.txt -c requirements/run.txt --extra postgresql \
		-o requirements/postgresql.txt
	$(PIP_COMPILE) -c requirements/build.txt -c requirements/run.txt --extra lab \
		-o requirements/lab.txt
	$(PIP_COMPILE) -c requirements/build.txt -c requirements/run.txt --extra dev \
		-o requirements/dev.txt
	$(PIP_COMPILE) -c requirements/build.txt -c requirements/run.txt --extra windows-build \
		-o requirements/windows-build.txt
	$(PIP_COMPILE) -c requirements/build.txt -c requirements/run.txt --extra windows \
		-o requirements/windows.txt

clean:  ## remove the virtual environment and the caches
	rm -rf .venv web/node_modules daemon/console/site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
