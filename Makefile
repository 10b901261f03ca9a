# Every command sets itself up: .venv is made from requirements.lock on first use and refreshed
# whenever the lock changes. Nothing but Python 3.11 (or newer) and make is needed.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from-lock
ON_POSTGRESQL := tests/postgresql tests/library/test_search.py tests/library/test_search_page.py \
	tests/library/test_import.py tests/library/test_import_pages.py tests/library/test_editing.py \
	tests/study/test_answering.py tests/study/test_session_pages.py \
	tests/sandbox/test_store.py tests/sandbox/test_endpoint.py tests/quizzes

.PHONY: setup run test check format bench lock browser postgresql node clean
.DEFAULT_GOAL := run

setup: $(STAMP)

$(STAMP): requirements.lock
	@echo "Setting up $(VENV) (about a minute the first time) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "studyapp needs Python 3.11 or newer; this is $$($(PYTHON) --version). Say which with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	@touch $@

run: setup
	@PORT=$(PORT) exec $(BIN)/python manage.py run

# First what meets the database, on PostgreSQL; then everything, on SQLite.
test: setup browser postgresql node
	@$(BIN)/python -m tests.postgresql.cluster $(BIN)/python -m pytest -q -n 2 $(ON_POSTGRESQL)
	@$(BIN)/python -m pytest -q -n 2 $(PYTEST_ARGS)

# Installs Debian's Chromium where that is possible; otherwise the browser tests skip and say so.
browser:
	@./tests/e2e/install-chromium

# Likewise Debian's PostgreSQL.
postgresql:
	@./tests/postgresql/install-postgresql

# Likewise Amazon's JavaScript clients, where there is Node.
node:
	@./tests/aws/node/install

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djangofmt --check templates
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py check_templates

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djangofmt templates

bench: setup
	@$(BIN)/python -m tests.benchmarks

# After changing a range in pyproject.toml.
lock: setup
	$(BIN)/uv pip compile --quiet pyproject.toml --extra postgresql --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock

clean:
	rm -rf $(VENV) .cache
