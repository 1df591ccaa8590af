package targetfile_test

import (
	"fmt"

	"github.com/unified-login/assay/targetfile"
)

// acme is an environment; a program passes os.LookupEnv.
func acme(name string) (string, bool) { return "pat-of-" + name, name == "ACME_PAT" }

func ExampleLoad() {
	target, err := targetfile.Load("testdata/target.yaml", acme)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(target.APIServers, target.Driver.Kind(), target.Declares.SLO)
	fmt.Println(target.PATs.Valid, "from", target.PATs.ValidFrom)
	// Output:
	// [https://api.acme.example] exec [p99<50ms errors<0.1%]
	// [secret] from ACME_PAT
}

func ExampleOverrides_Load() {
	overrides := targetfile.Overrides{APIServers: []string{"http://localhost:8080"}, Driver: "pool:codes.jsonl"}
	target, err := overrides.Load("testdata/target.yaml", acme)
	fmt.Println(target.APIServers, target.Driver.Pool, target.Profiles, err)

	_, err = targetfile.Overrides{Apps: []string{"fc1"}, PAT: "pat"}.Load("", nil)
	fmt.Println(err)
	// Output:
	// [http://localhost:8080] codes.jsonl [login phone hardened] <nil>
	// target: apiServer is missing; give --api-server, or name a target file with --target
}
