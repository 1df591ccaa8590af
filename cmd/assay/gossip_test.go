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

	"github.com/unified-login/assay/targetfile"
)

// A gossip is a platform that repeats secrets: a proxy that adds the PAT, the code and the identity to headers, error texts
// and bodies, in every encoding. It writes the secrets of every sign-in to a file.
type gossip struct {
	to    string // URL of the API server behind the proxy
	notes noted

	mu    sync.Mutex
	heard []string // the secrets so far
	told  int      // number of answers with a long secret
}

// serveGossip serves a gossip: gossip FILE TARGET SECRETS.
func serveGossip(ctx context.Context, args []string) {
	target, err := targetfile.Load(args[1], os.LookupEnv)
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
	_ = json.Unmarshal(body, &asked)  // some requests are malformed on purpose
	_ = json.Unmarshal(answer, &told) // an answer need not be JSON
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

// form returns a secret in every encoding; a long secret, which would fill the header, in one encoding at a time.
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

// spoil adds a text to the error of an answer and to a new member, without escaping: it is valid JSON text.
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

// some returns the latest secrets, of any user.
func (g *gossip) some() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.heard[max(0, len(g.heard)-3):]...)
}
