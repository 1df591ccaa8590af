package docs

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/unified-login/assay/internal/selfsigned"
	"github.com/unified-login/assay/targetfile"
)

// The examples of transport are parts of target files that assay reads.
func TestTransportExamples(t *testing.T) {
	guide, err := os.ReadFile("driver.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	made, _ := selfsigned.Certificate(t, "client.example", time.Now().Add(time.Hour))
	key, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]})
	for name, text := range map[string][]byte{"ca.pem": certificate, "client.pem": certificate, "client.key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shown := regexp.MustCompile("(?s)```yaml target\n(.*?)```").FindAllSubmatch(guide, -1)
	for _, example := range shown {
		path := filepath.Join(dir, "target.yaml")
		text := "schema: assay.target/1\napps: [fc0]\npats: {valid: p}\ndriver: {http: https://driver.example}\n" + string(example[1])
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		target, err := targetfile.Load(path, func(string) (string, bool) { return "a-key", true })
		if err != nil || target.Transport.IsPlain() {
			t.Errorf("%s%v", text, err)
		}
	}
	if len(shown) < 5 {
		t.Errorf("driver.md shows %d examples", len(shown))
	}
}
