package codes

import (
	"testing"

	"github.com/unified-login/assay"
)

func (u *Users) named(id string) *User {
	return u.Of(&assay.Code{UserID: id, Channel: "finclip", Phone: "1-" + id})
}

func TestWhoseItIs(t *testing.T) {
	u := NewUsers()
	ann, bob := u.Of(&assay.Code{UserID: "ann", Channel: "x", Phone: "1"}), u.Of(&assay.Code{UserID: "bob", Channel: "x", Phone: "2"})
	again := u.Of(&assay.Code{UserID: "ann", Channel: "y", Phone: "3"})
	for range 2 {
		u.login(ann, "A")
	}
	u.login(bob, "B")
	for _, test := range []struct {
		user   *User
		openID string
		want   *User
	}{{bob, "A", ann}, {ann, "A", nil}, {again, "A", nil}, {bob, "?", nil}, {ann, "B", nil}} { // B was seen only once
		for _, endpoint := range assay.Endpoints() {
			if got := u.Leaks(test.user, endpoint, Identity{OpenID: []byte(test.openID)}); got != test.want {
				t.Errorf("%s for %s is %v's", test.openID, test.user.ID, got)
			}
		}
	}
	for _, test := range []struct {
		user  *User
		phone string
		want  *User
	}{{bob, "1", ann}, {bob, "2", nil}, {ann, "3", nil}, {ann, "2****", nil}} {
		if got := u.OfPhone(test.user, test.phone); got != test.want {
			t.Errorf("%s for %s is %v's", test.phone, test.user.ID, got)
		}
	}
}
