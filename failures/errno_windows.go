package failures

import "syscall"

// Error numbers of Windows and its sockets; package syscall has other values under the names of Unix.
const (
	wsaEMFILE        syscall.Errno = 10024
	wsaEADDRNOTAVAIL syscall.Errno = 10049
	wsaENOBUFS       syscall.Errno = 10055
	errorNoMemory    syscall.Errno = 8
)

// isExhausted reports whether number says that this machine has no socket, buffer or memory left.
func isExhausted(number syscall.Errno) bool {
	switch number {
	case wsaEMFILE, wsaENOBUFS, errorNoMemory:
		return true
	default:
		return false
	}
}

// isNotAvailable reports whether number says that this machine has no address or port left.
func isNotAvailable(number syscall.Errno) bool { return number == wsaEADDRNOTAVAIL }
