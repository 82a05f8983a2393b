# Every target sets up what it needs: a bare clone wants python3 (3.10+), make and git.
PYTHON ?= python3
DEMO ?= cache_demo

# Another Gradio than the default is beside it: its venv and all that is built.
DEFAULT := $(shell sed -n 's/^default = "\(.*\)"/\1/p' upstream.toml)
BASES := $(shell sed -n 's/^version = "\(.*\)"/\1/p' upstream.toml)
BASE ?= $(or $(GRADIO_BASE),$(DEFAULT))
ifeq ($(filter $(BASE),$(BASES)),)
$(error upstream.toml has no base $(BASE); there are: $(BASES))
endif
export GRADIO_BASE := $(BASE)

VENV := $(CURDIR)/$(if $(filter $(BASE),$(DEFAULT)),.venv,build/$(BASE)/venv)
RUN := $(VENV)/bin/python
export PATH := $(VENV)/bin:$(PATH)

.PHONY: help setup demo test check bench soak wheel diff pr seams clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.ready ## Make .venv with the fork in it, editable, and assemble the fork
	@$(RUN) -m fork

$(VENV)/.ready: pyproject.toml upstream.toml scripts/setup
	scripts/setup "$(PYTHON)" "$(VENV)"
	@touch $@

# Large, so only for what needs it.
$(VENV)/.models: $(VENV)/.ready
	$(RUN) -m pip install --quiet --group models
	@touch $@

$(VENV)/.libraries: $(VENV)/.ready
	$(RUN) -m pip install --quiet --group libraries
	@touch $@

demo: setup $(if $(filter cache_kv_demo,$(DEMO)),$(VENV)/.models) ## Run demo/cache_demo; another with DEMO=cache_manual_demo
	@scripts/ffmpeg "$(VENV)"
	$(RUN) demo/$(DEMO)/run.py

test: setup $(if $(TESTS),,$(VENV)/.models) $(VENV)/.libraries ## Run all tests, the ones in a browser too; or TESTS="test/apps …"
	@scripts/system-packages
	$(RUN) -m fork.node ci
	$(RUN) -m fork.node npm test
	$(RUN) -m pytest $(TESTS)

check: setup ## Check format, style and types
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	@mkdir -p "build/$(DEFAULT)/fork" # named in pyproject.toml
	$(RUN) -m ty check --python "$(VENV)" --extra-search-path "build/$(BASE)/fork" \
		"bases/$(BASE)" bench fork gradio/caching
	$(RUN) -m fork.node ci
	$(RUN) -m fork.node npm run check

bench: setup ## Measure against the untouched base, into docs/growth.svg too
	$(RUN) -m bench

soak: setup ## Ten minutes of everything at once, into docs/soak.svg: fails if anything grows
	$(RUN) -m bench.soak

wheel: setup ## Build the wheel into dist/
	$(RUN) -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

diff: setup ## Write build/BASE/gradio-caching.diff, for git apply in Gradio's sources
	@$(RUN) -m fork diff

pr: setup ## Write build/BASE/pr: patches to Gradio's whole repository, and their text
	@$(RUN) -m fork pr

seams: setup ## List every edit, and how it fits our bases and WHEELS="a.whl b.whl"
	@$(RUN) -m fork seams $(WHEELS)

clean: ## Remove all that was built or installed here
	rm -rf build dist node_modules .venv .pytest_cache .ruff_cache .hypothesis
