package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"assay/reports/conformance"
	"assay/reports/messages"
)

// A workflow is GitHub's, when the command runs in a job of one; the zero value is none.
type workflow struct {
	w       io.Writer // the job's log, in which a line that begins with :: is a command
	token   string
	summary string // the file that becomes the job's summary; empty for none
}

func workflowOf(around surroundings, w io.Writer) workflow {
	if actions, _ := around.env("GITHUB_ACTIONS"); actions != "true" {
		return workflow{}
	}
	summary, _ := around.env("GITHUB_STEP_SUMMARY")
	return workflow{w: w, token: rand.Text(), summary: summary}
}

// begin has the log taken for text until end: a target has a hand in what is printed, and must give no commands.
func (f workflow) begin() {
	if f.w != nil {
		_, _ = fmt.Fprintf(f.w, "::stop-commands::%s\n", f.token) // end has the writer's error
	}
}

// end annotates the change with what was found, and adds to the job's summary.
func (f workflow) end(in messages.Printer, report conformance.Report) error {
	if f.w == nil {
		return nil
	}
	if _, err := fmt.Fprintf(f.w, "::%s::\n", f.token); err != nil {
		return err
	}
	if err := conformance.WriteAnnotations(f.w, in, report); err != nil {
		return err
	}
	if f.summary == "" {
		return nil
	}
	file, err := os.OpenFile(f.summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return errors.Join(conformance.WriteMarkdown(file, in, report), file.Close())
}
