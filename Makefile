# Every target needs Go and make; make setup installs what some need besides.

GO      ?= go
# The compiler, the analyzers and the tests allocate a lot and keep little: a fifth of their CPU time is garbage collection. The command
# itself decides how often it collects, so that tests that start processes, or measure their memory, run without it.
SELDOM   = env GOGC=400
USUAL    = -exec 'env -u GOGC'
LINT     = $(SELDOM) $(GO) tool -modfile=tools/go.mod golangci-lint
DEADCODE = $(SELDOM) $(GO) tool -modfile=tools/go.mod deadcode
# Tests run without vet, which golangci-lint runs, and have time on a busy machine. The race detector otherwise sleeps for a second at the end
# of each package.
TEST     = $(SELDOM) $(GO) test -vet=off -timeout 30m
RACE     = env GORACE=atexit_sleep_ms=10 $(TEST) -race
SOURCES  = $(shell find . \( -name '*.go' -o -name '*.json' -o -name '*.tmpl' -o -name '*.css' -o -name '*.js' -o -name '*.yaml' \) -not -path './bin/*' -not -path './out/*' -not -path './tools/*' -not -path './fixtures/real/*')

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: bin/assay ## build assay and verify the reference platform
	./bin/assay test --out out

bin/assay: $(SOURCES) go.mod go.sum
	$(SELDOM) $(GO) build -o $@ ./cmd/assay

.PHONY: build
build: bin/assay ## build bin/assay

.PHONY: setup
setup: ## install missing programs that the tests use: node, python3, curl, chromium, prometheus
	@tools/setup

.PHONY: test
test: setup format ## all checks that a change has to pass
	@$(MAKE) --no-print-directory -j 3 --output-sync=target unit scripts power lint specs audit # scripts and power wait for half of their time

.PHONY: format
format:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi

.PHONY: unit
unit: ## unit tests, with the race detector where there is concurrency
	@packages=$$(tools/packages plain) && set -x && $(TEST) $$packages
	@packages=$$(tools/packages race) && set -x && $(RACE) $$packages
	@packages=$$(tools/packages unraced) && tests=$$(tools/packages unraced tests) && set -x && $(TEST) -run "$$tests" $$packages
	@set -x; ASSAY_TEST_ENGINE=vegeta $(TEST) -skip '$(LONG)' ./loadgen # all of them: make test-engines

# Tests with the engine vegeta, in place of lean. Those that compute for long are about what the two share.
LONG     = Search|Limit|Intervals|BufferGrows|ConfirmationHas|Throughput|BeyondTheLimit|Busy|Burst|Hanging|Standstill|Refusals|SlowDriver|Checkpoints

.PHONY: test-engines
test-engines: ## every test of load runs with the engine vegeta; with lean they are in make test
	ASSAY_TEST_ENGINE=vegeta $(TEST) -count=1 ./loadgen

.PHONY: scripts
scripts: ## tests that start processes: the command, the example drivers, the second implementation, a browser, Prometheus
	@packages=$$(tools/packages process) && set -x && $(TEST) $(USUAL) -parallel 4 $$packages # they wait more than they compute

.PHONY: power
power: ## the suite against every broken platform and every legal variation
	$(TEST) $(USUAL) -count=1 ./suites/power

.PHONY: power-whole
power-whole: bin/assay ## every requirement on every fault, without narrowing; 35 minutes of CPU time
	nice -n 10 ./bin/assay power --thorough --quiet --out out/power-whole

.PHONY: specs
specs: bin/assay ## the suite on the reference platform, through the command
	./bin/assay test --quiet --out out

.PHONY: lint
lint: ## golangci-lint with go vet, and unreachable functions, at the versions of tools/go.mod
	$(LINT) run
	@dead=$$($(DEADCODE) -test ./...) || exit 1; if [ -n "$$dead" ]; then echo "no program and no test calls:"; echo "$$dead"; exit 1; fi

.PHONY: audit
audit: ## licenses of the linked modules, known vulnerabilities, and go vet for the other systems
	@$(GO) run -C tools ./licenses .. ./cmd/assay
	@$(SELDOM) GO="$(GO)" tools/vulnerabilities
	@$(SELDOM) $(GO) build -C tools -o ../bin/vet ./vet
	@for system in darwin windows; do echo "go vet for $$system"; $(SELDOM) GOOS=$$system CGO_ENABLED=0 bin/vet ./... || exit 1; done

.PHONY: docs
docs: ## generate the pages of docs
	$(GO) test ./docs -update

.PHONY: pictures
pictures: setup ## take the pictures of docs
	$(GO) test -count=1 ./reports/browser -run Pictures -pictures "$(CURDIR)/docs/pictures"

.PHONY: real
real: setup bin/assay fixtures/real/node_modules/.installed ## the suite on four OAuth servers from npm and Go: which redeem a code twice
	$(GO) test -C fixtures/real ./...
	$(GO) build -C fixtures/real -o ../../bin/real-gateway ./gateway
	@$(GO) run -C fixtures/real ./check

