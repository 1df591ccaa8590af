package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/unified-login/assay"
)

const (
	// KeySize is the length of a sealing key in bytes: AES-256.
	KeySize = 32
	// MaxCode is the length of the longest code, in characters.
	MaxCode = 4096

	// version is authenticated with every code, so that another format is never read as this one.
	version   = "assay code 1"
	nonceSize = 12
	tagSize   = 16
	headSize  = 1 + 8 // kind and issue time
)

// ErrInvalidCode is the error of [Sealer.Open] for a text that is not a code sealed under its key.
var ErrInvalidCode = errors.New("invalid code")

// A Grant is what a code proves: who the user of the Host-App is, for one mini-program.
type Grant struct {
	Kind     assay.Endpoint
	AppID    string
	UserID   string
	Channel  string
	Phone    string // may be empty for a login code
	IssuedAt time.Time
}

// A Sealer makes codes in the format that the package documents. It is safe for concurrent use. A key is valid for 2^32
// codes: beyond that, random nonces are likely to repeat.
type Sealer struct {
	aead    cipher.AEAD
	scratch sync.Pool // of *buffers
}

// buffers are the memory of one sealing, kept because a load run seals a code for every request.
type buffers struct{ plain, sealed, text []byte }

// NewSealer returns a Sealer. It fails if key is not KeySize bytes long.
func NewSealer(key []byte) (*Sealer, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("seal: the key has %d bytes; it needs %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return &Sealer{aead: aead, scratch: sync.Pool{New: func() any { return new(buffers) }}}, nil
}

// Seal returns a new code for g. It fails for a kind other than login and phone, for text that is not UTF-8, for an issue
// time after the year 2262, and where the code would be longer than MaxCode.
func (s *Sealer) Seal(g Grant) (string, error) {
	b, _ := s.scratch.Get().(*buffers)
	defer s.scratch.Put(b)
	var err error
	if b.plain, err = appendGrant(b.plain[:0], g); err != nil {
		return "", fmt.Errorf("seal code: %w", err)
	}
	if n := base64.StdEncoding.EncodedLen(nonceSize + len(b.plain) + tagSize); n > MaxCode {
		return "", fmt.Errorf("seal code: %d characters, the limit is %d", n, MaxCode)
	}
	b.sealed = s.aead.Seal(b.sealed[:0], nil, b.plain, []byte(version))
	b.text = base64.StdEncoding.AppendEncode(b.text[:0], b.sealed)
	return string(b.text), nil
}

// Open returns what a code stands for. Its error is [ErrInvalidCode].
func (s *Sealer) Open(code string) (Grant, error) {
	// Package base64 skips line breaks even in strict mode.
	if len(code) > MaxCode || strings.ContainsAny(code, "\r\n") {
		return Grant{}, ErrInvalidCode
	}
	sealed, err := base64.StdEncoding.Strict().DecodeString(code)
	if err != nil {
		return Grant{}, ErrInvalidCode
	}
	plain, err := s.aead.Open(nil, nil, sealed, []byte(version))
	if err != nil {
		return Grant{}, ErrInvalidCode
	}
	return parseGrant(plain)
}

func appendGrant(b []byte, g Grant) ([]byte, error) {
	switch g.Kind {
	case assay.Login:
		b = append(b, 1)
	case assay.Phone:
		b = append(b, 2)
	default:
		return b, fmt.Errorf("unknown kind %q; use %q or %q", g.Kind, assay.Login, assay.Phone)
	}
	nanos := g.IssuedAt.UnixNano()
	if !time.Unix(0, nanos).Equal(g.IssuedAt) {
		return b, fmt.Errorf("issue time %v is out of range", g.IssuedAt)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(nanos))
	for i, text := range [...]string{g.AppID, g.UserID, g.Channel, g.Phone} {
		if !utf8.ValidString(text) { // not quoted: it may be a phone
			return b, fmt.Errorf("%s is not valid UTF-8", [...]string{"appId", "userId", "channel", "phone"}[i])
		}
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b, nil
}

func parseGrant(plain []byte) (Grant, error) {
	if len(plain) < headSize {
		return Grant{}, ErrInvalidCode
	}
	g := Grant{IssuedAt: time.Unix(0, int64(binary.BigEndian.Uint64(plain[1:]))).UTC()}
	switch plain[0] {
	case 1:
		g.Kind = assay.Login
	case 2:
		g.Kind = assay.Phone
	default:
		return Grant{}, ErrInvalidCode
	}
	rest := plain[headSize:]
	for _, text := range [...]*string{&g.AppID, &g.UserID, &g.Channel, &g.Phone} {
		length, n := binary.Uvarint(rest)
		if n <= 0 || length > uint64(len(rest)-n) {
			return Grant{}, ErrInvalidCode
		}
		*text, rest = string(rest[n:n+int(length)]), rest[n+int(length):]
	}
	if len(rest) > 0 {
		return Grant{}, ErrInvalidCode
	}
	return g, nil
}
