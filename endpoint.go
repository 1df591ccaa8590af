package assay

// An Endpoint is one of the two operations that exchange a code.
type Endpoint string

// The endpoints of the guide, sections Login and Phone Number. The names are also the kinds of code: a code of kind "login" is
// for the endpoint login.
const (
	Login Endpoint = "login"
	Phone Endpoint = "phone"
)

const unifiedAuth = "/api/v1/open/dev/mini-apps/unified-auth"

// Endpoints returns both endpoints in the guide's order.
func Endpoints() []Endpoint { return []Endpoint{Login, Phone} }

// Path returns the endpoint's path below the API server, with a leading slash.
func (e Endpoint) Path() string {
	if e == Phone {
		return unifiedAuth + "/phone/get"
	}
	return unifiedAuth + "/login"
}

// Identity returns the name of the member of data that identifies the user: openId for login, phone for phone.
func (e Endpoint) Identity() string {
	if e == Phone {
		return "phone"
	}
	return "openId"
}
