package redact

import "regexp"

// A secret may be written by mistake where the name of a file or of a variable belongs. Only names that no secret looks like
// are shown.
var (
	fileName     = regexp.MustCompile(`^[^@:?]{0,80}\.(?:txt|pat|token|secret|key|pem|seal|env|conf|ya?ml|json)$`)
	variableName = regexp.MustCompile(`^(?:PAT|TOKEN|[A-Z]{1,12}(?:_[A-Z]{1,12}){1,4})$`)
)

// IsFileName reports whether text is the name of a file, and surely no secret.
func IsFileName(text string) bool {
	return text == "" || fileName.MatchString(text) && Text(text) == text
}

// IsVariableName reports whether text is the name of an environment variable, and surely no secret.
func IsVariableName(text string) bool { return variableName.MatchString(text) }
