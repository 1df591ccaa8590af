package document

import (
	"regexp"
	"strings"

	"github.com/unified-login/assay/internal/redact"
)

// variable matches ${NAME}, whatever NAME is, and the escape $${.
var variable = regexp.MustCompile(`\$\$\{|\$\{[^}]*\}?`)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// shownName matches what is a variable's name rather than a secret.
var shownName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,39}$`)

// Expand replaces ${NAME} in every string of the file with what env returns for it, as os.LookupEnv does; nil is an
// empty environment. What a [Flag] gave stays as it is. Without quotes, a variable that holds true or false becomes a
// boolean, as the text itself would.
func (d *Document) Expand(env func(string) (string, bool)) { d.expand(d.root, env) }

func (d *Document) expand(n *Node, env func(string) (string, bool)) {
	for _, m := range n.members {
		d.expand(m.value, env)
	}
	for _, item := range n.items {
		d.expand(item, env)
	}
	if !n.isText() || n.place.flag != "" {
		return
	}
	text := n.Text()
	expanded := variable.ReplaceAllStringFunc(text, func(match string) string { return d.lookUp(n, match, env) })
	n.value = expanded
	if n.plain && variable.FindString(text) == text && (expanded == "true" || expanded == "false") {
		n.value = expanded == "true"
	}
}

// lookUp returns the text that one match of variable stands for.
func (d *Document) lookUp(n *Node, match string, env func(string) (string, bool)) string {
	if match == "$${" {
		return "${"
	}
	name := nameIn(match)
	if !strings.HasSuffix(match, "}") || !variableName.MatchString(name) {
		d.Report(n, "${ is not followed by a name and }; write ${NAME}, or $${ for a literal ${")
		return ""
	}
	if env != nil {
		if value, set := env(name); set {
			return value
		}
	}
	if redact.IsVariableName(name) || !d.isHidden(n.path) && shownName.MatchString(name) {
		name = " " + name
	} else {
		name = " of this member" // a secret may have been written in place of a name
	}
	d.Report(n, "the environment variable%s is not set; set it, or write the value itself", name)
	return ""
}

// Variable is the name of the variable that was written as the whole value, ${NAME}; "" where more or less was.
func (n *Node) Variable() string {
	if raw := n.Raw(); raw != "" && raw != "$${" && variable.FindString(raw) == raw {
		return nameIn(raw)
	}
	return ""
}

func nameIn(match string) string { return strings.TrimSuffix(strings.TrimPrefix(match, "${"), "}") }
