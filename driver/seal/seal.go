// Package seal makes codes in this process, for a platform whose codes have the format below and whose key the target
// file names. A load run then needs no round trip for a code.
//
// Start with [New], which takes over the mint op of a driver's host. [Sealer] makes and opens single codes.
//
// # Code format
//
// The format is a contract: the reference platform implements it on its own, and so may the test system of any
// implementation. A code is the standard base64, with padding, of
//
//	nonce (12 random bytes) ‖ AES-256-GCM ciphertext ‖ tag (16 bytes)
//
// under the 32-byte sealing key, with the additional data "assay code 1". The plain text is
//
//	1 byte   kind: 1 login, 2 phone
//	8 bytes  issue time, nanoseconds since 1970, big endian, signed
//	appId, userId, channel, phone: each its length in bytes as an unsigned varint, then its UTF-8 text
//
// with nothing after it. A code has at most 4096 characters. The nonce is the code's identity: the platform accepts each
// one once.
package seal
