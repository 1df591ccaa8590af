package tamper

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf16"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// A Mutation turns a valid request into a malformed one. Even a lenient parser cannot read from it which code is to be
// exchanged for which mini-program.
type Mutation struct {
	Name string
	Bend client.Bend
}

// Mutate is the i-th Mutation of a seed; equal arguments give equal mutations.
func Mutate(seed uint64, endpoint assay.Endpoint, i int) Mutation {
	stream := uint64(i) << 1
	if endpoint == assay.Phone {
		stream++
	}
	kinds := []func(*draw) Mutation{wrongValue, missingMember, renamedMember, bentCode, cutBody, brokenStructure,
		reencoded, wrapped, notAnObject, bentAuthorization}
	const orders = 1 << 32 // streams of mutations are below
	return kinds[i%len(kinds)](&draw{rand.New(rand.NewPCG(seed, stream)), rand.New(rand.NewPCG(seed, orders+stream&1)), i / len(kinds)})
}

// A draw is the randomness of one mutation. turn counts the mutations of its kind, so that a few of them show many variants.
type draw struct {
	*rand.Rand
	order *rand.Rand // the same for every turn
	turn  int
}

// next draws one of n variants: in n turns, each of them once.
func (d *draw) next(n int) int { return d.order.Perm(n)[d.turn%n] }

// either is one of the two members at random.
func either(random *draw) string { return []string{"appId", "code"}[random.IntN(2)] }

// setMember gives a member a value made from its valid one.
func setMember(name string, value func(valid string) any) client.Bend {
	return func(r *client.Request) {
		for i := range r.Members {
			if valid, isText := r.Members[i].Value.(string); isText && r.Members[i].Name == name {
				r.Members[i].Value = value(valid)
			}
		}
	}
}

// wrongValue leaves the types that login.wrong-types tries by name to it: a framework that reads an array of one text as the
// text is judged once. It draws all random values before it changes anything, so that an isolated retry sends the same.
func wrongValue(random *draw) Mutation {
	size := 1 + random.IntN(200)
	values := []struct {
		name  string
		value func(string) any
	}{
		{"null", func(string) any { return nil }},
		{"a huge number", func(valid string) any { return json.RawMessage(strings.Repeat("9", 2*size+(len(valid)+1)%2)) }},
		{"an exponent", func(string) any { return json.RawMessage(fmt.Sprintf("-1e%d", 100*size)) }},
		{"false", func(string) any { return false }},
		{"an array of arrays", func(valid string) any { return []any{[]any{valid}, []any{}} }},
		{"an object of objects", func(valid string) any { return map[string]any{"value": map[string]any{"value": valid}} }},
		{"nested arrays", func(valid string) any { return nested(valid, 2+size%60) }},
		{"a long text", func(string) any { return strings.Repeat("長", 20*size) }},
		{"a path", func(string) any { return "../../../../etc/passwd" }},
		{"a template", func(string) any { return "${7*7}{{7*7}}<%= 7*7 %>" }},
		{"SQL", func(string) any { return "' OR '1'='1' --" }},
	}
	name, chosen := either(random), values[random.next(len(values))]
	return Mutation{name + " is " + chosen.name, setMember(name, chosen.value)}
}

func nested(value any, depth int) any {
	for range depth {
		value = []any{value}
	}
	return value
}

func missingMember(random *draw) Mutation {
	name := either(random)
	return Mutation{"no " + name, client.Omit(name)}
}

// renamedMember never changes only the case: many parsers match names case-insensitively.
func renamedMember(random *draw) Mutation {
	name := either(random)
	names := []string{name + "_", "_" + name, name + "\u0000", name + " ", "x-" + name, name + "\u200b", "data." + name, ""}
	other := names[random.next(len(names))]
	return Mutation{fmt.Sprintf("%s renamed to %q", name, other), func(r *client.Request) {
		for i := range r.Members {
			if r.Members[i].Name == name {
				r.Members[i].Name = other
			}
		}
	}}
}

