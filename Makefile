# The few commands a developer uses. "make help" lists them.
FUZZTIME ?= 10m
BENCH    ?= .
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LINT     := go tool -modfile=tools/go.mod golangci-lint

# "make module PATH=..." must not take the search path for commands away.
ifeq ($(origin PATH),command line)
MODULE        := $(PATH)
override PATH := /usr/local/bin:/usr/bin:/bin
endif

.DEFAULT_GOAL := help
.PHONY: help build test race fuzz judges bulk lint fmt bench ci module

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

build: ## build ./parlor, small and with its version
	CGO_ENABLED=1 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o parlor .

test: ## run the tests
	go test ./...

race: ## run the tests under the race detector
	go test -race ./...

fuzz: ## run every fuzz target for FUZZTIME (10m)
	SKIP='format vet lint race program judges readme' FUZZTIME=$(FUZZTIME) .ci/run

judges: ## run the suites of the official SDKs (needs node), and compare with the Go SDK
	SKIP='format vet lint race fuzz program readme' .ci/run

bulk: ## read 5 GB of batch results and watch the memory
	PARLOR_RESULTS_BYTES=5368709120 go test ./api -run 'TestResultsTakeConstantMemory' -count=1 -v -timeout 20m

lint: ## run the linters that .golangci.yml names
	$(LINT) run ./...

fmt: ## format the code
	$(LINT) fmt

bench: ## run the benchmarks (BENCH=name for some)
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...
	go -C bench test -run '^$$' -bench '$(BENCH)' ./...

ci: ## do what continuous integration does
	.ci/run

module: ## give the module another path: make module PATH=github.com/you/parlor
	@test -n "$(MODULE)" || { echo 'usage: make module PATH=github.com/you/parlor' >&2; exit 2; }
	.ci/rename-module "$(MODULE)"
