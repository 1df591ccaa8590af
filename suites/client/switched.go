package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/unified-login/assay"
)

// ToHTTP2 asks for HTTP/2 on the connection, as RFC 7540 3.2 did and Java's client still does. RFC 9113 has withdrawn it, and a server
// may ignore it. Only a [Connection] can follow.
func ToHTTP2() Bend {
	return func(r *Request) {
		r.Header.Set("Connection", "Upgrade, HTTP2-Settings")
		r.Header.Set("Upgrade", "h2c")
		r.Header.Set("Http2-Settings", "AAMAAABk") // a hundred streams
	}
}

// Switched reports whether the connection went over to HTTP/2, in which every further request is a stream.
func (c *Connection) Switched() bool { return c.streams != nil }

// switches reports whether a request asked for HTTP/2 and the answer agrees.
func switches(request assay.Request, response *assay.Response) bool {
	return strings.EqualFold(request.Header.Get("Upgrade"), "h2c") && response.Status == http.StatusSwitchingProtocols && strings.EqualFold(response.Header.Get("Upgrade"), "h2c")
}

// http2Streams are the requests of a connection that has changed to HTTP/2, one after another.
type http2Streams struct {
	framer *http2.Framer
	last   uint32
}

// mostFrames is how many frames one answer may take, and mostFrame how large one may be, which is what HTTP/2 begins with.
const mostFrames, mostFrame = 1 << 10, 16 << 10

// change begins HTTP/2 behind the answer 101, and reads the answer to the request that asked for it.
func (c *Connection) change() (*assay.Response, error) {
	if _, err := io.WriteString(c.conn, http2.ClientPreface); err != nil {
		return nil, err
	}
	framer := http2.NewFramer(c.conn, c.in)
	framer.SetMaxReadFrameSize(mostFrame)
	framer.ReadMetaHeaders = hpack.NewDecoder(4<<10, nil)
	framer.MaxHeaderListSize = maxHeader
	c.from.left = math.MaxInt // frames have bounds of their own
	if err := framer.WriteSettings(); err != nil {
		return nil, err
	}
	c.streams, c.ended = &http2Streams{framer: framer, last: 1}, false
	return c.streams.answer()
}

// send sends a request as the next stream and reads its answer.
func (s *http2Streams) send(request assay.Request, authority, path string) (*assay.Response, error) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	write := func(name, value string) {
		_ = encoder.WriteField(hpack.HeaderField{Name: name, Value: value}) // a buffer takes everything
	}
	write(":method", request.Method)
	write(":scheme", "http")
	write(":authority", authority)
	write(":path", path)
	for name, values := range request.Header {
		switch name = strings.ToLower(name); name {
		case "host", "connection", "upgrade", "http2-settings":
			continue // they are of HTTP/1.1 alone
		}
		for _, value := range values {
			write(name, value)
		}
	}
	write("content-length", strconv.Itoa(len(request.Body)))
	if block.Len() > mostFrame || len(request.Body) > mostFrame {
		return nil, errors.New("the request takes more than one frame")
	}
	s.last += 2
	if err := s.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: s.last, BlockFragment: block.Bytes(), EndHeaders: true}); err != nil {
		return nil, err
	}
	if err := s.framer.WriteData(s.last, true, request.Body); err != nil {
		return nil, err
	}
	return s.answer()
}

// stream sends a request on a connection that has changed to HTTP/2.
func (c *Connection) stream(request assay.Request) (*assay.Response, error) {
	server, err := url.Parse(c.server)
	if err != nil {
		return nil, err
	}
	header := request.Header.Clone()
	c.client.options.Route.Add(header)
	request.Header = header
	return c.streams.send(request, server.Host, server.EscapedPath()+strings.TrimPrefix(request.URL, c.server))
}

// answer reads the answer of the last stream. The bytes of all answers of a connection fit into the first window.
func (s *http2Streams) answer() (*assay.Response, error) {
	answer := &http.Response{Proto: "HTTP/2.0", ProtoMajor: 2, Header: http.Header{}}
	var body bytes.Buffer
	for range mostFrames {
		frame, err := s.framer.ReadFrame()
		if err != nil {
			return nil, err
		}
		ended := false
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				err = s.framer.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !frame.IsAck() {
				err = s.framer.WritePing(true, frame.Data)
			}
		case *http2.GoAwayFrame:
			if frame.LastStreamID < s.last {
				err = fmt.Errorf("the server ended the connection: %s", frame.ErrCode)
			}
		case *http2.RSTStreamFrame:
			if frame.StreamID == s.last {
				err = fmt.Errorf("the server reset the stream: %s", frame.ErrCode)
			}
		case *http2.MetaHeadersFrame:
			if frame.StreamID == s.last {
				readHeader(answer, frame)
				ended = frame.StreamEnded()
			}
		case *http2.DataFrame:
			if frame.StreamID == s.last && body.Len() <= MaxBody {
				body.Write(frame.Data())
			}
			ended = frame.StreamID == s.last && frame.StreamEnded()
		}
		if err != nil {
			return nil, err
		}
		if ended || body.Len() > MaxBody {
			if answer.StatusCode == 0 {
				return nil, errStatus
			}
			answer.Body = io.NopCloser(&body)
			return read(answer)
		}
	}
	return nil, fmt.Errorf("no answer within %d frames", mostFrames)
}

// readHeader adds the fields of a header or of trailers.
func readHeader(answer *http.Response, frame *http2.MetaHeadersFrame) {
	if status, err := strconv.Atoi(frame.PseudoValue("status")); err == nil {
		if status < http.StatusOK {
			return // an interim answer
		}
		answer.StatusCode = status
	}
	for _, field := range frame.RegularFields() {
		answer.Header.Add(field.Name, field.Value)
	}
}
