package markdown

import (
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
)

// harm is the harm of a requirement: the catalogue's own sentence, or what the file says as code.
func harm(in messages.Printer, result conformance.Result) string {
	if said, own := in.Harm(result.ID, result.Harm); own {
		return said
	}
	return code(result.Harm)
}
