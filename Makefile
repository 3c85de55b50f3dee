# Callward: everything a newcomer types. Each target sets up what it needs; the second run is quick.

PY := .venv/bin/python
STAMP := .venv/setup.stamp
LOCKS := $(wildcard requirements/*.txt) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup debian demo run test lint check bench lock clean

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-7s %s\n", $$1, $$2}'

setup: debian $(STAMP)  ## install what is missing: Debian packages, then .venv

debian:
	@tools/debian-packages

$(STAMP): $(LOCKS) tools/virtualenv | debian
	@tools/virtualenv .venv
	@touch $@

demo: setup  ## a real Asterisk with real phones, six calls, and what Callward made of them
	@tools/as-root $(PY) -m lab.demo

run: setup  ## the same lab and daemon, left running until Ctrl-C
	@tools/as-root $(PY) -m lab.demo --stay

# Three at a time, each with a lab of its own: most of a lab's time is phones that ring and talk.
test: setup  ## all tests, the lab's included
	@tools/as-root $(PY) -m pytest -n 3 --dist loadfile

lint: setup  ## format, lint, types, imports
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check: lint test  ## what CI runs

bench: setup  ## the benchmarks: ratios, side by side in one run
	$(PY) -m benchmarks.parse
	@tools/as-root $(PY) -m benchmarks.capture

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
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
