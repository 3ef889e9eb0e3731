# The two commands of the README are `make demo` and `make test`. Each makes .venv and installs into
# it; a stamp that depends on pyproject.toml keeps the second run quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# What `make check` runs of the tests: one file for each thing that breaks most easily.
SMOKE := tests/test_house.py tests/test_stubs.py tests/test_exports.py tests/test_readme.py \
  tests/test_rules.py tests/test_value.py tests/test_micrograd.py tests/test_worked_examples.py \
  tests/test_render_svg.py tests/optim/test_golden.py tests/nn/test_layers.py

.PHONY: demo check test install install-test format bench docs fuzz notebooks clean

demo: install
	@$(BIN)/tracegrad demo --output demo

# Under a minute on two cores: what to run between two edits. `make test` is the whole.
check: install-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 $(SMOKE)

test: install-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

format: install-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The peers are installed into .venv-bench by the benchmark itself.
bench: install
	$(BIN)/python -m benchmarks

# The pictures and numbers of the README, and the outputs of the notebooks.
docs: install-test
	$(BIN)/python -m docs
	$(BIN)/python -m notebooks

# Random programs, mutations, threads, interrupts, damaged files and command lines.
fuzz: install-test
	$(BIN)/python -m fuzz

notebooks: install
	@$(PIP) install --editable '.[notebooks]'
	$(BIN)/jupyter lab notebooks

clean:
	rm -rf $(VENV) .venv-bench build demo *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

install: $(VENV)/.installed
install-test: $(VENV)/.installed-test

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'tracegrad needs Python 3.11 or newer; name one: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@echo 'Installing tracegrad into $(VENV) (once; about a minute) ...'
	@$(PIP) install --editable '.[plot,examples]'
	@touch $@

$(VENV)/.installed-test: $(VENV)/.made pyproject.toml
	@echo 'Installing tracegrad and its test tools into $(VENV) (once; a minute or two) ...'
	@$(PIP) install --editable '.[plot,examples,test]'
	@touch $@ $(VENV)/.installed
