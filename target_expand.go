package assay

import (
	"regexp"
	"strings"
)

// variable matches ${NAME}, whatever stands in for NAME, and the escape $${.
var variable = regexp.MustCompile(`\$\$\{|\$\{[^}]*\}?`)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// expand fills the variables of every text of the file in; flags are left to the shell. Without quotes, a variable
// that holds true or false is a boolean, as it would be if it stood in the file.
func (d *document) expand(n *node, env func(string) (string, bool)) {
	for _, m := range n.members {
		d.expand(m.value, env)
	}
	for _, item := range n.items {
		d.expand(item, env)
	}
	if !n.isText() || n.place.flag != "" {
		return
	}
	text := n.text()
	expanded := variable.ReplaceAllStringFunc(text, func(match string) string { return d.lookUp(n, match, env) })
	n.value = expanded
	if n.plain && variable.FindString(text) == text && (expanded == "true" || expanded == "false") {
		n.value = expanded == "true"
	}
}

// lookUp returns what one match of variable stands for.
func (d *document) lookUp(n *node, match string, env func(string) (string, bool)) string {
	if match == "$${" {
		return "${"
	}
	name := strings.TrimSuffix(strings.TrimPrefix(match, "${"), "}")
	if !strings.HasSuffix(match, "}") || !variableName.MatchString(name) {
		d.reportNode(n, "${ begins a variable but no name and } follow; write ${NAME}, or $${ for the characters themselves")
		return ""
	}
	if env != nil {
		if value, set := env(name); set {
			return value
		}
	}
	d.reportNode(n, "the environment variable %s is not set; set it, or write the value itself", name)
	return ""
}
