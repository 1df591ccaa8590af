package page

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/unified-login/assay/reports/messages"
)

// A fact is a row of the environment.
type fact struct {
	Label  string
	Values []value
}

type value struct {
	Text string
	Link bool
}

// facts are the rows of an environment, as they are collected.
type facts struct {
	in  messages.Printer
	all []fact
}

// add adds the row of a key of the catalogue; none without a value. Only a web address is a link.
func (f *facts) add(key string, values ...string) {
	row := fact{Label: f.in.Text("environment." + key)}
	for _, text := range values {
		if text != "" {
			row.Values = append(row.Values, value{text, key == "url" && isWeb(text)})
		}
	}
	if len(row.Values) > 0 {
		f.all = append(f.all, row)
	}
}

func (b *builder) environment() []fact {
	report, of := b.report, facts{in: b.in}
	add := of.add
	add("implementation", strings.TrimSpace(report.Implementation.Product+" "+report.Implementation.Version))
	add("organization", report.Implementation.Organization)
	add("url", report.Implementation.URL)
	add("contact", report.Implementation.Contact)
	add("apiServer", report.Target.APIServers...)
	add("driver", report.Target.Driver)
	add("profiles", strings.Join(report.Declared(), ", "))
	if report.Selection != nil {
		add("selection", report.Selection.String())
	}
	if !report.Started.IsZero() {
		add("started", stamp(report.Started))
		add("took", b.in.Text("environment.seconds", fmt.Sprintf("%.1f", report.Seconds)))
	}
	add("seed", fmt.Sprint(report.Seed))
	add("suite", "assay "+report.Suite.Version)
	add("set", report.Suite.RequirementSet, report.Suite.Digest)
	return of.all
}

// isWeb reports whether text may be a link: only web addresses may.
func isWeb(text string) bool {
	address, err := url.Parse(text)
	return err == nil && len(text) <= lineLimit && (address.Scheme == "https" || address.Scheme == "http") && address.Host != ""
}
