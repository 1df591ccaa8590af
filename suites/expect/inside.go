package expect

import (
	"regexp"
	"strings"
	"sync"
)

// An inside is a sign of a platform's internals, which its users must not see.
type inside struct {
	name    string
	pattern *regexp.Regexp
}

// Patterns match the syntax of a stack trace, a path or a statement, not its words: "select an app from the list where
// it is shown" is help text, and "/help/login.php" may be a help page.
var insides = sync.OnceValue(func() []inside {
	mark := func(name string, patterns ...string) inside {
		return inside{name, regexp.MustCompile("(?:" + strings.Join(patterns, ")|(?:") + ")")}
	}
	return []inside{
		mark("a stack trace",
			`goroutine \d+ \[`, `\bpanic: runtime error`, // Go
			`Exception in thread "`, `\bat (?:[\w.@-]+/)?[\w$.<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)`, // the JVM
			`\b(?:[a-z]\w*\.){2,}[A-Z]\w*Exception\b`,
			`\b(?:javax?|jakarta|kotlin|scala|json|psycopg2?|pymysql|sqlite3|sqlalchemy)\.(?:\w+\.)*[A-Z]\w*Error\b`,
			`Traceback \(most recent call last\)`, `\bFile "[^"\n]{1,200}", line \d+`, // Python
			`\bat [^\n"]{0,100}(?:\.(?:[cm]?[jt]s|[jt]sx)|node:[\w/]+):\d+:\d+`,                                                   // Node
			`\bSystem\.(?:\w+\.)*\w+Exception\b`, `(?m)(?:^|")\s*at [\w<>\[\]]+(?:\.[\w<>\[\]]+)+\([^()\n]{0,100}\)(?: in |\s*$)`, // .NET
			`PHP (?:Fatal|Parse) error`, `Uncaught [\w\\]*(?:Exception|Error)\b`, `(?m)^#\d+ \S+\(\d+\): `, // PHP
			`thread '[^']{0,40}' panicked at`, `\.rb:\d+:in `),
		mark("a source path",
			`(?:/[\w.@-]+){2,}\.(?:go|py|java|kt|rb|cs|rs)\b`,
			`\b\w+\.(?:go|py|java|kt|rb|cs|rs):\d+\b`,
			`(?:/[\w.@-]+)+\.(?:[cm]?js|ts|php)(?::\d+|\(\d+\)| on line \d+)`,
			`/(?:home|root|var|usr|opt|srv|Users|workspace)/(?:[\w.@-]+/)*[\w.@-]+\.(?:[cm]?js|ts|php|jar|so|conf|ya?ml)\b`,
			`\b[A-Za-z]:\\(?:[\w .-]+\\)*[\w.-]+\.(?:cs|vb|cpp|go|py|java|php|js|ts|dll|exe|config)\b`,
			`/node_modules/[\w@]`, `/(?:site|dist)-packages/\w`),
		mark("SQL",
			`(?i)\bselect\b[^;{}]{1,200}?\bfrom\s+[\w."`+"`"+`\[\]]+(?:\s+as\s+\w+|\s+\w{1,3})?\s+where\s+[\w."`+"`"+`\[\]]+\s*(?:=|<|>|!=|in\s*\(|like\s|is\s+(?:not\s+)?null)`,
			`(?i)\bselect\s+(?:\*|count\(\*\))\s+from\s+[\w."`+"`"+`]+`,
			`(?i)\binsert\s+into\s+[\w."`+"`"+`\[\]]+\s*(?:\([^()]*\)\s*)?values\s*\(`,
			`(?i)\bupdate\s+[\w."`+"`"+`\[\]]+\s+set\s+[\w."`+"`"+`\[\]]+\s*=`,
			`(?i)\bdelete\s+from\s+[\w."`+"`"+`\[\]]+\s+where\s+[\w."`+"`"+`\[\]]+\s*(?:=|<|>|in\s*\()`,
			`SQLSTATE`, `\bpq: `, `syntax error at or near`, `duplicate key value violates`, `relation "\w+" does not exist`, // PostgreSQL
			`error in your SQL syntax`, `Duplicate entry '[^'\n]{0,200}' for key`, `Unknown column '`, `Table '[\w.]+' doesn't exist`, `\bError \d{4} \((?:\d{5}|\d{2}S\d{2}|HY\d{3})\)`, // MySQL
			`\bSQLITE_[A-Z]+`, `UNIQUE constraint failed`, `no such (?:table|column): \w`, `near "[^"\n]{1,40}": syntax error`, // SQLite
			`\bORA-\d{5}`, `\bPLS-\d{5}`, // Oracle
			`Incorrect syntax near '`, `Violation of (?:PRIMARY|UNIQUE) KEY`), // SQL Server
	}
})

// links match the texts in which a path or a statement is harmless: URLs, and the links of a page, in plain quotes or in
// quotes that JSON or HTML escapes.
var links = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(?:https?|wss?)://[^\s"'<>()]+`),
		regexp.MustCompile(`(?i)\b(?:src|href|action)=(?:\\*"[^"]*"|\\*'[^']*'|&quot;.*?&quot;|&#34;.*?&#34;|&#39;.*?&#39;)`),
	}
})
