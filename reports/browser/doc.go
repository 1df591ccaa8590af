// Package browser tests the pages of the reports in a real browser, headless Chromium, and takes their pictures for the
// documentation. tools/setup installs the browser, and axe-core beside it.
package browser
