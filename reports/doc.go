// Package reports has no code; it is the map of its folders. A result is data, and every format is made of that data alone:
//
//	data                                        formats
//	  conformance  a run of the suite             console      what people see while a run goes, and its summary
//	  benchmark    a load run                     page         report.html, benchmark.html, matrix.html, comparison.html, power.html
//	  matrix       conformance side by side       markdown     summary.md, matrix.md, power.md
//	  compare      load runs compared             junit        junit.xml
//	  power        the kill matrix                annotations  GitHub workflow commands
//	  transcript   the redacted exchanges         badge        badge.svg
//	                                              har          transcript.har
//	                                              series       series.csv
//
// A data package has the types, JSON, and the conclusions: outcomes, exit codes, reasons. It does not import a format, and
// formats do not import suites or loadgen.
//
// What a report says of itself is a phrase: a key with arguments, whose English is in package phrase and whose Chinese is in
// messages/zh.phrases.yaml. The suites, loadgen and the data packages make phrases; formats say them with
// messages.Printer.Say.
//
// A new format is a package here with one function for each kind of result, such as
//
//	func WriteConformance(w io.Writer, in messages.Printer, report conformance.Report) error
//
// and an entry in the list of cmd/assay/render.go; its texts are keys of messages/en.yaml and zh.yaml. Several formats show
// the same figures of a load run: those are in figures. Test it with the reports of sample/golden, and add it to the renderers
// of sample/hostile_test.go, whose texts are hostile or far too long. Its file is named above, in README and in docs/reports.md;
// a test in cmd/assay says where one is missing.
//
// Also here: harm, what a violation does to a user or a service; uncertain, the intervals of what a load run measured and the
// verdicts that they allow; hdrlog, the HdrHistogram log by the second of timeline.hdr; reproduce, the scripts that show a finding again; remarks, what the reader of any run has to know of
// the servers; messages, the catalogue; jsonfile, which reads files of any origin; browser, which tests the pages in a browser.
package reports
