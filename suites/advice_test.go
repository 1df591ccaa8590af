package suites

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
)

// A server that speaks HTTP/1.1 alone speaks HTTP: h2c was wrong.
func TestAdviceOnH2C(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	for prior, want := range map[bool]phrase.Key{true: phrase.HintNoH2C, false: phrase.HintRunning} {
		route, err := reach.New(nil, assay.Transport{PriorKnowledge: prior})
		if err != nil {
			t.Fatal(err)
		}
		c := client.New(client.Options{Servers: []string{server.URL}, Route: route})
		defer c.Close()
		x := c.Do(t.Context(), client.Exchange(assay.Code{Kind: assay.Login, AppID: "a", Code: "c"}, "pat"))
		if got, want := advice(x.Failure).String(), phrase.Say(want).String(); got != want {
			t.Errorf("%t: %q, want %q", prior, got, want)
		}
	}
}
