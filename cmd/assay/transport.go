package main

import (
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/phrase"
)

// transportWarnings say what a user may not have meant in the transport of a target.
func transportWarnings(target assay.Target, now time.Time) (warnings []phrase.Phrase) {
	way := target.Transport
	if way.Insecure {
		warnings = append(warnings, phrase.Say(phrase.InsecureTarget))
	}
	if len(way.Headers) > 0 {
		warnings = append(warnings, inPlainText(target)...)
	}
	certificate, err := reach.Certificate(way) // an error is one of every connection
	if err != nil || certificate == nil || certificate.Leaf == nil {
		return warnings
	}
	switch leaf := certificate.Leaf; {
	case now.After(leaf.NotAfter):
		warnings = append(warnings, phrase.Say(phrase.CertificateExpired, leaf.NotAfter.UTC().Format(time.DateOnly)))
	case now.Before(leaf.NotBefore):
		warnings = append(warnings, phrase.Say(phrase.CertificateEarly, leaf.NotBefore.UTC().Format(time.RFC3339)))
	}
	return warnings
}

// inPlainText names the servers that get the header fields of the transport in plain text over a network.
func inPlainText(target assay.Target) (warnings []phrase.Phrase) {
	servers := slices.Clone(target.APIServers)
	if target.Transport.UnixSocket != "" {
		servers = nil
	}
	if target.Driver.Kind() == assay.DriverHTTP {
		servers = append(servers, target.Driver.HTTP)
	}
	for _, server := range servers {
		address, err := url.Parse(server)
		if err != nil || address.Scheme != "http" || isLoopback(address.Hostname()) {
			continue
		}
		warnings = append(warnings, phrase.Say(phrase.HeadersInPlain, address.Host))
	}
	return warnings
}

func isLoopback(host string) bool {
	address := net.ParseIP(host)
	return host == "localhost" || address != nil && address.IsLoopback()
}
