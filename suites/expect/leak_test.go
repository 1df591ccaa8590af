package expect_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// said is a refusal with a message, encoded as a platform would.
func said(t *testing.T, message string) assay.Exchange {
	t.Helper()
	text, err := json.Marshal(map[string]string{"errcode": "X", "error": message})
	if err != nil {
		t.Fatal(err)
	}
	return refusal(string(text))
}

// TestHarmlessTexts: ordinary messages to users are not leaks.
func TestHarmlessTexts(t *testing.T) {
	texts := []string{
		"", "个人访问令牌无效，请在开发者中心重新生成", "code 已过期，请重新调用 wx.login 获取", "invalid code",
		"please update your code where possible", "please update the code set by the host where possible",
		"select an app from the list where it is shown", "Select a plan from our list where price = low",
		"insert into the form (see the guide)", "insert into your request the code", "delete from the list where needed",
		"update settings, set the scope = unified-auth", "PAT not found at /api/v1/open/dev/mini-apps/unified-auth/login",
		"no route /api/v1/open/dev/mini-apps/unified-auth/phone/get/no-such-path", "see https://acme.example/sdk/src/login.py", "see https://acme.example/docs/errors/login.php?id=3",
		"see https://docs.acme.example/guide/sso.html#update-set-where", "expired at 2026-01-12 (10:30:00)", "retry at noon (12:00:00)",
		"do not panic: try again", "look at login (retry)", "at login(retry)", "Error 4001 (login)", "error 1062", "mop.unified.CodeExpiredError",
		"sso.TokenException", "traceid 4fccb7b175cc401690235e4a400bb363", "limit: 10/s, at most 3 at once", "E:\n1.Check the code", "code:\nsee.docs",
		"C: drive is full", "a goroutine is busy", "the file is too large", "line 3: unexpected token", "unexpected end of JSON input",
		"json: cannot unmarshal number into Go struct field .code of type string", "Unexpected token } in JSON at position 5",
		"Duplicate entry", "unique constraint", "near the end: syntax error", "Cannot POST /api/v1/open/dev/mini-apps/unified-auth/login/x",
		"system.exception", "module.js is missing", "login.go", "use /login, not /login/",
		"line 12 of the body is not JSON", "see login.pm for the price line", "** (retry later)", "* (Error)", "open /login with POST: see the guide", "read the guide", "stat: unknown",
		"open the app at /api/v1/open/dev: the session has ended", "duplicate key in the body: code", "wrong type of code", "no matching script", "E11000",
		"dial 13300001111: the phone is not known", "lookup of the code failed: no such user", "cannot connect to the host app: inject a user", "connect to https://acme.example:8443 instead",
		"unable to connect to the service: retry", `Cannot invoke "login" because the user is null`, "use redis://:***@cache for tests", "mail to a:b@acme.example", "could not connect to mini-program 2",
		"retry at Noon", "look at Login.Help (see the guide)", "at Host.Login.Page (the first)", "sign in at Acme.Login.Page(soon)", "at Acme.Open(String code)",
	}
	for _, text := range texts {
		if actual, ok := expect.BeClean().Judge(said(t, text)); !ok {
			t.Errorf("%q is accused: %s", text, actual)
		}
	}
	page := `<html><head><script src="/static/js/app/main.js:1:2"></script><link href='/assets/x/style.py'></head><body>404</body></html>`
	for name, x := range map[string]assay.Exchange{"a page": refusal(page), "no body": refusal(""), "random": refusal("\xff\xfe\\u12 %zz &#xffffffff;")} {
		if actual, ok := expect.BeClean().Judge(x); !ok {
			t.Errorf("%s is accused: %s", name, actual)
		}
	}
	short := said(t, "code 1234567 is not known")
	short.Code.Code = "1234567"
	if actual, ok := expect.BeClean().Judge(short); !ok {
		t.Errorf("a short code is accused: %s", actual)
	}
}

