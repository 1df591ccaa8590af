package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
)

// A workflow is GitHub's, when the command runs in a job of one; the zero value is none.
type workflow struct {
	w       io.Writer // the job's log, in which a line that begins with :: is a command
	token   string
	summary string // the file that becomes the job's summary; empty for none
	text    bool   // the log is taken for text
}

func workflowOf(around surroundings, w io.Writer) *workflow {
	if actions, _ := around.env("GITHUB_ACTIONS"); actions != "true" {
		return &workflow{}
	}
	summary, _ := around.env("GITHUB_STEP_SUMMARY")
	return &workflow{w: w, token: rand.Text(), summary: summary}
}

// begin has the log taken for text until resume: a target has a hand in what is printed, and must give no commands.
func (f *workflow) begin() {
	if f.w != nil {
		_, _ = fmt.Fprintf(f.w, "::stop-commands::%s\n", f.token) // resume has the writer's error
		f.text = true
	}
}

// resume has commands taken for commands again.
func (f *workflow) resume() error {
	if !f.text {
		return nil
	}
	f.text = false
	_, err := fmt.Fprintf(f.w, "::%s::\n", f.token)
	return err
}

// end annotates the change with what was found, and adds to the job's summary.
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
	file, err := os.OpenFile(f.summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return errors.Join(summarize(file), file.Close())
}
