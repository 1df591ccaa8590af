// A driver for assay in Go, to copy: one file, standard library only.
//
//	driver: {exec: [go, run, driver.go]}     in the target file, or the binary that go build makes
//
// assay writes one request per line to standard input and reads one reply per line from standard output, matched by id, in
// any order. Write nothing else to standard output; standard error goes to the log of the run.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"slices"
	"time"
)

type message map[string]any // a request or a reply, by the protocol's member names

// callHostApp has your host app perform a request. REPLACE its body with a call of your own test API or UI automation;
// the reference's hook accepts assay's requests and returns assay's replies unchanged. `assay serve` prints its URL, to
// try this driver.
func callHostApp(request message) (message, error) {
	body, _ := json.Marshal(request) // it was JSON
	client := http.Client{Timeout: 20 * time.Second}
	response, err := client.Post(os.Getenv("HOST_APP_HOOK"), "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	reply := message{}
	err = json.NewDecoder(response.Body).Decode(&reply)
	return reply, err
}

// answer performs one op. DELETE those that your host app cannot do: their requirements are then untested, not failed.
func answer(request message) (message, error) {
	ops := []string{
		// Inject host.userId, host.channel and host.phone (do not inject an absent one, and clear the one of
		// the previous call), open the mini-program appId and call wx.login. Report the callbacks, also of a failure,
		// unchanged: {"callbacks": [{"name": "success", "detail": {"code": …, "appid": …, "apiserver": …}}]}
		"login",
		"getPhoneNumber", // the same, but tap the button; the callback is bindgetphonenumber
		"mint",           // issue count codes of a kind for appId: {"codes": [{"code", "userId", "channel", "phone"}]}
		"expire",         // expire one unused code: {"ok": true}
		"advance",        // move the platform's clock forward, on test systems only: {"ok": true}
		"issuePat",       // issue a PAT with scopes, of another developer if tenant is "other": {"pat": …}
		"revokePat",      // revoke one: {"ok": true}
		"gray",           // report grayscale values: {"ok": true}
	}
	if request["op"] == "hello" {
		return message{"hello": message{"name": "my host app", "version": "1", "ops": ops,
			"platforms": []string{"ios", "android", "harmonyos", "uniapp", "ide"}}}, nil
	}
	if op, _ := request["op"].(string); slices.Contains(ops, op) {
		return callHostApp(request)
	}
	return message{"unsupported": "not offered"}, nil
}

func main() {
	requests, replies := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	// One request after the other: a host app has one user at a time. The loop ends when assay closes the input.
	for requests.More() {
		var request message
		if err := requests.Decode(&request); err != nil {
			log.Fatal(err)
		}
		reply, err := answer(request)
		if err != nil {
			reply = message{"error": err.Error()} // an error of the driver, which does not count against the platform
		}
		reply["id"] = request["id"]
		if err := replies.Encode(reply); err != nil {
			log.Fatal(err)
		}
	}
}
