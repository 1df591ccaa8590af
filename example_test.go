package assay_test

import (
	"fmt"
	"net/http"

	"github.com/unified-login/assay"
)

func ExampleJudge() {
	outcome := assay.Judge(assay.Exchange{
		Endpoint: assay.Login,
		Response: &assay.Response{
			Status: http.StatusOK,
			Body:   []byte(`{"errcode":"OK","data":{"openId":"2279547539610117","channel":"acme"}}`),
		},
	})
	fmt.Println(outcome.Result, outcome.Identity)
	// Output: accepted 2279547539610117
}

func ExampleRequirementSet_Select() {
	ids, err := assay.Requirements().Select("code.single-use*")
	fmt.Println(ids, err)
	// Output: [code.single-use code.single-use-later code.single-use-race] <nil>
}