fixtures/real/node_modules/.installed: fixtures/real/package-lock.json
	npm ci --prefix fixtures/real --engine-strict --ignore-scripts --no-audit --no-fund
	@touch $@

FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## each fuzzer for 30 s: the judge, target files, transcripts, archives, reports; make fuzz FUZZTIME=10m for longer
	@grep -rn --include='*_test.go' -o '^func Fuzz[A-Za-z]*' . | sed 's|^\(.*\)/[^/]*:func \(.*\)$$|\1 \2|' | while read -r dir name; do \
		echo "$$dir $$name"; $(TEST) "$$dir" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x || exit 1; done

.PHONY: test-hostile
test-hostile: ## assay test and load on a target that misbehaves in every way after 5, 60 and 500 requests; half an hour
	@mkdir -p out
	@status=0; $(TEST) $(USUAL) -count=1 -timeout 2h ./suites/hostile -run TestProxy -args -whole -table "$(CURDIR)/out/hostile.txt" || status=$$?; cat out/hostile.txt; exit $$status

.PHONY: bench
bench: ## benchmarks: reference platform, minting a code, judging an answer, opening a large report, a run against heavy answers, a million answers of HTTP/2 in random order
	$(GO) test -run '^$$' -bench 'Glance|Judge' -benchmem .
	$(GO) test -run '^$$' -bench 'BenchmarkMint' -benchmem ./driver/seal
	$(GO) test -run '^$$' -bench 'Seal|Open|Exchange|PAT' -benchtime 3s ./fixtures/platform
	$(GO) test -run '^$$' -bench 'AThousandReplays' -benchtime 100x ./fixtures/platform
	$(GO) test -run '^$$' -bench 'NewUsers' -benchtime 5x ./fixtures/platform
	$(GO) test -run '^$$' -bench . -benchtime 10x ./reports/browser
	$(GO) test -run '^$$' -bench HeavyAnswers -benchtime 1x ./suites
	$(GO) test -run '^$$' -bench RandomOrder -benchtime 1000000x ./loadgen/engine/h2

.PHONY: bench-load
bench-load: bin/assay ## CPU time of the load generator for an exchange, compared with vegeta, wrk, h2load, hey, and k6 if installed
	@tools/setup nginx-light wrk hey nghttp2-client
	$(GO) run ./loadgen/bench -json out/bench-load.json

.PHONY: bench-memory
bench-memory: bin/assay ## memory of a load run over ten minutes
	@tools/setup nginx-light
	$(GO) run ./loadgen/bench -show memory -duration 10m -json out/bench-memory.json

.PHONY: bench-truth
bench-truth: bin/assay ## response times that load generators report for a stalling target, compared with the true ones
	@tools/setup nginx-light hey
	$(GO) run ./loadgen/bench -show truth -json out/bench-truth.json

.PHONY: bench-scale
bench-scale: bin/assay ## what one process does at limits of files, ports, CPU, requests in flight and users; five minutes, needs root
	@tools/setup nginx-light
	$(GO) run ./loadgen/bench -show scale -json out/bench-scale.json

.PHONY: bench-readme
bench-readme: ## write the figures of bench-load, bench-memory and bench-truth into README.md, and those of bench-scale into docs/load.md
	$(GO) run ./loadgen/bench -readme README.md
	$(GO) run ./loadgen/bench -readme docs/load.md

.PHONY: bench-room
bench-room: bin/assay ## a stall of a target with room for 40 connections, and of one for which this machine has few files
	@tools/setup nginx-light
	$(GO) run ./loadgen/bench -show room

.PHONY: bench-sleep
bench-sleep: ## punctuality and cost of the ways to wait for an arrival
	$(GO) test ./loadgen ./loadgen/arrivals -run '^$$' -bench 'Sleep|Hit' -benchtime 2x

.PHONY: bench-stats
bench-stats: ## intervals, verdicts and comparisons on simulated targets of known truth; fails where a goal is missed; make bench-stats QUICK=1 for two minutes
	$(GO) run ./reports/uncertain/bench $(if $(QUICK),-quick)

.PHONY: bench-real
bench-real: bin/assay ## the same on real targets on loopback whose truth is known; a quarter of an hour
	@tools/setup nginx-light
	$(GO) run ./loadgen/bench -show real

.PHONY: cross
cross: ## compile and vet every package, tests included, for Linux, macOS and Windows on amd64 and arm64
	@for system in linux darwin windows; do for machine in amd64 arm64; do \
		echo "$$system/$$machine"; export GOOS=$$system GOARCH=$$machine CGO_ENABLED=0; $(GO) build ./... && $(GO) vet ./... || exit 1; \
	done; done

.PHONY: module
module: ## move the project to another module path: make module MODULE=example.com/acme/assay
	@$(GO) run -C tools ./module .. "$(MODULE)"

.PHONY: clean
clean: ## remove builds and reports
	rm -rf bin out
