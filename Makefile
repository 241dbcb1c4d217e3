# The commands of the README; everything is done by CMake and CTest. Options: JOBS=2, PREFIX=/usr/local, DESTDIR=,
# FUZZ_SECONDS=60, DEPS=true (do not look for missing packages).

JOBS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
DEPS ?= tools/install-deps

# A build tree knows by itself when it must be configured again.
configure = cmake --preset $(1) $(2)
build = cmake --build --preset $(1) --parallel $(JOBS)
test = ctest --preset $(1) --parallel $(JOBS)

.PHONY: all demo deps test test-all test-slow asan tsan ref cross fuzz gallery bench bench-parts format tidy install clean help

all: build/build.ninja ## build everything into build/; the command is build/denpa
	@$(call build,release)

build/build.ninja:
	@command -v cmake ninja >/dev/null || { echo "cmake or ninja is missing; run tools/install-deps"; exit 1; }
	@$(call configure,release)

demo: deps all ## train the book's two-layer network and show what it learned
	@tools/demo

test: deps ## build and run all tests but the slow ones
	@$(call configure,release,-DDENPA_TESTS=ON)
	@$(call build,release)
	@$(call test,release) --label-exclude slow

test-all: deps ## run the slow tests, too
	@$(call configure,release,-DDENPA_TESTS=ON)
	@$(call build,release)
	@$(call test,release)

test-slow: deps ## run only the slow tests
	@$(call configure,release,-DDENPA_TESTS=ON)
	@$(call build,release)
	@$(call test,release) --label-regex slow

asan: deps ## tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(call configure,asan-ubsan,-DDENPA_TESTS=ON)
	@$(call build,asan-ubsan)
	@$(call test,asan-ubsan) --label-exclude slow

tsan: deps ## the tests with threads under ThreadSanitizer
	@$(call configure,tsan,-DDENPA_TESTS=ON)
	@$(call build,tsan)
	@$(call test,tsan) --label-regex threads

ref: deps ## tests of the plain C kernels without any optional library
	@$(call configure,reference-only,-DDENPA_TESTS=ON)
	@$(call build,reference-only)
	@$(call test,reference-only) --label-exclude slow

cross: ## build for 64-bit Arm, and run it under qemu-user if that is there
	@$(call configure,release,-DDENPA_TESTS=ON)
	@$(call build,release)
	@$(call test,release) --tests-regex cross_slow --verbose

fuzz: ## FUZZ_SECONDS of each fuzz target (clang; tools/install-deps --dev)
	@$(call configure,fuzz)
	@$(call build,fuzz)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/fuzz

gallery: all ## draw every figure of the articles into gallery/, and gallery/index.html
	@JOBS=$(JOBS) tools/gallery

bench: all ## denpa against NumPy and PyTorch, in turns; BENCH_ARGS="--only book"
	@bench/bench.sh $(BENCH_ARGS)

bench-parts: build/build.ninja ## build and run bench/bench_*.c: products, and steps without the optimiser
	@$(call build,release) --target bench

format: ## clang-format all C files in place
	@find src include cli examples tests bench -name '*.[ch]' 2>/dev/null | xargs --no-run-if-empty clang-format -i

tidy: build/build.ninja ## clang-tidy on the library and the command
	@find src cli -name '*.c' -not -name '*_tmpl.c' 2>/dev/null | \
		xargs --no-run-if-empty -P $(JOBS) -n 4 clang-tidy --quiet -p build

install: all ## install into PREFIX (DESTDIR is respected)
	@cmake --install build --prefix $(PREFIX)

deps:
	@$(DEPS)

clean: ## remove all build folders
	@rm -rf gallery build build-asan build-tsan build-ref build-fuzz

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile | expand -t 16
