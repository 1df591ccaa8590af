package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/targetfile"
)

// supervise runs a command in the background and checks its exit code: supervise FILE CODE COMMAND ARGS. It forwards signals,
// and also writes standard output to FILE, so that a script can await it.
func supervise() {
	log.SetFlags(0)
	out, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	want, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	command := exec.Command(os.Args[3], os.Args[4:]...)
	command.Stdout, command.Stderr = io.MultiWriter(os.Stdout, out), os.Stderr
	if err := command.Start(); err != nil {
		log.Fatal(err)
	}
	go func() {
		for s := range signals {
			_ = command.Process.Signal(s) // the command may have ended already
		}
	}()
	_ = command.Wait() // ProcessState has the exit code
	if got := command.ProcessState.ExitCode(); got != want {
		log.Fatalf("ended with %s, want exit code %d", command.ProcessState, want)
	}
}

// peer is a server or driver for assay to talk to: peer KIND ARGS. A server listens on a free port, writes its address to the
// file that ARGS name, and runs until it is interrupted. The proxies are in peers_load_test.go.
func peer() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	kind, args := os.Args[1], os.Args[2:]
	switch kind {
	case "html":
		listenAndServe(ctx, args[0], httptest.NewUnstartedServer(http.HandlerFunc(answerHTML)))
	case "tls":
		server := httptest.NewUnstartedServer(http.HandlerFunc(answerHTML))
		server.StartTLS()
		announced(ctx, args[0], server)
	case "silent":
		listenAndServe(ctx, args[0], httptest.NewUnstartedServer(silent(ctx, args[0]+".asked")))
	case "echo":
		listenAndServe(ctx, args[0], httptest.NewUnstartedServer(http.HandlerFunc(echo)))
	case "slow":
		slow(ctx, args[0], args[1], args[2])
	case "starting":
		starting(ctx, args[0], args[1], args[2])
	case "stuck":
		stuck(ctx, args[0], args[1], args[2])
	case "flaky":
		flaky(ctx, args[0], args[1], args[2])
	case "secure":
		secure(ctx, args[0], args[1])
	case "bridge":
		b := newBridge(args[0], args[1], args[2:])
		converse(func(request assay.HostRequest) assay.HostReply { return b.answer(ctx, request) })
	case "gossip":
		serveGossip(ctx, args)
	case "mortal":
		b := newBridge(args[0], args[1], args[3:])
		life := newLife(args[2])
		converse(func(request assay.HostRequest) assay.HostReply {
			if life.over() {
				killSelf()
			}
			return b.answer(ctx, request)
		})
	case "mortalserver":
		mortalServer(ctx, args)
	case "chatty":
		b := newBridge(args[0], os.DevNull, nil)
		converse(func(request assay.HostRequest) assay.HostReply { return chat(b.answer(ctx, request), request) })
	case "fetch":
		fetch(ctx, args[0])
	case "exchange":
		exchange(ctx, args[0], args[1], args[2])
	case "stingy":
		b := newBridge(args[0], args[1], nil)
		converse(func(request assay.HostRequest) assay.HostReply {
			reply := b.answer(ctx, request)
			reply.Codes = reply.Codes[:min(len(reply.Codes), 3)]
			return reply
		})
	case "stubborn":
		stubborn()
	default:
		log.Fatalf("unknown peer %q", kind)
	}
}

func listenAndServe(ctx context.Context, file string, server *httptest.Server) {
	server.Start()
	announced(ctx, file, server)
}

// announced writes the server's address and serves until ctx ends.
func announced(ctx context.Context, file string, server *httptest.Server) {
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the tests send malformed requests
	write(file, server.Listener.Addr().String())
	<-ctx.Done()
	server.CloseClientConnections()
	server.Close()
}

// write renames a complete file into place, so that no reader sees a part of it.
func write(file, text string) {
	if err := os.WriteFile(file+".new", []byte(text+"\n"), 0o600); err != nil {
		log.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		log.Fatal(err)
	}
}

func answerHTML(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "<!doctype html><title>welcome</title>")
}

// silent never answers. The file asked exists after the first request.
func silent(ctx context.Context, asked string) http.HandlerFunc {
	var once sync.Once
	return func(_ http.ResponseWriter, r *http.Request) {
		once.Do(func() { write(asked, r.URL.Path) })
		select {
		case <-r.Context().Done():
		case <-ctx.Done():
		}
	}
}

// echo refuses every exchange with an error that repeats the credentials and moves the cursor.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusUnauthorized)
	_ = json.NewEncoder(w).Encode(map[string]string{
		"errcode": "NO\u009b2J " + r.Header.Get("Authorization"), "error": string(body), "traceid": "t",
	})
}

