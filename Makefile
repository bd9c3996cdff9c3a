# What people do with a clone. `make` alone lists it.
#
# Python 3.11+ and Node 20+ are all that `demo` needs; `synth` and `deploy` fetch the cdktf CLI with npm,
# `deploy` also wants terraform on the PATH.

PYTHON ?= python3
# The environment. cdktf.json runs the one in .venv; another is for testing with a second Python.
VENV_DIR ?= .venv
SCHEMAS ?= schemas
PYTEST_ARGS ?=

# pipenv makes the lock and nothing else. It stays out of .venv: it would bring a top-level package named
# `benchmarks`, which hides ours.
PIPENV_VERSION := 2026.10.3

BIN := $(VENV_DIR)/bin
VENV := $(VENV_DIR)/.ready
NPM := node_modules/.ready

# jsii prints eleven lines for each run on Node 20; the value is the version it shall be quiet about.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ?= 20
# The cdktf CLI reports its use to a project that is archived.
export CHECKPOINT_DISABLE ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Pipfile.lock in the words of pip.
define LOCKED
import json, pathlib
lock = json.loads(pathlib.Path("Pipfile.lock").read_text())
for name, entry in sorted({**lock["default"], **lock["develop"]}.items()):
    if not entry.get("editable"):
        marker = "; " + entry["markers"] if "markers" in entry else ""
        print(name + entry["version"] + marker, *("--hash=" + hash for hash in entry["hashes"]))
endef
export LOCKED

.DEFAULT_GOAL := help
.PHONY: help setup demo synth deploy test check mutation docs pictures bench bindings schema wheel lock clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /	/' | expand -t 12

setup: $(VENV) ## make .venv with the locked versions

demo: $(VENV) ## synthesise the example, show what would be deployed, rehearse a recorded day, and show a message
	@ACRWATCH_SETTINGS=acrwatch.example.yaml $(BIN)/python main.py
	@$(BIN)/acrwatch stack
	@echo
	@$(BIN)/acrwatch rehearse --events examples/recorded-day/events --expect examples/recorded-day/expected.yaml
	@echo
	@echo "The message in Slack about the deleted repository of that day:"
	@echo
	@$(BIN)/acrwatch preview slack forced_repository_deleted --events examples/recorded-day/events

synth: $(VENV) $(NPM) ## synthesise your settings through the cdktf CLI
	npx cdktf synth

deploy: $(VENV) $(NPM) ## deploy your settings; shows the plan and asks first
	npx cdktf deploy

# By file, so that what a file shares (a built wheel, say) is made once. `loadgroup` of xdist 3.8 groups nothing on pytest 9.
# In the order of tests/conftest.py, which begins with the files that take longest; xdist would with those of most tests.
test: $(VENV) $(NPM) ## run the tests (PYTEST_ARGS="-k name" for some of them)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: $(VENV) ## lint, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

mutation: $(VENV) $(NPM) ## show that the cases of the detections bite, and write docs/detections/mutation.md
	$(BIN)/python -m mutation

docs: $(VENV) ## regenerate the pages that follow from code and detections
	$(BIN)/python -m docs.generate

pictures: $(VENV) ## take the pictures of the documentation anew (needs chromium)
	$(BIN)/python -m docs.pictures

bench: $(VENV) ## measure what synthesis and a rehearsal cost, and how fast a fleet is verified
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.rehearsal
	$(BIN)/python -m benchmarks.verify

bindings: $(VENV) ## regenerate the bindings from provider schemas (SCHEMAS=folder, or several in quotes)
	$(BIN)/python -m codegen --schemas $(SCHEMAS)

schema: $(VENV) ## regenerate acrwatch.schema.json
	$(BIN)/acrwatch schema --output acrwatch.schema.json

wheel: $(VENV) ## build dist/, the wheel by way of the sdist
	$(BIN)/python -m build --no-isolation

lock: ## resolve the Pipfile and package.json again (on the oldest Python: PYTHON=python3.11)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "The lock is made on Python 3.11, the oldest one supported: make lock PYTHON=python3.11" >&2; exit 1; }
	test -x .pipenv/bin/pipenv || $(PYTHON) -m venv .pipenv
	.pipenv/bin/pip install --quiet pipenv==$(PIPENV_VERSION)
	PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_VENV_IN_PROJECT=1 PIPENV_NOSPIN=1 .pipenv/bin/pipenv lock
	@# pipenv writes the index it asked into each lock; which one to ask is the business of the machine.
	$(PYTHON) -c 'import json, pathlib; file = pathlib.Path("Pipfile.lock"); lock = json.loads(file.read_text()); lock["_meta"]["sources"] = []; file.write_text(json.dumps(lock, indent=4) + "\n")'
	npm install --package-lock-only --no-audit --no-fund

clean: ## remove all that make has made; Terraform state stays
	rm -rf .venv .venv-* .pipenv node_modules cdktf.out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV): Pipfile.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "acrwatch needs Python 3.11 or later, and $(PYTHON) is not. Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$${JSII_NODE:-node} -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "acrwatch needs Node 20 or later as node on the PATH, or named by JSII_NODE." >&2; exit 1; }
	@echo "Setting up $(VENV_DIR) (about twenty seconds) ..."
	@# What an interrupted setup left is begun anew: venv takes a pip that is half there for one that is there.
	@$(PYTHON) -m venv $(if $(wildcard $@),,--clear) $(VENV_DIR)
	@$(BIN)/python -c "$$LOCKED" > $(VENV_DIR)/locked.txt
	@$(BIN)/pip install --quiet --quiet --no-deps --require-hashes --requirement $(VENV_DIR)/locked.txt
	@$(BIN)/pip install --quiet --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(NPM): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@
