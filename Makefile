# make demo      set up, run the shipped real-geography scenario, sweep 27 strategies for it
# make test      set up; lint, types, import directions, tests (under ten minutes on two cores)
# make test-all  the long tests too
# make accuracy  how near the estimate comes, on a family of systems (some five minutes)
# make coverage  every line of the compiled loop that a scenario can reach, run uncompiled by tests
# make bench     how fast simnet is, beside other packages (about half an hour)
# PYTHON=python3.12 make ...   to choose the interpreter (3.11 to 3.13)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-all lint trust accuracy bench coverage mutants pictures schema data clean
.DELETE_ON_ERROR:

demo: $(READY)
	$(BIN)/simnet check configs/appliance-china.yaml
	$(BIN)/simnet run configs/appliance-china.yaml
	$(BIN)/simnet sweep experiments/strategies.yaml -r 3

test: lint
	$(BIN)/pytest -n 2 -m "not long"

test-all: lint
	$(BIN)/pytest -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# the README's table of theory against simulation, full length (some ten minutes)
trust: $(READY)
	mkdir -p results/reference
	(echo && $(BIN)/simnet validate --effort 1 --markdown && echo) > results/reference/theory.md
	sed -i -e '/^<!-- theory -->/,/^<!-- .theory -->/{//!d}' \
	  -e '/^<!-- theory -->/r results/reference/theory.md' README.md

# how near the estimate comes, measured on a family of systems: simnet/estimate/accuracy.json (some
# five minutes on two cores)
accuracy: $(READY)
	$(BIN)/python -m simnet.validation.family

bench: $(READY)
	$(BIN)/pip install --quiet --constraint constraints.txt -e ".[peers]"
	mkdir -p results/reference
	(echo && $(BIN)/simnet bench --peers --markdown && echo) > results/reference/speed.md
	cp results/bench/growth.png results/reference/
	sed -i -e '/^<!-- speed -->/,/^<!-- .speed -->/{//!d}' \
	  -e '/^<!-- speed -->/r results/reference/speed.md' README.md

# the pictures of the README, from what `make demo` shows
pictures: demo
	mkdir -p results/reference
	$(BIN)/simnet run configs/appliance-china.yaml --out results/pictures/run
	$(BIN)/simnet sweep experiments/strategies.yaml -r 3 --out results/pictures/sweep
	cp results/pictures/run/plots/map.png results/pictures/run/plots/waits.png \
	  results/pictures/sweep/plots/tradeoff.png results/reference/

# the loop as plain Python, by the tests that work its moments out by hand and by generated networks
# (some three minutes); fails where a line is left out
coverage: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -p no:xdist tests/model tests/parity/test_uncompiled.py
	$(BIN)/coverage report --show-missing --skip-covered

# mutation testing of draws, model, kernel, accounts and theory by the fast tests (many hours; to look at
# some only: make mutants MUTANTS='simnet.model.station*')
mutants: $(READY)
	$(BIN)/pip install --quiet --constraint constraints.txt -e ".[mutation]"
	$(BIN)/mutmut run $(MUTANTS)
	$(BIN)/mutmut results

# the files that are made from others in the repository, or from a package
schema: $(READY)
	$(BIN)/simnet schema > configs/scenario.schema.json
	$(BIN)/simnet schema --experiment > experiments/experiment.schema.json

data: $(READY)
	$(BIN)/pip install --quiet --constraint constraints.txt -e ".[data]"
	$(BIN)/python -m simnet.siting.extract_cities simnet/siting/data/cities.csv.gz

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  "simnet needs Python 3.11 to 3.13, this is %d.%d; use PYTHON=python3.12 make ..." % v)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --constraint constraints.txt -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
