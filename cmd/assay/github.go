package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/unified-login/assay/reports/phrase"
)

// A workflow is the GitHub workflow that the command runs in. The zero value is for a command outside of one.
type workflow struct {
	w       io.Writer // the job's log, in which a line that starts with :: is a command
	token   string
	summary string // the file of the job's summary; empty without one
	text    bool   // commands in the log are disabled
}

func workflowOf(around surroundings, w io.Writer) *workflow {
	if actions, _ := around.env("GITHUB_ACTIONS"); actions != "true" {
		return &workflow{}
	}
	summary, _ := around.env("GITHUB_STEP_SUMMARY")
	return &workflow{w: w, token: rand.Text(), summary: summary}
}

// begin disables commands in the log until resume: the output quotes the target, which must not run commands.
func (f *workflow) begin() {
	if f.w != nil {
		_, _ = fmt.Fprintf(f.w, "::stop-commands::%s\n", f.token) // resume returns the writer's error
		f.text = true
	}
}

// resume enables commands in the log again.
func (f *workflow) resume() error {
	if !f.text {
		return nil
	}
	f.text = false
	_, err := fmt.Fprintf(f.w, "::%s::\n", f.token)
	return err
}

// end annotates the change with the results, and adds them to the job's summary.
func (f *workflow) end(annotate, summarize func(io.Writer) error) error {
	if f.w == nil {
		return nil
	}
	if err := f.resume(); err != nil {
		return err
	}
	if err := annotate(f.w); err != nil {
		return err
	}
	if f.summary == "" {
		return nil
	}
	file, err := openSink(f.summary, os.O_APPEND)
	if err != nil {
		return phrase.Failed(phrase.StepSummary, err)
	}
	return errors.Join(summarize(sink{file, readerPatience}), file.Close())
}
