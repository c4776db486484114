# Plumbline: `make run` to try it, `make test` before you send a change, `make stop` when you are done.
# The one prerequisite is Python 3.12 or newer; everything else is installed here.

# start-up is three times slower without compiled modules
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for name in python3.13 python3.12 python3.14 python3; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$name && break; done)
ADDRESS ?= 127.0.0.1:8000
WORKERS ?= 3
BIN := .venv/bin
AS_OWNER := $(BIN)/python -m clinic.database.embedded owner
MANAGE := $(BIN)/python manage.py

.PHONY: help run stop test soak check eval learn quiet bench mutate lock format browser database clean

help: ## show what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: .venv/.installed var/vendor/.copied database ## set up, load the demo practice, serve
	@env -u OWNER_DATABASE_URL $(MANAGE) serve $(ADDRESS)

stop: ## stop the embedded database and the server
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m clinic.operations.serving stop; $(BIN)/python -m clinic.database.embedded stop; fi

test: .venv/.installed-dev var/vendor/.copied database browser ## run every test, the browser's too
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

soak: .venv/.installed-dev var/vendor/.copied database browser ## the long rounds: concurrent saves and signatures, kills, attacks, random histories
	$(BIN)/python -m pytest -m soak -p no:randomly

check: .venv/.installed-dev var/vendor/.copied database ## lint, types, architecture, templates, migrations, deployment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(AS_OWNER) $(MANAGE) makemigrations --check --dry-run
	DJANGO_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		PLUMBLINE_CHAIN_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		DATABASE_URL=postgresql://web@127.0.0.1:1/none $(MANAGE) check --deploy --fail-level WARNING

eval: .venv/.installed-dev ## how right the engine is, on every corpus (and, if the demo is loaded, how quiet)
	@$(BIN)/python -m tests.coding.quiet --if-there
	@$(BIN)/python -m tests.engine.evaluate

learn: .venv/.installed-dev ## learn the weights of the second reader anew from the labelled rows
	@$(BIN)/python -m tests.engine.learn

quiet: .venv/.installed-dev database ## flags a note on the loaded demo's routine visits
	@$(BIN)/python -m tests.coding.quiet

bench: .venv/.installed-dev ## how long the engine takes
	@$(BIN)/python -m tests.engine.bench

mutate: .venv/.installed-dev ## break the engine's rules in small ways, and see which breaks no test notices (20 minutes)
	@$(BIN)/python -m tests.engine.mutate $(MUTATE)

format: .venv/.installed-dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/.installed-dev ## renew the locked requirements, with hashes and without an index
	$(BIN)/uv pip compile --generate-hashes --universal --no-header --upgrade --python-version 3.12 --extra local pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --generate-hashes --universal --no-header --upgrade --python-version 3.12 --extra local --extra dev pyproject.toml -o requirements-dev.txt

clean: stop ## remove what make made, the embedded database excepted
	rm -rf .venv var/vendor var/static

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "Plumbline needs Python 3.12 or newer; set PYTHON=/path/to/python"; exit 1; fi
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# The form base's wheel is no Django app: take the one file we use, without the line that names its source map.
var/vendor/.copied: .venv/.installed
	@mkdir -p var/vendor var/static
	@$(BIN)/python -c "import importlib.util as u, pathlib as p; \
	base = p.Path(next(iter(u.find_spec('bootstrap').submodule_search_locations))); \
	text = (base / 'css' / 'bootstrap.min.css').read_text(); \
	p.Path('var/vendor/bootstrap.min.css').write_text(text.split('/*# sourceMappingURL')[0])"
	@touch $@

# The full ICD-10-CM list is built once, from the edition that a build-time tool ships.
var/icd10cm.csv: .venv/.installed notes/icd10.py
	@$(BIN)/python -m notes.icd10 $@

browser: .venv/.installed-dev
	@$(BIN)/python -m tests.browser.chromium

# A database of your own is migrated as its owner, if we are told the owner's address; otherwise that is yours to do.
database: .venv/.installed var/icd10cm.csv
	@if [ -z "$$DATABASE_URL" ]; then $(BIN)/python -m clinic.database.embedded start; fi
	@if [ -z "$$DATABASE_URL" ] || [ -n "$$OWNER_DATABASE_URL" ]; then $(AS_OWNER) $(MANAGE) migrate --verbosity 0 && \
		$(AS_OWNER) $(MANAGE) import_icd10 --if-empty var/icd10cm.csv; \
	else echo "DATABASE_URL is set without OWNER_DATABASE_URL: neither migrated nor loaded the diagnosis list."; fi
