package main

import (
	"cmp"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
)

// unusedWarnings say what of the transport and of the environment's proxies is not used, though somebody wrote it.
func unusedWarnings(target assay.Target, env func(string) (string, bool)) (warnings []phrase.Phrase) {
	servers := serversOf(target)
	known := map[string]bool{}
	for _, server := range servers {
		known[addressOf(server)] = true
	}
	if proxy := target.Transport.Proxy.Reveal(); proxy != "" && proxy != assay.DirectProxy {
		known[reach.Address(proxy)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(target.Transport.Resolve)) {
		host, port, _ := net.SplitHostPort(name)
		anyHost := host == assay.AnyHost && slices.ContainsFunc(slices.Collect(maps.Keys(known)), func(address string) bool {
			return strings.HasSuffix(address, ":"+port)
		})
		if !known[name] && !anyHost {
			warnings = append(warnings, phrase.Say(phrase.ResolveUnused,
				name, cmp.Or(first(servers), "api.acme.example:443")))
		}
	}
	if target.Transport.Proxy == "" {
		warnings = append(warnings, proxyWarnings(servers, env)...)
	}
	return warnings
}

// serversOf are the servers that a run connects to over TCP.
func serversOf(target assay.Target) (servers []*url.URL) {
	var written []string
	if target.Transport.UnixSocket == "" {
		written = slices.Clone(target.APIServers)
	}
	if target.Driver.Kind() == assay.DriverHTTP {
		written = append(written, target.Driver.HTTP)
	}
	for _, text := range append(written, target.Declares.JWKS) {
		if server, err := url.Parse(text); err == nil && server.Hostname() != "" {
			servers = append(servers, server)
		}
	}
	return servers
}

// addressOf is HOST:PORT of a server, in lower case.
func addressOf(server *url.URL) string {
	port := cmp.Or(server.Port(), map[string]string{"http": "80", "https": "443"}[server.Scheme])
	return net.JoinHostPort(strings.ToLower(server.Hostname()), port)
}

// first is the address of the first server; empty without one.
func first(servers []*url.URL) string {
	if len(servers) == 0 {
		return ""
	}
	return addressOf(servers[0])
}

// proxyWarnings name the variables of the environment that should hold a proxy for one of the servers, and hold no URL of one: net/http
// then uses none, without a word. They quote nothing, as there may be a password.
func proxyWarnings(servers []*url.URL, env func(string) (string, bool)) (warnings []phrase.Phrase) {
	for _, scheme := range []string{"http", "https"} {
		used := func(server *url.URL) bool { return server.Scheme == scheme && !isLoopback(server.Hostname()) }
		if !slices.ContainsFunc(servers, used) {
			continue
		}
		for _, name := range []string{strings.ToUpper(scheme) + "_PROXY", scheme + "_proxy"} { // the first one counts
			value, _ := env(name)
			if value == "" {
				continue
			}
			if !isProxy(value) {
				warnings = append(warnings, phrase.Say(phrase.ProxyForm, name))
			}
			break
		}
	}
	return warnings
}

// isProxy reports whether a variable names a proxy. The scheme may be missing.
func isProxy(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	address, err := url.Parse(value)
	return err == nil && address.Hostname() != ""
}
