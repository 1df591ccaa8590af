package reproduce

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/unified-login/assay"
)

// named reports whether curl can ask the servers for the name of the transport. It asks for the name of the URL, which then has to lead to
// one server.
func (r Run) named() bool {
	return r.Transport.ServerName == "" || len(r.Servers) == 1
}

// base is the URL by which curl reaches a server: with the name that TLS asks for. other says that it is not the server's own.
func (r Run) base(server string) (base, host string, other bool) {
	address, err := url.Parse(server)
	if err != nil || address.Scheme != "https" || r.Transport.ServerName == "" {
		return server, "", false
	}
	host = address.Host
	address.Host = net.JoinHostPort(r.Transport.ServerName, cmp.Or(address.Port(), "443"))
	return address.String(), host, true
}

// elsewhere are the options that connect to a server whose URL has the name that TLS asks for, and send it the host that is its own.
func (r Run) elsewhere() string {
	if len(r.Servers) == 0 {
		return ""
	}
	base, host, other := r.base(r.Servers[0])
	if !other {
		return ""
	}
	at, to := strings.TrimPrefix(base, "https://"), host
	at, _, _ = strings.Cut(at, "/")
	if address, err := url.Parse(r.Servers[0]); err == nil && address.Port() == "" {
		to += ":443"
	}
	return " --connect-to " + shellescape.Quote(at+":"+to) + " -H " + shellescape.Quote("Host: "+host)
}

// way are the options of curl that reach the servers as the suite did, each after a space. Secrets are variables.
func (w *writer) way() string {
	var options strings.Builder
	option := func(name string, value string) {
		if value != "" {
			options.WriteString(" " + name + " " + value)
		}
	}
	quoted := func(text string) string {
		if text == "" {
			return ""
		}
		return shellescape.Quote(text)
	}
	t := w.run.Transport
	if t.PriorKnowledge {
		options.WriteString(" --http2-prior-knowledge")
	}
	option("--cacert", quoted(w.run.CA))
	option("--cert", quoted(t.ClientCertificate))
	option("--key", quoted(t.ClientKey))
	if t.UnixSocket != "" {
		option("--unix-socket", quoted(t.UnixSocket)+" --noproxy '*'")
	}
	options.WriteString(w.run.elsewhere())
	for _, name := range slices.Sorted(maps.Keys(t.Resolve)) {
		var addresses []string
		for _, address := range t.Resolve[name] {
			addresses = append(addresses, address.String())
		}
		option("--resolve", quoted(name+":"+strings.Join(addresses, ",")))
	}
	for i, name := range headerNames(t) {
		option("-H", fmt.Sprintf(`%s"${%s}"`, quoted(name+": "), headerVariable(i)))
	}
	if t.Insecure {
		options.WriteString(" --insecure")
	}
	return options.String() + w.proxy()
}

// proxy are the options of curl that use the same proxy, whatever the environment says. curl takes the port 1080 where a URL names
// none, and looks names up itself for the scheme socks5.
func (w *writer) proxy() string {
	t := w.run.Transport
	written := t.Proxy.Reveal()
	if written == assay.DirectProxy {
		return " --noproxy '*'"
	}
	address, err := url.Parse(written)
	if err != nil || written == "" {
		return ""
	}
	options := " --noproxy ''"
	if address.Scheme == "https" {
		if w.run.CA != "" {
			options += " --proxy-cacert " + shellescape.Quote(w.run.CA)
		}
		if t.Insecure {
			options += " --proxy-insecure"
		}
	}
	if address.Scheme == "socks5" {
		address.Scheme = "socks5h"
	}
	if address.User != nil {
		return fmt.Sprintf(` --proxy "%s://${PROXY#*://}"%s`, address.Scheme, options)
	}
	port := map[string]string{"http": "80", "https": "443", "socks5h": "1080"}[address.Scheme]
	address.Host = net.JoinHostPort(address.Hostname(), cmp.Or(address.Port(), port))
	return " --proxy " + shellescape.Quote(address.Scheme+"://"+address.Host) + options
}

// demanded are the lines that end a script where the secrets of the way are not in its environment.
func (w *writer) demanded() (lines []string) {
	t := w.run.Transport
	for i, name := range headerNames(t) {
		variable := headerVariable(i)
		lines = append(lines, fmt.Sprintf(`: "${%s:?is not set; export the value of the header field %s as %s}"`, variable, name, variable))
	}
	if hasPassword(t.Proxy.Reveal()) {
		lines = append(lines, `: "${PROXY:?is not set; export the URL of the proxy, with its port, as PROXY}"`)
	}
	return lines
}

func headerNames(t assay.Transport) []string { return slices.Sorted(maps.Keys(t.Headers)) }

func headerVariable(i int) string { return numbered("HEADER", i) }

func hasPassword(proxy string) bool {
	address, err := url.Parse(proxy)
	return err == nil && address.User != nil
}
