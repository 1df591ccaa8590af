package main

import (
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/internal/files"
	"github.com/unified-login/assay/reports/hdrlog"
	"github.com/unified-login/assay/reports/phrase"
)

func reportMergeCommand(around surroundings) *cobra.Command {
	var out string
	command := &cobra.Command{
		Use:   "merge FILE...",
		Short: "Add up the response times by the second of load runs that started together",
		Long: `Add up the response times by the second of load runs that started together, such as those
on several machines against one target. FILE is a timeline.hdr or a directory that has one.
The histograms of the same second after the earliest start are added, so that the sum is
the log of one run that sent everything. Runs that started more than half a second apart
are refused. The other files of the runs are not added up.`,
		Example: `  assay report merge node1 node2 node3 --out all      writes all/timeline.hdr`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) == 0 {
				return phrase.Failed(phrase.MergeNeeds, command.CommandPath(), secondsFile)
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			around := around.lasting()
			if err := os.MkdirAll(out, 0o755); err != nil {
				return outError(out, err)
			}
			path := filepath.Join(out, secondsFile)
			if err := onceEach(path, args); err != nil {
				return err
			}
			if err := streamFile(path, func(w io.Writer) error { return mergeSeconds(w, args) }); err != nil {
				return err
			}
			return tellWritten(around.stdout, []string{path})
		},
	}
	command.Flags().SortFlags = false
	command.Flags().StringVar(&out, "out", "out", "`DIR` for "+secondsFile)
	return command
}

// onceEach refuses a log that is named twice, which would count twice, and one that the sum would replace.
func onceEach(out string, paths []string) error {
	var named []os.FileInfo
	sum, _ := os.Stat(out) // absent before the first merge
	for _, path := range paths {
		path = inDirectory(path, secondsFile)
		info, err := os.Stat(path)
		if err != nil {
			continue // to open it says why
		}
		switch same := func(other os.FileInfo) bool { return os.SameFile(info, other) }; {
		case slices.ContainsFunc(named, same):
			return phrase.Failed(phrase.MergeTwice, path)
		case sum != nil && same(sum):
			return phrase.Failed(phrase.MergeReplaced, path)
		}
		named = append(named, info)
	}
	return nil
}

// mergeSeconds writes the sum of the logs at paths.
func mergeSeconds(w io.Writer, paths []string) (err error) {
	const most = 4 << 30 // a week at 50 000/s has less
	logs := make([]io.Reader, len(paths))
	for i, path := range paths {
		path = inDirectory(path, secondsFile)
		file, failed := files.Open(path, most)
		if failed != nil {
			return phrase.Failed(phrase.FileFailed, path, failed, wayOut(failed, phrase.HintPath))
		}
		defer func() { err = cmp.Or(err, file.Close()) }()
		logs[i] = file
	}
	err = hdrlog.Merge(w, logs...)
	if bad, ok := errors.AsType[*hdrlog.LogError](err); ok {
		return phrase.Failed(phrase.At, inDirectory(paths[bad.Number-1], secondsFile), bad.Err)
	}
	return err
}
