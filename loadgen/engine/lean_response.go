package engine

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/valyala/fasthttp"
)

var (
	// errHeader ends an exchange whose header, interim answers included, is too long, in the words of net/http.
	errHeader = fmt.Errorf("server response headers exceeded %d bytes", maxHeader)
	// errMalformed ends an exchange whose status line or length is not valid.
	errMalformed = errors.New("malformed HTTP response")
	// errTruncated reports that a body is longer than maxBody.
	errTruncated = errors.New("the body is too long")
)

// readResponse reads an answer; answered says that its header was received. It skips interim answers, with a status of
// 1xx, which count as a part of the header.
func (c *leanConnection) readResponse() (answered bool, err error) {
	for left := maxHeader; left > 0; left -= len(c.response.Header.Header()) {
		if err := c.readHeader(); err != nil {
			return false, err
		}
		if status := c.response.StatusCode(); status/100 != 1 || status == fasthttp.StatusSwitchingProtocols {
			return true, c.readBody(status)
		}
	}
	return false, errHeader
}

// readHeader reads a header. One that does not fit makes the buffer grow, once.
func (c *leanConnection) readHeader() error {
	form, err := c.form()
	switch {
	case err != nil:
		return err
	case form == malformed:
		return errMalformed
	case form == loneLF:
		return c.readLoneLF()
	}
	err = c.response.Header.Read(c.reader)
	if _, small := errors.AsType[*fasthttp.ErrSmallBuffer](err); !small {
		return err
	}
	if c.reader.Size() >= maxHeader {
		return errHeader
	}
	begun, _ := c.reader.Peek(c.reader.Buffered())
	begun = bytes.Clone(begun)
	c.reader = bufio.NewReaderSize(nil, maxHeader)
	c.reader.Reset(io.MultiReader(bytes.NewReader(begun), c.conn))
	if err = c.response.Header.Read(c.reader); err != nil {
		if _, small := errors.AsType[*fasthttp.ErrSmallBuffer](err); small {
			return errHeader
		}
	}
	return err
}

// A form is what fasthttp has to be spared, or to be told, of a header.
type form int

const (
	usual     form = iota
	loneLF         // a line ends without CR
	malformed      // net/http refuses it, and fasthttp does not
)

// form looks at the header, as far as it has arrived. It waits for the status line. The error is that of the connection before the
// end of that line: fasthttp takes every error before the first byte for the end of the connection.
func (c *leanConnection) form() (form, error) {
	header, err := c.reader.Peek(1)
	for err == nil && bytes.IndexByte(header, '\n') < 0 {
		header, _ = c.reader.Peek(c.reader.Buffered())
		if bytes.IndexByte(header, '\n') < 0 {
			header, err = c.reader.Peek(len(header) + 1)
		}
	}
	end := bytes.IndexByte(header, '\n')
	switch {
	case end < 0 && !errors.Is(err, bufio.ErrBufferFull):
		return usual, err
	case end < 0:
		return usual, nil // there is no status line, which fasthttp notices too
	case !isStatusLine(header[:end]):
		return malformed, nil
	default:
		return formOf(header), nil
	}
}

// formOf looks at the lines of a header and their ends.
func formOf(header []byte) form {
	var length []byte
	for {
		end := bytes.IndexByte(header, '\n')
		if end < 0 || end == 1 && header[0] == '\r' { // the rest has not arrived, or this is the end
			return usual
		}
		if end == 0 || header[end-1] != '\r' {
			return loneLF
		}
		const coding = "transfer-encoding:"
		if line := header[:end-1]; len(line) > len(coding) && line[0]|0x20 == 't' && bytes.EqualFold(line[:len(coding)], []byte(coding)) &&
			!bytes.EqualFold(bytes.TrimSpace(line[len(coding):]), []byte("chunked")) {
			return malformed
		}
		const name = "content-length:"
		if line := header[:end-1]; len(line) > len(name) && line[0]|0x20 == 'c' && bytes.EqualFold(line[:len(name)], []byte(name)) {
			other := bytes.TrimSpace(line[len(name):])
			if length != nil && !bytes.Equal(length, other) {
				return malformed
			}
			length = other
		}
		header = header[end+1:]
	}
}

// isStatusLine reports whether a line begins like "HTTP/1.1 200".
func isStatusLine(line []byte) bool {
	const example = "HTTP/1.1 200"
	if len(line) < len(example) || len(line) > len(example) && line[len(example)] != ' ' && line[len(example)] != '\r' {
		return false
	}
	for i, want := range []byte(example) {
		isDigit := line[i] >= '0' && line[i] <= '9'
		if line[i] != want && (!isDigit || want < '0' || want > '9') {
			return false
		}
	}
	return line[len("HTTP/1.1 ")] != '0' // fasthttp would take 000 for 200
}

// readLoneLF reads a header whose lines may end without CR, as RFC 9112, section 2.2, allows. fasthttp would wait for a CR.
func (c *leanConnection) readLoneLF() error {
	var header []byte
	for end := false; !end; {
		line, err := c.reader.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if err == nil {
			line = bytes.TrimRight(line, "\r\n")
			end = len(line) == 0
			line = append(bytes.Clone(line), "\r\n"...)
		}
		if header = append(header, line...); len(header) > maxHeader {
			return errHeader
		}
	}
	if formOf(header) == malformed {
		return errMalformed
	}
	return c.response.Header.Read(bufio.NewReaderSize(bytes.NewReader(header), len(header)))
}

func (c *leanConnection) readBody(status int) error {
	c.response.ResetBody()
	if status == fasthttp.StatusNoContent || status == fasthttp.StatusNotModified || status == fasthttp.StatusSwitchingProtocols {
		return nil // these have no body
	}
	length := c.response.Header.ContentLength() // reading the body changes it
	switch err := c.response.ReadBody(c.reader, maxBody); {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return c.truncate()
	case err != nil:
		return err
	}
	const chunked, untilEnd = -1, -2
	switch length {
	case chunked:
		return c.readTrailer()
	case untilEnd:
		return c.whole()
	default:
		return nil
	}
}

// whole fails where the body ended with a connection that was cut, and is no JSON: what was read is a part of an answer.
func (c *leanConnection) whole() error {
	if c.tls != nil && c.nonblocking.ending.Cut() && !json.Valid(c.response.Body()) {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// readTrailer reads what follows the last chunk. Its lines end with CRLF, unlike those of the header, as for net/http.
func (c *leanConnection) readTrailer() error {
	for left := maxHeader; left > 0; {
		line, err := c.reader.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return err
		case err == nil && !bytes.HasSuffix(line, []byte("\r\n")):
			return io.ErrUnexpectedEOF
		case len(line) == len("\r\n") && err == nil:
			return nil
		case err == nil && bytes.IndexByte(line, ':') <= 0:
			return errMalformed
		}
		left -= len(line)
	}
	return errHeader
}

// truncate reads the first maxBody bytes of a body that is too long: an identity may be in its first line. fasthttp has
// read all chunks before the one that is too long, and nothing of that one or of an unchunked body.
func (c *leanConnection) truncate() error {
	if missing := maxBody - len(c.response.Body()); missing > 0 {
		begun := make([]byte, missing)
		n, err := io.ReadFull(c.reader, begun)
		c.response.AppendBody(begun[:n])
		if err != nil {
			return err
		}
	}
	return errTruncated
}
