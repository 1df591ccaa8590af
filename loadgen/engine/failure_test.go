package engine

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestExhausted(t *testing.T) {
	dial := func(number syscall.Errno, ip string) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.ParseIP(ip), Port: 80},
			Err: os.NewSyscallError("connect", number)}
	}
	for _, test := range []struct {
		err  error
		want bool
	}{
		{dial(syscall.EMFILE, "192.0.2.1"), true},
		{dial(syscall.ENFILE, "192.0.2.1"), true},
		{dial(syscall.EADDRNOTAVAIL, "192.0.2.1"), true},
		{dial(syscall.EADDRNOTAVAIL, "::1"), false}, // this machine has no IPv6
		{dial(syscall.ECONNREFUSED, "192.0.2.1"), false},
		{dial(syscall.EHOSTUNREACH, "192.0.2.1"), false},
		{&net.DNSError{Err: "dial udp: socket: too many open files", IsTemporary: true}, true},
		{&net.DNSError{Err: "no such host", IsNotFound: true}, false},
		{errors.New("something else"), false},
	} {
		if got := exhausted(fmt.Errorf("wrapped: %w", test.err)); got != test.want {
			t.Errorf("%v: %t", test.err, got)
		}
	}
}