// bentCode replaces a letter or digit inside the code. At the ends a platform may trim, and many decoders skip
// characters outside their alphabet; so a character of the code has to go.
func bentCode(random *draw) Mutation {
	inserts := []string{"\u0000", "\u202e", "\ufeff", "\u0301", "😀", "\ufffd", "%00", "%2e", "'", `"`, "\\", "<", "&", "=", "Ω"}
	insert := inserts[random.next(len(inserts))]
	share := 0.2 + 0.6*random.Float64()
	return Mutation{fmt.Sprintf("%q inside the code", insert), setMember("code", func(valid string) any {
		at := int(share * float64(len(valid)))
		for at < len(valid)-1 && !isAlphanumeric(valid[at]) {
			at++
		}
		return valid[:at] + insert + valid[min(at+1, len(valid)):]
	})}
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// body rewrites the encoded body.
func body(name string, rewrite func([]byte) []byte) Mutation {
	return Mutation{name, func(r *client.Request) { r.Body = rewrite(r.Encode()) }}
}

// cutBody ends the body before the code is complete, so that no parser can complete it.
func cutBody(random *draw) Mutation {
	share := random.Float64()
	return body("cut short", func(valid []byte) []byte {
		within := bytes.Index(valid, []byte(`"code":"`)) + len(`"code":"`)
		return valid[:int(share*float64(within))]
	})
}

// brokenStructure puts a stray character where the syntax allows none, before the code is complete. Control characters
// and invalid bytes do not stand alone: some parsers skip them.
func brokenStructure(random *draw) Mutation {
	strays := []string{"{", "}", "[", "]", ":", "\xff{", "\\", "1", "\xc3\x28", "\xed\xa0\x80]"}
	stray := strays[random.next(len(strays))]
	marks := []string{`{"appId"`, `"appId":`, `,"code"`, `"code":`}
	mark := marks[random.IntN(len(marks))]
	return body(fmt.Sprintf("%q after %s", stray, mark), func(valid []byte) []byte {
		return bytes.Replace(valid, []byte(mark), []byte(mark+stray), 1)
	})
}

// reencoded sends the body in bytes that are not UTF-8. UTF-16 comes without colons, because parsers that follow RFC
// 4627 recognize complete UTF-16.
func reencoded(random *draw) Mutation {
	forms := []Mutation{
		body("UTF-16, big-endian, without colons", func(valid []byte) []byte { return inUTF16(valid, true) }),
		body("UTF-16, little-endian, without colons", func(valid []byte) []byte { return inUTF16(valid, false) }),
		body("every byte inverted", func(valid []byte) []byte {
			for i := range valid {
				valid[i] = ^valid[i]
			}
			return valid
		}),
		body("a zero in place of every third byte", func(valid []byte) []byte {
			for i := 2; i < len(valid); i += 3 {
				valid[i] = 0
			}
			return valid
		}),
	}
	return forms[random.next(len(forms))]
}

// inUTF16 encodes text without its colons.
func inUTF16(text []byte, bigEndian bool) []byte {
	var encoded []byte
	for _, unit := range utf16.Encode([]rune(strings.ReplaceAll(string(text), ":", ""))) {
		if bigEndian {
			encoded = append(encoded, byte(unit>>8), byte(unit))
		} else {
			encoded = append(encoded, byte(unit), byte(unit>>8))
		}
	}
	return encoded
}

// wrapped puts the valid object somewhere inside another value.
func wrapped(random *draw) Mutation {
	depth := 1 + random.IntN(40)
	if random.IntN(2) == 0 {
		return body(fmt.Sprintf("in a member, %d deep", depth), func(valid []byte) []byte {
			return []byte(strings.Repeat(`{"request":`, depth) + string(valid) + strings.Repeat("}", depth))
		})
	}
	return body("as a JSON string", func(valid []byte) []byte {
		text, _ := json.Marshal(string(valid)) // a string can always be encoded
		return text
	})
}

func notAnObject(random *draw) Mutation {
	bodies := []string{"", " ", "null", "true", "0", `""`, "[]", "[[]]", "{}", "{", "}", "\x00", "\xff\xfe", "undefined", "-", "1e999", "\"\\ud800\""}
	chosen := bodies[random.next(len(bodies))]
	return body(fmt.Sprintf("the body is %q", chosen), func([]byte) []byte { return []byte(chosen) })
}

// bentAuthorization sends the PAT in a header that is not a bearer credential.
func bentAuthorization(random *draw) Mutation {
	forms := []struct {
		name string
		bend func(pat string) string
	}{
		{"without a space", func(pat string) string { return "Bearer" + pat }},
		{"with a colon", func(pat string) string { return "Bearer: " + pat }},
		{"as an SQL condition", func(string) string { return "Bearer ' OR '1'='1' --" }},
	}
	chosen := forms[random.next(len(forms))]
	return Mutation{"Authorization " + chosen.name, func(r *client.Request) {
		pat := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		r.Header.Set("Authorization", chosen.bend(pat))
	}}
}
