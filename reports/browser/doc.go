// Package browser tests the pages of reports in headless Chromium, and takes the pictures of the documentation. tools/setup
// installs the browser and axe-core.
package browser
