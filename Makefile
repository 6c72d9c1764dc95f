# gnomon from a fresh clone: `make bootcamp` shows the pipeline, `make test` runs the tests. Both set up and build first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PRESET ?= release
BUILD := build/$(PRESET)
VENV := .deps/venv/bin

.PHONY: help setup build bootcamp test test-all fuzz-semantics planted-faults bench format lint clean errors peers record-spark

help:  ## what this Makefile does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## install what is missing (pinned, into .deps; Debian packages as root)
	@tools/setup.sh

# Configuring is left out when it was done: ninja does it again by itself when a CMake file changes.
$(BUILD)/build.ninja: | setup
	@echo "[build] configuring" >&2
	@mkdir -p build && cmake --preset $(PRESET) > $(BUILD).log 2>&1 || { cat $(BUILD).log >&2; exit 1; }

build: setup $(BUILD)/build.ninja  ## compile everything
	@echo "[build] compiling (a first time takes some minutes, later ones seconds)" >&2
	@cmake --build --preset $(PRESET)

bootcamp: build  ## run the mission's pipeline in examples/bootcamp and show features
	@tools/bootcamp.sh

test: build  ## the fast tests: C++, Python, and the programs as a user runs them
	@tools/run_tests.sh fast

peers: setup  ## install the peer that only the tests need: Spark 3.5 with Iceberg (600 MB)
	@tools/peers/setup.sh

TESTS ?= all
test-all: build peers  ## all tests: also other engines, killed runs, sanitizer-sized inputs, every header alone
	@echo "[test] compiling every header alone" >&2
	@cmake --build --preset $(PRESET) --target check_headers
	@tools/run_tests.sh $(TESTS)

# FUZZ_SECONDS (default: until stopped), FUZZ_SEED (default: the clock), FUZZ_KINDS (group_by,upload,join).
fuzz-semantics: build  ## random configs through the programs, compared with the naive model of test/oracle
	@GNOMON_BIN=$(CURDIR)/$(BUILD)/gnomon $(VENV)/python test/oracle/fuzz.py $(if $(FUZZ_SECONDS),--seconds $(FUZZ_SECONDS)) \
	  $(if $(FUZZ_SEED),--seed $(FUZZ_SEED)) $(if $(FUZZ_KINDS),--kinds $(FUZZ_KINDS))

planted-faults: build  ## plant faults into the window code and demand that the suites fail (minutes)
	@$(VENV)/python tools/planted_faults.py --build $(BUILD)

# BENCH: some of the names below, as BENCH="temporal_join_zipf memory_100_million".
BENCH ?= bootcamp group_by_backfill_uniform group_by_backfill_zipf temporal_join_uniform temporal_join_zipf scaling scaling_100_million \
  memory_10_million_keys memory_100_million memory_100_million_of_10_million_keys
bench_group_by_backfill_uniform = --workload group_by_backfill
bench_group_by_backfill_zipf = --workload group_by_backfill --zipf
bench_temporal_join_uniform = --workload temporal_join
bench_temporal_join_zipf = --workload temporal_join --zipf
bench_scaling = --workload scaling --zipf
bench_scaling_100_million = --workload scaling --zipf --events 100000000 --memory 4G --series events --runs 1
bench_memory_10_million_keys = --workload memory --users 10000000 --memory 512M --runs 3
bench_memory_100_million = --workload memory --zipf --events 100000000 --memory 4G --output-days 30 --runs 1
bench_memory_100_million_of_10_million_keys = --workload memory --events 100000000 --users 10000000 --memory 4G --runs 1
bench: build  ## time the pipeline and the offline kernel against peers
	@$(if $(filter bootcamp,$(BENCH)),$(VENV)/python bench/bootcamp/run.py,true)
	@$(foreach name,$(filter-out bootcamp,$(BENCH)),echo "[bench] $(name)" >&2 && $(VENV)/python bench/offline/run.py \
	  $(bench_$(name)) --output bench/offline/results/$(name).json &&) true
	@$(VENV)/python bench/offline/report.py

format:  ## format the C++ code
	@git ls-files '*.cc' '*.h' | xargs $(VENV)/clang-format -i

lint: build  ## layers, tidiness, format, clang-tidy of changed files (TIDY=--all: of all, an hour)
	@$(VENV)/python tools/check_layers.py $(BUILD)/layers.txt
	@$(VENV)/python tools/tidy.py
	@git ls-files '*.cc' '*.h' | xargs $(VENV)/clang-format --dry-run --Werror
	@tools/clang_tidy.sh $(BUILD) $(TIDY)

errors: setup  ## make docs/errors.md from the sources and from what the tests recorded
	@$(VENV)/python tools/error_catalogue/catalogue.py --write

record-spark: peers  ## record the answers of a real Spark 3.5 anew (needs Java 17)
	@$(VENV)/python tools/spark_answers/record.py --out test/spark_answers

clean:  ## remove what was built (the dependencies stay)
	@rm -rf build examples/bootcamp/production examples/bootcamp/.gnomon
