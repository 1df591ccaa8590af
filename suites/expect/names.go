package expect

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/rawjson"
)

// NameOneUser holds when an answer names one user, whichever of its members a client reads: the values of a repeated member
// are equal, and all values in it and in its token's claims that are known to be some test user's are the same one's. An
// answer that is another user's as a whole is judged by the requirement whose exchange it is.
func NameOneUser(record, others Record) Matcher {
	all := slices.Concat(record, others)
	known, subjects, phones, of := all.owners(), all.subjects(), all.phones(), map[string]SignedInAs{}
	for _, s := range record {
		of[s.ID] = s
	}
	return answered("one user in every member of the answer", func(x assay.Exchange) (string, bool) {
		s := of[x.ID]
		if name := s.Contradicts(); name != "" {
			return fmt.Sprintf("%s twice, with different values", name), false
		}
		if s.Code == nil || s.Near || s.Shared {
			return "", true
		}
		users, member := s.named(known, subjects, phones)
		return fmt.Sprintf("values of %d users in one answer: one of them is %s", len(users), member), len(users) < 2
	})
}

// Contradicts names a member of data that identifies, or the channel, where the answer has it more than once with different
// values; "" for none.
func (s SignedInAs) Contradicts() string {
	for _, name := range append(assay.IdentityMembers(), "channel") {
		values := s.envelope.Values(name)
		for _, raw := range values[min(1, len(values)):] {
			if !sameJSON(values[0], raw) {
				return "data." + name
			}
		}
	}
	return ""
}

// Alias names a member of data whose name differs from an identifying one in letter case only, and which has another value.
func (s SignedInAs) Alias() string {
	for _, name := range s.envelope.Names() {
		for _, known := range append(assay.IdentityMembers(), "channel") {
			own := s.envelope.Data(known)
			if name != known && strings.EqualFold(name, known) && !assay.Empty(own) && !sameJSON(own, s.envelope.Data(name)) {
				return "data." + shown([]byte(name)) + " beside data." + known
			}
		}
	}
	return ""
}

func sameJSON(a, b json.RawMessage) bool {
	one, isText := assay.Text(a)
	other, isTextToo := assay.Text(b)
	if isText || isTextToo {
		return isText == isTextToo && one == other
	}
	return string(a) == string(b)
}

// owners maps every value that identifies exactly one user of the record to that user's id. Users that were made to be
// mistaken for each other, or who share a phone, are left out. What a user with a phone has is not shared by one who is given
// it without a phone.
func (r Record) owners() map[string]string {
	owner := map[string]string{}
	add := func(value, user string) {
		if len(value) < shortestSecret {
			return
		}
		if known, taken := owner[value]; taken && known != user {
			user = "" // of several users
		}
		owner[value] = user
	}
	var phoneless Record
	for _, s := range r {
		if s.Code == nil || s.Code.UserID == "" || s.Near || s.Shared {
			continue
		}
		add(s.Code.UserID, s.Code.UserID)
		add(s.Code.Phone, s.Code.UserID)
		if s.Own {
			add(textOf(s.Exchange, "openId"), s.Code.UserID)
		}
		switch {
		case s.Own && s.Code.Phone == "":
			phoneless = append(phoneless, s)
		case s.Own:
			add(UnionID(s.Exchange), s.Code.UserID)
		}
	}
	withPhone := maps.Clone(owner)
	for _, s := range phoneless {
		if withPhone[UnionID(s.Exchange)] == "" {
			add(UnionID(s.Exchange), s.Code.UserID)
		}
	}
	return owner
}

// phones maps every phone of the record to the users who have had it.
func (r Record) phones() map[string][]string {
	holders := map[string][]string{}
	for _, s := range r {
		if s.Code != nil && s.Code.Phone != "" {
			phone := unspaced(s.Code.Phone)
			holders[phone] = joined(holders[phone], []string{s.Code.UserID})
		}
	}
	return holders
}

