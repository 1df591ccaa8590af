package assay

import "encoding/json"

// A Callback is one that wx.login or the button fired: its name, and its detail exactly as the mini-program saw it.
type Callback struct {
	Name   string          `json:"name"`
	Detail json.RawMessage `json:"detail,omitempty"`
}

// A Detail is what a callback told the mini-program; a member that was not there, or is no string, is empty.
type Detail struct{ Code, AppID, APIServer, ErrMsg string }

// Read reads the callback's detail. The members stand at its top or under a detail inside it, and appid and apiserver
// are spelt either way.
func (c Callback) Read() Detail {
	var read Detail
	raw := c.Detail
	for range 2 {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return read
		}
		for name, value := range members {
			text, _ := Text(value)
			switch name {
			case "code":
				read.Code = text
			case "appid", "appId":
				read.AppID = text
			case "apiserver", "apiServer":
				read.APIServer = text
			case "errMsg":
				read.ErrMsg = text
			}
		}
		raw = members["detail"]
	}
	return read
}
