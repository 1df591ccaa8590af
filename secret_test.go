package assay

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const canary = "CANARY-7f3a91"

// secretive returns the values that a secret is usually printed in.
func secretive() []any {
	secret := Secret(canary)
	target := Target{PATs: PATs{Valid: secret}, Driver: DriverConfig{Token: secret, Seal: secret}}
	return []any{
		secret, &secret, []Secret{secret}, map[string]Secret{"k": secret}, struct{ S any }{secret}, target, &target,
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	for _, value := range secretive() {
		for verb := rune('!'); verb <= '~'; verb++ {
			// %p and %w of a struct print its fields without calling their methods; vet refuses them.
			if strings.ContainsRune("%pw", verb) {
				continue
			}
			for _, flags := range []string{"", "+", "#", "-20", "020", "+.40"} {
				format := "%" + flags + string(verb)
				shown := fmt.Sprintf(format, value)
				unhex := strings.ToLower(strings.NewReplacer(" ", "", "0x", "").Replace(shown))
				if strings.Contains(shown, canary) || strings.Contains(unhex, fmt.Sprintf("%x", canary)) {
					t.Errorf("%s of %T: %s", format, value, shown)
				}
			}
		}
		for name, shown := range map[string]string{
			"Sprint": fmt.Sprint(value), "Sprintln": fmt.Sprintln(value), "Errorf": fmt.Errorf("x: %v", value).Error(),
		} {
			if strings.Contains(shown, canary) {
				t.Errorf("%s of %T: %s", name, value, shown)
			}
		}
	}
}

func TestSecretIsNeverEncoded(t *testing.T) {
	for _, value := range secretive() {
		encoded := map[string]func(any) ([]byte, error){
			"JSON": json.Marshal,
			"YAML": yaml.Marshal,
			"slog, as text": func(v any) ([]byte, error) {
				var out bytes.Buffer
				slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
				return out.Bytes(), nil
			},
			"slog, as JSON": func(v any) ([]byte, error) {
				var out bytes.Buffer
				slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
				return out.Bytes(), nil
			},
		}
		for name, encode := range encoded {
			text, err := encode(value)
			if err != nil {
				t.Errorf("%s of %T: %v", name, value, err)
			}
			if bytes.Contains(text, []byte(canary)) {
				t.Errorf("%s of %T: %s", name, value, text)
			}
		}
	}
	if text, err := xml.Marshal(PATs{Valid: canary}); err != nil || bytes.Contains(text, []byte(canary)) {
		t.Errorf("XML: %s, %v", text, err)
	}
}

func TestSecretShowsWhetherItIsThere(t *testing.T) {
	for secret, want := range map[Secret]string{"": "", canary: "[secret]"} {
		if got := fmt.Sprintf("%s|%v|%q", secret, secret, secret); got != want+"|"+want+"|"+want {
			t.Errorf("%s, want %q each", got, want)
		}
	}
	if got := Secret(canary).Reveal(); got != canary {
		t.Errorf("Reveal is %q", got)
	}
}

func TestDriverKind(t *testing.T) {
	tests := map[DriverKind]DriverConfig{
		DriverExec: {Exec: []string{"node"}}, DriverHTTP: {HTTP: "http://x"}, DriverPool: {Pool: "codes.jsonl"}, NoDriver: {Seal: "x"},
	}
	for want, config := range tests {
		if got := config.Kind(); got != want {
			t.Errorf("%s is %s", want, got)
		}
	}
}
