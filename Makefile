# Two commands do everything: make demo, make test.
PYTHON ?= python3
# pinned, because a range may bring the build for graphics cards, which is several gigabytes larger;
# a small one: make demo TORCH="torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu"
TORCH ?= torch==2.13.0
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
SERVE ?= 1

.PHONY: install demo serve test test-all lint browser

install: .venv/installed

.venv/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing (a few minutes the first time)"
	$(PIP) install $(TORCH)
	$(PIP) install --editable .
	touch $@

.venv/installed-dev: .venv/installed
	$(PIP) install --editable '.[dev]'
	touch $@

# fetches, trains, indexes, evaluates, shows a conversation, opens the chat; SERVE=0 stops before opening it
demo: install
	@$(BIN)/penchant demo $(if $(filter 0,$(SERVE)),--no-serve)

serve: install
	@$(BIN)/penchant serve

# two at a time; what waits for another thread of its own must not spin meanwhile
test: .venv/installed-dev browser
	OMP_WAIT_POLICY=PASSIVE $(BIN)/pytest --numprocesses 2 --dist worksteal

test-all: .venv/installed-dev browser
	$(BIN)/pytest -m 'slow or not slow' --timeout 1800 -o faulthandler_timeout=1830

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# the page is tested in a real browser and the store in PostgreSQL too, both Debian's; without them those tests are skipped
MISSING := $(if $(shell command -v chromium),,chromium)
MISSING += $(if $(shell command -v initdb)$(wildcard /usr/lib/postgresql/*/bin/initdb),,postgresql)
ROOT := $(if $(filter 0,$(shell id -u)),,sudo --non-interactive)

browser:
	@for one in $(MISSING); do \
		$(ROOT) apt-get update --quiet=2 && \
		$(ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes $$one >/dev/null || \
		echo "$$one cannot be installed here, so the tests that need it will be skipped"; \
	done
