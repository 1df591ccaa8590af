package assay

import "encoding/json"

// A Callback is a callback that wx.login or the getPhoneNumber button fired. Detail is exactly what the mini-program received.
type Callback struct {
	Name   string          `json:"name"`
	Detail json.RawMessage `json:"detail,omitempty"`
}

// A Detail holds the members of a callback's detail. A member that is missing or not a string is empty.
type Detail struct{ Code, AppID, APIServer, ErrMsg string }

// Read reads the callback's detail. It finds the members at the top of the detail or in a member detail of it, and accepts
// appid and appId, apiserver and apiServer.
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
