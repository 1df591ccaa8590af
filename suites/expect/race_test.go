package expect_test

import (
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// raced are the answers to the exchanges of one code; status 0 stands for none.
func raced(answers ...assay.Response) (list []assay.Exchange) {
	for _, answer := range answers {
		x := assay.Exchange{Endpoint: assay.Login}
		if answer.Status != 0 {
			x.Response = &answer
		}
		list = append(list, x)
	}
	return list
}

func TestDoubt(t *testing.T) {
	won := assay.Response{Status: 200, Body: []byte(`{"errcode":"OK","data":{"openId":"o-1"}}`)}
	lost := assay.Response{Status: 401, Body: []byte(`{"errcode":"USED"}`)}
	locked := assay.Response{Status: 401, Body: []byte(`{"errcode":"LOCKED"}`)}
	broken, busy, limited := assay.Response{Status: 500}, assay.Response{Status: 503}, assay.Response{Status: 429}
	for name, test := range map[string]struct {
		race []assay.Exchange
		want phrase.Phrase
	}{
		"refused alike":         {raced(won, lost, lost), phrase.Phrase{}},
		"a server error":        {raced(won, lost, broken), phrase.Say(phrase.DoubtStatus, 500)},
		"no answer":             {raced(won, assay.Response{}), phrase.Say(phrase.DoubtCutOff)},
		"two kinds of refusals": {raced(won, lost, locked), phrase.Say(phrase.DoubtRefusals, 2)},
		"busy and limited":      {raced(won, lost, busy, limited), phrase.Phrase{}},
		"nobody lost":           {raced(won), phrase.Phrase{}},
	} {
		if got := expect.Doubt(test.race); got.String() != test.want.String() {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestWidth(t *testing.T) {
	at := func(micros ...time.Duration) (race []assay.Exchange) {
		for _, after := range micros {
			race = append(race, assay.Exchange{Sent: time.Unix(1, 0).Add(after * time.Microsecond)})
		}
		return race
	}
	for _, test := range []struct {
		race []assay.Exchange
		want time.Duration
	}{{nil, 0}, {at(7), 0}, {at(30, 5, 12), 25 * time.Microsecond}} {
		if got := expect.Width(test.race); got != test.want {
			t.Errorf("width %s, want %s", got, test.want)
		}
	}
}
