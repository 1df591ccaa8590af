package jwt_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/unified-login/assay/internal/jwt"
)

// TestClaims: every text and number of a token is given, wherever it is.
func TestClaims(t *testing.T) {
	read, _ := jwt.Read(token(`{"alg":"none"}`, `{"sub":"a","n":7,"user":{"uid":"b\u0031"},"roles":["c",true,null],"x":{}}`))
	var got []string
	for name, value := range read.Claims() {
		got = append(got, fmt.Sprintf("%s=%s", name, value))
	}
	if want := []string{"sub=a", "n=7", "uid=b1", "=c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if !jwt.NamesUser([]byte("uid")) || jwt.NamesUser([]byte("jti")) {
		t.Error("uid names the user, and jti does not")
	}
}
