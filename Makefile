# `make help` lists the targets. Each sets up what it needs in .venv first, and is quick the next time.
# README.md says how to do the same without make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run train test lint format bench load screenshots lock audit image container-test clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/app  ## serve the page: draw a digit, see which it is
	CORRECTIONS=$${CORRECTIONS-corrections.sqlite} $(BIN)/python app.py

train: .venv/trainer  ## train a network; writes weights/nnmodel.npz
	$(BIN)/python -m training

test: .venv/dev  ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: .venv/dev audit  ## check style and the commonest mistakes, and run the audit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/dev  ## bring the code into the style that `make lint` checks
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev  ## measure speed; with DRAWINGS=file.json, also what is read right
	$(BIN)/python -m benchmarks.training_speed
	$(BIN)/python -m benchmarks.page_latency
	$(if $(DRAWINGS),$(BIN)/python -m benchmarks.drawings $(DRAWINGS) --sheet weights/failures.png)

screenshots: .venv/dev  ## take the README's pictures of the page anew
	$(BIN)/python -m docs.screenshots

load: .venv/dev  ## measure many people drawing at once
	$(BIN)/python -m benchmarks.load

audit: .venv/dev  ## look for known weaknesses in what the image carries; passes without a network
	@$(BIN)/pip-audit -r requirements-serving.txt --disable-pip --require-hashes --timeout 5 \
		--progress-spinner off > .venv/audit.log 2>&1 \
		|| ! grep -q "known vulnerabilit" .venv/audit.log || { cat .venv/audit.log; exit 1; }

lock: .venv/dev  ## pin the newest versions in the ranges of pyproject.toml
	$(BIN)/pip install uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--no-header --no-annotate --quiet --upgrade --output-file constraints.txt
	$(BIN)/uv pip compile pyproject.toml -c constraints.txt --python-version 3.11 \
		--python-platform linux --no-emit-package hf-xet --generate-hashes \
		--no-header --no-annotate --quiet --upgrade --output-file requirements-serving.txt

# Where there is another engine than Docker, give these two.
BUILD_IMAGE ?= docker build -t draw-a-digit .
RUN_IMAGE ?= docker run --rm --network host --read-only --tmpfs /tmp --cap-drop ALL \
	--security-opt no-new-privileges draw-a-digit

image:  ## build the container image
	$(BUILD_IMAGE)

container-test: .venv/dev image  ## build the image, run it, and try what it promises
	$(BIN)/python -m deploy.try_image $(RUN_IMAGE)

clean:  ## remove what was set up
	rm -rf .venv build *.egg-info

.venv/python:
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or newer is needed; found: $$(python3 --version 2>&1)." \
		"Install it, or name it: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and \
		f"error: Python 3.11 or newer is needed; $(PYTHON) is {v.major}.{v.minor}.")'
	$(PYTHON) -m venv --clear .venv
	@touch $@

# The app alone, with the trainer, with what tests and linting need.
.venv/app: EXTRA =
.venv/trainer: EXTRA = [training]
.venv/dev: EXTRA = [dev]
.venv/app .venv/trainer .venv/dev: .venv/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt ".$(EXTRA)"
	@touch $@
