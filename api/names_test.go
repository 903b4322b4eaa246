package api_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNamesAreReal looks up each Go name of NAMES.md's right columns.
func TestNamesAreReal(t *testing.T) {
	text, err := os.ReadFile("NAMES.md")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, name := range []string{"api", "compaction", "fallback", "memory", "schema", "toolrunner"} {
		for _, ident := range exported(t, strings.TrimPrefix(name, "api")) {
			declared[name+"."+ident] = true
		}
	}
	names := regexp.MustCompile("`((?:api|compaction|fallback|memory|schema|toolrunner)\\.[A-Z][A-Za-z0-9.]*)`")
	count := 0
	for _, line := range strings.Split(string(text), "\n") {
		_, here, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, match := range names.FindAllStringSubmatch(here, -1) {
			count++
			if !declared[match[1]] {
				t.Errorf("NAMES.md: there is no %s", match[1])
			}
		}
	}
	if count < 80 {
		t.Errorf("only %d names were found: has the table another shape?", count)
	}
}

// exported lists what a package declares: names, and Type.Member for fields and
// methods.
func exported(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				names = append(names, receiver(d)+d.Name.Name)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					names = append(names, specNames(spec)...)
				}
			}
		}
	}
	return names
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if index, ok := kind.(*ast.IndexExpr); ok {
		kind = index.X
	}
	name, _ := kind.(*ast.Ident)
	return name.Name + "."
}

func specNames(spec ast.Spec) (names []string) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			names = append(names, name.Name)
		}
	case *ast.TypeSpec:
		names = append(names, s.Name.Name)
		if fields, ok := s.Type.(*ast.StructType); ok {
			for _, field := range fields.Fields.List {
				for _, name := range field.Names {
					names = append(names, s.Name.Name+"."+name.Name)
				}
			}
		}
	}
	return names
}
