package cli_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// An arrow that must not be drawn. Paths of this module are written without its name;
// "x/..." is x and everything below it, "..." every package of this module.
type arrow struct {
	from    string   // the packages this holds for
	to      []string // what they must not import
	except  []string // but may
	direct  bool     // only the import itself is meant, not what comes with others
	because string
}

// forbidden holds imports to one direction:
// main -> ui/cli -> ui -> session -> {api, store}, with themes and api/catalog as leaves.
func forbidden() []arrow {
	const (
		tea     = "charm.land/bubbletea/..."
		bubbles = "charm.land/bubbles/..."
		charm   = "charm.land/..."
		v1      = "github.com/charmbracelet/bubbletea/..."
		schemas = "github.com/google/jsonschema-go/..."
	)
	return []arrow{
		{from: "api", to: []string{"...", charm}, except: []string{"api", "api/catalog"}, because: "the API client is a library of its own"},
		{from: "api/catalog", to: []string{"...", charm}, except: []string{"api/catalog"}, because: "the catalogue is data"},
		{from: "api/schema", to: []string{"...", charm}, except: []string{"api", "api/schema"}, because: "schemas know no tools"},
		{from: "api/compaction", to: []string{"...", charm, schemas}, except: []string{"api", "api/compaction"}, because: "a program without tools compacts too"},
		{from: "api/memory", to: []string{"...", charm, schemas}, except: []string{"api", "api/memory"}, because: "it works without a tool runner"},
		{from: "api/fallback", to: []string{"...", charm, schemas}, except: []string{"api", "api/fallback"}, because: "middleware knows requests, not tools"},
		{from: "api/toolrunner", to: []string{"...", charm}, except: []string{"api", "api/schema", "api/compaction", "api/toolrunner"}, because: "part of the API library"},
		{from: ".", to: []string{schemas}, because: "the program makes no schemas"},
		{from: "api/simulator", to: []string{"...", charm}, except: []string{"api/simulator/..."}, because: "a wrong type of the client would pass against itself"},
		{from: "store", to: []string{"...", charm, "net/http"}, except: []string{"store/..."}, because: "the store keeps rows and knows no conversation"},
		{from: "session/...", to: []string{"ui/...", "themes/...", charm, v1}, because: "a conversation has no screen"},
		{from: "session", to: []string{"api/simulator/..."}, because: "the simulator is reached over HTTP, like the API"},
		{from: "session/...", to: []string{"database/sql"}, direct: true, because: "only the store talks to the database"},
		{from: "themes", to: []string{"...", charm}, except: []string{"themes"}, because: "themes are data"},

		{from: "ui/term/...", to: []string{"...", tea, bubbles}, except: []string{"ui/term/..."}, because: "a leaf"},
		{from: "ui/term/paste", to: []string{"...", charm}, except: []string{"ui/term/paste"}, because: "a reader of bytes"},
		{from: "ui/format", to: []string{"...", charm}, except: []string{"ui/format"}, because: "a leaf"},
		{from: "ui/action", to: []string{"...", charm}, except: []string{"ui/action"}, because: "a leaf"},
		{from: "ui/styles", to: []string{"...", tea, bubbles}, except: []string{"ui/styles", "themes"}, because: "a leaf above the themes"},
		{from: ".", to: []string{"charm.land/glamour/..."}, because: "importing it costs milliseconds at every start"},
		{from: "ui/markdown", to: []string{"...", tea, bubbles}, except: []string{"ui/markdown", "ui/styles", "ui/term", "themes"}, because: "a leaf above the styles: text in, lines out"},
		{from: "ui/composer", to: []string{"ui", "ui/cli", "ui/dialog/...", "ui/transcript/..."}, because: "children speak upward by actions and do not know each other"},
		{from: "ui/dialog", to: []string{"ui", "ui/cli", "ui/composer/...", "ui/transcript/..."}, because: "children speak upward by actions and do not know each other"},
		{from: "ui/transcript", to: []string{"ui", "ui/cli", "ui/composer/...", "ui/dialog/..."}, because: "children speak upward by actions and do not know each other"},
		{from: "ui", to: []string{"ui/cli", "api/simulator/..."}, because: "the program does not know how it was started"},
		{from: "ui/transcript", to: []string{"store", "api", "database/sql", "net/http", "os"}, direct: true, because: "ui talks to session, and a view touches neither file nor network"},
		{from: "ui/composer", to: []string{"store", "api", "database/sql", "net/http", "os"}, direct: true, because: "ui talks to session, and a view touches neither file nor network"},
		{from: "ui/dialog", to: []string{"store", "api", "database/sql", "net/http", "os"}, direct: true, because: "ui talks to session, and a view touches neither file nor network"},
		{from: "ui", to: []string{"store", "api", "database/sql", "net/http"}, direct: true, because: "ui talks to session"},
		{from: ".", to: []string{"..."}, except: []string{"ui/cli"}, direct: true, because: "main only hands over"},

		{from: "...", to: []string{v1, "github.com/charmbracelet/lipgloss/...", "github.com/charmbracelet/glamour/..."}, because: "the major version is the one under charm.land"},
		{from: "...", to: []string{"testing"}, because: "test code stays in tests"},
	}
}

