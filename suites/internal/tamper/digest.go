package tamper

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"hash/crc32"
	"hash/fnv"
	"math/big"
	"strings"
)

// ShowsDigest says how the digest of a number can be read from a code; "" if it cannot. There are so few phones that each one is
// found by its digest within seconds. A longer id, or one with letters, is not.
func ShowsDigest(code, number string) string {
	const longest = 15 // digits: every phone, and an id that can be counted through
	digits := strings.TrimPrefix(number, "+")
	if digits == "" || len(digits) > longest || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	for _, sum := range sums([]byte(number)) {
		small := hex.EncodeToString(sum.bytes)
		forms := []string{small, strings.ToUpper(small), string(sum.bytes)}
		if len(sum.bytes) <= 8 {
			forms = append(forms, new(big.Int).SetBytes(sum.bytes).String())
		}
		for _, form := range forms {
			if where := Shows(code, form); where != "" {
				return "as its " + sum.name + ", " + where
			}
		}
	}
	return ""
}

type sum struct {
	name  string
	bytes []byte
}

// sums are the digests that libraries have, and the sums that some use in place of one.
func sums(text []byte) []sum {
	all := []sum{}
	of := func(name string, function hash.Hash) {
		_, _ = function.Write(text) // it never fails
		all = append(all, sum{name, function.Sum(nil)})
	}
	of("MD5", md5.New())
	all = append(all, sum{"half of an MD5", all[0].bytes[4:12]})
	of("SHA-1", sha1.New())
	of("SHA-224", sha256.New224())
	of("SHA-256", sha256.New())
	of("SHA-384", sha512.New384())
	of("SHA-512", sha512.New())
	of("SHA-512/256", sha512.New512_256())
	of("SHA3-256", sha3.New256())
	of("CRC-32", crc32.NewIEEE())
	of("CRC-32C", crc32.New(crc32.MakeTable(crc32.Castagnoli)))
	of("FNV-1 of 32 bits", fnv.New32())
	of("FNV-1a of 32 bits", fnv.New32a())
	of("FNV-1 of 64 bits", fnv.New64())
	of("FNV-1a of 64 bits", fnv.New64a())
	return all
}
