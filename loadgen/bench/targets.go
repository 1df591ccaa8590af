package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/unified-login/assay"
)

// A process is a target that was started.
type process struct {
	url, target string
	tls, http2  string // like url, over TLS: with HTTP/1.1 and with HTTP/2; only nginx has them
	command     *exec.Cmd
}

func (p process) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	_ = p.command.Wait() // it was told to end
}

// nginxConfig answers every login at once, with the same body.
const nginxConfig = `
worker_processes 1;
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_body_temp_path %[1]s;
  default_type application/json;
  server {
    listen %[2]s;
    listen %[4]s ssl;
    listen %[5]s ssl http2;
    ssl_certificate %[1]s/cert.pem;
    ssl_certificate_key %[1]s/key.pem;
    location = %[3]s { return 200 '%[6]s'; }
  }
}
`

// startNginx starts a static target with one worker.
func startNginx(ctx context.Context, dir string) (process, error) {
	addresses, err := freeAddresses(3)
	if err != nil {
		return process{}, err
	}
	if err := writeCertificate(dir); err != nil {
		return process{}, err
	}
	address := addresses[0]
	config := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, dir, address, assay.Login.Path(), addresses[1], addresses[2], answer), 0o600); err != nil {
		return process{}, err
	}
	command := exec.CommandContext(ctx, "nginx", "-c", config, "-e", filepath.Join(dir, "nginx.log"))
	if err := command.Start(); err != nil {
		return process{}, fmt.Errorf("nginx: %w; install it with apt-get install nginx-light", err)
	}
	p := process{url: "http://" + address + assay.Login.Path(), tls: "https://" + addresses[1] + assay.Login.Path(),
		http2: "https://" + addresses[2] + assay.Login.Path(), command: command}
	return p, listening(ctx, address)
}

// startReference serves the reference platform, with further flags.
func startReference(ctx context.Context, program, dir string, further ...string) (process, error) {
	target := filepath.Join(dir, fmt.Sprintf("reference%d.yaml", len(further)))
	command := exec.CommandContext(ctx, program, append([]string{"serve", "--addr", "127.0.0.1:0", "--driver-addr", "127.0.0.1:0", "--write-target", target}, further...)...)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return process{}, err
	}
	if err := command.Start(); err != nil {
		return process{}, fmt.Errorf("%s serve: %w; build it with make build", program, err)
	}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "now,") {
			return process{target: target, command: command}, nil
		}
	}
	return process{}, errors.New("assay serve ended before it was ready")
}

// writeTarget writes the target file for nginx: assay seals the codes itself, for the one user in nginx's answer.
func (b *bench) writeTarget() error {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it crashes the program instead of failing
	target := func(url, further string) string {
		return "schema: assay.target/1\napiServer: " + strings.TrimSuffix(url, assay.Login.Path()) +
			"\napps: [fc2183741419665349]\nchannels: [finclip]\npats: {valid: benchmark}\ndriver: {pool: pool.jsonl, seal: 'file:key'}\nprofiles: [login]\n" + further
	}
	for name, text := range map[string]string{
		"key":        hex.EncodeToString(key),
		"pool.jsonl": "",
		"nginx.yaml": target(b.url, b.transport),
		tlsTarget:    target(b.tls, "tls: {ca: cert.pem}\n"),
		http2Target:  target(b.http2, "tls: {ca: cert.pem}\n"),
	} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// freeAddresses are addresses that nobody listens at.
func freeAddresses(n int) (addresses []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }() // it has served nobody
		addresses = append(addresses, l.Addr().String())
	}
	return addresses, nil
}

// listening waits until a server accepts connections at address.
func listening(ctx context.Context, address string) error {
	var dialer net.Dialer
	for began := time.Now(); ; {
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		if ctx.Err() != nil || time.Since(began) > 10*time.Second {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
