package phrase

// What a file has that a command reads or writes, and why it cannot.
const (
	RowFailed        Key = "file.row"
	RowOutOfOrder    Key = "file.row-order"
	DirectoryWithout Key = "file.directory-without"
	FileContradicts  Key = "file.contradicts"
	FileFailed       Key = "file.failed"
	CompareSides     Key = "file.compare-sides"
	CompareForms     Key = "file.compare-forms"
	MatrixNeeds      Key = "file.matrix-needs"
	MergeNeeds       Key = "file.merge-needs"
	MergeTwice       Key = "file.merge-twice"
	MergeReplaced    Key = "file.merge-replaced"
	PairReversed     Key = "file.pair-reversed"
	PairTolerances   Key = "file.pair-tolerances"
	OutOther         Key = "file.out-other"
	OutChanged       Key = "file.out-changed"
	OutFailed        Key = "file.out-failed"
	PipeNotRead      Key = "file.pipe-not-read"
	PipeNobody       Key = "file.pipe-nobody"
)

func ofFileUsage() map[Key]Text {
	return map[Key]Text{
		RowFailed:        always("row %d: %s"),
		RowOutOfOrder:    always("row %d: second %d does not follow second %d"),
		DirectoryWithout: always("%s has no %s; name the output directory of a run"),
		FileContradicts:  always("%s contradicts itself: %s; it was edited, or put together of several: use the file as its run wrote it"),
		FileFailed:       always("%s: %s; %s"),
		CompareSides:     always("%s needs two sides, not %d; separate several runs of a side by commas: a1,a2 b1,b2"),
		CompareForms:     always("--json and --markdown are two forms of the comparison; omit one of them"),
		MatrixNeeds:      always("%s needs a conformance.json, or a directory that has one; name several to compare them"),
		MergeNeeds:       always("%s needs a %s, or a directory that has one; name several to add them up"),
		MergeTwice:       always("%s is named twice and would count twice; name every log once"),
		MergeReplaced:    always("%s would be replaced by the sum; name another directory with --out"),
		PairReversed:     always("%s is side %s of the run that measured both; name them the other way round: %s %s"),
		PairTolerances:   always("%s compares them with --tolerance %s and --tolerance-errors %s; use these, or run assay load --against with others"),
		OutOther:         always("--out %s has another run in %s; use another directory"),
		OutChanged:       always("--out %s: %s; name a directory that no other program writes to"),
		OutFailed:        always("--out %s: %s; %s"),
		PipeNotRead:      always("a named pipe whose reader does not read"),
		PipeNobody:       always("a named pipe that nobody reads"),
	}
}
