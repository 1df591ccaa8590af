package page

import (
	"fmt"
	"net/url"
	"strings"
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

func (b *builder) environment() []fact {
	report := b.report
	var all []fact
	add := func(key string, values ...string) {
		row := fact{Label: b.in.Text("environment." + key)}
		for _, text := range values {
			if text != "" {
				row.Values = append(row.Values, value{text, key == "url" && isWeb(text)})
			}
		}
		if len(row.Values) > 0 {
			all = append(all, row)
		}
	}
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
	return all
}

// isWeb reports whether text may be a link: only web addresses may.
func isWeb(text string) bool {
	address, err := url.Parse(text)
	return err == nil && len(text) <= lineLimit && (address.Scheme == "https" || address.Scheme == "http") && address.Host != ""
}
