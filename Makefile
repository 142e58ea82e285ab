# `make help` lists the targets. Each first sets up what it needs in .venv.
# docs/training.md explains how to do without make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run train reproduce test test-all test-oldest lint format bench load screenshots lock audit arm64 space image container-test clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/app  ## serve the page: draw a digit, see which it is
	CORRECTIONS=$${CORRECTIONS-corrections.sqlite} $(BIN)/python app.py

train: .venv/trainer  ## train a network; writes weights/nnmodel.npz
	$(BIN)/python -m training

reproduce: .venv/trainer  ## train the shipped network again, and compare the two files
	$(BIN)/python -m training --output build/nnmodel.npz --overwrite
	cmp build/nnmodel.npz weights/nnmodel.npz && echo "The same file, byte for byte."

test: .venv/dev  ## run the tests but for the slow ones
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow"
	@echo "The slow tests were left out: make test-all runs them, too."

test-all: .venv/dev  ## run all tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-oldest: .venv/oldest  ## run the tests of page and server with the oldest Gradio that is supported
	.venv/oldest/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder tests/page tests/serving

lint: .venv/dev audit  ## lint, check formatting and types, and audit the dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev  ## fix what ruff can fix, and format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev  ## measure speed; with DRAWINGS=file.json, also accuracy
	$(BIN)/python -m benchmarks.training_speed
	$(BIN)/python -m benchmarks.page_latency
	$(if $(DRAWINGS),$(BIN)/python -m benchmarks.drawings $(DRAWINGS))

screenshots: .venv/dev  ## retake the README's screenshots
	$(BIN)/python -m docs.screenshots

load: .venv/dev  ## load test: many people drawing at once
	$(BIN)/python -m benchmarks.load

audit: .venv/dev  ## check the image's packages for known vulnerabilities; passes offline
	@$(BIN)/pip-audit -r requirements-serving.txt --disable-pip --require-hashes --timeout 5 \
		--progress-spinner off > .venv/audit.log 2>&1 \
		|| ! grep -q "known vulnerabilit" .venv/audit.log || { cat .venv/audit.log; exit 1; }

lock: .venv/dev  ## pin the newest versions in the ranges of pyproject.toml
	$(BIN)/pip install uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--no-header --no-annotate --quiet --upgrade --output-file constraints.txt
	$(BIN)/uv pip compile pyproject.toml --extra postgresql -c constraints.txt --python-version 3.11 \
		--python-platform linux --no-emit-package hf-xet --generate-hashes \
		--no-header --no-annotate --quiet --upgrade --output-file requirements-serving.txt

# The same versions, from wheels alone, or it fails; Python of the image, glibc 2.28 or newer.
arm64: .venv/dev  ## check that the image's packages have wheels for arm64, too
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra postgresql -c requirements-serving.txt \
		--python-version 3.11 --python-platform aarch64-unknown-linux-gnu --only-binary :all: \
		--no-emit-package hf-xet --generate-hashes --no-header --no-annotate --quiet \
		--output-file .venv/arm64.txt
	diff requirements-serving.txt .venv/arm64.txt

space: .venv/app  ## put together a Hugging Face Space in build/space
	$(BIN)/python -m deploy.space build/space

# Override these two to use another container engine than Docker.
BUILD_IMAGE ?= docker build -t draw-a-digit .
RUN_IMAGE ?= docker run --rm --network host --read-only --tmpfs /tmp --cap-drop ALL \
	--security-opt no-new-privileges draw-a-digit

image: audit  ## audit its packages, then build the container image
	$(BUILD_IMAGE)

container-test: .venv/dev image  ## build and test the image
	$(BIN)/python -m deploy.try_image $(RUN_IMAGE)

clean:  ## remove .venv and build files
	rm -rf .venv build *.egg-info

.venv/python:
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or newer is needed; found: $$(python3 --version 2>&1)." \
		"Install it, or name it: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and \
		f"error: Python 3.11 or newer is needed; $(PYTHON) is {v.major}.{v.minor}.")'
	$(PYTHON) -m venv --clear .venv
	@touch $@

OLDEST = $(shell sed -n 's/.*"gradio >=\([0-9.]*\),.*/\1/p' pyproject.toml)
.venv/oldest: .venv/python pyproject.toml
	$(PYTHON) -m venv --clear $@
	$@/bin/pip install --quiet "gradio==$(OLDEST).*" ".[dev]"
	@touch $@

# Dependencies of the app; plus the trainer's; plus those of tests and linting.
.venv/app: EXTRA =
.venv/trainer: EXTRA = [training]
.venv/dev: EXTRA = [dev]
.venv/app .venv/trainer .venv/dev: .venv/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt ".$(EXTRA)"
	@touch $@