// TestInsides: signs of a platform's internals are found, in JSON and in plain text.
func TestInsides(t *testing.T) {
	for what, texts := range map[string][]string{
		"a stack trace": {
			"goroutine 17 [running]:\nmain.main()\n\t/x", "panic: runtime error: invalid memory address",
			"java.lang.NullPointerException: Cannot invoke \"String.length()\"", "\tat com.acme.auth.CodeService.open(CodeService.java:42)",
			"\tat java.base/java.lang.Thread.run(Thread.java:833)", "at sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
			"Exception in thread \"main\"", "javax.crypto.AEADBadTagException: Tag mismatch!", "java.lang.StackOverflowError",
			"Traceback (most recent call last):\n  File \"app.py\", line 3", "  File \"/srv/app/views.py\", line 12, in login", "json.decoder.JSONDecodeError: Expecting value",
			"TypeError: x\n    at Object.<anonymous> (/app/src/login.js:10:15)", "    at /app/login.mjs:10:15", "    at async handler (file:///app/src/x.ts:1:2)",
			"    at node:internal/process/task_queues:95:5", "   at Acme.Auth.CodeService.Open(String code) in C:\\src\\Auth.cs:line 42",
			"   at Acme.Auth.CodeService.Open(String code)\n", "System.NullReferenceException: Object reference not set", "System.Data.SqlClient.SqlException (0x80131904)",
			"PHP Fatal error:  Uncaught Exception: x", "Uncaught PDOException: x", "#0 /var/www/html/index.php(12): login()", "thread 'main' panicked at src/main.rs:4:5",
			"app/models/user.rb:12:in `find'", `Cannot invoke "com.acme.auth.CodeEntity.getUserId()" because "code" is null`,
			"at Acme.Auth.CodeStore.Open(String code)", "at Acme.Auth.CodeStore.Open(String code, Int32& count)", "failed at Acme.Auth.CodeStore.Open()",
			"Can't locate object method at /opt/app/lib/Auth.pm line 12.", "died at script.pl line 3", "** (FunctionClauseError) no function clause matching in Auth.Code.open/1",
			"runtime error: invalid memory address or nil pointer dereference", "runtime error: index out of range [3] with length 3",
		},
		"a source path": {
			"open /home/acme/build/auth/login.go: no such file", "internal/auth/login.go:42", "main.go:42: boom", "/usr/src/app/handlers/login.py", "/var/www/html/login.php on line 12",
			"/opt/acme/config.yaml", "C:\\inetpub\\acme\\Login.cs", `Could not find file 'C:\inetpub\acme\App_Data\codes.db'`, "/app/node_modules/express/lib", "/usr/lib/python3/site-packages/jose", "/srv/acme/server.js", "/app/src/com/acme/Login.java",
			"open /etc/acme/auth/keys.pem: no such file or directory", "stat /data/acme/codes.db: permission denied", "mkdir /tmp/acme/codes: file exists",
		},
		"SQL": {
			"select * from codes where code = 'x'", "SELECT id, open_id FROM users u WHERE u.id=?", "SELECT \"id\" FROM \"codes\" WHERE \"used\" IS NULL", "select count(*) from codes",
			"INSERT INTO codes (code, used) VALUES ('x', 1)", "insert into codes values (1)", "UPDATE codes SET used = 1 WHERE code = 'x'", "DELETE FROM codes WHERE code='x'",
			"ERROR: duplicate key value violates unique constraint \"codes_pkey\" (SQLSTATE 23505)", "pq: syntax error at or near \"SELCT\"", "relation \"codes\" does not exist",
			"Error 1062 (23000): Duplicate entry 'x' for key 'PRIMARY'", "Error 1146 (42S02): Table 'acme.codes' doesn't exist", "You have an error in your SQL syntax; check the manual", "Unknown column 'cod' in 'field list'",
			"UNIQUE constraint failed: codes.code", "SQLITE_BUSY: database is locked", "no such table: codes", "near \"SELCT\": syntax error", "ORA-00942: table or view does not exist", "PLS-00201: identifier must be declared",
			"Incorrect syntax near 'x'", "Violation of PRIMARY KEY constraint 'PK_codes'",
			"E11000 duplicate key error collection: auth.codes index: code_1 dup key", "WRONGTYPE Operation against a key holding the wrong kind of value", "NOSCRIPT No matching script. Please use EVAL.",
		},
		"a server behind the platform": {
			"dial tcp 10.0.3.17:6379: connect: connection refused", "dial tcp: lookup redis.auth.svc: no such host", "lookup mysql-0.db.svc.cluster.local on 10.96.0.10:53: no such host",
			"connect ECONNREFUSED 10.0.3.17:6379", "getaddrinfo ENOTFOUND redis.auth.svc", "Error 111 connecting to redis-0:6379. Connection refused.",
			"Unable to connect to redis-0.auth/10.2.1.9:6379", "Unable to connect to 10.2.1.9:6379", "Can't connect to MySQL server on 'db-1' (111)",
			"redis://:p4ssw0rd@cache:6379/0 is not reachable", "cannot open mysql://auth:Tiger7@db-1/codes", "amqp://mop:mop@10.0.0.4:5672/",
		},
	} {
		for _, text := range texts {
			for form, x := range map[string]assay.Exchange{"in JSON": said(t, text), "in plain text": refusal(text)} {
				if actual, ok := expect.BeClean().Judge(x); ok {
					t.Errorf("%q %s is not found", text, form)
				} else if !strings.Contains(actual, " in the answer") {
					t.Errorf("%q %s: %s, want %s", text, form, actual, what)
				}
			}
		}
	}
}

