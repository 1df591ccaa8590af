package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// The kinds of work over TLS.
const (
	fastTLS    = "as fast as it goes, nginx, HTTP/1.1 over TLS"
	fastHTTP2  = "as fast as it goes, nginx, HTTP/2 over TLS"
	pacedHTTP2 = "paced, nginx, HTTP/2 over TLS"
)

// The target files for them.
const tlsTarget, http2Target = "nginx-tls.yaml", "nginx-http2.yaml"

// overTLS returns the peers over TLS. Over HTTP/2 they have four connections, or as many as they choose, with 32 requests in flight.
func (b *bench) overTLS() []peer {
	const clients, streams = 4, 8
	const inFlight = "32"
	long := pacedLonger * b.lasting
	seconds, longer := strconv.Itoa(int(b.lasting.Seconds())), strconv.Itoa(int(long.Seconds()))
	connections, attack := strconv.Itoa(b.connections), filepath.Join(b.dir, "vegeta")
	four, eight, each := strconv.Itoa(clients), strconv.Itoa(streams), strconv.Itoa(b.paced/clients)
	done := matched(`(\d+) succeeded`)
	return []peer{
		{"assay TLS", fastTLS, b.assay, b.lasting, b.assayArgs(tlsTarget, "max", b.lasting, "--in-flight", connections), sentByAssay},
		{"wrk TLS", fastTLS, "wrk", b.lasting, b.wrkAt(b.tls, seconds, connections), matched(`(\d+) requests in`)},
		{"h2load TLS", fastTLS, "h2load", b.lasting, b.h2loadArgs(b.tls, seconds, "--h1", "-c", connections), done},
		{"vegeta TLS", fastTLS, attack, b.lasting, b.vegetaAt(b.tls, "0", seconds, "-insecure", "-workers", connections, "-max-workers", connections), b.sentByVegeta},
		{"assay HTTP/2", fastHTTP2, b.assay, b.lasting, b.assayArgs(http2Target, "max", b.lasting, "--in-flight", inFlight), sentByAssay},
		{"h2load HTTP/2", fastHTTP2, "h2load", b.lasting, b.h2loadArgs(b.http2, seconds, "-c", four, "-m", eight), done},
		{"vegeta HTTP/2", fastHTTP2, attack, b.lasting, b.vegetaAt(b.http2, "0", seconds, "-insecure", "-workers", inFlight, "-max-workers", inFlight), b.sentByVegeta},
		{"assay HTTP/2 paced", pacedHTTP2, b.assay, long, b.assayArgs(http2Target, strconv.Itoa(b.paced)+"/s", long), sentByAssay},
		{"h2load HTTP/2 paced", pacedHTTP2, "h2load", long, b.h2loadArgs(b.http2, longer, "-c", four, "--rps", each), done},
		{"vegeta HTTP/2 paced", pacedHTTP2, attack, long, b.vegetaAt(b.http2, strconv.Itoa(b.paced), longer, "-insecure"), b.sentByVegeta},
	}
}

func (b *bench) h2loadArgs(url, seconds string, more ...string) func() ([]string, error) {
	return func() ([]string, error) {
		path := filepath.Join(b.dir, "body.json")
		args := append([]string{"-t1", "--duration", seconds, "-d", path, "-H", "content-type: application/json", "-H", "authorization: Bearer benchmark"}, more...)
		return append(args, url), os.WriteFile(path, []byte(body), 0o600)
	}
}

// writeCertificate writes a certificate for loopback, which signs itself, into cert.pem, and its key into key.pem.
func writeCertificate(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 0, 7),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	write := func(name, kind string, der []byte) error {
		return os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
	}
	return errors.Join(write("cert.pem", "CERTIFICATE", certificate), write("key.pem", "PRIVATE KEY", private))
}
