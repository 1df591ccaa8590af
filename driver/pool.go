package driver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/redact"
)

// Pool reads a file of codes that were issued beforehand, one JSON object a line, and returns a host that hands each
// of them out once, in the file's order, as long as it has not expired. It does nothing but mint.
//
// The error names the line of a code that is malformed, of no known kind, without appId or userId, or there already.
func Pool(path string) (assay.Host, error) {
	lines, err := ReadPool(path)
	if err != nil {
		return nil, err
	}
	codes := make([]assay.Code, len(lines))
	for i, line := range lines {
		if line.Fault != "" {
			return nil, fmt.Errorf("pool of codes %s: line %d: %s", path, line.Number, line.Fault)
		}
		codes[i] = line.Code
	}
	return newPool(path, codes, time.Now), nil
}

// A PoolLine is a line of a pool file that is not empty.
type PoolLine struct {
	Number int
	Code   assay.Code
	Fault  string // what keeps it from being a code to hand out; empty for nothing, and free of secrets
}

// ReadPool reads every line of a pool file, good and bad.
func ReadPool(path string) ([]PoolLine, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("pool of codes: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	codes, err := readCodes(file)
	if err != nil {
		return nil, fmt.Errorf("pool of codes %s: %w", path, err)
	}
	return codes, nil
}

func readCodes(source io.Reader) ([]PoolLine, error) {
	lines := bufio.NewScanner(source)
	lines.Buffer(nil, maxLine)
	var read []PoolLine
	seen := map[string]int{}
	number := 0
	for lines.Scan() {
		number++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		code, fault := readCode(lines.Bytes())
		if first, again := seen[code.Code]; again && fault == "" {
			fault = fmt.Sprintf("the code of line %d again", first)
		} else if code.Code != "" && !again {
			seen[code.Code] = number
		}
		read = append(read, PoolLine{number, code, fault})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("after line %d: %w", number, err)
	}
	return read, nil
}

// readCode says in its own words what is wrong with a line: encoding/json's may show a part of the code.
func readCode(line []byte) (code assay.Code, fault string) {
	switch err := json.Unmarshal(line, &code); {
	case err != nil:
		return code, "not the JSON object of a code"
	case code.Kind != assay.Login && code.Kind != assay.Phone:
		return code, fmt.Sprintf("kind %s; there are %q and %q", redact.Excerpt(string(code.Kind)), assay.Login, assay.Phone)
	case code.Code == "":
		return code, "code is missing"
	case code.AppID == "":
		return code, "appId is missing"
	case code.UserID == "":
		return code, "userId is missing"
	}
	return code, ""
}

type pool struct {
	path string
	now  func() time.Time

	mu   sync.Mutex
	left map[batch]*stock
}

// A batch is what makes codes alike for whoever asks.
type batch struct {
	kind  assay.Endpoint
	appID string
}

func newPool(path string, codes []assay.Code, now func() time.Time) *pool {
	p := &pool{path: path, now: now, left: map[batch]*stock{}}
	for _, code := range codes {
		key := batch{code.Kind, code.AppID}
		if p.left[key] == nil {
			p.left[key] = &stock{codes: map[string][]assay.Code{}}
		}
		p.left[key].add(code)
	}
	return p
}

// Ask implements [assay.Host].
func (p *pool) Ask(_ context.Context, request assay.HostRequest) (assay.HostReply, error) {
	switch request.Op {
	case assay.OpHello:
		hello := &assay.Hello{Name: "pool", Version: "1", Ops: []assay.Op{assay.OpMint}}
		return assay.HostReply{ID: request.ID, Hello: hello}, nil
	case assay.OpMint:
		codes, err := p.mint(request)
		return assay.HostReply{ID: request.ID, Codes: codes}, err
	default:
		return assay.HostReply{}, &assay.UnsupportedError{Op: request.Op, Why: p.whyNot(request.Op)}
	}
}

func (p *pool) whyNot(op assay.Op) string {
	return fmt.Sprintf("a pool of codes has no live host; for %s the target needs driver: {exec: …} or {http: …}", op)
}

func (p *pool) mint(request assay.HostRequest) ([]assay.Code, error) {
	if request.Count < 1 || request.Host == nil && request.Users < 1 {
		return nil, failed(request.Op, fmt.Sprintf("count %d, users %d", request.Count, request.Users), nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	stock := p.left[batch{request.Kind, request.AppID}]
	var codes []assay.Code
	lack := "is empty"
	if stock != nil {
		stock.expire(p.now())
		codes, lack = stock.take(request)
	}
	if lack != "" {
		return nil, &assay.UnsupportedError{Op: request.Op, Why: fmt.Sprintf(
			"the pool %s of %s codes for %s %s; add some to the file", p.path, request.Kind, request.AppID, lack)}
	}
	return codes, nil
}
