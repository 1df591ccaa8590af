package expect_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/unified-login/assay/suites/expect"
)

func randomBytes(n int) []byte {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails
	return raw
}

// TestGuessing: codes of few digits and of a clock are found, and no format of 64 random bits or more is accused.
func TestGuessing(t *testing.T) {
	now := time.Now().UnixMilli()
	for name, test := range map[string]struct {
		write   func(i int) string
		guessed bool
	}{
		"six digits":        {func(int) string { n, _ := rand.Int(rand.Reader, big.NewInt(1e6)); return fmt.Sprintf("%06d", n) }, true},
		"a clock, checked":  {func(i int) string { n := time.Now().UnixNano() + int64(i)*1e6; return fmt.Sprintf("%039d%d", n, n%7) }, true},
		"a counter, padded": {func(i int) string { return fmt.Sprintf("code-%030x", 1e15+i) }, true},
		"32 bits in hex":    {func(int) string { return hex.EncodeToString(randomBytes(4)) }, true},
		"of a user, six digits": {func(i int) string {
			n, _ := rand.Int(rand.Reader, big.NewInt(1e6))
			return fmt.Sprintf("%x%06d", sha256.Sum256([]byte{byte(i / 8)}), n)
		}, true},
		"of a user, 96 bits": {func(i int) string {
			return fmt.Sprintf("%x.%x", sha256.Sum256([]byte{byte(i / 8)}), randomBytes(12))
		}, false},
		"a document database's ID, of four workers": {func(i int) string {
			worker := sha256.Sum256([]byte{byte(i * 7 % 4)})
			return fmt.Sprintf("%08x%x%06x", time.Now().Unix(), worker[:5], int(worker[5])<<16+int(worker[6])<<8+i)
		}, true},
		"64 bits of four workers, whose number is in front": {func(i int) string {
			return fmt.Sprintf("%x%x", sha256.Sum256([]byte{byte(i * 7 % 4)}), randomBytes(8))
		}, false},
		"sealed":          {func(int) string { return base64.StdEncoding.EncodeToString(randomBytes(90)) }, false},
		"128 bits in hex": {func(int) string { return hex.EncodeToString(randomBytes(16)) }, false},
		"64 bits, base64": {func(int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(8)) }, false},
		"UUIDv7": {func(i int) string {
			r := hex.EncodeToString(randomBytes(10))
			return fmt.Sprintf("%012x", now+int64(i))[:8] + "-" + fmt.Sprintf("%012x", now+int64(i))[8:] + "-7" + r[:3] + "-a" + r[3:6] + "-" + r[6:18]
		}, false},
		"UUIDv7 in one millisecond": {func(int) string {
			r := hex.EncodeToString(randomBytes(10))
			return fmt.Sprintf("%012x", now)[:8] + "-" + fmt.Sprintf("%012x", now)[8:] + "-7" + r[:3] + "-a" + r[3:6] + "-" + r[6:18]
		}, false},
		"ULID": {func(i int) string {
			const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
			text := fmt.Sprintf("01J%07d", i)
			for _, c := range randomBytes(16) {
				text += string(alphabet[c%32])
			}
			return text
		}, false},
	} {
		for range 20 {
			var codes []string
			for i := range 64 {
				codes = append(codes, test.write(i))
			}
			_, counted := expect.Counts(codes)
			bits := min(expect.VaryingBits(codes), expect.VaryingBits(slices.Collect(slices.Chunk(codes, 8))...))
			if (bits < 64 || counted) != test.guessed {
				t.Errorf("%s: %.0f bits, counted %v", name, bits, counted)
			}
		}
	}
}
