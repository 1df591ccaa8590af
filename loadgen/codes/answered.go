package codes

import "sync/atomic"

// An answered code was answered while codes were requested: whether its user got a newer one is known when these requests have ended.
type answered struct {
	Code
	accepted bool
	at       uint64       // the last event of the order
	possible [scopes]bool // newer codes; guarded by the lock of the user's issues
	pending  *Pending     // of a refusal
}

// A Pending says which newer code may have ended a refused one, as soon as that is known.
type Pending struct{ ended atomic.Pointer[Superseding] }

// Ended is the newer code that may have ended the refused one; false while a request that may bring it is under way.
func (p *Pending) Ended() (by Superseding, known bool) {
	if by := p.ended.Load(); by != nil {
		return *by, true
	}
	return NotSuperseded, false
}

// mostAnswered bounds the answers that are kept until a request ends; half of them are refusals at least. Further ones are not noted,
// and no newer code that comes later explains them.
const mostAnswered = 4096

// supersede notes an answer to a code. It returns which newer ones may have ended it; if that is not known yet, what is possible, and
// what will say so. The lock is held.
func (b *Buffer) supersede(c *Code, accepted bool) (by Superseding, pending *Pending) {
	if !b.declared && b.ends[ofKind].refutes() && b.ends[ofUser].refutes() {
		b.settled.Store(true)
		b.forget()
		return NotSuperseded, nil
	}
	var now, oldest uint64
	var minting [2]bool
	if b.order != nil {
		now, oldest, minting = b.order.underWay()
	}
	b.noteLater(oldest)
	most := mostAnswered
	if accepted {
		most /= 2
	}
	switch {
	case c.User == nil || accepted && b.declared:
		return NotSuperseded, nil
	case oldest == 0 || len(b.later) >= most:
		possible := c.possible()
		if oldest == 0 && !b.declared {
			b.noteNewer(c, possible, accepted)
		}
		return c.by(possible), nil
	}
	a := &answered{Code: *c, accepted: accepted, at: now}
	if !accepted {
		a.pending = &Pending{}
	}
	b.later = append(b.later, a)
	possible := c.User.await(a)
	if !b.declared { // otherwise what is not known yet excuses nothing
		possible[ofKind] = possible[ofKind] || minting[c.kind]
		possible[ofUser] = true // some request is under way
	}
	return c.by(possible), a.pending
}

// by is the least of what may have ended a code.
func (c *Code) by(possible [scopes]bool) Superseding {
	switch {
	case possible[ofKind]:
		return ByItsKind
	case possible[ofUser]:
		return ByAnyKind
	default:
		return NotSuperseded
	}
}

// settle notes the answers about which nothing is open any more. The lock is held.
func (b *Buffer) settle() {
	if b.order != nil {
		_, oldest, _ := b.order.underWay()
		b.noteLater(oldest)
	}
}

// noteLater notes the answers that came before the oldest request for codes began which is under way; 0 for none. The lock is held.
func (b *Buffer) noteLater(oldest uint64) {
	n := 0
	for n < len(b.later) && (oldest == 0 || b.later[n].at < oldest) {
		a := b.later[n]
		possible := a.User.end(a)
		if a.pending != nil {
			a.pending.ended.Store(new(a.by(possible)))
		}
		if !b.declared {
			b.noteNewer(&a.Code, possible, a.accepted)
		}
		n++
	}
	if b.later = b.later[n:]; len(b.later) == 0 {
		b.later = nil
	}
}

// forget drops the answers that are not noted yet. The lock is held.
func (b *Buffer) forget() {
	for _, a := range b.later {
		a.User.end(a)
	}
	b.later = nil
}

// noteNewer notes an answer to a code, and which newer ones are possible. That newer codes of its kind alone end it is supposed only
// where the others do not. The lock is held.
func (b *Buffer) noteNewer(c *Code, possible [scopes]bool, accepted bool) {
	for in := range scopes {
		allowed := !b.ends[1-in].supposed && (scope(in) == ofUser || b.ends[ofUser].contradicted())
		if b.ends[in].note(c.ended[in], !possible[in], accepted, allowed) {
			b.newest = 0
			if b.ends[in].supposed {
				b.newest = max(1, int(b.users.Load())/newestShare)
			}
			b.wakeMinter()
		}
	}
}

// await makes the user tell an answer of the codes of the requests that are under way. It returns which newer codes the user may have.
func (user *User) await(a *answered) (possible [scopes]bool) {
	user.issues.Lock()
	defer user.issues.Unlock()
	user.awaiting = append(user.awaiting, a)
	_, a.possible = user.newer(&a.Code)
	return a.possible
}

// end returns which newer codes the user may have got until an answer.
func (user *User) end(a *answered) (possible [scopes]bool) {
	user.issues.Lock()
	defer user.issues.Unlock()
	for i, one := range user.awaiting {
		if one == a {
			user.awaiting = append(user.awaiting[:i], user.awaiting[i+1:]...)
			break
		}
	}
	if len(user.awaiting) == 0 {
		user.awaiting = nil
	}
	return a.possible
}

// tell tells the answers that wait for it of a code of the user. One that was requested after an answer has not ended its code. The lock
// of issues is held.
func (user *User) tell(kind int, i issue) {
	for _, a := range user.awaiting {
		if i.asked <= a.at && i.asked != a.issue.asked && i.came > a.issue.asked {
			a.possible[ofUser] = true
			a.possible[ofKind] = a.possible[ofKind] || kind == a.kind
		}
	}
}