// A bridge is an exec driver in front of an http driver: it removes some ops from the hello, writes every secret to a file,
// and logs the secrets on standard error, in every encoding.
type bridge struct {
	to      assay.Host
	without []string
	notes   noted
}

func newBridge(target, secrets string, without []string) bridge {
	file, err := os.Create(secrets)
	if err != nil {
		log.Fatal(err)
	}
	loaded, err := targetfile.Load(target, os.LookupEnv)
	if err != nil {
		log.Fatal(err)
	}
	return bridge{driver.HTTP(loaded.Driver.HTTP, loaded.Driver.Token.Reveal(), nil), without, noted{file}}
}

func (b bridge) answer(ctx context.Context, request assay.HostRequest) assay.HostReply {
	reply, err := b.to.Ask(ctx, request)
	if err != nil {
		reply.Error = err.Error()
	}
	if reply.Hello != nil {
		reply.Hello.Ops = slices.DeleteFunc(reply.Hello.Ops, func(op assay.Op) bool { return slices.Contains(b.without, string(op)) })
	}
	secrets := []string{reply.PAT}
	for _, code := range reply.Codes {
		secrets = append(secrets, code.Code, code.Phone)
	}
	for _, callback := range reply.Callbacks {
		var detail struct{ Code string }
		_ = json.Unmarshal(callback.Detail, &detail) // a fail callback has no code
		secrets = append(secrets, detail.Code)
	}
	for _, secret := range secrets {
		if secret != "" {
			log.Printf("%s gave %s", request.Op, everyForm(secret))
		}
	}
	b.notes.add(secrets...)
	return reply
}

// converse answers the requests on standard input, one for each line, until it ends.
func converse(answer func(assay.HostRequest) assay.HostReply) {
	lines, replies := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var request assay.HostRequest
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			log.Fatal(err)
		}
		reply := answer(request)
		reply.ID = request.ID
		if err := replies.Encode(reply); err != nil {
			log.Fatal(err)
		}
	}
}

// killSelf ends this process as a crash would.
func killSelf() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

// A life counts down the requests that a driver answers before it dies.
type life struct{ left atomic.Int64 }

func newLife(requests string) *life {
	n, err := strconv.Atoi(requests)
	if err != nil {
		log.Fatal(err)
	}
	l := &life{}
	l.left.Store(int64(n))
	return l
}

// over counts a request, and reports whether it is past the limit.
func (l *life) over() bool { return l.left.Add(-1) < 0 }

// mortalServer is a driver over http, in front of another, that closes its listener and connections after a number of
// requests: mortalserver FILE TARGET SECRETS REQUESTS.
func mortalServer(ctx context.Context, args []string) {
	b := newBridge(args[1], args[2], nil)
	life := newLife(args[3])
	ctx, die := context.WithCancel(ctx)
	var one sync.Mutex // the bridge is not safe for concurrent use
	listenAndServe(ctx, args[0], httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request assay.HostRequest
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || life.over() {
			die()
			panic(http.ErrAbortHandler)
		}
		one.Lock()
		defer one.Unlock()
		reply := b.answer(r.Context(), request)
		reply.ID = request.ID
		_ = json.NewEncoder(w).Encode(reply)
	})))
}

// chat prints a line on standard output that is not a reply.
func chat(reply assay.HostReply, request assay.HostRequest) assay.HostReply {
	if request.Op == assay.OpLogin {
		fmt.Println("calling wx.login")
	}
	return reply
}

// fetch prints the response of a URL.
func fetch(ctx context.Context, url string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		log.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(os.Stdout, response.Body)
}

// exchange prints what a login code is exchanged for, with the PAT of one target file at the platform of another.
func exchange(ctx context.Context, pats, target, code string) {
	mine, err := targetfile.Load(pats, os.LookupEnv)
	if err != nil {
		log.Fatal(err)
	}
	theirs, err := targetfile.Load(target, os.LookupEnv)
	if err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(code)
	if err != nil {
		log.Fatal(err)
	}
	body, _ := json.Marshal(map[string]string{"appId": theirs.Apps[0], "code": strings.TrimSpace(string(text))})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, theirs.APIServers[0]+platform.PathLogin, bytes.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+mine.PATs.Valid.Reveal())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(os.Stdout, response.Body)
}

// stubborn is a driver that only answers hello, and goes on after its input ends. It ends with its parent process.
func stubborn() {
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	parent := os.Getppid()
	converse(func(assay.HostRequest) assay.HostReply {
		return assay.HostReply{Hello: &assay.Hello{Name: "stubborn"}}
	})
	for range time.Tick(5 * time.Millisecond) {
		if os.Getppid() != parent {
			return
		}
	}
}
