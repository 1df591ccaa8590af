package suites

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// otherClient are fields by which a service tells where a request comes from, and from what. None of them says who the user is.
func otherClient() []claim {
	return []claim{
		{"User-Agent", "okhttp/4.12.0"}, {"Accept-Language", "zh-CN,zh;q=0.9"}, {"X-Forwarded-For", "203.0.113.77"},
		{"X-Real-Ip", "203.0.113.77"}, {"Forwarded", "for=203.0.113.77;proto=https"}, {"X-Forwarded-Proto", "https"},
		{"Origin", "https://shop.example"}, {"Referer", "https://shop.example/login"}, {"X-Device-Id", "d7f2a9"},
		{"X-Platform", "android"}, {"X-App-Version", "9.8.7"}, {"X-Tenant-Id", "shop"}, {"X-Request-Id", "0123456789abcdef0123456789abcdef"},
	}
}

// fromAnotherClient signs the user of first in with the fields of another client, all at once, and one by one where that makes another
// user. A platform may refuse them.
func (t *Trial) fromAnotherClient(first assay.Exchange, person people.Person) {
	if host := t.otherHost(); host != "" {
		t.situation = "the user " + situationHost
		if x := t.Exchange(t.CodeFor(person), client.Header("Host", host)); expect.Identified(x) {
			t.Expect(first, x).To(expect.GiveOneIdentity())
		}
	}
	t.situation = "the user with the header fields of another client"
	fields := otherClient()
	together := t.Exchange(t.CodeFor(person), disguise{fields: fields}.bends()...)
	if !expect.Identified(together) || expect.IdentityOf(together) == expect.IdentityOf(first) {
		return
	}
	for _, field := range fields {
		t.situation = fmt.Sprintf("the user with %s: %s", field.name, field.value)
		if x := t.Exchange(t.CodeFor(person), client.Header(field.name, field.value)); expect.Identified(x) {
			t.Expect(first, x).To(expect.GiveOneIdentity())
		}
	}
	t.situation = "the user with the header fields of another client"
	t.Expect(first, together).To(expect.GiveOneIdentity())
}

// otherHost is the name of the API server in capitals, and localhost for an address of the machine itself: the same server by every
// standard. It is empty for other addresses, which have one form.
func (t *Trial) otherHost() string {
	server, err := url.Parse(t.session.config.Target.APIServers[t.replica])
	if err != nil { // the client could not use it either
		return ""
	}
	name, other := server.Hostname(), "localhost"
	switch ip := net.ParseIP(name); {
	case ip != nil && ip.IsLoopback():
	case ip == nil && strings.ToUpper(name) != name:
		other = strings.ToUpper(name)
	default:
		return ""
	}
	if port := server.Port(); port != "" {
		return net.JoinHostPort(other, port)
	}
	return other
}