// encoded lists exchanges with the message in different encodings.
func encoded(t *testing.T, message string) map[string]assay.Exchange {
	t.Helper()
	inner, err := json.Marshal(map[string]string{"message": message})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]assay.Exchange{
		"in HTML":                     refusal("<b>Error:</b> " + html.EscapeString(message) + "<b> &nbsp;"),
		"in HTML, in JSON":            said(t, "<b>Error:</b> "+html.EscapeString(message)+"<b> &nbsp;"),
		"percent-encoded":             refusal("error=" + url.PathEscape(message)),
		"percent-encoded, in JSON":    said(t, "error="+url.PathEscape(message)),
		"in JSON, in JSON":            said(t, string(inner)),
		"in plain text and entities":  refusal(message + " &nbsp;&eacute; %20"),
		"in plain text and more JSON": refusal(message + ` {"x":"\u0041\n"}`),
	}
}

// TestEncodedInsides: what is found in plain text is found in every encoding of it, and nothing else is. Readings that
// sort before the plain text must not hide it.
func TestEncodedInsides(t *testing.T) {
	for _, text := range []string{
		`D:\builds\app\Login.cs`, "java.lang.NullPointerException: Cannot invoke \"String.length()\"", "/var/www/html/login.php on line 12",
		"TypeError: x\n    at Object.<anonymous> (/app/src/login.js:10:15)", "select * from codes where code = 'x'",
		"  File \"/srv/app/views.py\", line 12, in login", "<b>Source File:</b> D:\\builds\\app\\Login.cs<b> &nbsp;",
	} {
		for form, x := range encoded(t, text) {
			if actual, ok := expect.BeClean().Judge(x); ok || !strings.Contains(actual, " in the answer") {
				t.Errorf("%q %s: %v, %q", text, form, ok, actual)
			}
		}
	}
	for _, text := range []string{
		"invalid code", "个人访问令牌无效", "see https://acme.example/sdk/src/login.py", "see https://acme.example/go?to=%22%2Fhome%2Facme%2Flogin.php",
		`<a href="/assets/x/style.py">help</a>`, `<img src='/static/js/app/main.js:1:2'>`, "select an app from the list where it is shown",
		"C: drive is full", "at login(retry)", "Duplicate entry", `a "quoted" text`, "100% & more <here>",
	} {
		for form, x := range encoded(t, text) {
			if actual, ok := expect.BeClean().Judge(x); !ok {
				t.Errorf("%q %s: %s", text, form, actual)
			}
		}
	}
}

// TestEncodedEchoes: the code and the PAT are found in every encoding, and texts that begin like them are not.
func TestEncodedEchoes(t *testing.T) {
	const code, pat = "1drac2l7+WpTtetZ/F4=", "pat_0123456789abcdef"
	for what, secret := range map[string]string{"the code": code, "the PAT": pat} {
		for form, x := range encoded(t, "token \""+secret+"\" is invalid") {
			if actual, ok := reveals(what).Judge(x); ok || actual != revealed(what) {
				t.Errorf("%s %s: %v, %q", what, form, ok, actual)
			}
		}
		for form, x := range encoded(t, "token \""+secret[:12]+"x\" is invalid") {
			if actual, ok := reveals(what).Judge(x); !ok {
				t.Errorf("not %s, %s: %s", what, form, actual)
			}
		}
	}
}

