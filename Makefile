# What people do here; make alone runs the tests. CI does .ci/run, which needs nothing but Go.
.DEFAULT_GOAL := test
.PHONY: demo test race soak lint golden fuzz mutate bench tapes check release-check

demo: ## the console on its own server
	go run . demo

test:
	go test ./...

race: ## as CI does; ./ui alone takes minutes
	CGO_ENABLED=1 go test -race ./...

soak: ## random writes over failing connections: make soak TIME=1m for less than ten minutes
	CGO_ENABLED=1 go test -race -tags soak -run TestSoak -v -timeout 0 ./internal/simtest -simtest.soak=$(or $(TIME),10m)

lint: .ci/bin/golangci-lint
	.ci/bin/gofumpt -l .
	.ci/bin/golangci-lint run ./...

.ci/bin/golangci-lint: .ci/tools.mod
	go build -modfile=.ci/tools.mod -o .ci/bin/ mvdan.cc/gofumpt github.com/golangci/golangci-lint/v2/cmd/golangci-lint

golden: ## update screens, docs/keys.md, docs/settings.md and docs/commands.md; then look at git diff
	go test ./ui ./ui/uitest ./vhs ./config -update
	go test ./internal/cli -run TheDocument -update
	git diff --stat

fuzz: ## every fuzz target, 10 s each: make fuzz TIME=1m for more
	.ci/fuzz $(TIME)

mutate: ## break important lines one at a time and see that a test fails: make mutate ONLY=internal/change
	.ci/mutate $(ONLY)

bench:
	go test -run xxx -bench . ./ui ./internal/account ./internal/search ./internal/batch
	go test ./internal/cli -run xxx -bench Curl -benchtime 15x # sh, curl and jq must be installed
	go test ./internal/cli -run xxx -bench ServedConsoles -benchtime 60x # Linux; an iteration is a second of keys
	go test ./internal/cli -run xxx -bench ServedLogins -benchtime 1x
	go test ./internal/cli -run xxx -bench ServedSignIns -benchtime 200x

tapes: ## record the pictures again; needs vhs, and hdpadmin on the PATH
	for tape in vhs/*.tape; do vhs "$$tape" || exit 1; done

check: ## all that CI does
	.ci/run

release-check: ## needs goreleaser 2.14; nothing is published
	goreleaser check
	goreleaser release --snapshot --clean
