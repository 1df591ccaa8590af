package driver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/internal/redact"
)

// Pool reads a file of codes that were issued in advance, one JSON object per line. The host that it returns offers only
// mint: it returns each code once, in the order of the file, unless the code has expired.
//
// The error names the line of a code that is malformed, of an unknown kind, without appId or userId, or repeated, or that has a
// member twice.
func Pool(path string) (assay.Host, error) {
	lines, err := ReadPool(path)
	if err != nil {
		return nil, err
	}
	codes := make([]assay.Code, len(lines))
	for i, line := range lines {
		if line.Fault != "" {
			return nil, fmt.Errorf("pool of codes %s: line %d: %s; correct the line or remove it", path, line.Number, line.Fault)
		}
		codes[i] = line.Code
	}
	return newPool(path, codes, time.Now), nil
}

// maxPool is the largest pool file in bytes: some three million codes, which are kept in memory.
const maxPool = 1 << 30

// A PoolLine is a non-empty line of a pool file.
type PoolLine struct {
	Number int
	Code   assay.Code
	Fault  string // why the line cannot be used, without secrets; empty if it can
}

// ReadPool reads every line of a pool file, good and bad.
func ReadPool(path string) ([]PoolLine, error) {
	file, err := files.Open(path, maxPool)
	if err != nil {
		return nil, fmt.Errorf("pool of codes %s: %w; %s", path, err, files.WayOut(err, "check the path"))
	}
	defer func() { _ = file.Close() }() // only read
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
			fault = fmt.Sprintf("repeats the code of line %d", first)
		} else if code.Code != "" && !again {
			seen[code.Code] = number
		}
		read = append(read, PoolLine{number, code, fault})
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d is longer than %d MiB; end each code with a line break", number+1, maxLine>>20)
	case err != nil:
		return nil, fmt.Errorf("after line %d: %w", number, err)
	}
	return read, nil
}

// readCode describes a fault in its own words, because an error of encoding/json may show a part of the code.
func readCode(line []byte) (code assay.Code, fault string) {
	err, fault := json.Unmarshal(line, &code), repeatedOfCode(line)
	switch {
	case err != nil:
		return code, "not a JSON object that describes a code"
	case fault != "":
		return code, fault
	case code.Kind != assay.Login && code.Kind != assay.Phone:
		return code, fmt.Sprintf("unknown kind %s; use %q or %q", redact.Excerpt(string(code.Kind)), assay.Login, assay.Phone)
	case code.Code == "":
		return code, "code is missing"
	case code.AppID == "":
		return code, "appId is missing"
	case code.UserID == "":
		return code, "userId is missing"
	}
	return code, ""
}

// repeatedOfCode describes a member that a code has twice, because encoding/json would keep the last one without a word.
func repeatedOfCode(line []byte) string {
	members := []string{"kind", "code", "appId", "userId", "channel", "phone", "expiresAt"}
	member, second := twice(line, members, func(_ string, depth int) bool { return depth == 1 })
	if member == "" {
		return ""
	}
	return fmt.Sprintf("column %d: %s is there twice; write it once", utf8.RuneCount(line[:second])+1, member)
}

type pool struct {
	path string
	now  func() time.Time

	mu   sync.Mutex
	left map[batch]*stock
}

// A batch is the codes that can serve the same request.
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
		return nil, failed(request.Op, fmt.Sprintf("count %d, users %d: both must be positive", request.Count, request.Users), nil)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	stock := p.left[batch{request.Kind, request.AppID}]
	var codes []assay.Code
	shortage := "is empty"
	if stock != nil {
		stock.expire(p.now())
		codes, shortage = stock.take(request)
	}
	if shortage != "" {
		return nil, &assay.UnsupportedError{Op: request.Op, Why: fmt.Sprintf(
			"the pool %s of %s codes for %s %s; add codes to the file", p.path, request.Kind, request.AppID, shortage)}
	}
	return codes, nil
}