// TestEchoes: an echoed secret is found in every spelling.
func TestEchoes(t *testing.T) {
	const code, pat = "1drac2l7+WpTtetZ/F4=", "pat_0123456789abcdef"
	for what, secret := range map[string]string{"the code": code, "the PAT": pat} {
		for form, text := range map[string]string{
			"plainly": secret, "URL-encoded": url.QueryEscape(secret), "with slashes escaped": strings.ReplaceAll(secret, "/", `\/`),
			"escaped": strings.NewReplacer("+", `\u002b`, "/", `\u002F`, "=", `\u003d`, "_", `\u005f`).Replace(secret),
			"in HTML": strings.NewReplacer("+", "&#43;", "/", "&#x2F;", "=", "&#61;", "_", "&#x5f;").Replace(secret), "in a sentence": "token '" + secret + "' is invalid",
		} {
			actual, ok := reveals(what).Judge(refusal(`{"errcode":"X","error":"` + text + `"}`))
			if ok || actual != revealed(what) {
				t.Errorf("%s, %s: %v, %q", what, form, ok, actual)
			}
		}
	}
	if actual, ok := expect.BeClean().Judge(refusal(refused)); !ok {
		t.Error(actual)
	}
}

// TestEchoedPATs: the echo of a PAT is found wherever the request had the PAT.
func TestEchoedPATs(t *testing.T) {
	const pat = "pat_0123456789abcdef"
	authorization := func(value string) func(*assay.Exchange) {
		return func(x *assay.Exchange) { x.Request.Header = http.Header{"Authorization": {value}} }
	}
	for name, send := range map[string]func(*assay.Exchange){
		"as a bearer": authorization("Bearer " + pat), "in small letters": authorization("bearer " + pat), "bare": authorization(pat),
		"without a space": authorization("Bearer" + pat), "in quotes": authorization(`Bearer "` + pat + `"`), "as a parameter": authorization("Bearer token=" + pat),
		"under Basic": authorization("Basic " + base64.StdEncoding.EncodeToString([]byte("pat:"+pat))), "under another name": authorization("Token " + pat),
		"in the query": func(x *assay.Exchange) {
			x.Request.Header, x.Request.URL = nil, "https://api.example/login?access_token="+pat
		},
		"in the body": func(x *assay.Exchange) { x.Request.Header, x.Request.Body = nil, []byte(`{"token":"`+pat+`"}`) },
	} {
		x := refusal(`{"error":"unknown: ` + pat + `"}`)
		send(&x)
		matcher, want := expect.BeClean(), "the answer contains the PAT"
		if strings.HasPrefix(name, "in the ") {
			matcher, want = expect.NotReflect(), "the PAT that this request carried outside the Authorization field is quoted back"
		}
		if actual, ok := matcher.Judge(x); ok || actual != want {
			t.Errorf("%s: %v, %q", name, ok, actual)
		}
	}
	for _, value := range []string{"", "Bearer", "Bearer ", "Bearer short"} {
		x := refusal(`{"error":"Bearer token required, short or not"}`)
		authorization(value)(&x)
		if actual, ok := expect.BeClean().Judge(x); !ok {
			t.Errorf("Authorization %q: %s", value, actual)
		}
	}
}

// TestPATInBase64: a PAT is found in base64 wherever it begins in the encoded text; another one is not.
func TestPATInBase64(t *testing.T) {
	const pat = "pat_0123456789abcdef-ÿ"
	judge := func(encoded string) (string, bool) {
		x := refusal(`{"error":"unknown: ` + encoded + `"}`)
		x.Request.Header = http.Header{"Authorization": {"Bearer " + pat}}
		return expect.BeClean().Judge(x)
	}
	for _, before := range []string{"", "u", "u:", "Bearer ", "user:"} {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
			if actual, ok := judge(encoding.EncodeToString([]byte(before + pat + ";"))); ok || actual != "the answer contains the PAT" {
				t.Errorf("after %q: %v, %q", before, ok, actual)
			}
		}
		if actual, ok := judge(base64.StdEncoding.EncodeToString([]byte(before + "pat_0123456789abcdee-ÿ"))); !ok {
			t.Errorf("another one after %q: %q", before, actual)
		}
	}
}

