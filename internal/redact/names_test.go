package redact

import "testing"

func TestNamesAreNoSecrets(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "valid.pat": true, "no/such.pat": true, "nowhere.txt": true, "/run/secrets/acme-pat.txt": true,
		"sekret": false, "pat_9f1cJk2Qz77": false, "dGhlcGF0/Zm9v": false, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln": false,
		"1drac2l7scWpTtetZtF4tA02.txt": false, "user:sekret@vault.txt": false,
	} {
		if got := IsFileName(text); got != want {
			t.Errorf("%q is the name of a file: %t, want %t", text, got, want)
		}
	}
	for text, want := range map[string]bool{
		"PAT": true, "ACME_PAT": true, "NO_SUCH_PAT": true, "ACME_PAT_OTHER_SCOPE": true,
		"": false, "THEPAT": false, "pat_secret": false, "PAT_9F1CJK2QZ77": false, "ABCDEFGHIJKLMNOPQRST_U": false,
	} {
		if got := IsVariableName(text); got != want {
			t.Errorf("%q is the name of a variable: %t, want %t", text, got, want)
		}
	}
}