// maskedFor is a user of the phones that a masked one can be, where none of them is the sign-in's own; "" for any other text.
func (s SignedInAs) maskedFor(content string, phones map[string][]string) (user string) {
	const shortest = 6 // digits: fewer are many users'
	head, rest, isMasked := strings.Cut(content, "*")
	tail := strings.TrimLeft(rest, "*")
	if !isMasked || len(head)+len(tail) < shortest || strings.Trim(head+tail, "+0123456789") != "" {
		return ""
	}
	for phone, users := range phones {
		own := slices.Contains(users, s.Code.UserID)
		begins := strings.HasPrefix(phone, head) || strings.HasPrefix(strings.TrimPrefix(phone, "+86"), head)
		switch {
		case !strings.HasSuffix(phone, tail):
		case own && strings.Contains(phone, head): // behind a country code, too
			return ""
		case begins:
			user = max(user, users[0])
		}
	}
	return user
}

// subjects maps the subject of every token that one user of the record has had alone to that user's id.
func (r Record) subjects() map[string]string {
	owner := map[string]string{}
	for _, s := range r {
		subject := s.Subject()
		if !s.isJWT || s.Code == nil || len(subject) < shortestSecret {
			continue
		}
		if known, taken := owner[subject]; !s.Own || s.Near || s.Shared || taken && known != s.Code.UserID {
			owner[subject] = ""
			continue
		}
		owner[subject] = s.Code.UserID
	}
	return owner
}

// named lists the users whose values stand in the answer or in the claims of its tokens, and a member that names somebody
// else than the code's user: as a text, in base64, with separators, as a masked phone, as a number or as a name of a member.
// token.subject judges whose the subject of its own token is. What the request carried may be an echo, and a user whom it names is
// judged by login.no-override.
func (s SignedInAs) named(known, subjects map[string]string, phones map[string][]string) (users []string, member string) {
	find := func(content, where, name string) {
		user := known[content]
		if user == "" && content != s.subject {
			user = subjects[content]
		}
		if user == "" {
			user = s.maskedFor(content, phones)
		}
		if user == "" || s.echoes(content) || user != s.Code.UserID && s.names(user) {
			return
		}
		if !slices.Contains(users, user) {
			users = append(users, user)
		}
		if user != s.Code.UserID {
			member = where + shown([]byte(name))
		}
	}
	look := func(content, where, name string) {
		if len(content) < shortestSecret {
			return // no known value is as short
		}
		for _, reading := range written(content) {
			find(reading, where, name)
		}
	}
	inside := func(text []byte, where string) {
		text = bytes.TrimPrefix(text, []byte(byteOrderMark))
		walk(text, func(name string, value rawjson.Token) {
			switch value.Kind {
			case rawjson.String:
				start, end := value.Inside()
				look(rawjson.Decode(text[start:end]), where, name)
			case rawjson.Number:
				look(string(text[value.Start:value.End]), where, name)
			}
			look(name, where, "the name of a member")
		})
	}
	inside(s.Response.Body, "")
	for field, values := range s.Response.Header {
		for _, value := range values {
			look(value, "the header field ", field)
		}
	}
	inside(s.opened.Payload, "the token's ")
	for _, part := range jwtParts(string(s.Response.Body)) {
		inside([]byte(part), "a token's ")
	}
	return users, member
}

// written lists what a text may say: itself, a phone without separators, what it is the base64 of, and the parts of an address
// or of a cookie.
func written(text string) []string {
	all := []string{text}
	if plain := unspaced(text); plain != text && strings.Trim(plain, "+0123456789") == "" {
		all = append(all, plain)
	}
	if raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil && len(raw) >= shortestSecret {
		all = append(all, string(raw))
	}
	if strings.ContainsAny(text, addressMarks) {
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(addressMarks, r) }) {
			if part = undo('%', urlEscape(), part, fromURL); len(part) >= shortestSecret {
				all = append(all, part)
			}
		}
	}
	return all
}

// addressMarks separate the parts of addresses and of cookies.
const addressMarks = "/?&=#;, "

// names reports whether the request carried a user's id, as it is or escaped. An id that may occur by chance is left out.
func (s SignedInAs) names(user string) bool {
	return len(user) >= shortestSecret && slices.ContainsFunc([]string{user, url.PathEscape(user), url.QueryEscape(user)}, s.echoes)
}

// echoes reports whether the request carried a text.
func (s SignedInAs) echoes(text string) bool {
	return strings.Contains(string(s.Request.Body), text) || strings.Contains(s.Request.URL, text) ||
		strings.Contains(headerText(s.Request.Header), text)
}
