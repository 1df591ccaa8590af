package suites

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"assay"
	"assay/suites/client"
	"assay/suites/expect"
)

// preflight makes one valid exchange per endpoint before anything is judged. An error says in a line why nothing can be
// told and how to mend it: the target cannot be reached, the driver gives no codes, or a fresh code is refused. An
// answer that is merely wrong is no error: it will be judged. Nor is an interrupt: what it kept from being tried says so.
func (s *Session) preflight(ctx context.Context) error {
	for _, endpoint := range s.endpoints() {
		if !s.concerns(endpoint) {
			continue
		}
		err := s.preflightOn(ctx, endpoint)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// concerns reports whether any requirement that was selected is about the endpoint.
func (s *Session) concerns(endpoint assay.Endpoint) bool {
	return slices.ContainsFunc(s.set.Requirements, func(r assay.Requirement) bool {
		return s.selected[r.ID] && (len(r.On) == 0 || slices.Contains(r.On, endpoint))
	})
}

func (s *Session) preflightOn(ctx context.Context, endpoint assay.Endpoint) error {
	if s.lacksCodes(endpoint) != "" {
		request := client.Exchange(assay.Code{Kind: endpoint, AppID: s.config.Target.Apps[0]}, s.config.Target.PATs.Valid)
		x := s.client.Do(ctx, request)
		return cmp.Or(s.reachable(x), endless(x))
	}
	t := &Trial{session: s, ctx: ctx, Endpoint: endpoint, situation: "pre-flight"}
	var x assay.Exchange
	for attempt := range maxAttempts {
		code, err := s.anyCode(ctx, endpoint)
		if unsupported(err) {
			return nil // what needs such codes will be untested, with the driver's reason
		}
		if err != nil {
			return fmt.Errorf("no %s code to begin with: %w", endpoint, err)
		}
		x = t.Exchange(code)
		if x.Response == nil {
			return s.reachable(x)
		}
		if assay.Judge(x).Result != assay.Inconclusive || !t.pause(retryAfter(x), attempt) {
			break
		}
	}
	switch outcome := assay.Judge(x); {
	case x.Response.Status/100 == 3:
		return fmt.Errorf("%s answered a fresh code with a redirect (status %d) to %q, which is not followed; is that where apiServer should point?",
			endpoint, x.Response.Status, x.Response.Header.Get("Location"))
	case x.Response.Truncated:
		return endless(x)
	case outcome.Result == assay.Refused:
		return fmt.Errorf("%s refused a fresh code: %s; %s", endpoint, expect.Describe(x), hint(x))
	case outcome.Result == assay.Inconclusive:
		return fmt.Errorf("%s answers no fresh code: %s", endpoint, expect.Describe(x))
	default:
		return nil
	}
}

// anyCode issues one code for a new user, or for whomever the driver chooses.
func (s *Session) anyCode(ctx context.Context, endpoint assay.Endpoint) (assay.Code, error) {
	app := s.config.Target.Apps[0]
	codes, err := s.mint(ctx, endpoint, app, injected(s.people.Any()), 1)
	if unsupported(err) {
		codes, err = s.mintAnyone(ctx, endpoint, app, 1)
	}
	if err != nil {
		return assay.Code{}, err
	}
	return codes[0], nil
}

// endless is an error when the answer was longer than the client reads: thousands of those are no run, and tell nothing.
func endless(x assay.Exchange) error {
	if x.Response == nil || !x.Response.Truncated {
		return nil
	}
	what := "a code"
	if x.Code != nil && x.Code.Code != "" {
		what = "a fresh code"
	}
	return fmt.Errorf("%s answers %s with more than %d KiB; a legal answer is a few KiB: is apiServer the API's base URL?",
		x.Endpoint, what, client.MaxBody>>10)
}

// reachable is an error that names the API server when it did not answer.
func (s *Session) reachable(x assay.Exchange) error {
	if x.Response != nil {
		return nil
	}
	server := x.Request.URL
	for _, candidate := range s.config.Target.APIServers {
		if strings.HasPrefix(server, candidate) {
			server = candidate
		}
	}
	return fmt.Errorf("cannot reach %s: %s; %s", server, cmp.Or(x.Failure, "no answer"), mend(x.Failure))
}

// mend guesses from a failure of the transport what is wrong.
func mend(failure string) string {
	for _, known := range []struct{ words, way string }{
		{"HTTP response to HTTPS client", "it speaks plain HTTP: apiServer should begin with http://"},
		{"does not look like a TLS handshake", "it speaks no TLS: should apiServer begin with http://?"},
		{"malformed HTTP", "what answers there does not speak HTTP: is it https://, or another port?"},
		{"no such host", "is the name in apiServer spelt right?"},
		{"x509: ", "mend its certificate, or name its CA under tls.ca"},
	} {
		if strings.Contains(failure, known.words) {
			return known.way
		}
	}
	return "is apiServer right, and is the platform running?"
}

// hint guesses from a refusal what to mend.
func hint(x assay.Exchange) string {
	body := string(x.Response.Body)
	switch {
	case x.Response.Status == 401 || x.Response.Status == 403:
		return "is pats.valid the right one, and does it have the Mini-Program Unified Authentication scope?"
	case strings.HasPrefix(x.Request.URL, "http://") && !assay.ReadEnvelope(x.Response.Body).Object && strings.Contains(body, "HTTPS"):
		return "it seems to speak TLS: apiServer should begin with https://"
	case x.Response.Status == 404 || x.Response.Status == 405:
		return "is apiServer the server's base URL, without the path of the endpoint?"
	case strings.HasPrefix(strings.TrimSpace(body), "<"):
		return "that is a web page: is apiServer the API's base URL?"
	default:
		return "are apps and the driver those of the same developer and platform?"
	}
}
