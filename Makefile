# From a fresh clone: `make run` to see it, `make test` to check it. Everything else is for those who work on it.
.DEFAULT_GOAL := help
# What we promise lies under target/, whatever the developer's own settings are.
export CARGO_TARGET_DIR := $(CURDIR)/target

.PHONY: help run test watch build package bench faults faults-nodes fuzz mutants check fmt screenshots soak clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 20

run: build ## build everything, then run the product on http://localhost:3000 and the stand-in of the bank on http://127.0.0.1:4400
	@scripts/run

test: ## every check and test; the last line is "N passed, N failed"
	@scripts/setup test
	@scripts/test

watch: ## run both, built anew at every change
	@scripts/setup build
	@scripts/watch

build: ## target/release/anytime-connect, target/release/anytime-sandbox, target/site
	@scripts/setup build
	@scripts/build

package: build ## a Debian package of that, in target/debian/
	@scripts/setup package
	@scripts/package

bench: ## the benchmarks
	@scripts/setup bench
	@scripts/bench

faults: ## the long run: kills the server thousands of times, and checks that nothing acknowledged is lost
	@scripts/setup build
	@scripts/faults

faults-nodes: ## the long run of three nodes on PostgreSQL: killed, frozen, cut off and upgraded under load
	@scripts/setup nodes
	@scripts/faults-nodes

fuzz: ## looks for inputs that break what must hold of them, a minute for each of five targets
	@scripts/setup fuzz
	@scripts/fuzz

mutants: ## breaks the code that judges, reads and decides, line by line, and checks that a test notices
	@scripts/setup mutants
	@scripts/mutants

check: ## the quick part of the tests: format, clippy for the server and for the browser, types
	@scripts/setup build
	@scripts/check

fmt: ## format the Rust code
	@cargo fmt --all

screenshots: build ## a picture of every page and state, in end2end/screenshots/
	@scripts/setup test
	@scripts/screenshots

soak: build ## an hour of live payments, and what the browser's memory does meanwhile
	@scripts/setup test
	@scripts/soak

clean: ## remove what was built; data/ stays
	@cargo clean --quiet
	@rm -rf end2end/node_modules end2end/test-results end2end/playwright-report
