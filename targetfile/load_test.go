package targetfile

import (
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/document"
)

// canary is a secret that no error may show.
const canary = "CANARY-7f3a91"

// minimal is a target file with the required members only.
const minimal = `schema: assay.target/1
apiServer: https://api.acme.example
apps: [fc1]
pats: {valid: ` + canary + `}
`

// environment looks variables up in pairs of a name and a value.
func environment(pairs ...string) func(string) (string, bool) {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	}
}

// writeFiles writes name, contents pairs into a new directory.
func writeFiles(t *testing.T, pairs ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(pairs); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, pairs[i]), []byte(pairs[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// bundle is a certificate in PEM.
func bundle(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// parseTarget reads text as a target file called name; relative paths in it start from dir.
func parseTarget(name, text, dir string, env func(string) (string, bool)) (assay.Target, error) {
	doc, err := document.Parse(name, []byte(text))
	if err != nil {
		return assay.Target{}, err
	}
	return Overrides{}.read(doc, dir, env)
}

func parse(t *testing.T, text string, env func(string) (string, bool)) assay.Target {
	t.Helper()
	target, err := parseTarget("target.yaml", text, "", env)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func TestTargetOfEveryMember(t *testing.T) {
	const file = `# every member
schema: assay.target/1
implementation:
  {organization: Acme, product: Acme Mini-Platform, version: 4.2.0, url: https://acme.example, contact: qa@acme.example}
apiServer: [https://a.acme.example/, "https://b.acme.example/base//"]
apps: [fc2183741419665349, fc0000000000000001]
pats:
  valid: ${ACME_PAT}
  unscoped: file:unscoped.pat
  revoked: "revoked-${SUFFIX}"
  otherTenant: other
  otherScope: mail
  expired: old
driver: {http: "https://driver.acme.example/?v=1", token: "${ACME_PAT}", seal: "file:${KEY}.seal"}
profiles: [login, phone, host, hardened, load]
declares:
  codeTTL: 5m
  reuseGrace: 0s
  patRevocationDelay: 1m30s
  patPropagation: 20s
  phoneTransform: e164
  phoneInLogin: true
  unionGroups: [[fc1, fc2], [fc3]]
  jwks: https://api.acme.example/.well-known/jwks.json
  apiServers: [https://Login.acme.example/]
  slo: [p99<50ms, errors<0.1%]
  rate: 500/s
tls: {ca: private-ca.pem}
waivers: waivers.yaml
`
	dir := writeFiles(t, "target.yaml", file, "unscoped.pat", "unscoped-pat\n", "key.seal", "00ff\r\n",
		"private-ca.pem", bundle(t))
	got, err := Load(filepath.Join(dir, "target.yaml"), environment("ACME_PAT", "env-pat", "SUFFIX", "1", "KEY", "key"))
	if err != nil {
		t.Fatal(err)
	}
	want := assay.Target{
		Implementation: assay.Implementation{
			Organization: "Acme", Product: "Acme Mini-Platform", Version: "4.2.0", URL: "https://acme.example", Contact: "qa@acme.example",
		},
		APIServers: []string{"https://a.acme.example", "https://b.acme.example/base"},
		Apps:       []string{"fc2183741419665349", "fc0000000000000001"},
		PATs:       assay.PATs{Valid: "env-pat", Unscoped: "unscoped-pat", Revoked: "revoked-1", OtherTenant: "other", OtherScope: "mail", Expired: "old"},
		Driver:     assay.DriverConfig{HTTP: "https://driver.acme.example/?v=1", Token: "env-pat", Seal: "00ff", Dir: dir},
		Profiles:   assay.Profiles(),
		Declares: assay.Declarations{
			CodeTTL: 5 * time.Minute, PATRevocationDelay: 90 * time.Second, PATPropagation: 20 * time.Second, PhoneTransform: assay.PhoneE164, PhoneInLogin: true,
			UnionGroups: [][]string{{"fc1", "fc2"}, {"fc3"}}, JWKS: "https://api.acme.example/.well-known/jwks.json",
			APIServers: []string{"https://login.acme.example"},
			SLO: []assay.SLO{
				{Metric: assay.MetricP99, Operator: "<", Bound: 0.05, Expression: "p99<50ms"},
				{Metric: assay.MetricErrors, Operator: "<", Bound: 0.001, Expression: "errors<0.1%"},
			},
			Rate: 500,
		},
		TLS:     assay.TLSConfig{CA: filepath.Join(dir, "private-ca.pem")},
		Waivers: filepath.Join(dir, "waivers.yaml"),
		Dir:     dir,
	}
	if diff := cmp.Diff(revealed(want), revealed(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// revealed makes a target's secrets comparable, and its differences readable.
func revealed(target assay.Target) map[string]any {
	secrets := []string{
		target.PATs.Valid.Reveal(), target.PATs.Unscoped.Reveal(), target.PATs.Revoked.Reveal(), target.PATs.OtherTenant.Reveal(), target.PATs.OtherScope.Reveal(), target.PATs.Expired.Reveal(),
		target.Driver.Token.Reveal(), target.Driver.Seal.Reveal(),
	}
	target.PATs, target.Driver.Token, target.Driver.Seal = assay.PATs{}, "", ""
	return map[string]any{"secrets": secrets, "rest": target}
}

func TestTargetDefaults(t *testing.T) {
	want := assay.Target{
		APIServers: []string{"https://api.acme.example"}, Apps: []string{"fc1"}, PATs: assay.PATs{Valid: canary},
		Profiles: []string{"login", "phone"},
	}
	if diff := cmp.Diff(revealed(want), revealed(parse(t, minimal, nil))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTargetForms(t *testing.T) {
	tests := map[string]string{
		"as JSON":             `{"schema":"assay.target/1","apiServer":"https://api.acme.example","apps":["fc1"],"pats":{"valid":"` + canary + `"}}`,
		"a byte order mark":   "\xef\xbb\xbf" + minimal,
		"Windows line ends":   strings.ReplaceAll(minimal, "\n", "\r\n"),
		"comments and a rule": "# c\n---\n" + minimal + "# c\n...\n",
		"a block of text":     strings.Replace(minimal, "https://api.acme.example", ">-\n  https://api.acme.example", 1),
		"capitals":            strings.Replace(minimal, "https://api.acme.example", "HTTPS://API.acme.example", 1),
		"many slashes":        strings.Replace(minimal, "acme.example", "acme.example///", 1),
	}
	want := revealed(parse(t, minimal, nil))
	for name, text := range tests {
		if diff := cmp.Diff(want, revealed(parse(t, text, nil))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestTargetVariables(t *testing.T) {
	env := environment("A", "x", "B_2", "y", "LIKE", "${A}", "YES", "true", "FILE", "file:/nowhere")
	tests := map[string]string{
		"${A}": "x", "${A}${B_2}-${A}": "xy-x", "$${A}": "${A}", "$$${A}": "$${A}", "$A $ $$": "$A $ $$", "a${B_2}}": "ay}",
		"${LIKE}": "${A}", "{A}": "{A}",
	}
	for written, want := range tests {
		target := parse(t, minimal+"implementation:\n  product: \""+written+"\"\n", env)
		if target.Implementation.Product != want {
			t.Errorf("%s is %q, want %q", written, target.Implementation.Product, want)
		}
	}
	if !parse(t, minimal+"declares:\n  phoneInLogin: ${YES}\n", env).Declares.PhoneInLogin {
		t.Error("a variable that holds true is not true")
	}
	if got := parse(t, minimal+"implementation:\n  product: \"${YES}\"\n", env).Implementation.Product; got != "true" {
		t.Errorf("a variable in quotes is %q, want the text true", got)
	}
	text := strings.Replace(minimal, canary, `"${FILE}"`, 1)
	if got := parse(t, text, env).PATs.Valid.Reveal(); got != "file:/nowhere" {
		t.Errorf("the value of a variable is expanded again: %q", got)
	}
}

func TestTargetDurationBounds(t *testing.T) {
	got := parse(t, minimal+"declares: {codeTTL: 24h, reuseGrace: 1h, patRevocationDelay: 24h}\n", nil).Declares
	want := assay.Declarations{CodeTTL: 24 * time.Hour, ReuseGrace: time.Hour, PATRevocationDelay: 24 * time.Hour}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := parse(t, minimal+"declares: {codeTTL: 1ns, reuseGrace: 0s}\n", nil).Declares.CodeTTL; got != time.Nanosecond {
		t.Errorf("codeTTL %s", got)
	}
}

// TestTargetPathsOutliveTheWorkingDirectory shows that paths are absolute however the file was named, and that
// a target without a directory leaves them as they are.
func TestTargetPathsOutliveTheWorkingDirectory(t *testing.T) {
	ca := filepath.Join(writeFiles(t, "ca.pem", bundle(t)), "ca.pem")
	text := minimal + "driver: {pool: codes.jsonl}\ntls: {ca: " + ca + "}\n"
	dir := writeFiles(t, "t.yaml", text)
	t.Chdir(dir)
	target, err := Load("t.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if target.Dir != dir || target.Driver.Pool != filepath.Join(dir, "codes.jsonl") || target.TLS.CA != ca {
		t.Errorf("dir %s, pool %s, ca %s", target.Dir, target.Driver.Pool, target.TLS.CA)
	}
	if pool := parse(t, text, nil).Driver.Pool; pool != "codes.jsonl" {
		t.Errorf("pool %s without a directory", pool)
	}
}

// TestSchemaAgrees compares the schema's lists with those of the package.
func TestSchemaAgrees(t *testing.T) {
	var file struct {
		Properties struct {
			Schema   struct{ Const string }
			Profiles struct {
				Items   struct{ Enum []string }
				Default []string
			}
			Declares struct {
				Properties struct {
					PhoneTransform struct{ Enum []assay.PhoneTransform }
				}
			}
		}
	}
	if err := json.Unmarshal(Schema(), &file); err != nil {
		t.Fatal(err)
	}
	properties := file.Properties
	if properties.Schema.Const != assay.TargetSchema {
		t.Errorf("the version is %q, want %q", properties.Schema.Const, assay.TargetSchema)
	}
	if diff := cmp.Diff(assay.Profiles(), properties.Profiles.Items.Enum); diff != "" {
		t.Errorf("profiles (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{assay.ProfileLogin, assay.ProfilePhone}, properties.Profiles.Default); diff != "" {
		t.Errorf("default profiles (-want +got)\n%s", diff)
	}
	transforms := []assay.PhoneTransform{assay.PhoneAsInjected, assay.PhoneE164, assay.PhoneMasked, assay.PhoneToken}
	if diff := cmp.Diff(transforms, properties.Declares.Properties.PhoneTransform.Enum); diff != "" {
		t.Errorf("phone transforms (-want +got)\n%s", diff)
	}
}

// TestSchemaIsACopy: a caller cannot change the schema.
func TestSchemaIsACopy(t *testing.T) {
	for _, get := range []func() []byte{Schema, WaiversSchema} {
		get()[0] = 'x'
		if get()[0] != '{' {
			t.Error("a caller has changed the schema")
		}
	}
}
