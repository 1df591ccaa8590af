package planfile

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/document"
	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/engine"
)

// Load reads the plan file at path. Its errors have one line for each problem, up to ten, joined by [errors.Join]: FILE:LINE:COLUMN, the
// problem and the way out.
func Load(path string) (File, error) {
	doc, err := document.Read(path)
	if err != nil {
		return File{}, err
	}
	return read(doc)
}

// Parse reads a plan file as [Load] does; errors call it name.
func Parse(name string, content []byte) (File, error) {
	doc, err := document.Parse(name, content)
	if err != nil {
		return File{}, err
	}
	return read(doc)
}

func read(doc *document.Document) (File, error) {
	if err := doc.Version(Version); err != nil {
		return File{}, err
	}
	r := reader{Document: doc, file: File{Members: map[string][]Value{}}}
	for _, member := range forms() {
		if n := doc.Find(member.name); n != nil {
			r.member(member, n)
		}
	}
	r.stages()
	r.levelsOfStages()
	doc.Validate(schema(), nil)
	if err := doc.Err(); err != nil {
		return File{}, err
	}
	return r.file, nil
}

// A reader takes the members from a document, and reports those whose text is not valid. What is of the wrong type is left out here; the
// schema reports it.
type reader struct {
	*document.Document
	file File
}

// keep keeps a value of a member.
func (r *reader) keep(name, text string, n *document.Node) {
	r.file.Members[name] = append(r.file.Members[name], Value{text, r.Place(n)})
}

// member reads a member.
func (r *reader) member(member memberForm, n *document.Node) {
	switch member.name {
	case Rate:
		if _, ok := document.Value(r.Document, n, bare(assay.ParseRateRange)); ok {
			r.keep(Rate, n.Text(), n)
		}
	case Duration, WarmUp, Timeout, PatienceLimit, LimitTime:
		if n.Text() != "" || n.IsNumber() { // of a number, it says how to write it
			r.keep(member.name, r.Duration(member.name, 0, math.MaxInt64).String(), n)
		}
	case Mix, Tags:
		r.mapping(member, n)
	case Users, InFlight, Seed:
		r.whole(member.name, n)
	case Connections:
		r.connections(n)
	case FindLimit, Calibrate, TLSResume:
		r.keep(member.name, strconv.FormatBool(n.IsTrue()), n)
	case LimitWithin:
		if n.IsNumber() {
			r.Reject(n, "has no unit; write it like %s%%", n.Raw())
			return
		}
		r.keep(LimitWithin, n.Text(), n)
	case Levels:
		for _, item := range n.Items() {
			r.level(item)
		}
	case Until:
		for _, item := range n.Items() {
			if _, ok := document.Value(r.Document, item, r.goal); ok {
				r.keep(Until, item.Text(), item)
			}
		}
	case AbortOn:
		for _, item := range n.Items() {
			r.keep(AbortOn, item.Text(), item)
		}
	default:
		r.keep(member.name, n.Text(), n)
	}
}

// goal reads an item of until.
func (r *reader) goal(text string) (loadgen.Goal, error) {
	goal, err := loadgen.ParseGoal(text)
	if err != nil { // without the text, which the document quotes
		err = errors.New(strings.TrimPrefix(strings.TrimPrefix(err.Error(), strconv.Quote(text)), " "))
	}
	return goal, err
}

// whole reads a whole number.
func (r *reader) whole(name string, n *document.Node) {
	if !n.IsNumber() {
		return
	}
	if _, err := strconv.ParseInt(n.Raw(), 10, 64); err != nil {
		r.Reject(n, "is not a whole number in range; write it like 100")
		return
	}
	r.keep(name, n.Raw(), n)
}

// connections reads for how long connections are used.
func (r *reader) connections(n *document.Node) {
	names := n.Names()
	if len(names) != 1 {
		r.Report(n, "connections has %d members; write reuse: false, or maxRequests: 50", len(names))
		return
	}
	value := n.Child(names[0])
	text := names[0] + "=" + value.Raw()
	if names[0] == "reuse" {
		text = names[0] + "=" + strconv.FormatBool(value.IsTrue())
	}
	if _, err := engine.ParseReuse(text); err != nil {
		return // the schema reports it
	}
	r.keep(Connections, text, n)
}

// mapping reads the weights of the mix, or the tags.
func (r *reader) mapping(member memberForm, n *document.Node) {
	var parts []string
	for _, name := range n.Names() {
		value := n.Child(name)
		if member.form == weights {
			parts = append(parts, name+"="+value.Raw())
			continue
		}
		if value.Text() == "" {
			continue
		}
		if err := loadgen.CheckTag(name, value.Text()); err != nil {
			r.Report(value, "tag %v", err)
		}
		r.keep(Tags, name+"="+value.Text(), value)
	}
	if member.form != weights {
		return
	}
	if len(parts) == 0 {
		r.Report(n, "mix has no weights; give at least one of %s a weight", words.List(loadgen.MixNames()))
		return
	}
	if _, err := loadgen.ParseMix(strings.Join(parts, ",")); err != nil && r.numbers(n) {
		r.Report(n, "mix: %v", err)
	}
	r.keep(Mix, strings.Join(parts, ","), n)
}

