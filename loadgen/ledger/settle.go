package ledger

import "github.com/unified-login/assay"

// A Reading is what one answer says.
type Reading struct {
	Result assay.Result
	// Whole is false where the connection failed before the answer was complete; Sent is false where there was no
	// connection.
	Whole, Sent bool
	// Own is set where the identity is that of the user that the code was minted for.
	Own bool
	// Identified is set where the answer contains any identity, in whatever form.
	Identified bool
	// Nameless is set where a complete answer says OK and lacks the endpoint's identity: a client that trusts it signs in nobody.
	Nameless bool
	// Wordless is set where a complete answer with a 2xx is no JSON object, or empty: it neither accepts nor refuses.
	Wordless bool
	// Leaked is set where an answer that does not accept contains an identity that is known to be another user's.
	Leaked bool
	// Told is set where an answer that had to refuse names the code's own user, outside of the contract's place.
	Told bool
}

// Settle judges an exchange with a fresh code and the valid PAT.
func Settle(r Reading) Verdict {
	switch {
	case r.Result == assay.Accepted && r.Own:
		return Accepted
	case r.Result == assay.Accepted, r.Leaked:
		return WrongIdentity
	case r.Nameless:
		return WithoutIdentity
	default:
		return unidentified(r, Refused)
	}
}

// SettleReplay judges an exchange with a used code; grace says that the declared reuseGrace allows it.
func SettleReplay(r Reading, grace bool) Verdict {
	switch {
	case r.Result == assay.Accepted && r.Own && grace:
		return ReplayExcused
	case r.Identified, r.Told:
		return DoubleRedeemed // in a fault, too: a client may sign that user in
	default:
		return unidentified(r, ReplayRefused)
	}
}

// SettleBadPAT judges an exchange with a PAT that was never issued.
func SettleBadPAT(r Reading) Verdict {
	if r.Identified || r.Told {
		return BadPATAccepted
	}
	return unidentified(r, BadPATRefused)
}

// SettleRace judges two exchanges of one code that were sent at once. The accepted one counts as the original and the
// other as its replay; if none is accepted, the first counts as the original.
func SettleRace(a, b Reading, grace bool) (Verdict, Verdict) {
	if SecondIsOriginal(a, b) {
		second, first := SettleRace(b, a, grace)
		return first, second
	}
	original := Settle(a)
	if !a.Identified {
		if original == Refused {
			original = RaceRefused
		}
		return original, unidentified(b, ReplayRefused)
	}
	return original, SettleReplay(b, grace)
}

// SecondIsOriginal reports whether the second exchange of a race counts as the original, and the first as its replay.
func SecondIsOriginal(a, b Reading) bool {
	return b.Identified && (!a.Identified || b.Result == assay.Accepted && a.Result != assay.Accepted)
}

// unidentified is the verdict of an answer without an identity; refused is the verdict of a refusal.
func unidentified(r Reading, refused Verdict) Verdict {
	switch {
	case !r.Sent:
		return Unreachable
	case r.Result == assay.Fault || r.Wordless:
		return Faulty
	case !r.Whole:
		return InDoubt
	case r.Result == assay.Inconclusive:
		return Overloaded
	default:
		return refused
	}
}
