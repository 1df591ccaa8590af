package driver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// The test binary is also the driver of the exec tests: an environment variable names its behaviour.
const (
	behaviourVariable = "ASSAY_TEST_DRIVER"
	addressVariable   = "ASSAY_TEST_ADDRESS" // where a grandchild reports to
	noExitSleep       = "atexit_sleep_ms=0"  // of GORACE: the race detector otherwise sleeps for a second at every exit
)

func TestMain(m *testing.M) {
	if name := os.Getenv(behaviourVariable); name != "" {
		all := behaviours()
		maps.Copy(all, ofSystem())
		all[name]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func behaviours() map[string]func() {
	return map[string]func(){
		"good":     func() { eachRequest(answer) },
		"reversed": reversed,
		"rubbish":  func() { eachRequest(func(assay.HostRequest) { fmt.Println("listening on port 3000") }) },
		"html":     func() { eachRequest(func(assay.HostRequest) { fmt.Println("<html>") }) },
		"cut":      func() { eachRequest(func(assay.HostRequest) { fmt.Println(`{"id":1,"pat":"pat_canary`) }) },
		"type":     func() { eachRequest(func(assay.HostRequest) { fmt.Println(`{"id":1,"pat":13800001111}`) }) },
		"unasked":  func() { eachRequest(func(assay.HostRequest) { fmt.Println(`{"id":99}`) }) },
		"idless":   func() { eachRequest(func(assay.HostRequest) { fmt.Println(`{"ok":true}`) }) },
		"timeless": func() {
			eachRequest(func(assay.HostRequest) { fmt.Println(`{"id":1,"codes":[{"code":"canary","expiresAt":"soon"}]}`) })
		},
		"long":    func() { eachRequest(func(assay.HostRequest) { fmt.Println(strings.Repeat("x", maxLine+1)) }) },
		"twice":   func() { eachRequest(func(r assay.HostRequest) { answer(r); answer(r) }) },
		"nul":     func() { eachRequest(func(assay.HostRequest) { fmt.Println("{\x00\"\x00i\x00d\x00") }) },
		"latin":   func() { eachRequest(func(assay.HostRequest) { fmt.Println("{\"id\":1,\"pat\":\"canary\xe9\"}") }) },
		"marked":  func() { eachRequest(func(r assay.HostRequest) { fmt.Print(byteOrderMark); answer(r) }) },
		"talks":   func() { eachRequest(func(assay.HostRequest) { talk(`{"id":1,"unsupported":"`, maxWhy+1, `"}`) }) },
		"crowded": func() { eachRequest(func(assay.HostRequest) { talk(`{"id":1,"codes":[0`, 2*maxMembers+2, `]}`) }) },
		"loud": func() {
			eachRequest(func(r assay.HostRequest) { flood(os.Stderr, 64<<20); answer(r); flood(os.Stderr, 64<<20) })
		},
		"endless": func() { flood(os.Stderr, 1<<62) },
		"blanks":  func() { flood(os.Stdout, 1<<62) },
		"unread":  func() { select {} },
		"batches": batches,
		"blank":   func() { eachRequest(func(r assay.HostRequest) { fmt.Println(" "); answer(r) }) },
		"dying":   func() { eachRequest(die) },
		"gasping": func() { eachRequest(func(r assay.HostRequest) { answer(r); die(r) }) },
		"midline": func() { eachRequest(func(r assay.HostRequest) { fmt.Print(`{"id":1,"callb`); die(r) }) },
		"silent":  func() { eachRequest(func(assay.HostRequest) { fmt.Fprintln(os.Stderr, "heard") }) },
		"late":    late,
		"deaf":    func() { eachRequest(answer); select {} },
		"stdout":  func() { _ = os.Stdout.Close(); select {} },
		"stdin":   func() { _ = os.Stdin.Close(); fmt.Fprintln(os.Stderr, "closed"); select {} },
		"parent":  parent,
		"orphan":  func() { report(); select {} },
	}
}

func eachRequest(do func(assay.HostRequest)) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request assay.HostRequest
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			panic(err)
		}
		do(request)
	}
}

// answer writes a reply that shows its request.
func answer(request assay.HostRequest) {
	reply := assay.HostReply{ID: request.ID}
	switch request.Op {
	case assay.OpHello:
		reply.Hello = &assay.Hello{Name: "test", Version: "1", Ops: assay.Ops(), Platforms: assay.Platforms()}
	case assay.OpLogin:
		detail, _ := json.Marshal(map[string]string{"appid": request.AppID})
		reply.Callbacks = []assay.Callback{{Name: "success", Detail: detail}}
	case assay.OpExpire:
		reply.Error = "no such code: " + request.Code
	case assay.OpGray:
		reply.Unsupported = "no grayscale\nhere"
	default:
		reply.OK = true
	}
	_ = json.NewEncoder(os.Stdout).Encode(reply)
}

func reversed() {
	var first *assay.HostRequest
	eachRequest(func(request assay.HostRequest) {
		if first == nil {
			first = &request
			return
		}
		answer(request)
		answer(*first)
	})
}

// late answers every request only when the next one arrives.
func late() {
	var held *assay.HostRequest
	eachRequest(func(request assay.HostRequest) {
		if held == nil {
			held = &request
			fmt.Fprintln(os.Stderr, "held")
			return
		}
		answer(*held)
		answer(request)
	})
}

// batches answers requests only when there are three.
func batches() {
	var held []assay.HostRequest
	eachRequest(func(request assay.HostRequest) {
		if held = append(held, request); len(held) == 3 {
			for _, request := range held {
				answer(request)
			}
			held = nil
		}
	})
}

// talk writes a line with commas or letters in the middle.
func talk(before string, n int, after string) {
	filler := "x"
	if strings.Contains(before, "[") {
		filler = ",0"
		n /= 2
	}
	fmt.Println(before + strings.Repeat(filler, n) + after)
}

// flood writes empty lines: so many bytes, or until nobody reads.
func flood(to *os.File, size int64) {
	block := bytes.Repeat([]byte{'\n'}, 1<<20)
	for ; size > 0; size -= int64(len(block)) {
		if _, err := to.Write(block); err != nil {
			os.Exit(1)
		}
	}
}

func die(assay.HostRequest) {
	fmt.Fprintln(os.Stderr, "some trace")
	fmt.Fprintln(os.Stderr, "Error: no simulator for pat_canary0123456789abcdef")
	os.Exit(3)
}

// parent starts a grandchild that outlives it, and answers.
func parent() {
	self, _ := os.Executable()
	child := exec.Command(self)
	child.Env = append(os.Environ(), behaviourVariable+"=orphan")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr // which holds the pipes open
	if err := child.Start(); err != nil {
		panic(err)
	}
	eachRequest(answer)
}

func report() {
	if _, err := net.Dial("tcp", os.Getenv(addressVariable)); err != nil {
		panic(err)
	}
}

// startDriver runs the test binary as a driver.
func startDriver(t *testing.T, behaviour string, stderr io.Writer) *Process {
	t.Helper()
	return startLogging(t, behaviour, stderr, 0)
}

// startLogging starts a driver that may write so many bytes to standard error; 0 for the usual limit.
func startLogging(t *testing.T, behaviour string, stderr io.Writer, most int64) *Process {
	t.Helper()
	t.Setenv(behaviourVariable, behaviour)
	t.Setenv("GORACE", noExitSleep)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process, err := Exec(ExecConfig{Command: []string{self}, Stderr: stderr, exitGrace: 100 * time.Millisecond, mostLogged: most})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Close() })
	return process
}
