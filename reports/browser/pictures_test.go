package browser

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

var pictures = flag.String("pictures", "", "write the documentation's pictures to this directory")

// pictureLimit is the largest size of a picture, in bytes.
const pictureLimit = 300 << 10

// A view is one picture: a page, and the steps before it is taken.
type view struct {
	name, file string
	prepare    step
}

// TestPictures takes the pictures of docs/reports.md, light and dark; make pictures writes them. Without a directory it takes the
// first one only, as a check.
func TestPictures(t *testing.T) {
	dir, all := *pictures, views(t)
	if dir == "" {
		dir, all = t.TempDir(), all[:1]
	}
	if *pictures != "" && alike(newTab(t), '中', '文') {
		t.Fatal("this machine has no font with Chinese characters, so that pictures would show boxes; install one, for example the package fonts-noto-cjk")
	}
	for _, view := range all {
		for _, colours := range []string{"light", "dark"} {
			tab := newTab(t, size(1280, 960), scheme(colours))
			tab.open(view.file)
			tab.run(view.prepare)
			picture := value(tab, picture)
			if len(picture) > pictureLimit || !bytes.HasPrefix(picture, []byte("RIFF")) {
				t.Errorf("%s %s: %d bytes", view.name, colours, len(picture))
			}
			if err := os.WriteFile(filepath.Join(dir, view.name+"-"+colours+".webp"), picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// alike reports whether the browser draws two characters alike, as it does if no font has them.
func alike(o *tab, one, other rune) bool {
	o.Helper()
	return value(o, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
		const draw = character => {
			const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
			context.font = '40px sans-serif';
			context.fillText(character, 10, 60);
			return canvas.toDataURL();
		};
		return draw(String.fromCodePoint(%d)) === draw(String.fromCodePoint(%d));
	})()`, one, other)))
}

// Characters that no font has look alike, and others do not: noncharacters stand for the first.
func TestAMissingFontIsSeen(t *testing.T) {
	tab := newTab(t)
	if !alike(tab, 0xffff0, 0xffff1) || alike(tab, 'A', 'B') {
		t.Error("characters without a font are not distinguished from others")
	}
}

func views(t *testing.T) []view {
	t.Helper()
	earlier, other := sample.Nonconformant().Report, sample.Conformant().Report
	earlier.Implementation.Version = "4.1.3"
	other.Implementation.Product, other.Implementation.Version, other.Implementation.Organization = "Globex Connect", "2.0", "Globex"
	nonconformant := conformancePage(t, messages.English, sample.Nonconformant())
	return []view{
		{"conformant", conformancePage(t, messages.English, sample.Conformant()), eval("0")},
		{"nonconformant", nonconformant, eval("0")},
		{"finding", nonconformant, eval(`location.hash = "code.single-use-later"; document.activeElement.blur()`)},
		{"chinese", conformancePage(t, messages.Chinese, sample.Nonconformant()), eval("0")},
		{"benchmark", benchmarkPage(t, messages.English, sample.Load()), eval("0")},
		{"curves", benchmarkPage(t, messages.English, sample.Load()), eval(`document.getElementById("times").scrollIntoView()`)},
		{"matrix", matrixPage(t, messages.English, earlier, sample.Conformant().Report, other), eval("0")},
	}
}

// picture takes a picture of the window.
func picture(ctx context.Context, target *chromedp.Target) ([]byte, error) {
	quality := int64(88)
	taken, err := cdp.Call(ctx, target, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{
		Format: cdppage.CaptureScreenshotFormatWebp, Quality: &quality,
	})
	return taken.Data, err
}
