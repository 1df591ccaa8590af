package engine

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/valyala/fasthttp"
)

var (
	// errInterim ends an exchange that has only interim answers.
	errInterim = errors.New("too many interim answers")
	// errTruncated reports that a body is longer than maxBody.
	errTruncated = errors.New("the body is too long")
)

// readResponse reads an answer; answered says that its header was received. It skips interim answers, with a status of
// 1xx, up to a limit.
func (c *leanConnection) readResponse() (answered bool, err error) {
	const maxInterim = 8
	for range maxInterim {
		if err := c.readHeader(); err != nil {
			return false, err
		}
		if status := c.response.StatusCode(); status/100 != 1 || status == fasthttp.StatusSwitchingProtocols {
			return true, c.readBody(status)
		}
	}
	return false, errInterim
}

// readHeader reads a header. One that does not fit makes the buffer grow, once.
func (c *leanConnection) readHeader() error {
	err := c.response.Header.Read(c.reader)
	if _, small := errors.AsType[*fasthttp.ErrSmallBuffer](err); !small || c.reader.Size() >= maxHeader {
		return err
	}
	begun, _ := c.reader.Peek(c.reader.Buffered())
	begun = bytes.Clone(begun)
	c.reader = bufio.NewReaderSize(nil, maxHeader)
	c.reader.Reset(io.MultiReader(bytes.NewReader(begun), c.conn))
	return c.response.Header.Read(c.reader)
}

func (c *leanConnection) readBody(status int) error {
	c.response.ResetBody()
	if status == fasthttp.StatusNoContent || status == fasthttp.StatusNotModified || status == fasthttp.StatusSwitchingProtocols {
		return nil // these have no body
	}
	switch err := c.response.ReadBody(c.reader, maxBody); {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return c.truncate()
	case err != nil:
		return err
	}
	const chunked = -1
	if c.response.Header.ContentLength() != chunked {
		return nil
	}
	if err := c.response.Header.ReadTrailer(c.reader); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
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
