package document

import (
	"errors"
	"math"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxTokens keeps the parser, whose time grows with their square, under a second.
const maxTokens = 20_000

// unsupported names a part of YAML that configuration does not need; "" for any other token. An alias could carry a
// secret to where values are quoted, and a few of them can multiply into gigabytes.
func unsupported(t token.Type) string {
	switch t {
	case token.AnchorType:
		return "an anchor (&)"
	case token.AliasType:
		return "an alias (*)"
	case token.TagType:
		return "a tag (!)"
	case token.MergeKeyType:
		return "a merge key (<<)"
	case token.DirectiveType:
		return "a directive (%)"
	default:
		return ""
	}
}

// parse sets the root.
func (d *Document) parse(text string) {
	tokens := lexer.Tokenize(text)
	if len(tokens) > maxTokens {
		d.report(place{line: 1, column: 1}, "the file has more than %d tokens; name the right one", maxTokens)
		return
	}
	for _, t := range tokens {
		if what := unsupported(t.Type); what != "" {
			d.report(placeOf(t), "%s is not supported; write the value out, or quote one that begins with this character", what)
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

// take converts file, which must hold one YAML document, a mapping.
func (d *Document) take(file *ast.File) {
	for _, body := range file.Docs {
		switch {
		case body.Body == nil:
		case d.root != nil:
			d.report(placeOf(body.Start), "a second document begins here; keep one")
			return
		default:
			d.root = d.convert(body.Body, firstPlace(body.Body))
			d.root.locate("")
		}
	}
	switch {
	case d.root == nil:
		d.report(place{line: 1, column: 1}, "the file is empty; begin it with the member schema")
	case d.root.shape != mapping:
		d.report(d.root.place, "the file is not a mapping; write one member per line, name: value")
	}
}

// convert turns the parser's tree into nodes. at is the place of a value that has none of its own.
func (d *Document) convert(value ast.Node, at place) *Node {
	switch value := value.(type) {
	case *ast.MappingNode:
		n := &Node{shape: mapping, place: at}
		for _, pair := range value.Values {
			d.addMember(n, pair)
		}
		return n
	case *ast.SequenceNode:
		n := &Node{shape: list, place: placeOf(value.GetToken())}
		for _, item := range value.Values {
			n.items = append(n.items, d.convert(item, firstPlace(item)))
		}
		return n
	default:
		return convertScalar(value, at)
	}
}

func (d *Document) addMember(n *Node, pair *ast.MappingValueNode) {
	key := pair.Key.GetToken()
	at := placeOf(key)
	if _, explicit := pair.Key.(*ast.MappingKeyNode); explicit {
		d.report(at, "a key marked with ? is not supported; write name: value")
		return
	}
	value := d.convert(pair.Value, at)
	for _, m := range n.members {
		if m.name == key.Value {
			d.report(at, "this member repeats the one in line %d; keep one of the two", m.place.line)
			return
		}
	}
	n.members = append(n.members, member{name: key.Value, place: at, value: value})
}

func convertScalar(value ast.Node, at place) *Node {
	n := &Node{place: at}
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
	case *ast.IntegerNode:
		n.value = number(value.Value)
	case *ast.FloatNode:
		n.value = max(-math.MaxFloat64, min(value.Value, math.MaxFloat64))
	default: // .inf and .nan, which no member is
		n.value = float64(0)
	}
	return n
}

// number is an integer as the schema compares it. Its digits are in Raw.
func number(value any) float64 {
	switch value := value.(type) {
	case int64:
		return float64(value)
	case uint64:
		return float64(value)
	default:
		return 0
	}
}

// firstPlace is where a value without a name begins: a mapping begins with its first name.
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

// reportSyntax rewords the parser's error, whose own text shows an excerpt of the file.
func (d *Document) reportSyntax(err error, text string) {
	at, message := place{line: 1, column: 1}, ""
	if syntax, ok := errors.AsType[yaml.Error](err); ok {
		at, message = placeOf(syntax.GetToken()), syntax.GetMessage()
	}
	d.report(at, "invalid YAML: %s", syntaxAdvice(message, line(text, at.line)))
}

func syntaxAdvice(message, line string) string {
	before, _, variable := strings.Cut(line, "${")
	switch {
	case variable && strings.ContainsAny(before, "{["):
		return "quote \"${NAME}\" inside { } and [ ]"
	case strings.Contains(message, "tab character"), strings.Contains(message, `character '`+"\t"):
		return "a tab is not allowed here; indent with spaces"
	case strings.Contains(message, "end character"):
		return "a quote is opened here and not closed; close it"
	case strings.Contains(message, "reserved character"):
		return "a value cannot begin with this character; put it in quotes"
	case strings.Contains(message, "must be specified"), strings.Contains(message, "end token"):
		return "a bracket is not closed, or a comma is missing before this"
	default:
		return "check the quotes, the colons and the indentation here"
	}
}

// line returns the line with the given number, from 1; "" beyond the last line.
func line(text string, number int) string {
	for current := range strings.Lines(text) {
		if number--; number == 0 {
			return current
		}
	}
	return ""
}
