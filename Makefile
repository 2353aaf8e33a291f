# make advise   install into .venv what is needed, and start the questions
# make test     install what the tests need too, and run every check
# make test-all the same, and every probe that needs an environment of its own, log4brains and, where
#               there is one, a browser: some 20 GB

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

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

# Ratios, not seconds: each bench compares with its own floor in the same run.
bench: $(VENV)/.test
	$(PIP) install --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/reasoning.py
	$(BIN)/python bench/mutations.py
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
	$(PIP) install --constraint constraints.txt --editable '.[frameworks]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)
	@echo "Installing advisor with PyTorch, TensorFlow, what lives around them and test tools into $(VENV): 3 GB, a few minutes."
	$(PIP) install --constraint constraints.txt --editable '.[ecosystem,test]'
	@touch $(VENV)/.advise $@

# Programs of others that read decision records, each as its own package.json says. Without npm, or
# a network to get them by, there are none: the tests that need them are skipped and say so.
CLIENTS := tests/advisor/records/clients
NPM_INSTALL := npm install --ignore-scripts --no-audit --no-fund --no-package-lock --no-update-notifier --fetch-retries=1

$(VENV)/clients/.done: $(CLIENTS)/package.json pyproject.toml constraints.txt | $(VENV)/.test
	@echo "Installing programs that read decision records into $(VENV): 160 MB, half a minute."
	@mkdir -p $(@D)
	@cp $< $(@D)
	@$(PIP) install --use-pep517 --constraint constraints.txt --editable '.[clients]' && $(NPM_INSTALL) --prefix $(@D) \
		&& touch $@ || echo "They could not be installed: their tests are skipped." >&2

$(VENV)/clients/log4brains/.done: $(CLIENTS)/log4brains/package.json | $(VENV)/.test
	@echo "Installing log4brains into $(VENV): 400 MB, half a minute."
	@mkdir -p $(@D)
	@cp $< $(@D)
	@$(NPM_INSTALL) --prefix $(@D) && touch $@ || echo "It could not be installed: its tests are skipped." >&2

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "advisor needs Python 3.10 or newer; say which: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
