package tamper

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// holdsNumber reports whether bytes contain the number that value is, without its separators: in either byte order, or in
// groups of seven bits as Protocol Buffers and Go write it. A number of fewer than five bytes may occur by chance.
func holdsNumber(text []byte, value string) bool {
	const fiveBytes = 1 << 32
	number, err := strconv.ParseUint(strings.NewReplacer("+", "", " ", "", "-", "", "(", "", ")", "").Replace(value), 10, 64)
	if err != nil || number < fiveBytes {
		return false
	}
	most := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, number), "\x00")
	least := bytes.TrimRight(binary.LittleEndian.AppendUint64(nil, number), "\x00")
	return bytes.Contains(text, most) || bytes.Contains(text, least) || bytes.Contains(text, binary.AppendUvarint(nil, number))
}

// asBase58 is the alphabet of Bitcoin's addresses, without letters and digits that look alike.
func asBase58() encoding {
	const alphabet, longest = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 1 << 8
	base := big.NewInt(int64(len(alphabet)))
	return encoding{"as base58", func(text string) ([]byte, error) {
		if len(text) > longest {
			return nil, errors.New("too long")
		}
		const atOnce = 10 // digits: as many as an uint64 holds, because arithmetic on large numbers takes long
		number, few, power := new(big.Int), uint64(0), uint64(1)
		for i, c := range []byte(text) {
			digit := strings.IndexByte(alphabet, c)
			if digit < 0 {
				return nil, errors.New("not base58")
			}
			if few, power = few*uint64(len(alphabet))+uint64(digit), power*uint64(len(alphabet)); i%atOnce == atOnce-1 || i == len(text)-1 {
				number.Add(number.Mul(number, new(big.Int).SetUint64(power)), new(big.Int).SetUint64(few))
				few, power = 0, 1
			}
		}
		return number.Bytes(), nil
	}, func(raw []byte) string {
		var text []byte
		for number, digit := new(big.Int).SetBytes(raw), new(big.Int); number.Sign() > 0; {
			number.DivMod(number, base, digit)
			text = append([]byte{alphabet[digit.Int64()]}, text...)
		}
		return string(text)
	}}
}
