package secrets_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/transcript/secrets"
)

// BenchmarkFind measures the search of a mebibyte of ordinary text in several scripts, with 5 000 known codes and one PAT.
func BenchmarkFind(b *testing.B) {
	index := secrets.New()
	index.Add(secrets.KindPAT, "pat_7Gk2mQ9xLr4TzW8bVn3cHs6JdYf5Ea1P", "[pat]")
	for i := range 5000 {
		index.Add(secrets.KindCode, fmt.Sprintf("%06dq8Wm2Xk7Rt4Vb9Nc3Lz6Hs1J", i), "[code]")
	}
	const size = 1 << 20
	for _, script := range []struct{ name, text string }{
		{"ascii", "The service is not ready to answer; ask again in 30 seconds, or see the page on its state. "},
		{"json", `{"error":"0","data":{"openId":"u-118","list":[1,2,3]},"traceid":"4f1c"}` + "\n"},
		{"escaped", `{"error":"1","message":"line one\nline two \u4f60\u597d","page":"https://a.example/b%20c"}` + "\n"},
		{"ampersand", "Terms & conditions apply to 100 % of all users & guests of this service; ask us & we tell you. "},
		{"cjk", "服务尚未就绪，请在三十秒后重试；或者查看状态页面。如果仍有问题，请联系管理员。"},
		{"accents", "Le serveur a été arrêté à 20 heures; réessayez plus tard, ou écrivez à l'équipe d'exploitation. "},
		{"fullwidth", "Ｔｈｅ　ｓｅｒｖｉｃｅ　ｉｓ　ｎｏｔ　ｒｅａｄｙ　ｔｏ　ａｎｓｗｅｒ．"},
	} {
		b.Run(script.name, func(b *testing.B) {
			text := []byte(strings.Repeat(script.text, size/len(script.text)+1))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				index.Find(text, secrets.Anywhere, nil)
			}
		})
	}
}
