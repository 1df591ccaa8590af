package engine

// Further returns the values of the header fields that are not about the connection and the body, such as Set-Cookie. They are valid
// until the connection's next exchange.
func (a *Answer) Further() [][]byte {
	if from, can := a.From.(interface{ further() [][]byte }); can {
		return from.further()
	}
	return nil
}

// impersonal reports whether a header field says nothing of a user.
func impersonal(name []byte) bool {
	switch string(name) {
	case "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Date", "Server", "Connection", "Keep-Alive", "Cache-Control",
		"Pragma", "Expires", "Vary", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Retry-After":
		return true
	}
	return false
}

// further is for [Answer.Further].
func (c *leanConnection) further() (values [][]byte) {
	for name, value := range c.response.Header.All() {
		if !impersonal(name) {
			values = append(values, value)
		}
	}
	return values
}

// further is for [Answer.Further].
func (c *httpConnection) further() (values [][]byte) {
	for name, all := range c.Header() {
		if impersonal([]byte(name)) {
			continue
		}
		for _, value := range all {
			values = append(values, []byte(value))
		}
	}
	return values
}