// numbers reports whether every member of the mix is known and has a number of at least 0; else the schema reports it.
func (r *reader) numbers(n *document.Node) bool {
	for _, name := range n.Names() {
		if !n.Child(name).IsNumber() || strings.HasPrefix(n.Child(name).Raw(), "-") || !slices.Contains(loadgen.MixNames(), name) {
			return false
		}
	}
	return true
}

// level reads a service level: its expression, or a mapping that has its parts apart.
func (r *reader) level(item *document.Node) {
	expression, endpoint, stage := item, item.Child("endpoint"), item.Child("stage")
	if item.Child("level") != nil {
		expression = item.Child("level")
	}
	slo, ok := document.Value(r.Document, expression, bare(assay.ParseSLO))
	if !ok {
		return
	}
	text := slo.Expression
	switch {
	case endpoint != nil && (slo.Scope != "" || slo.Stage != ""):
		r.Reject(endpoint, "is beside a level that names its own part of the run; keep one of the two")
		return
	case stage != nil && slo.Stage != "":
		r.Reject(stage, "is beside a level that names its own stage; keep one of the two")
		return
	case endpoint != nil:
		text = endpoint.Text() + "." + text
	}
	if stage != nil {
		text = stage.Text() + "/" + text
	}
	known := endpoint == nil || assay.Scope(endpoint.Text()).Endpoint() != "" // else the schema reports it
	if _, err := assay.ParseSLO(text); err != nil && known {
		r.Report(item, "%s: %v", item.Path(), err)
		return
	}
	r.keep(Levels, text, expression)
}

// stages reads the stages.
func (r *reader) stages() {
	n := r.Find("stages")
	if n == nil {
		return
	}
	r.file.StagesAt = r.Place(n)
	names, sum := map[string]bool{}, time.Duration(0)
	for i, item := range n.Items() {
		stage, ok := r.stage(item, fmt.Sprintf("stages.%d", i))
		if !ok {
			continue
		}
		if before := sum; before <= loadgen.MaxDuration {
			if sum += stage.Duration; sum > loadgen.MaxDuration {
				r.Report(item.Child("duration"), "the stages up to %s last %s in all; make them last at most %s", stage.Name, words.Duration(sum), words.Duration(loadgen.MaxDuration))
			}
		}
		if names[stage.Name] {
			r.Reject(item.Child("name"), "is the name of an earlier stage; give each its own")
		}
		names[stage.Name] = true
		r.file.Stages = append(r.file.Stages, stage)
	}
}

// stage reads one stage, which has to be possible by itself.
func (r *reader) stage(item *document.Node, path string) (loadgen.Stage, bool) {
	name, rate, shape := item.Child("name"), item.Child("rate"), item.Child("shape")
	_, named := document.Value(r.Document, name, func(text string) (string, error) { return text, stageName(text) })
	rates, rated := document.Value(r.Document, rate, bare(assay.ParseRateRange))
	stage := loadgen.Stage{Name: name.Text(), Shape: arrivals.Shape(shape.Text()), Rate: rates.From,
		Duration: r.Duration(path+".duration", 0, math.MaxInt64)}
	if shape == nil {
		stage.Shape = arrivals.Constant
	}
	if strings.Contains(rate.Text(), "..") {
		stage.To = rates.To
	}
	if !named || !rated || !slices.Contains(arrivals.Shapes(), stage.Shape) || item.Child("duration").Text() == "" {
		return stage, false
	}
	if rates.IsMax() {
		r.Reject(rate, "has no schedule, and a stage needs one; use a rate like 500/s")
		return stage, false
	}
	if stage.Duration <= 0 || stage.Duration > loadgen.MaxDuration {
		r.Reject(item.Child("duration"), "is out of range; use more than 0s and at most %s", loadgen.MaxDuration)
		return stage, false
	}
	if _, err := arrivals.New(stage.Shape, stage.Rate, stage.To, stage.Duration, 0); err != nil {
		r.Report(item, "stage %s: %v", stage.Name, err)
		return stage, false
	}
	return stage, true
}

// stageName is the error of a name, without the name.
func stageName(text string) error {
	if assay.CheckStage(text) != nil {
		return errors.New("is not a name of a stage; use a letter and then at most 31 letters, digits, _ and -")
	}
	return nil
}

// levelsOfStages reports levels about stages that the file does not have.
func (r *reader) levelsOfStages() {
	for i, item := range r.Find("levels").Items() {
		expression := item
		if item.Child("level") != nil {
			expression = item.Child("level")
		}
		text := expression.Text()
		if stage := item.Child("stage"); stage != nil {
			text = stage.Text() + "/p50<1s"
			expression = stage
		}
		slo, err := assay.ParseSLO(text)
		if err != nil || slo.Stage == "" || r.hasStage(slo.Stage) {
			continue
		}
		r.Report(expression, "levels[%d] is about the stage %q, which the plan does not have; write one of its stages", i, slo.Stage)
	}
}

func (r *reader) hasStage(name string) bool {
	for _, item := range r.Find("stages").Items() {
		if item.Child("name").Text() == name {
			return true
		}
	}
	return false
}

// bare is parse with errors that do not begin with the text, which the document's do.
func bare[T any](parse func(string) (T, error)) func(string) (T, error) {
	return func(text string) (T, error) {
		value, err := parse(text)
		return value, errors.Unwrap(err)
	}
}
