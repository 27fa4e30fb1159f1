# make setup: the environment .venv; make run: the first experiment; make test: checks and tests, as CI runs them.
# Not 3.14: Hydra 1.3.8 gives argparse a help text that is no string, which 3.14 refuses (facebookresearch/hydra#3121); all other packages have wheels for it.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
UV := $(shell command -v uv || echo .venv-uv/bin/uv)
BIN := .venv/bin

.PHONY: setup run test fast check format lock stored wheel clean

setup: .venv/.ready

.venv-uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "gpusched needs python3 3.11, 3.12 or 3.13 on the PATH; name one by PYTHON=..."; exit 2; }
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

.venv/.ready: requirements/dev.txt pyproject.toml | $(filter .venv-uv/bin/uv,$(UV))
	@test -n "$(PYTHON)" || { echo "gpusched needs python3 3.11, 3.12 or 3.13 on the PATH; name one by PYTHON=..."; exit 2; }
	test -x $(BIN)/python || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/gpusched run experiment=quickstart

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright

test: check
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

# The tests that need no Go toolchain: under three minutes.
fast: setup
	$(BIN)/python -m pytest -q -m "not go and not slow and not gpu and not slurm"

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# One resolution for Python 3.11 to 3.13, with hashes and without registry addresses.
lock:
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra dev pyproject.toml -o requirements/dev.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements/run.txt
	echo uv | $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url - -o requirements/uv.txt

# The shipped workloads' programs, for machines without Go; after each change of the front end, the lowering or a workload.
stored: setup
	$(BIN)/python -m gpusched.workload

wheel: setup
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf .venv .venv-uv build dist
