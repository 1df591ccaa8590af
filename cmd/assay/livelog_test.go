package main

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/transcript"
)

// However the text arrives, no secret is shown, and every line that is not too long is.
func TestLiveLog(t *testing.T) {
	redactor := transcript.NewRedactor(nil)
	redactor.Learn(transcript.KindPAT, "pat_canary0123456789")
	text := "begin\npat_canary0123456789 and 1drac2l7scWpTtetZtF4tA02ll\r\n" + strings.Repeat("long ", 100_000) + "\nend\x1b[2J"
	for _, piece := range []int{1, 7, 4096, len(text)} {
		var shown strings.Builder
		log := &liveLog{w: &shown, redactor: redactor}
		for rest := text; rest != ""; {
			n := min(piece, len(rest))
			_, _ = log.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		log.flush()
		lines := strings.Split(shown.String(), "\n")
		if len(lines) != 5 || lines[0] != "begin" || !strings.HasPrefix(lines[1], "~pat-") || !strings.HasSuffix(lines[1], " and [secret]") ||
			lines[2] != "… a line that is too long" || lines[3] != `end\x1b[2J` {
			t.Errorf("in pieces of %d: %q", piece, lines)
		}
	}
}
