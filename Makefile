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
.PHONY: help demo test check machines lab build site site-test bench compare clean

help:  ## list the commands
	@echo "make demo      grade a class of sample students: who earned what, and which mistakes they made"
	@echo "make test      prove that everything works: lint, build check, tests, the solution notebooks"
	@echo "make check     the same, but only what your changes concern"
	@echo "make lab       open the notebooks in JupyterLab, as a copy of your own in work/"
	@echo "make build     source/ and exercises/ -> release/, solutions/ and course/exercises/"
	@echo "make machines  build under three pretended processors, and compare"
	@echo "make site      the website in site/; also with SOLUTIONS=1, INSTRUCTORS=1 or PYODIDE=folder"
	@echo "make site-test walk through the website in Chromium"
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

# The site has packages of its own: Sphinx and JupyterLite.
SITE_VENV ?= .venv-site
SITE_BIN := $(subst $(VENV),$(SITE_VENV),$(BIN))
SITE_READY := $(SITE_VENV)/ready
SITE_OPTIONS := $(if $(SOLUTIONS),--with-solutions) $(if $(INSTRUCTORS),--instructors) $(if $(PYODIDE),--pyodide $(PYODIDE))

$(SITE_READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(SITE_VENV)
	$(SITE_BIN)/python -m pip install --quiet --quiet --no-compile --disable-pip-version-check -c constraints.txt -e ".[site]"
	@$(SITE_BIN)/python -c "import pathlib; pathlib.Path('$(SITE_READY)').touch()"

site: $(SITE_READY)  ## the website
	$(SITE_BIN)/python -m website.build $(SITE_OPTIONS)

site-test: site  ## walk through the website in Chromium
	$(SITE_BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -c constraints.txt -e ".[site,browser,grading,test]"
	$(SITE_BIN)/python -m pytest -n 2 -m site tests/site tests/test_like_pyodide.py

bench: $(READY)  ## ratios, measured side by side
	$(BIN)/python benchmarks/checks.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/grading.py

compare: $(READY)  ## hostile and broken submissions, by three graders
	$(BIN)/python -m benchmarks.compare

clean:  ## remove what can be made again
	$(PYTHON) -c "import shutil; [shutil.rmtree(name, ignore_errors=True) for name in ('$(VENV)', '$(SITE_VENV)', '.site', 'site', 'demo', 'dist', '.pytest_cache', '.ruff_cache')]"
