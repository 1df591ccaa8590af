package suites

import (
	"slices"
	"sync"

	"github.com/unified-login/assay"
)

// A User is a test user that a run injected or that a driver chose, so that its account can be deleted afterwards. It has no
// phone.
type User struct {
	UserID  string `json:"userId"`
	Channel string `json:"channel,omitempty"`
}

// maxInjected bounds the users that a run lists, at about 150 bytes each. A run has about 1 500.
const maxInjected = 1 << 16

// injectedUsers lists users once, in the order of their first code. The zero value is ready.
type injectedUsers struct {
	mu   sync.Mutex
	seen map[User]bool
	list []User
}

func (u *injectedUsers) add(user User) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if user.UserID == "" || u.seen[user] || len(u.list) >= maxInjected {
		return
	}
	if u.seen == nil {
		u.seen = map[User]bool{}
	}
	u.seen[user] = true
	u.list = append(u.list, user)
}

// remember adds the users of a request to the driver and of its reply.
func (u *injectedUsers) remember(request assay.HostRequest, reply assay.HostReply) {
	if request.Host != nil {
		u.add(User{text(request.Host.UserID), text(request.Host.Channel)})
		return
	}
	for _, code := range reply.Codes {
		u.add(User{code.UserID, code.Channel})
	}
}

// Users lists the test users of the run so far. Secrets that the run knows are replaced, because a driver may choose a phone
// as an id.
func (s *Session) Users() []User {
	s.users.mu.Lock()
	list := slices.Clone(s.users.list)
	s.users.mu.Unlock()
	for i := range list {
		list[i].UserID = s.config.Redactor.Text(list[i].UserID)
		list[i].Channel = s.config.Redactor.Text(list[i].Channel)
	}
	return list
}
