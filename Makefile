# Two commands: `make demo` grades a small class, `make test` proves that everything works. `make` alone lists the rest.
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
  BIN := $(VENV)/Scripts
else
  BIN := $(VENV)/bin
endif
READY := $(VENV)/ready
SOLUTIONS := $(wildcard solutions/*/*.ipynb)

.DEFAULT_GOAL := help
.PHONY: help demo test machines lab build bench clean

help:  ## list the commands
	@echo "make demo    build the course, grade a class of sample submissions, show who earned what and why"
	@echo "make test    all that CI runs: lint, build check, tests, the solution notebooks"
	@echo "make lab     open the student notebooks in JupyterLab"
	@echo "make build   source/ -> release/, solutions/ and the frozen cases"
	@echo "make bench   how fast training and grading are, side by side with others"
	@echo "make clean   remove the virtual environment and everything that git ignores"

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[lab,grading,dask,test]"
	$(BIN)/python -c "import pathlib; pathlib.Path('$(READY)').touch()"

demo: $(READY)  ## grade a class of sample submissions
	$(BIN)/course build
	$(BIN)/course demo

test: $(READY)  ## all that CI runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/course build --check
	$(BIN)/python -m pytest -n auto tests
	$(BIN)/python -m pytest -n auto --dist loadfile -p no:cacheprovider --nbval --nbval-current-env --nbval-sanitize-with tests/nbval-sanitize.cfg $(SOLUTIONS)

machines: $(READY)  ## build under three pretended processors, and compare
	$(BIN)/python -m pytest -n auto -m machines tests/test_machines.py

lab: $(READY)  ## the student notebooks
	$(BIN)/jupyter lab --notebook-dir=release

build: $(READY)  ## source/ -> release/, solutions/ and the frozen cases
	$(BIN)/course build

bench: $(READY)  ## ratios, measured side by side
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/grading.py

clean:  ## remove what git ignores
	$(PYTHON) -c "import shutil; [shutil.rmtree(name, ignore_errors=True) for name in ('$(VENV)', 'demo', 'dist', '.pytest_cache', '.ruff_cache')]"