func TestNotShow(t *testing.T) {
	const phone = "13312345678"
	token := func(claims string) string {
		return "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbmF0dXJl"
	}
	inHeader := signIn(okLogin)
	inHeader.Response.Header = http.Header{"X-User": {"tel:" + phone}}
	encodedWith := func(before string) assay.Exchange {
		return signIn(`{"x":"` + base64.StdEncoding.EncodeToString([]byte(before+phone+`"}`)) + `"}`)
	}
	inCookie := signIn(okLogin)
	inCookie.Response.Header = http.Header{"Set-Cookie": {"u=" + base64.URLEncoding.EncodeToString([]byte(`{"p":"`+phone+`"}`))}}
	type set = map[string]assay.Exchange
	check(t, map[string]claim{
		"a phone": {expect.NotShow("the phone", phone),
			set{"a login": signIn(okLogin), "another": signIn(`{"data":{"phone":"13312345679"}}`), "a token without it": signIn(`{"data":{"accessToken":"` + token(`{"phone":""}`) + `"}}`), "masked": signIn(`{"data":{"phone":"133****5678"}}`)},
			set{"plainly": signIn(`{"data":{"x":"tel:` + phone + `"}}`), "a number": signIn(`{"data":{"x":` + phone + `}}`), "escaped": signIn(`{"x":"\u00313312345678"}`),
				"in a token": signIn(`{"data":{"accessToken":"` + token(`{"phone":"`+phone+`"}`) + `"}}`), "spaced": signIn(`{"data":{"x":"+86 133-1234 5678"}}`),
				"with dashes in a token": signIn(`{"data":{"accessToken":"` + token(`{"tel":"133-1234-5678"}`) + `"}}`), "in hex": signIn(`{"x":"` + hex.EncodeToString([]byte("p="+phone)) + `"}`),
				"in base64": encodedWith(""), "in base64 behind one byte": encodedWith("a"), "in base64 behind two": encodedWith("ab"), "in a cookie in base64": inCookie,
				"in base64 in a token": signIn(`{"data":{"accessToken":"` + token(`{"p":"`+base64.StdEncoding.EncodeToString([]byte("p="+phone))+`"}`) + `"}}`),
				"in a header":          inHeader}},
		"nothing":       {expect.NotShow("it", ""), set{"a login": signIn(okLogin)}, nil},
		"a short value": {expect.NotShow("it", "o-1"), set{"a login": signIn(okLogin)}, nil},
	})
}

// reveals is the matcher that looks for the code or the PAT of a request, and revealed what it says.
func reveals(what string) expect.Matcher {
	if what == "the code" {
		return expect.NotReflect()
	}
	return expect.BeClean()
}

func revealed(what string) string {
	if what == "the code" {
		return "the code that this request carried is quoted back"
	}
	return "the answer contains " + what
}

// TestPlaceholdersAreNotSecrets: a refusal that says undefined does not show the code of the request that sent that word.
func TestPlaceholdersAreNotSecrets(t *testing.T) {
	for _, word := range []string{"undefined", "PLACEHOLDER", "your-access-code"} {
		other := refusal(`{"errcode":"CODE_INVALID"}`)
		other.Code = &assay.Code{Code: word}
		x := refusal(`{"errcode":"CODE_MISSING","error":"no code: ` + word + `"}`)
		if actual, ok := expect.ShowNoOther(expect.SecretsOf([]assay.Exchange{other})).Judge(x); !ok {
			t.Errorf("%q: %s", word, actual)
		}
	}
}

// TestOthersSecrets: a refusal that shows the code, phone or token of another exchange is found; its own are not others'.
func TestOthersSecrets(t *testing.T) {
	other := refusal(`{"errcode":"OK","data":{"phone":"13300001111","accessToken":"eyJhbGciOiJkaXIifQ.eyJzdWIiOiIxIn0.c2ln"}}`)
	other.Code = &assay.Code{Code: "Zm9vYmFyYmF6+/quxAAA==", Phone: "13300002222", UserID: "user-1"}
	secrets := expect.SecretsOf([]assay.Exchange{other})
	for _, secret := range []string{other.Code.Code, "13300001111", "13300002222", "eyJhbGciOiJkaXIifQ.eyJzdWIiOiIxIn0.c2ln"} {
		for form, x := range encoded(t, "not "+secret+".") {
			if actual, ok := expect.ShowNoOther(secrets).Judge(x); ok {
				t.Errorf("%q is not found %s: %s", secret, form, actual)
			}
			x.Request.Body = []byte(`{"code":"` + secret + `"}`)
			if actual, ok := expect.ShowNoOther(secrets).Judge(x); !ok {
				t.Errorf("its own %q counts as another's %s: %s", secret, form, actual)
			}
			x.Request.Body, x.Code = nil, &assay.Code{Code: "another code", UserID: "user-1"}
			if actual, ok := expect.ShowNoOther(secrets).Judge(x); ok != (secret != other.Code.Code) {
				t.Errorf("%q of another code's user %s: %s", secret, form, actual)
			}
			x.Code.UserID = "user-2"
			if actual, ok := expect.ShowNoOther(secrets).Judge(x); ok {
				t.Errorf("%q of another user is not found %s: %s", secret, form, actual)
			}
		}
	}
	if actual, ok := expect.ShowNoOther(secrets).Judge(refusal(refused)); !ok {
		t.Error(actual)
	}
}

