package codes

import (
	"testing"

	"github.com/unified-login/assay"
)

func (u *Users) named(id string) *User {
	return u.Of(&assay.Code{UserID: id, Channel: "finclip", Phone: "1-" + id})
}

func TestBelongsToAnother(t *testing.T) {
	u := NewUsers()
	ann, bob := u.Of(&assay.Code{UserID: "ann", Channel: "x", Phone: "1"}), u.Of(&assay.Code{UserID: "bob", Channel: "x", Phone: "2"})
	again := u.Of(&assay.Code{UserID: "ann", Channel: "y", Phone: "3"})
	for range 2 {
		u.login(ann, "A")
	}
	for _, test := range []struct {
		user     *User
		endpoint assay.Endpoint
		identity string
		want     bool
	}{
		{bob, assay.Login, "A", true}, {ann, assay.Login, "A", false}, {again, assay.Login, "A", false}, {bob, assay.Login, "?", false},
		{bob, assay.Phone, "1", true}, {bob, assay.Phone, "2", false}, {ann, assay.Phone, "3", false}, {ann, assay.Phone, "2****", false},
	} {
		if got := u.BelongsToAnother(test.user, test.endpoint, test.identity); got != test.want {
			t.Errorf("%s for %s belongs to another user: %t", test.identity, test.user.ID, got)
		}
	}
}
