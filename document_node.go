package assay

import (
	"errors"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxTokens keeps the parser, whose time grows with the square of them, under a second.
const maxTokens = 20_000

// A node is one value of a document.
type node struct {
	shape   shape
	place   place
	members []member // of a mapping, in the order of the file
	items   []*node  // of a list
	value   any      // of a scalar: string, bool, float64 for any number, nil for none
	raw     string   // a scalar as it was written, before ${NAME} was expanded
	plain   bool     // a string without quotes
	wrong   bool     // reported already
}

type shape int

const (
	scalar shape = iota
	list
	mapping
)

// A member is one of a mapping; place is that of its name.
type member struct {
	name  string
	place place
	value *node
}

// find returns the value at a path of member names, joined by dots; nil when it is absent.
func (n *node) find(path string) *node {
	for name := range strings.SplitSeq(path, ".") {
		n = n.child(name)
	}
	return n
}

// child returns a member of a mapping or, by its number from 0, an item of a list; nil when it is absent.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n.items) {
		return n.items[i]
	}
	return nil
}

// set puts value at name, in place of what was there.
func (n *node) set(name string, value *node) {
	for i, m := range n.members {
		if m.name == name {
			n.members[i].value = value
			return
		}
	}
	n.members = append(n.members, member{name: name, place: value.place, value: value})
}

// isText reports whether the value is a string, which an absent one is not.
func (n *node) isText() bool {
	if n == nil {
		return false
	}
	_, ok := n.value.(string)
	return ok
}

// text returns the value of a string, and "" for anything else.
func (n *node) text() string {
	if !n.isText() {
		return ""
	}
	return n.value.(string)
}

// isTrue reports whether the value is the boolean true.
func (n *node) isTrue() bool { return n != nil && n.value == true }

// texts returns the values of a list of strings.
func (n *node) texts() []string {
	if n == nil {
		return nil
	}
	var texts []string
	for _, item := range n.items {
		texts = append(texts, item.text())
	}
	return texts
}

// json returns the value as encoding/json would decode it.
func (n *node) json() any {
	switch n.shape {
	case mapping:
		members := map[string]any{}
		for _, m := range n.members {
			members[m.name] = m.value.json()
		}
		return members
	case list:
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = item.json()
		}
		return items
	default:
		return n.value
	}
}

// unread are the parts of YAML that configuration has no need of. They are refused where they stand: an alias can
// carry a secret to where values are quoted, and a few of them can multiply into gigabytes.
var unread = map[token.Type]string{
	token.AnchorType:    "an anchor (&)",
	token.AliasType:     "an alias (*)",
	token.TagType:       "a tag (!)",
	token.MergeKeyType:  "a merge key (<<)",
	token.DirectiveType: "a directive (%)",
}

// parse fills the root.
func (d *document) parse(text string) {
	tokens := lexer.Tokenize(text)
	if len(tokens) > maxTokens {
		d.report(place{line: 1, column: 1}, "the file has more than %d words and signs; name the right one", maxTokens)
		return
	}
	for _, t := range tokens {
		if what, found := unread[t.Type]; found {
			d.report(placeOf(t), "%s is not read here; write the value out, or quote one that begins with this sign", what)
			return
		}
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		d.reportSyntax(err, text)
		return
	}
	d.take(file)
}

// take converts the only YAML document of file, which must be a mapping.
func (d *document) take(file *ast.File) {
	for _, body := range file.Docs {
		switch {
		case body.Body == nil:
		case d.root != nil:
			d.report(placeOf(body.Start), "a second document begins here; keep one")
			return
		default:
			d.root = d.convert(body.Body, firstPlace(body.Body))
		}
	}
	switch {
	case d.root == nil:
		d.report(place{line: 1, column: 1}, "the file is empty; it begins with its schema member")
	case d.root.shape != mapping:
		d.report(d.root.place, "the file is not a mapping; write one member a line, name: value")
	}
}

// convert turns the parser's tree into nodes. At is the place of a value that has none of its own.
func (d *document) convert(value ast.Node, at place) *node {
	switch value := value.(type) {
	case *ast.MappingNode:
		n := &node{shape: mapping, place: at}
		for _, pair := range value.Values {
			d.addMember(n, pair)
		}
		return n
	case *ast.SequenceNode:
		n := &node{shape: list, place: placeOf(value.GetToken())}
		for _, item := range value.Values {
			n.items = append(n.items, d.convert(item, firstPlace(item)))
		}
		return n
	default:
		return convertScalar(value, at)
	}
}

func (d *document) addMember(n *node, pair *ast.MappingValueNode) {
	key := pair.Key.GetToken()
	at := placeOf(key)
	if _, explicit := pair.Key.(*ast.MappingKeyNode); explicit {
		d.report(at, "a name marked with ? is not read here; write name: value")
		return
	}
	value := d.convert(pair.Value, at)
	for _, m := range n.members {
		if m.name == key.Value {
			d.report(at, "this member is there already, in line %d; keep one of the two", m.place.line)
			return
		}
	}
	n.members = append(n.members, member{name: key.Value, place: at, value: value})
}

func convertScalar(value ast.Node, at place) *node {
	n := &node{place: at}
	if _, null := value.(*ast.NullNode); value == nil || null {
		return n
	}
	n.place, n.raw = placeOf(value.GetToken()), value.GetToken().Value
	switch value := value.(type) {
	case *ast.StringNode:
		n.value, n.raw, n.plain = value.Value, value.Value, value.Token.Type == token.StringType
	case *ast.LiteralNode:
		n.value, n.raw = value.Value.Value, value.Value.Value
	case *ast.BoolNode:
		n.value = value.Value
	default: // the numbers; no member is one, so that which number it is does not matter
		n.value = float64(0)
	}
	return n
}

// firstPlace is where a value that has no name begins: a mapping begins with its first name.
func firstPlace(value ast.Node) place {
	if m, ok := value.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return placeOf(m.Values[0].Key.GetToken())
	}
	if value == nil {
		return place{line: 1, column: 1}
	}
	return placeOf(value.GetToken())
}

func placeOf(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{line: 1, column: 1}
	}
	return place{line: t.Position.Line, column: t.Position.Column}
}

// reportSyntax says in words of its own what the parser objects to: the parser's messages show the file.
func (d *document) reportSyntax(err error, text string) {
	at, message := place{line: 1, column: 1}, ""
	if syntax, ok := errors.AsType[yaml.Error](err); ok {
		at, message = placeOf(syntax.GetToken()), syntax.GetMessage()
	}
	d.report(at, "this is not YAML: %s", syntaxAdvice(message, line(text, at.line)))
}

func syntaxAdvice(message, line string) string {
	before, _, variable := strings.Cut(line, "${")
	switch {
	case variable && strings.ContainsAny(before, "{["):
		return "inside { } and [ ] write \"${NAME}\" in quotes"
	case strings.Contains(message, "tab character"), strings.Contains(message, `character '`+"\t"):
		return "a tab stands where only spaces may; indent with spaces"
	case strings.Contains(message, "end character"):
		return "a quote is opened here and never closed; close it"
	case strings.Contains(message, "reserved character"):
		return "a value cannot begin with this character; put it in quotes"
	case strings.Contains(message, "must be specified"), strings.Contains(message, "end token"):
		return "a bracket is not closed, or a comma is missing before this"
	default:
		return "check the quotes, the colons and the indentation here"
	}
}

// line returns the line with the given number, from 1; "" when there is none.
func line(text string, number int) string {
	for current := range strings.Lines(text) {
		if number--; number == 0 {
			return current
		}
	}
	return ""
}
