# The two commands everyone relies on: `make demo` and `make test`. Both set up what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test setup lint types contracts messages migrations lock clean

demo: setup
	@$(BIN)/bangtin demo

# SQLite first, then what touches a database again on PostgreSQL; the browser and property tests run once.
test: setup
	$(BIN)/python -m tests.run

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml deploy/setup
	@deploy/setup $(VENV)
	@touch $@

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

migrations: setup
	BANGTIN_DATABASE_URL=sqlite://:memory: $(BIN)/bangtin makemigrations --check --dry-run

# Reads every string of the code and the templates into the Vietnamese catalogue and compiles it.
messages: setup
	$(BIN)/python -m tests.conventions.catalogue --write

# Locks every extra with hashes; needs uv on the path.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock

clean:
	rm -rf $(VENV) dist build
