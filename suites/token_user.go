package suites

import (
	"fmt"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// maxToken is the largest accessToken that fits a header field of the usual limit of 8 KiB.
const maxToken = 7 << 10

// tokenUserChapter: whose the accessToken is, what kind it is, and how large.
func tokenUserChapter(c *chapter) {
	c.undisturbed("token.subject", calibrateTokens)
	c.everywhere("token.subject", tokensOfOthers)
	c.everywhere("concurrency.first-login", oneAccount)
	c.record("token.no-secrets", func(t *Trial) {
		t.Every(t.jwts().Exchanges(), expect.CarryNoSecrets(), phrase.SawNoSignIn)
	})
	c.record("token.kind", func(t *Trial) {
		t.Every(t.jwts().Exchanges(), expect.BeNoRefreshToken(), phrase.SawNoSignIn)
	})
	c.record("token.size", func(t *Trial) {
		size, x := t.tokens().TokenSize()
		if size > maxToken {
			t.foundViolation(fmt.Sprintf("an accessToken of %d bytes at most", maxToken), fmt.Sprintf("%d bytes", size), stepsTo(x, nil)...)
		}
	})
}

// tokens is the record of the sign-ins with an accessToken. Where no login gives one, the requirement is not applicable.
func (t *Trial) tokens() expect.Record {
	all := t.SignInsAs()
	if len(all) == 0 {
		t.Untested(phrase.SawNoSignIn)
	}
	with, _ := all.Tokens()
	if len(with) == 0 {
		t.NotApplicable(phrase.NoAccessToken)
	}
	return with
}

// jwts is tokens, where at least one of them can be read.
func (t *Trial) jwts() expect.Record {
	with := t.tokens()
	if _, jwts := with.Tokens(); jwts == 0 {
		t.NotApplicable(phrase.TokenOpaque)
	}
	return with
}

// calibrateTokens signs in 8 users of one channel three times each, one after another and in an order in which no user has the
// same predecessor twice: a token of the login before cannot look like the user's own.
func calibrateTokens(t *Trial) {
	const users, logins = 8, 3
	next, channel := make([]func() assay.Code, users), t.Person().Channel
	for i := range users {
		person := t.Person()
		person.Channel = channel
		next[i] = t.dealing(logins, func(n int) []assay.Code { return t.CodesFor(person, t.App(0), n) })
	}
	var exchanges []assay.Exchange
	for round := range logins {
		step := 2*round + 1 // 1, 3 and 5 have no divisor in common with 8
		for n := range users {
			exchanges = append(exchanges, t.oneSignIn(next[n*step%users]))
		}
	}
	t.judgeTokens(expect.RecordOf(exchanges, t.PAT().Reveal()))
}

func (t *Trial) judgeTokens(logins expect.Record) {
	const expected = "an accessToken that names the user who signed in"
	switch kind, pair := logins.TokenKind(); kind {
	case expect.NoTokens:
		t.NotApplicable(phrase.NoAccessToken)
	case expect.AnyonesTokens:
		t.Warn(expected, fmt.Sprintf("%d sign-ins of %d users gave tokens that name fewer than 8 users", len(logins), logins.Users()), logins.Exchanges()...)
	case expect.FreshTokens:
		if _, jwts := logins.Tokens(); jwts > 0 {
			t.Warn(expected, "another subject at every login", logins.Exchanges()...)
		} else {
			t.Note(phrase.TokensFresh)
		}
	case expect.MixedTokens:
		t.foundViolation(expected, givenTo(pair[0], pair[1]), contradicting(pair[0], pair[1])...)
	}
}

// tokensOfOthers compares the tokens of all sign-ins, where the calibration showed that they are users' tokens.
func tokensOfOthers(t *Trial) {
	all := t.SignInsAs().Judged()
	calibration := all.Of(t.requirement.ID)
	const expected = "an accessToken that names the user who signed in"
	users, values, groups := all.Groups()
	others := all.TokensOfOthers()
	switch kind, _ := calibration.TokenKind(); {
	case len(calibration) == 0:
		t.Untested(phrase.TokensUnknown)
	case kind == expect.NoTokens:
		t.NotApplicable(phrase.NoAccessToken)
	case kind == expect.UsersTokens && groups && len(others) > 0:
		t.Warn(expected, fmt.Sprintf("the tokens of %d users name %d groups of users", users, values), others[0][:]...)
	case kind == expect.UsersTokens:
		t.pairs(others, expected, givenTo)
		t.pairs(all.Nameless(), expected, func(theirs, x assay.Exchange) string {
			return fmt.Sprintf("the accessToken in %s names nobody, as that of another user in %s does", x.ID, theirs.ID)
		})
		t.Note(phrase.TokenLogins, len(all), all.Users())
	}
}

// oneAccount compares the tokens that a user's simultaneous first logins gave, where the calibration of token.subject showed
// that a user's tokens name one account.
func oneAccount(t *Trial) {
	all := t.SignInsAs().Judged()
	if kind, _ := all.Of("token.subject").TokenKind(); kind != expect.UsersTokens {
		return
	}
	t.sources = []string{"token.subject"}
	if two := all.Of(t.requirement.ID).TwoAccounts(); two != nil {
		t.foundViolation("accessTokens that name one account", fmt.Sprintf("the accessTokens in %s and %s name two", two[0].ID, two[1].ID),
			contradicting(two[0], two[1])...)
	}
}

func givenTo(theirs, x assay.Exchange) string {
	return fmt.Sprintf("the accessToken in %s is the one of the user in %s", x.ID, theirs.ID)
}
