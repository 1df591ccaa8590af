package scraped_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// start starts a Prometheus on a free port, which scrapes an address every second, and waits until it is ready. It returns the
// base URL of its API.
func start(t *testing.T, scraped string, arguments ...string) string {
	t.Helper()
	binary, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatal("prometheus is not installed; `make setup` installs it")
	}
	directory := t.TempDir()
	config := filepath.Join(directory, "prometheus.yml")
	contents := fmt.Sprintf("scrape_configs: [{job_name: scraped, scrape_interval: 1s, static_configs: [{targets: [%q]}]}]\n", scraped)
	if err := os.WriteFile(config, []byte(contents), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, append(arguments, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(directory, "data"),
		"--web.listen-address=127.0.0.1:0", "--log.format=json")...)
	log, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	listening, ended := make(chan string, 1), make(chan struct{})
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
	})
	go func() {
		defer close(ended)
		follow(bufio.NewScanner(log), listening)
		_ = command.Wait()
	}()
	address, ok := <-listening
	if !ok {
		t.Fatal("prometheus ended before it was ready")
	}
	return "http://" + address + "/api/v1/"
}

// follow reads the log of a Prometheus to its end, and sends its address once it is ready. The log has the two in any order.
func follow(log *bufio.Scanner, listening chan<- string) {
	defer close(listening)
	address, ready := "", false
	for log.Scan() {
		var line struct{ Msg, Address string }
		if json.Unmarshal(log.Bytes(), &line) != nil {
			continue
		}
		switch line.Msg {
		case "Listening on":
			address = line.Address
		case "Server is ready to receive web requests.":
			ready = true
		default:
			continue
		}
		if ready && address != "" {
			listening <- address
		}
	}
}

// An api is the HTTP API of a Prometheus.
type api struct {
	base   string
	client http.Client
}

func newAPI(base string) *api { return &api{base, http.Client{Timeout: 5 * time.Second}} }

// query evaluates an expression. It returns the values by the labels endpoint and verdict, which may be missing.
func (a *api) query(expression string) (map[string]float64, error) {
	response, err := a.client.Get(a.base + "query?query=" + url.QueryEscape(expression))
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Error string
		Data  struct {
			Result []struct {
				Metric struct{ Endpoint, Verdict string }
				Value  [2]any // the time, and the value as text
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("%s: %s", expression, answer.Error)
	}
	values := map[string]float64{}
	for _, series := range answer.Data.Result {
		labels := series.Metric.Endpoint + " " + series.Metric.Verdict
		if _, twice := values[labels]; twice {
			return nil, fmt.Errorf("%s: two series %q", expression, labels)
		}
		if values[labels], err = strconv.ParseFloat(fmt.Sprint(series.Value[1]), 64); err != nil {
			return nil, err
		}
	}
	return values, nil
}
