//go:build !unix

package driver

// ofSystem is empty: this system has no sessions.
func ofSystem() map[string]func() { return nil }
