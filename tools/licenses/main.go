// Command licenses lists the license of each module that is linked into a command, and fails where it does not know one, where one
// asks for more than notices, or where the notice of a module is missing from NOTICE.
//
//	licenses ROOT PACKAGE
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// accepted are the licenses that ask for notices at most, by their SPDX names.
func accepted() []string {
	return []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}
}

// named matches the names of license files.
var named = regexp.MustCompile(`(?i)^(licen[sc]e|copying)`)

// A module is one that the command links.
type module struct{ path, version, dir string }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: licenses ROOT PACKAGE")
		os.Exit(2)
	}
	if err := report(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

// report prints a line for each module, and returns what is wrong with them.
func report(root, linked string) error {
	modules, err := modulesOf(root, linked)
	if err != nil {
		return err
	}
	notice, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		return fmt.Errorf("read the notices: %w", err)
	}
	var wrong []error
	for _, m := range modules {
		found, err := m.licenses()
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		fmt.Printf("%-28s %s %s\n", strings.Join(found, " "), m.path, m.version)
		for _, name := range found {
			if !slices.Contains(accepted(), name) {
				wrong = append(wrong, fmt.Errorf("%s has the license %s, which is not one of %s; replace the module", m.path, name,
					strings.Join(accepted(), ", ")))
			}
		}
		if notices, _ := filepath.Glob(filepath.Join(m.dir, "NOTICE*")); len(notices) > 0 && !bytes.Contains(notice, []byte("\n"+m.path+"\n")) {
			wrong = append(wrong, fmt.Errorf("%s has a notice of its own, which NOTICE lacks; copy it there", m.path))
		}
	}
	return errors.Join(wrong...)
}

// modulesOf are the modules that a package of the module at root links, without that module itself.
func modulesOf(root, linked string) ([]module, error) {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}"
	list := exec.Command("go", "list", "-deps", "-f", format, linked)
	list.Dir, list.Stderr = root, os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list the modules of %s: %w", linked, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var modules []module
	for _, line := range slices.Compact(lines) {
		var m module
		if _, err := fmt.Sscan(line, &m.path, &m.version, &m.dir); err == nil { // a package of the standard library has an empty line
			modules = append(modules, m)
		}
	}
	if len(modules) == 0 {
		return nil, fmt.Errorf("%s links no module", linked)
	}
	return modules, nil
}

// licenses are the licenses of a module, by their SPDX names, sorted.
func (m module) licenses() ([]string, error) {
	const enough = 75 // percent of a file's text that belongs to licenses
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", m.path, err)
	}
	var found []string
	for _, entry := range entries {
		if entry.IsDir() || !named.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.dir, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the license of %s: %w", m.path, err)
		}
		if covered := licensecheck.Scan(text); covered.Percent >= enough {
			for _, match := range covered.Match {
				found = append(found, match.ID)
			}
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no license file that is known; look at %s", m.path, m.dir)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}
