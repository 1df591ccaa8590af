package expect

import (
	"regexp"
	"strings"
	"sync"
)

// An inside is a kind of a platform's internals, which its users must not see, and its signs.
type inside struct {
	name  string
	signs []sign
}

// A sign is a pattern, and a text that each of its matches contains, in small letters where the pattern ignores case. Most
// answers contain none, and need not be searched.
type sign struct {
	needs   string
	pattern *regexp.Regexp
}

// find returns what text shows of the inside; "" for nothing. Low is text in small letters.
func (i inside) find(text, low string) string {
	for _, sign := range i.signs {
		if !strings.Contains(text, sign.needs) && !strings.Contains(low, sign.needs) {
			continue
		}
		if found := sign.pattern.FindString(text); found != "" {
			return found
		}
	}
	return ""
}

// Patterns match the syntax of a stack trace, a path or a statement, not its words: "select an app from the list where
// it is shown" is help text, and "/help/login.php" may be a help page.
var insides = sync.OnceValue(func() []inside {
	mark := func(name string, signs [][2]string) (i inside) {
		i.name = name
		for _, s := range signs {
			i.signs = append(i.signs, sign{s[0], regexp.MustCompile(s[1])})
		}
		return i
	}
	return []inside{
		mark("a stack trace", [][2]string{
			{`goroutine `, `goroutine \d+ \[`}, {`runtime error: `, `\bruntime error: (?:invalid memory address|index out of range|slice bounds out of range|integer divide|makeslice|assignment to)`}, {`panic: runtime error`, `\bpanic: runtime error`}, // Go
			{`Exception in thread`, `Exception in thread "`}, {`at `, `\bat (?:[\w.@-]+/)?[\w$.<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)`}, // the JVM
			{`Exception`, `\b(?:[a-z]\w*\.){2,}[A-Z]\w*Exception\b`}, {`Cannot `, `Cannot [a-z ]{1,30}"(?:[a-z]\w*\.){2,}[A-Z][^"\n]{1,200}" because `},
			{`Error`, `\b(?:javax?|jakarta|kotlin|scala|json|psycopg2?|pymysql|sqlite3|sqlalchemy)\.(?:\w+\.)*[A-Z]\w*Error\b`},
			{`Traceback`, `Traceback \(most recent call last\)`}, {`File "`, `\bFile "[^"\n]{1,200}", line \d+`}, // Python
			{`at `, `\bat [^\n"]{0,100}(?:\.(?:[cm]?[jt]s|[jt]sx)|node:[\w/]+):\d+:\d+`},                                                                // Node
			{`System.`, `\bSystem\.(?:\w+\.)*\w+Exception\b`}, {`at `, `(?m)(?:^|")\s*at [\w<>\[\]]+(?:\.[\w<>\[\]]+)+\([^()\n]{0,100}\)(?: in |\s*$)`}, // .NET
			{`at `, `\bat (?:[A-Z]\w*\.){2,}[\w<>]+\((?:[A-Z][\w.&<>\[\]]* \w+(?:, [A-Z][\w.&<>\[\]]* \w+)*)?\)`},
			{`PHP `, `PHP (?:Fatal|Parse) error`}, {`Uncaught `, `Uncaught [\w\\]*(?:Exception|Error)\b`}, {`#`, `(?m)^#\d+ \S+\(\d+\): `}, // PHP
			{`thread '`, `thread '[^']{0,40}' panicked at`}, {`.rb:`, `\.rb:\d+:in `},
			{` line `, `\.p[lm] line \d+`}, {`** (`, `\*\* \(\w+Error\)`}, // Perl, Elixir
		}),
		mark("a source path", [][2]string{
			{`/`, `(?:/[\w.@-]+){2,}\.(?:go|py|java|kt|rb|cs|rs)\b`},
			{`.`, `\b\w+\.(?:go|py|java|kt|rb|cs|rs|exs?):\d+\b`},
			{`/`, `(?:/[\w.@-]+)+\.(?:[cm]?js|ts|php)(?::\d+|\(\d+\)| on line \d+)`},
			{`/`, `/(?:home|root|var|usr|opt|srv|Users|workspace)/(?:[\w.@-]+/)*[\w.@-]+\.(?:[cm]?js|ts|php|jar|so|conf|ya?ml)\b`},
			{`:\`, `\b[A-Za-z]:\\(?:[\w .-]+\\)*[\w.-]+\.(?:cs|vb|cpp|go|py|java|php|js|ts|dll|exe|config|aspx?|ashx|asmx|jsp|rb|log|db|mdb|sqlite3?|ini|pfx|pem)\b`},
			{` /`, `\b(?:open|stat|read|mkdir|unlink) /(?:[\w.@-]+/)+[\w.@-]+: `}, // a failed call of the system
			{`/node_modules/`, `/node_modules/[\w@]`}, {`-packages/`, `/(?:site|dist)-packages/\w`},
		}),
		mark("SQL", [][2]string{
			{`select`, `(?i)\bselect\b[^;{}]{1,200}?\bfrom\s+[\w."` + "`" + `\[\]]+(?:\s+as\s+\w+|\s+\w{1,3})?\s+where\s+[\w."` + "`" + `\[\]]+\s*(?:=|<|>|!=|in\s*\(|like\s|is\s+(?:not\s+)?null)`},
			{`select`, `(?i)\bselect\s+(?:\*|count\(\*\))\s+from\s+[\w."` + "`" + `]+`},
			{`insert`, `(?i)\binsert\s+into\s+[\w."` + "`" + `\[\]]+\s*(?:\([^()]*\)\s*)?values\s*\(`},
			{`update`, `(?i)\bupdate\s+[\w."` + "`" + `\[\]]+\s+set\s+[\w."` + "`" + `\[\]]+\s*=`},
			{`delete`, `(?i)\bdelete\s+from\s+[\w."` + "`" + `\[\]]+\s+where\s+[\w."` + "`" + `\[\]]+\s*(?:=|<|>|in\s*\()`},
			{`SQLSTATE`, `SQLSTATE`}, {`pq: `, `\bpq: `}, {`syntax error`, `syntax error at or near`}, {`duplicate key`, `duplicate key value violates`}, {`relation "`, `relation "\w+" does not exist`}, // PostgreSQL
			{`SQL syntax`, `error in your SQL syntax`}, {`Duplicate entry`, `Duplicate entry '[^'\n]{0,200}' for key`}, {`Unknown column`, `Unknown column '`}, {`Table '`, `Table '[\w.]+' doesn't exist`}, {`Error `, `\bError \d{4} \((?:\d{5}|\d{2}S\d{2}|HY\d{3})\)`}, // MySQL
			{`SQLITE_`, `\bSQLITE_[A-Z]+`}, {`UNIQUE constraint`, `UNIQUE constraint failed`}, {`no such `, `no such (?:table|column): \w`}, {`near "`, `near "[^"\n]{1,40}": syntax error`}, // SQLite
			{`ORA-`, `\bORA-\d{5}`}, {`PLS-`, `\bPLS-\d{5}`}, // Oracle
			{`Incorrect syntax`, `Incorrect syntax near '`}, {`Unclosed quotation`, `Unclosed quotation mark after the character string`}, {`Violation of `, `Violation of (?:PRIMARY|UNIQUE) KEY`}, // SQL Server
			{`E11000 `, `\bE11000 duplicate key`}, {`WRONGTYPE `, `\bWRONGTYPE Operation`}, {`NOSCRIPT `, `\bNOSCRIPT No matching script`}, // MongoDB and Redis
			{`### `, `### (?:Error (?:querying|updating|flushing) |The error (?:may exist in|occurred while) )`}, // MyBatis
			{`sql: `, `\bsql: (?:no rows in result set|Scan error on column)`},                                   // Go
		}),
		mark("a server behind the platform", [][2]string{
			{`dial `, `\bdial (?:tcp|udp)[46]? [\w.\[\]:-]+: `}, {`lookup `, `\blookup [\w.-]+(?: on [\w.\[\]:]+)?: (?:no such host|i/o timeout|server misbehaving)`}, // Go
			{`connect E`, `\bconnect E[A-Z]+ [\w.:-]+`}, {`getaddrinfo E`, `\bgetaddrinfo E[A-Z_]+ [\w.-]+`}, // Node
			{`connecting to `, `\bError \d+ connecting to [\w.-]+:\d+`}, {`connect to `, `(?i)\b(?:unable to|could not|can't|failed to) connect to (?:mysql |redis |mongodb )?(?:server )?(?:on |at )?["']?[\w.-]+(?::\d+|/[\d.]+:\d+|["'] \(\d+\))`}, // Python, the JVM
			{`://`, `\b[a-z][a-z0-9+]+://[^\s/:@"'<>]*:[^\s/@"'<>*]+@[\w.\[-]+`},                                                       // an address with a password
			{`.svc.cluster.local`, `\b[\w-]+(?:\.[\w-]+)*\.svc\.cluster\.local\b`},                                                     // Kubernetes
			{`=`, `\b[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:PASSWORD|PASSWD|SECRET|SECRET_KEY|ACCESS_KEY|PRIVATE_KEY)=[^\s*<>{}$%"'&;,]{6}`}, // the environment
		}),
	}
})

// links match the texts in which a path or a statement is harmless: URLs, and the links of a page, in plain quotes or in
// quotes that JSON or HTML escapes.
var links = sync.OnceValue(func() []sign {
	all := []sign{{"://", regexp.MustCompile(`(?i)\b(?:https?|wss?)://[^\s"'<>()]+`)}}
	for _, name := range []string{"src=", "href=", "action="} {
		all = append(all, sign{name, regexp.MustCompile(
			`(?i)\b` + name + `(?:\\*"[^"]*"|\\*'[^']*'|&quot;.*?&quot;|&#34;.*?&#34;|&#39;.*?&#39;)`)})
	}
	return all
})