// TestQuotedBodyShowsNoOther: a framework that quotes the body of a request shows what that request carried: in UTF-16, too,
// and although another request carried the id of the mini-program in place of a PAT.
func TestQuotedBodyShowsNoOther(t *testing.T) {
	const app = "fc2183741419665349"
	other := refusal(refused)
	other.Code = &assay.Code{Code: "Zm9vYmFyYmF6+/quxAAA==", AppID: app}
	other.Request.Header = http.Header{"Authorization": {"Bearer " + app}}
	otherPAT := other
	otherPAT.Request.Header = http.Header{"Authorization": {"Bearer pat_0123456789abcdefghij"}}
	secrets := expect.SecretsOf([]assay.Exchange{other, otherPAT})
	quoting := func(body, quoted string) assay.Exchange {
		x := refusal(`{"detail":"not JSON: ` + quoted + `"}`)
		x.Code = &assay.Code{Code: "QUJDREVGR0hJSktMTU5PUA==", AppID: app}
		x.Request.Body = []byte(body)
		return x
	}
	wide := func(text string) string { return strings.Join(strings.Split(text, ""), "\x00") + "\x00" }
	for _, own := range []string{app, "a value of its own ZZZZYYYYXXXXWWWW", "pat_0123456789abcdefghij"} {
		for _, body := range []string{own, wide(own)} {
			if actual, ok := expect.ShowNoOther(secrets).Judge(quoting(body, own)); !ok {
				t.Errorf("%q, quoted from %q: %s", own, body, actual)
			}
		}
	}
	if actual, ok := expect.ShowNoOther(secrets).Judge(quoting("", "pat_0123456789abcdefghij")); ok {
		t.Error("another's PAT is not found:", actual)
	}
}

// TestNearlyThePAT: hiding a few characters of a PAT hides nothing; its beginning alone may be shown.
func TestNearlyThePAT(t *testing.T) {
	const pat = "pat_0123456789abcdefghijklmnop"
	for shown, holds := range map[string]bool{
		pat[:len(pat)-4] + "****": false, "****" + pat[4:]: false, pat[:13] + "****" + pat[17:]: false,
		pat[:8] + "****": true, "****" + pat[len(pat)-4:]: true, pat[:8] + "****" + pat[len(pat)-4:]: true,
	} {
		x := refusal(`{"errcode":"CODE_USED","error":"refused for ` + shown + `"}`)
		x.Request.Header = http.Header{"Authorization": {"Bearer " + pat}}
		if actual, ok := expect.BeClean().Judge(x); ok != holds {
			t.Errorf("%s: %v, %s", shown, ok, actual)
		}
	}
}

// TestGroupedPhones: a phone in groups of digits is the phone.
func TestGroupedPhones(t *testing.T) {
	other := refusal(refused)
	other.Code = &assay.Code{Code: "Zm9vYmFyYmF6+/quxAAA==", Phone: "13300002222", UserID: "user-1", AppID: "fc1", Channel: "finclip"}
	for shown, holds := range map[string]bool{"133 0000 2222": false, "133-0000-2222": false, "(133)0000-2222": false, "133 0000 2223": true, "133": true} {
		x := refusal(`{"errcode":"CODE_USED","error":"used by ` + shown + ` before"}`)
		if actual, ok := expect.ShowNoOther(expect.SecretsOf([]assay.Exchange{other})).Judge(x); ok != holds {
			t.Errorf("another's %s: %v, %s", shown, ok, actual)
		}
		x.Code = other.Code
		if actual, ok := expect.CarryNoIdentity(expect.KnownFrom(nil), nil).Judge(x); ok != holds {
			t.Errorf("its own %s: %v, %s", shown, ok, actual)
		}
	}
}
