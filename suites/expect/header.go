package expect

import (
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/reproduce"
)

// BeLabelledJSON holds when the answer's media type is application/json or one that ends in +json.
func BeLabelledJSON() Matcher {
	return answered("Content-Type application/json", func(x assay.Exchange) (string, bool) {
		label := x.Response.Header.Get("Content-Type")
		media, _, err := mime.ParseMediaType(label)
		ok := err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
		return fmt.Sprintf("Content-Type %q with status %d", shown([]byte(label)), x.Response.Status), ok
	}).Shows(reproduce.LacksHeader("content-type", "[/+]json"))
}

// ForbidStoring holds when Cache-Control says no-store.
func ForbidStoring() Matcher {
	return answered("Cache-Control: no-store", func(x assay.Exchange) (string, bool) {
		value := strings.Join(x.Response.Header.Values("Cache-Control"), ", ")
		for directive := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "no-store") {
				return "", true
			}
		}
		if value == "" {
			return "no Cache-Control with an identity", false
		}
		return fmt.Sprintf("Cache-Control %q with an identity", shown([]byte(value))), false
	}).Shows(reproduce.LacksHeader("cache-control", "no-store"))
}

// TravelOverTLS holds when the connection used TLS 1.2 or later. The client has already verified the certificate.
func TravelOverTLS() Matcher {
	return answered("TLS 1.2 or later", func(x assay.Exchange) (string, bool) {
		switch version := x.Response.TLS; version {
		case "TLS 1.2", "TLS 1.3":
			return "", true
		case "":
			return "no TLS", false
		default:
			return version, false
		}
	})
}

// NotFailUnderLoad holds unless the answer is a 5xx other than a 503 with Retry-After.
func NotFailUnderLoad() Matcher {
	m := each("no 5xx except 503 with Retry-After", func(x assay.Exchange) (string, bool) {
		r := x.Response
		excused := r != nil && r.Status == http.StatusServiceUnavailable && r.Header.Get("Retry-After") != ""
		summary := Summary(x)
		switch {
		case r == nil || r.Status/100 != 5:
		case r.Status == http.StatusServiceUnavailable:
			summary += "; Retry-After is what is missing"
		case x.Requirement == "code.single-use-race":
			summary += "; the possible sign of a redemption that is not atomic"
		}
		return summary, r == nil || r.Status/100 != 5 || excused
	})
	m.Settles = true
	return m
}
