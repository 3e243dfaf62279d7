# Two commands: `make demo` grades a small class, `make test` proves that everything works. `make` alone lists the rest.
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
  BIN := $(VENV)/Scripts
else
  BIN := $(VENV)/bin
endif
READY := $(VENV)/ready
# Matrices are small here, and several processes work side by side: more threads would only wait for each other.
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1

.DEFAULT_GOAL := help
.PHONY: help demo test check machines lab build bench compare clean

help:  ## list the commands
	@echo "make demo      grade a class of sample students: who earned what, and which mistakes they made"
	@echo "make test      prove that everything works: lint, build check, tests, the solution notebooks"
	@echo "make check     the same, but only what your changes concern"
	@echo "make lab       open the notebooks in JupyterLab, as a copy of your own in work/"
	@echo "make build     source/ and exercises/ -> release/, solutions/ and course/exercises/"
	@echo "make machines  build under three pretended processors, and compare"
	@echo "make bench     how fast training and grading are, side by side with others"
	@echo "make compare   hostile and broken submissions, graded by us, by nbgrader and by otter-grader"
	@echo "make clean     remove the virtual environment and what can be made again; work/ stays"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12')"
	@echo "Installing the course and what it needs into $(VENV), once; about 140 packages, one to three minutes."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e ".[lab,grading,dask,test]"
	@$(BIN)/python -c "import pathlib; pathlib.Path('$(READY)').touch()"

demo: $(READY)  ## grade a class of sample students
	$(BIN)/course demo

test: $(READY)  ## prove that everything works
	$(BIN)/python tests/steps.py

check: $(READY)  ## what your changes concern
	$(BIN)/python tests/steps.py --changed

machines: $(READY)  ## build under three pretended processors, and compare
	$(BIN)/python -m pytest -n auto -m machines tests/test_machines.py

lab: $(READY)  ## the notebooks, as a copy of your own
	$(BIN)/course lab

build: $(READY)  ## source/ and exercises/ -> all that is generated
	$(BIN)/course build

bench: $(READY)  ## ratios, measured side by side
	$(BIN)/python benchmarks/checks.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/grading.py

compare: $(READY)  ## hostile and broken submissions, by three graders
	$(BIN)/python -m benchmarks.compare

clean:  ## remove what can be made again
	$(PYTHON) -c "import shutil; [shutil.rmtree(name, ignore_errors=True) for name in ('$(VENV)', 'demo', 'dist', '.pytest_cache', '.ruff_cache')]"
