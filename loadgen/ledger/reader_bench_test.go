package ledger

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
)

// BenchmarkRead is what it costs to read an answer and to compare its identity, with 1 000 users who signed in before.
func BenchmarkRead(b *testing.B) {
	encode := base64.RawURLEncoding.EncodeToString
	jwt := func(user, n int) string {
		return encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + encode(fmt.Appendf(nil, `{"iss":"https://iam.example","sub":"account-%d","jti":"%d","iat":1721268942}`, user, n)) + ".c2ln"
	}
	for _, test := range []struct{ name, format string }{
		{"kept token", `{"error":"","errcode":"OK","data":{"channel":"finclip","openId":"open-%[1]d","unionId":"union-%[1]d","accessToken":"%[3]s"},"traceid":"4fccb7b175cc4016"}`},
		{"new JWT", `{"error":"","errcode":"OK","data":{"channel":"finclip","openId":"open-%[1]d","unionId":"union-%[1]d","accessToken":"%[4]s"},"traceid":"4fccb7b175cc4016"}`},
		{"new opaque", `{"error":"","errcode":"OK","data":{"channel":"finclip","openId":"open-%[1]d","unionId":"union-%[1]d","accessToken":"opaque-token-%[2]d"},"traceid":"4fccb7b175cc4016"}`},
		{"more members", `{"success":true,"timestamp":1721268942123,"previous":{"openId":"open-%[1]d"},"error":"","errcode":"OK","data":{"channel":"finclip","openId":"open-%[1]d","unionId":"union-%[1]d","accessToken":"%[3]s"},"traceid":"4fccb7b175cc4016"}`},
	} {
		b.Run(test.name, func(b *testing.B) { benchmarkRead(b, test.format, jwt) })
	}
}

func benchmarkRead(b *testing.B, format string, jwt func(user, n int) string) {
	const users, rounds = 1000, 64
	route, err := engine.NewRoute("http://192.0.2.1", assay.Login, "fc1", "pat", nil)
	if err != nil {
		b.Fatal(err)
	}
	reader, answers := Reader{Users: codes.NewUsers(), Kept: NewBudget(), Latest: new(Latest)}, make([]*Exchange, users*rounds)
	for i := range answers {
		user := reader.Users.Of(&assay.Code{UserID: fmt.Sprint("user-", i%users), Channel: "finclip", Phone: fmt.Sprintf("138%08d", i%users)})
		x := &Exchange{User: user, Endpoint: assay.Login, Fresh: true, Request: &engine.Request{}, Code: "code", Answer: engine.Answer{Status: http.StatusOK,
			From: deadConnection{}, Body: fmt.Appendf(nil, format, i%users, i, jwt(i%users, 0), jwt(i%users, i))}}
		x.Request.Set(route, x.Code)
		answers[i] = x
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if reading := reader.Read(answers[n%len(answers)]); !reading.Own {
			b.Fatal("an answer counts as wrong")
		}
	}
}