func TestImportsPointDown(t *testing.T) {
	packages, module := listPackages(t)
	for _, a := range forbidden() {
		matched := false
		for _, p := range packages {
			if p.Standard || !within(p.ImportPath, module) || !matches(a.from, p.ImportPath, module) {
				continue
			}
			matched = true
			imports := p.Deps
			if a.direct {
				imports = p.Imports
			}
			for _, imported := range imports {
				if imported != p.ImportPath && anyMatches(a.to, imported, module) && !anyMatches(a.except, imported, module) {
					t.Errorf("%s must not import %s: %s%s", p.ImportPath, imported, a.because, road(packages, p, imported))
				}
			}
		}
		if !matched {
			t.Errorf("no package matches %q: the table guards nothing there", a.from)
		}
	}
}

func TestEveryPackageIsInTheTable(t *testing.T) {
	packages, module := listPackages(t)
	for _, p := range packages {
		if !within(p.ImportPath, module) || p.ImportPath == module+"/ui/cli" {
			continue // the command line wires everything together
		}
		if !slices.ContainsFunc(forbidden(), func(a arrow) bool {
			return a.from != "..." && matches(a.from, p.ImportPath, module)
		}) {
			t.Errorf("%s stands in no row of the table: say what it must not import", p.ImportPath)
		}
	}
}

func TestMatches(t *testing.T) {
	tests := []struct {
		pattern, path string
		want          bool
	}{
		{"api", "m/api", true},
		{"api", "m/api/catalog", false},
		{"api/...", "m/api", true},
		{"api/...", "m/api/catalog", true},
		{"api/...", "m/apis", false},
		{"...", "m", true},
		{"...", "m/ui", true},
		{"...", "charm.land/x", false},
		{".", "m", true},
		{".", "m/ui", false},
		{"charm.land/...", "charm.land/bubbletea/v2", true},
		{"net/http", "net/http", true},
		{"net/http", "net/http/httptest", false},
	}
	for _, tt := range tests {
		if got := matches(tt.pattern, tt.path, "m"); got != tt.want {
			t.Errorf("%q matches %q: %v", tt.pattern, tt.path, got)
		}
	}
}

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

// listPackages lists this module's packages and all they are built from, tests excluded.
func listPackages(t *testing.T) (packages []goPackage, module string) {
	t.Helper()
	module = strings.TrimSpace(string(goList(t, "-m")))
	dec := json.NewDecoder(strings.NewReader(string(goList(t, "-deps", "-json=ImportPath,Standard,Imports,Deps", module+"/..."))))
	for {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, module
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func goList(t *testing.T, args ...string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list %v: %v\n%s", args, err, exit.Stderr)
		}
		t.Fatalf("go list %v: %v", args, err)
	}
	return out
}

// road names the first own package through which an import comes in, to make a report of
// an indirect import useful.
func road(packages []goPackage, from goPackage, imported string) string {
	if slices.Contains(from.Imports, imported) {
		return ""
	}
	for _, p := range packages {
		if !p.Standard && slices.Contains(from.Imports, p.ImportPath) &&
			(slices.Contains(p.Imports, imported) || slices.Contains(p.Deps, imported)) {
			return " (it comes in through " + p.ImportPath + ")"
		}
	}
	return ""
}

func anyMatches(patterns []string, path, module string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, path, module) })
}

// matches reports whether an import path is meant by a pattern of the table.
func matches(pattern, path, module string) bool {
	switch {
	case pattern == ".":
		return path == module
	case pattern == "...":
		return within(path, module)
	}
	prefix, below := strings.CutSuffix(pattern, "/...")
	for _, full := range []string{module + "/" + prefix, prefix} {
		if path == full || below && within(path, full) {
			return true
		}
	}
	return false
}

// within reports whether path is root or lies below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}
