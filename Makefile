# `make serve` is all it takes; `make test ARGS="-k sale"` passes ARGS on to pytest.
.PHONY: setup serve test test-browser check bench format lock clean
.DEFAULT_GOAL := serve

# Containers often come without a home that can be written to; pip and npm want one for their caches.
export HOME := $(shell [ -w "$$HOME" ] && echo "$$HOME" || echo "$(CURDIR)/build/home")
PYTHON := .venv/bin/python

setup:
	@tools/setup.sh

serve: setup
	$(PYTHON) -m gateway migrate
	$(PYTHON) -m gateway demo
	exec $(PYTHON) -m gateway serve

test: setup
	@tools/postgres.sh
	$(PYTHON) -m pytest $(ARGS)

# Needs Chromium: that of the machine, or the one that CHROMIUM names.
test-browser: setup
	@tools/browser.sh
	@tools/postgres.sh
	$(PYTHON) -m pytest -n 0 tests/browser $(ARGS)

check: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m gateway schema --check
	$(PYTHON) -m gateway migrate --check

bench: setup
	@tools/postgres.sh
	@tools/peers.sh
	$(PYTHON) -m benchmarks $(ARGS)

format: setup
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

lock: setup
	@tools/lock.sh

clean:
	rm -rf .venv build console/node_modules benchmarks/peers/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
