package targetfile

import (
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/document"
	"github.com/unified-login/assay/reach"
)

// transport reads how the target is reached.
func (r reader) transport() assay.Transport {
	t := assay.Transport{
		Headers:           r.headers(),
		ClientCertificate: r.path("transport.clientCertificate"),
		ClientKey:         r.path("transport.clientKey"),
		ServerName:        r.Find("transport.serverName").Text(),
		Resolve:           r.resolutions(),
		Proxy:             r.proxy(),
		UnixSocket:        r.path("transport.unixSocket"),
		Insecure:          r.Find("transport.insecure").IsTrue(),
		DNSTTL:            r.Duration("transport.dnsTTL", time.Millisecond, 24*time.Hour),
	}
	if r.Find("apiServer").Flag() != "" && r.Find("transport.unixSocket").Flag() == "" {
		t.UnixSocket = "" // it is that of the file's API servers
	}
	t.PriorKnowledge = r.priorKnowledge()
	r.checkServerName(t)
	r.checkProxy(t)
	if r.dir != "" || t.ClientCertificate == "" {
		r.checkCertificate(t)
	}
	return t
}

// withoutH2C returns what follows the scheme h2c of a URL.
func withoutH2C(written string) (rest string, ok bool) {
	const scheme = "h2c://"
	if len(written) < len(scheme) || !strings.EqualFold(written[:len(scheme)], scheme) {
		return written, false
	}
	return written[len(scheme):], true
}

// priorKnowledge reports whether the API servers are named with the scheme h2c, which is that of all of them or of none.
func (r reader) priorKnowledge() bool {
	n := r.Find("apiServer")
	items := []*document.Node{n}
	if n == nil || n.IsList() {
		items = n.Items()
	}
	count := 0
	for _, item := range items {
		if _, prior := withoutH2C(item.Text()); prior {
			count++
		}
	}
	if count > 0 && count < len(items) {
		r.Report(n, "apiServer names some servers with h2c and others without; replicas of one service speak the same, so change their schemes")
	}
	return count > 0
}

func (r reader) checkServerName(t assay.Transport) {
	n := r.Find("transport.serverName")
	switch {
	case strings.Contains(t.ServerName, "*"):
		r.Report(n, "transport.serverName is a pattern; write one name that the certificate is for, like api.acme.example")
	case strings.ContainsFunc(t.ServerName, isNoNameCharacter):
		r.Report(n, "transport.serverName is not a host name; write it without a scheme and a port, like api.acme.example")
	}
}

// isNoNameCharacter reports whether a character of ASCII is in no host name. Another one may be.
func isNoNameCharacter(c rune) bool {
	return c <= 0x7f && !strings.ContainsRune("-._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c)
}

// checkProxy reports what a proxy makes useless, or what cannot pass it.
func (r reader) checkProxy(t assay.Transport) {
	n, written := r.Find("transport.proxy"), t.Proxy.Reveal()
	if written == "" || written == assay.DirectProxy {
		return
	}
	proxy, err := reach.ParseProxy(written)
	if err != nil {
		return // it has been reported
	}
	if t.UnixSocket != "" {
		r.Report(n, "transport.proxy is not used with transport.unixSocket; remove one of them")
	}
	if t.PriorKnowledge && !strings.HasPrefix(proxy.Scheme, "socks") {
		r.Report(n, "transport.proxy is an HTTP proxy, and h2c, which is HTTP/2 without TLS, does not pass one; name a SOCKS5 proxy, or remove one of them")
	}
	for i, item := range r.Find("transport.resolve").Items() {
		if name, _, ok := resolution(item.Text()); ok && name != reach.Address(written) {
			r.Report(item, "transport.resolve[%d] is not used with transport.proxy, which looks names up itself; remove one of them", i)
		}
	}
}

// checkCertificate reports a client certificate that cannot be used.
func (r reader) checkCertificate(t assay.Transport) {
	if _, err := reach.Certificate(t); err != nil {
		n := r.Find("transport.clientCertificate")
		if strings.HasPrefix(err.Error(), "transport.clientKey") {
			n = r.Find("transport.clientKey")
		}
		r.Report(n, "%v", err)
	}
}

// fieldName matches the name of a header field.
var fieldName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// headers reads the header fields. Their names are those of the file, their values are secrets.
func (r reader) headers() map[string]assay.Secret {
	n := r.Find("transport.headers")
	fields, seen := map[string]assay.Secret{}, map[string]bool{}
	for _, name := range n.Members() {
		value, canonical := n.Child(name), http.CanonicalHeaderKey(name)
		secret := r.secretAt(value)
		switch {
		case !fieldName.MatchString(name):
			r.Report(value, "transport.headers has a member that is not the name of a header field; write a name like X-Api-Key")
		case assay.OwnsHeader(name):
			r.Report(value, "transport.headers must not set %s, which the contract, HTTP or a requirement decides about; remove it", canonical)
		case seen[canonical]:
			r.Report(value, "transport.headers sets %s twice; names of header fields have no case, so remove one", canonical)
		case strings.ContainsFunc(secret.Reveal(), func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
			r.Report(value, "transport.headers.%s contains a line break or another control character; give the value alone", name)
		}
		seen[canonical] = true
		fields[name] = secret
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

// resolutions reads the addresses of names, in curl's notation.
func (r reader) resolutions() map[string][]netip.Addr {
	all := map[string][]netip.Addr{}
	for _, item := range r.Find("transport.resolve").Items() {
		name, addresses, ok := resolution(item.Text())
		switch {
		case item.IsBlank():
		case !ok:
			r.Report(item, "%s is not HOST:PORT:ADDRESS; write it as for curl, like api.acme.example:443:192.0.2.10", item.Path())
		case all[name] != nil:
			r.Report(item, "%s names a host and port twice; separate their addresses with commas", item.Path())
		default:
			all[name] = addresses
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// resolution parses HOST:PORT:ADDRESS[,ADDRESS]; IPv6 addresses may be in brackets. The host * stands for every other.
func resolution(text string) (name string, addresses []netip.Addr, ok bool) {
	host, rest, _ := strings.Cut(text, ":")
	if in, behind, v6 := strings.Cut(text, "]:"); v6 && strings.HasPrefix(in, "[") && strings.Contains(in, ":") {
		host, rest = in[1:], behind
	} else if host != assay.AnyHost && (strings.HasPrefix(host, "-") || strings.ContainsFunc(host, isNoNameCharacter)) {
		return "", nil, false
	}
	port, list, _ := strings.Cut(rest, ":")
	number, err := strconv.ParseUint(port, 10, 16)
	if host == "" || err != nil || number == 0 {
		return "", nil, false
	}
	for one := range strings.SplitSeq(list, ",") {
		address, err := netip.ParseAddr(strings.Trim(one, "[] "))
		if err != nil {
			return "", nil, false
		}
		addresses = append(addresses, address.Unmap())
	}
	return net.JoinHostPort(strings.ToLower(host), strconv.FormatUint(number, 10)), addresses, true
}

// proxy reads the URL of the proxy, which may have a password.
func (r reader) proxy() assay.Secret {
	n := r.Find("transport.proxy")
	secret := r.secretAt(n)
	if written := secret.Reveal(); written != "" && written != assay.DirectProxy {
		if _, err := reach.ParseProxy(written); err != nil {
			r.Report(n, "transport.proxy %v", err)
			return ""
		}
	}
	return secret
}
