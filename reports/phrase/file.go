package phrase

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// A Keyed is a phrase with a key as a JSON file has it, beside its English text. Args are strings, whole numbers, further
// phrases, and lists of those.
type Keyed struct {
	Key  Key             `json:"key"`
	Args json.RawMessage `json:"args"`
}

// Keyed is the phrase for a file; nil where it has no key.
func (p Phrase) Keyed() *Keyed {
	if p.key == "" {
		return nil
	}
	return &Keyed{p.key, json.RawMessage(p.said)}
}

// KeyedList is one element for each phrase, nil for those without a key; nil where none has one.
func KeyedList(phrases []Phrase) []*Keyed {
	var all []*Keyed
	for i, p := range phrases {
		if keyed := p.Keyed(); keyed != nil {
			if all == nil {
				all = make([]*Keyed, len(phrases))
			}
			all[i] = keyed
		}
	}
	return all
}

// Restore is the phrase that a file gives as text p and, beside it, as keyed, which may be nil. Where this version does not
// know the key, or its text takes other arguments, it is p.
func (p Phrase) Restore(keyed *Keyed) Phrase {
	if keyed == nil || p.IsZero() {
		return p
	}
	if read, ok := keyed.phrase(0); ok {
		return read
	}
	return p
}

// RestoreList is Restore for a list. If their numbers differ, the file was edited, and the keys are ignored.
func RestoreList(phrases []Phrase, keyed []*Keyed) []Phrase {
	if len(keyed) != len(phrases) {
		return phrases
	}
	for i, p := range phrases {
		phrases[i] = p.Restore(keyed[i])
	}
	return phrases
}

// MarshalText makes a phrase its English text wherever JSON has it.
func (p Phrase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a string as a phrase without a key.
func (p *Phrase) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	var said string
	if err := json.Unmarshal(text, &said); err != nil {
		return &json.UnmarshalTypeError{Value: kindOf(text), Type: reflect.TypeFor[string]()}
	}
	*p = Plain(said)
	return nil
}

// kindOf is what a JSON value is, as encoding/json calls it.
func kindOf(text []byte) string {
	switch text[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "bool"
	default:
		return "number"
	}
}

// maxDepth is how deep arguments are nested at most. What the product writes is nested three or four deep.
const maxDepth = 16

// phrase is the phrase that a file has; false where the key is unknown or the arguments do not fit.
func (k Keyed) phrase(depth int) (Phrase, bool) {
	text, known := English(k.Key)
	if !known {
		return Phrase{}, false
	}
	value, ok := decoded(k.Args, depth)
	args, isList := value.([]any)
	if !ok || !isList || !text.fits(k.Key, args) {
		return Phrase{}, false
	}
	return Phrase{k.Key, encoded(args)}, true
}

// decoded reads an argument, or a list of them.
func decoded(raw json.RawMessage, depth int) (any, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || depth > maxDepth {
		return nil, false
	}
	switch raw[0] {
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err == nil
	case '[':
		var all []json.RawMessage
		if err := json.Unmarshal(raw, &all); err != nil {
			return nil, false
		}
		values := make([]any, len(all))
		for i := range all {
			var ok bool
			if values[i], ok = decoded(all[i], depth+1); !ok {
				return nil, false
			}
		}
		return values, true
	case '{':
		var keyed Keyed
		if err := json.Unmarshal(raw, &keyed); err != nil {
			return nil, false
		}
		return keyed.phrase(depth + 1)
	case 'n':
		return nil, false
	default:
		var number int64
		err := json.Unmarshal(raw, &number)
		return number, err == nil
	}
}
