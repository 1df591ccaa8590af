package seal_test

import (
	"fmt"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/seal"
)

// A code carries a grant that only the holder of the key can read.
func ExampleSealer() {
	key, err := seal.ParseKey("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
	if err != nil {
		fmt.Println(err)
		return
	}
	sealer, err := seal.NewSealer(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	code, err := sealer.Seal(seal.Grant{
		Kind: assay.Login, AppID: "fc2183741419665349", UserID: "u-1", Channel: "finclip", IssuedAt: time.Now(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	grant, err := sealer.Open(code)
	fmt.Println(grant.UserID, grant.Channel, err)
	// Output: u-1 finclip <nil>
}
