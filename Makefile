# The first target is the one a newcomer wants to read. Every target works on a machine with Go and make alone.

GO      ?= go
LINT     = $(GO) tool -modfile=tools/go.mod golangci-lint
# Packages whose tests are whole processes, or render reports of many megabytes: what runs in them is under the race
# detector in its own package.
WHOLE    = /(cmd/assay|docs/drivers|loadgen/metrics/scraped|reports/browser|reports/sample|suites/foreign|suites/hostile|suites/power)($$|/)
SOURCES  = $(shell find . \( -name '*.go' -o -name '*.json' -o -name '*.tmpl' -o -name '*.css' -o -name '*.js' -o -name '*.yaml' \) -not -path './bin/*' -not -path './out/*' -not -path './tools/*')

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: bin/assay ## build assay and verify the reference platform
	./bin/assay test --out out

bin/assay: $(SOURCES) go.mod go.sum
	$(GO) build -o $@ ./cmd/assay

.PHONY: build
build: bin/assay ## build bin/assay

.PHONY: setup
setup: ## install what the tests use, where it is missing: node, python3, curl, chromium, prometheus
	@tools/setup

.PHONY: test
test: setup format unit scripts power specs lint ## everything that CI demands

.PHONY: format
format:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi

.PHONY: unit
unit: ## unit tests, with the race detector
	$(GO) test -race $$($(GO) list ./... | grep -vE '$(WHOLE)')

.PHONY: scripts
scripts: ## the command, the example drivers, the second implementation, a browser and a Prometheus, as whole processes
	$(GO) test $$($(GO) list ./... | grep -E '$(WHOLE)' | grep -v /suites/power)

.PHONY: power
power: ## the suite against every broken platform: does it see them all?
	$(GO) test -count=1 ./suites/power

.PHONY: specs
specs: bin/assay ## the suite on the reference platform, through the command
	./bin/assay test --quiet --out out

.PHONY: lint
lint: ## golangci-lint, go vet included, at the version pinned in tools/go.mod
	$(LINT) run

.PHONY: docs
docs: ## write the generated pages of docs anew
	$(GO) test ./docs -update

.PHONY: pictures
pictures: setup ## take the pictures of docs anew
	$(GO) test -count=1 ./reports/browser -run Pictures -pictures "$(CURDIR)/docs/pictures"

.PHONY: bench
bench: ## the reference platform's throughput, the cost of minting a code and of judging an answer, and how fast a large report opens
	$(GO) test -run '^$$' -bench 'Glance|Judge' -benchmem .
	$(GO) test -run '^$$' -bench 'BenchmarkMint' -benchmem ./fixtures/driver
	$(GO) test -run '^$$' -bench . -benchtime 3s ./fixtures/platform
	$(GO) test -run '^$$' -bench . -benchtime 10x ./reports/browser

.PHONY: bench-load
bench-load: bin/assay ## what an exchange costs the load generator, against vegeta, wrk, hey and k6 as far as they are there
	@tools/setup nginx-light wrk hey
	$(GO) run ./loadgen/bench -json out/bench-load.json

.PHONY: bench-memory
bench-memory: bin/assay ## what memory a load run of ten minutes takes as it goes on
	@tools/setup nginx-light
	$(GO) run ./loadgen/bench -show memory -duration 10m

.PHONY: bench-truth
bench-truth: bin/assay ## what load generators say that users waited of a target that stalls, beside the truth
	@tools/setup nginx-light hey
	$(GO) run ./loadgen/bench -show truth

.PHONY: bench-sleep
bench-sleep: ## how punctual the ways of waiting for an arrival are, and what they cost
	$(GO) test ./loadgen -run '^$$' -bench 'Sleep|Hit' -benchtime 2x

.PHONY: cross
cross: ## compile every package for Linux, macOS and Windows on amd64 and arm64
	@for system in linux darwin windows; do for machine in amd64 arm64; do \
		echo "$$system/$$machine"; GOOS=$$system GOARCH=$$machine CGO_ENABLED=0 $(GO) build ./... || exit 1; \
	done; done

.PHONY: module
module: ## move the project to another module path: make module MODULE=example.com/acme/assay
	@$(GO) run -C tools ./module .. "$(MODULE)"

.PHONY: clean
clean: ## remove what was built and reported
	rm -rf bin out
