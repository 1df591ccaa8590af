package hostile_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// driverVariable makes the test binary a driver with the name in it.
const driverVariable = "ASSAY_TEST_DRIVER"

// A hostileDriver misbehaves at hello, or at the first request after it.
type hostileDriver struct {
	name, does string
	play       func(w io.Writer, id int)
	// What assay says if it misbehaves at hello, and later.
	hello, after string
	// over is the transport that it is tried over; empty for both.
	over string
}

func hostileDrivers() []hostileDriver {
	return []hostileDriver{
		{name: "endless", does: "answers without an end", play: func(w io.Writer, _ int) { spill(w, strings.Repeat("x", 64<<10)) },
			hello: `the driver wrote a line of more than 4 MiB|not answered: a reply of more than 16 MiB`, after: `no login code to start with: `},
		{name: "lines", does: "answers lines without an end", over: "exec", play: func(w io.Writer, _ int) { spill(w, strings.Repeat("x\n", 32<<10)) },
			hello: `driver: hello: the driver wrote "x" instead of a JSON object`, after: `no login code to start with: `},
		{name: "random", does: "answers random bytes", play: func(w io.Writer, _ int) {
			noise := make([]byte, 64<<10)
			_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
			_, _ = w.Write(append(noise, '\n'))
		}, hello: `the driver wrote a reply that is not UTF-8|answered by a reply with a NUL byte`,
			after: `no login code to start with: driver: mint: (the driver wrote a reply that is not UTF-8|answered by a reply with a NUL byte)`},
		{name: "deep", does: "answers half a megabyte of [", play: func(w io.Writer, _ int) {
			_, _ = io.WriteString(w, strings.Repeat("[", 1<<19)+"\n")
		}, hello: `(the driver wrote|answered by) "…" instead of a JSON object`, after: `no login code to start with: driver: mint: (the driver wrote|answered by) "…" instead of a JSON object`},
		{name: "many", does: "answers with more codes than were asked for", play: func(w io.Writer, id int) {
			code := `{"code":"` + strings.Repeat("x", 100) + `"},`
			_, _ = fmt.Fprintf(w, `{"id":%d,"codes":[%s{"code":"x"}]}`+"\n", id, strings.Repeat(code, 5000))
		}, hello: `a reply without the member "hello"`, after: `no login code to start with: driver: mint: 5001 codes instead of 1`},
		{name: "noisy", does: "talks without an end on standard error, and exits", over: "exec", play: func(io.Writer, int) {
			for range 64 {
				_, _ = os.Stderr.WriteString(strings.Repeat("x", 1<<20))
			}
			os.Exit(0)
		}, hello: `the driver has died`, after: `no login code to start with: `},
	}
}

// spill writes text until nobody reads it.
func spill(w io.Writer, text string) {
	for {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}

// TestHostileDrivers: a run with each of them ends as expected, as an error of the driver and without a verdict on the
// target.
func TestHostileDrivers(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range hostileDrivers() {
		for _, when := range []string{"hello", "after"} {
			want := map[string]end{"hello": {2, d.hello}, "after": {3, d.after}}[when]
			for _, over := range []string{"exec", "http"} {
				if d.over != "" && d.over != over {
					continue
				}
				t.Run(d.name+"/"+when+"/"+over, func(t *testing.T) {
					t.Parallel()
					o := &target{manner: never}
					arguments := append(o.serve(t), "--timeout", "2s", "--driver")
					var environment []string
					if over == "exec" {
						arguments = append(arguments, "exec:"+self)
						environment = []string{driverVariable + "=" + d.name + " " + when}
					} else {
						server := start(t, httptest.NewUnstartedServer(d.overHTTP(when)))
						arguments = append(arguments, server.URL)
					}
					run(t, environment, arguments...).demand(t, want)
				})
			}
		}
	}
}

// answer misbehaves, but answers hello correctly if it is to misbehave later.
func (d hostileDriver) answer(w io.Writer, request assay.HostRequest, when string) {
	if request.Op != assay.OpHello || when == "hello" {
		d.play(w, request.ID)
		return
	}
	_ = json.NewEncoder(w).Encode(assay.HostReply{ID: request.ID, Hello: &assay.Hello{
		Name: d.name, Version: "1", Ops: assay.Ops(), Platforms: assay.Platforms()}})
}

func (d hostileDriver) overHTTP(when string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request assay.HostRequest
		_ = json.NewDecoder(r.Body).Decode(&request)
		d.answer(w, request, when)
	})
}

// drive is the driver that the variable names, on standard input and output.
func drive(words string) {
	name, when, _ := strings.Cut(words, " ")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var request assay.HostRequest
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			panic(err)
		}
		for _, d := range hostileDrivers() {
			if d.name == name {
				d.answer(os.Stdout, request, when)
			}
		}
	}
}
