# make advise   install into .venv what is needed, and start the questions
# make test     install what the tests need too, and run every check
# make test-all the same, 10,000 damaged files, and every probe that needs an environment of its own,
#               log4brains and, where there is one, a browser: some 20 GB

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The same versions everywhere: of pip itself, and of what builds a package that comes as source.
INSTALL := $(PIP) install --quiet --constraint constraints.txt pip && \
	$(PIP) install --constraint constraints.txt --build-constraint constraints.txt --editable

.PHONY: advise test test-all lint types knowledge pytest bench evidence generated clean

advise: $(VENV)/.advise
	@$(BIN)/advisor || case $$? in 4|130) ;; *) exit 1 ;; esac  # unproven, or stopped: no failure of make

test: lint types knowledge pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

# What is shipped, checked as any knowledge base can be.
knowledge: $(VENV)/.test
	$(BIN)/advisor kb check --level warning
	$(BIN)/advisor kb test
	$(BIN)/advisor kb coverage

pytest: $(VENV)/.test $(VENV)/clients/.done
	$(BIN)/pytest $(IN_PAIRS)
	$(BIN)/pytest $(ALONE)

# Two files at a time, but for those that have a server answer in time: they have the machine for
# themselves.
ALONE := tests/advisor/web/test_crowd.py tests/advisor/web/test_server.py
IN_PAIRS := --numprocesses 2 --dist loadfile $(addprefix --ignore ,$(ALONE))

test-all: lint types knowledge $(VENV)/.test $(VENV)/clients/.done $(VENV)/clients/log4brains/.done
	$(BIN)/pytest $(IN_PAIRS)
	$(BIN)/pytest --provisioned $(ALONE) tests/provisioned
	$(BIN)/pytest --numprocesses 2 --mutations 500:9500 tests/mutations

# Ratios, not seconds: each bench compares with its own floor in the same run.
bench: $(VENV)/.test
	$(INSTALL) '.[bench]'
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/reasoning.py
	$(BIN)/python bench/mutations.py
	$(BIN)/python bench/record_mutations
	$(BIN)/python bench/probes.py
	$(BIN)/python bench/workshop.py

# Files that are generated and committed; tests hold them fresh.
generated: $(VENV)/.advise
	$(BIN)/python -m rules.loading.json_schema
	$(BIN)/python -m advisor.findings.catalogue

# What docs/ rests on: every probe, run here and now. Builds environments, after asking.
evidence: $(VENV)/.test
	$(BIN)/advisor probe --all --provision --format json > docs/findings.draft
	mv docs/findings.draft docs/findings.json
	$(BIN)/python -m advisor.findings.catalogue

$(VENV)/.advise: pyproject.toml constraints.txt | $(VENV)
	@echo "Installing advisor with PyTorch and TensorFlow into $(VENV): 2 to 3 GB, a few minutes."
	$(INSTALL) '.[frameworks]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)
	@echo "Installing advisor with PyTorch, TensorFlow, what lives around them and test tools into $(VENV): 3 GB, a few minutes."
	$(INSTALL) '.[ecosystem,test]'
	@touch $(VENV)/.advise $@

# Programs of others that read decision records, with all that they need, as their lock files say.
# Without npm they cannot be had: the tests that need them are skipped and say so, but for a build
# server (it sets CI), where they fail. With npm a failing installation fails here.
CLIENTS := tests/advisor/records/clients
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier
export CLIENTS_EXPECTED := $(CI)$(shell command -v npm)

$(VENV)/clients/.done: $(CLIENTS)/package-lock.json pyproject.toml constraints.txt | $(VENV)/.test
	@echo "Installing programs that read decision records into $(VENV): 160 MB, half a minute."
	$(INSTALL) '.[clients]'
	$(call npm-install,$(CLIENTS))

$(VENV)/clients/log4brains/.done: $(CLIENTS)/log4brains/package-lock.json | $(VENV)/.test
	@echo "Installing log4brains into $(VENV): 400 MB, half a minute."
	$(call npm-install,$(CLIENTS)/log4brains)

# $(call npm-install,FOLDER): what the lock file in FOLDER names, into the folder of the target
define npm-install
@mkdir -p $(@D)
@cp $(1)/package.json $(1)/package-lock.json $(@D)
@if command -v npm >/dev/null; then $(NPM_CI) --prefix $(@D) && touch $@; \
	else echo "There is no npm here: the tests that need these programs are skipped." >&2; fi
endef

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "advisor needs Python 3.10 or newer; say which: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
