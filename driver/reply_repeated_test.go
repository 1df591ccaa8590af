package driver

import "testing"

// A reply that has a member of the protocol twice says two things, so it is the driver's fault and no silent host app. What the
// protocol does not know may be anything.
func TestRepeatedMembersAreTheDriversFault(t *testing.T) {
	for text, want := range map[string]string{
		`{"id":1,"callbacks":[{"name":"success","detail":{"code":"x"}}],"callbacks":[]}`: "callbacks",
		`{"id":1,"ok":true,"id":2}`:                                                 "id",
		`{"id":1,"callbacks":[],"Callbacks":[]}`:                                    "callbacks",
		`{"id":1,"callbacks":[],"c\u0061llbacks":[]}`:                               "callbacks",
		`{"id":1,"callbacks":[{"name":"success","name":"fail","detail":{}}]}`:       "name",
		`{"id":1,"later":[{"detail":{"code":"x"},"name":"success","detail":null}]}`: "detail",
		`{"id":1,"codes":[{"code":"x","userId":"u"},{"code":"y","code":"z"}]}`:      "code",
		`{"id":1,"hello":{"name":"x","ops":["login"],"ops":[],"platforms":[]}}`:     "ops",

		`{"id":1,"callbacks":[{"name":"success","detail":{"code":"x","code":"y"}},{"name":"success"}]}`: "",
		`{"id":1,"callbacks":[{"name":"a"},{"name":"b"}],"later":[{"name":"c"}]}`:                       "",
		`{"id":1,"debug":{"code":"x","code":"y"},"trace":[{"id":1,"id":2}],"debug":3,"ok":true}`:        "",
		`{"id":1,"codes":[{"code":"x","tags":{"code":1,"code":2},"tag":1,"tag":2},{"code":"y"}]}`:       "",
		`{"id":1,"hello":{"name":"x","version":"1","ops":[],"platforms":[]},"ok":false}`:                "",
	} {
		_, err := readReply([]byte(text))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "" && (err == nil || err.Error() != `a reply with two members "`+want+`" in one object; write each once`):
			t.Errorf("%s: %v, want two members %q", text, err, want)
		}
	}
}
