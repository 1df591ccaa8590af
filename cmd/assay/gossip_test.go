package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"

	"github.com/unified-login/assay"
)

// A gossip is a platform that tells everybody's secrets: a proxy before another that repeats the PAT, the code and what
// came of it in headers, error texts and a page, in every form. It notes the secrets of whoever was signed in.
type gossip struct {
	to    string // an API server
	notes noted

	mu    sync.Mutex
	heard []string // all secrets so far, some of which it throws in
	told  int      // answers that had a long one in them
}

// serveGossip serves one: gossip FILE TARGET SECRETS.
func serveGossip(ctx context.Context, args []string) {
	target, err := assay.LoadTarget(args[1], os.LookupEnv)
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Create(args[2])
	if err != nil {
		log.Fatal(err)
	}
	g := &gossip{to: target.APIServers[0], notes: noted{file}}
	listenAndServe(ctx, args[0], httptest.NewUnstartedServer(g))
}

// ServeHTTP implements [http.Handler].
func (g *gossip) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	request, err := http.NewRequestWithContext(r.Context(), r.Method, g.to+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	request.Header = r.Header.Clone()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	for name, values := range response.Header {
		if name != "Content-Length" && name != "Date" {
			w.Header()[name] = values
		}
	}
	answer = g.talk(w.Header(), r, body, answer)
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(answer)
}

// talk adds secrets to an answer.
func (g *gossip) talk(header http.Header, r *http.Request, body, answer []byte) []byte {
	var asked struct{ Code string }
	var told struct {
		Errcode string
		Data    struct{ Phone, AccessToken string }
	}
	_ = json.Unmarshal(body, &asked)  // some of them are meant to be no JSON
	_ = json.Unmarshal(answer, &told) // nor need this be
	pat := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	var secrets []string
	if told.Errcode == "OK" {
		secrets = []string{asked.Code, told.Data.Phone, told.Data.AccessToken}
		g.notes.add(secrets...)
		g.keep(secrets)
		secrets = append(secrets, pat)
	} else {
		secrets = g.some()
	}
	var forms []string
	for i, secret := range secrets {
		if len(secret) < shortest || len(secret) > 2000 || strings.ContainsFunc(secret, func(c rune) bool { return c < ' ' || c > '~' }) {
			continue
		}
		form := g.form(secret)
		header.Set(fmt.Sprintf("X-Debug-%d", i), form)
		header.Add("Set-Cookie", fmt.Sprintf("s%d=%s; Path=/", i, strings.ReplaceAll(form, " ", "|")))
		forms = append(forms, form)
	}
	answer = spoil(answer, strings.Join(forms, " "))
	header.Set("X-Request", everyForm(pat))
	return answer
}

// form is a secret in every form, and a long one, which would fill the header, in one after the other.
func (g *gossip) form(secret string) string {
	if len(secret) < 300 {
		return everyForm(secret)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.told++
	all := carelessly(secret)
	return all[g.told%len(all)]
}

// spoil puts a text into the error of an answer and into a member of its own, raw: its escapes are JSON's.
func spoil(answer []byte, form string) []byte {
	raw := strings.ReplaceAll(form, `"`, `'`)
	answer = bytes.Replace(answer, []byte(`"error":"`), []byte(`"error":"`+raw+` `), 1)
	if at := bytes.LastIndexByte(answer, '}'); at > 0 {
		answer = append(answer[:at:at], fmt.Sprintf(`,"debug":{"trace":"%s"}}`, raw)...)
	}
	return answer
}

func (g *gossip) keep(secrets []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.heard = append(g.heard, secrets...)
}

// some are the latest secrets that it heard, of whomever.
func (g *gossip) some() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.heard[max(0, len(g.heard)-3):]...)
}
