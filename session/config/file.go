package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxFile is the largest settings file that is read, in bytes.
const maxFile = 1 << 20

// setting is one key of a TOML file with its line.
type setting struct {
	key  string // tables joined with dots: "display.footer"
	raw  any
	line int
}

// readFile reads a small regular file. A missing one gives fs.ErrNotExist. The
// check for a regular file comes first: a named pipe in a foreign folder must
// not hang the start.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("this is not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("larger than %d bytes", maxFile)
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
}

// readProblem words an error of readFile.
func readProblem(name string, err error) Problem {
	var pe *fs.PathError
	message := err.Error()
	if errors.As(err, &pe) {
		message = pe.Err.Error()
	}
	return Problem{File: name, Message: "cannot be read: " + message, Fix: "its settings are left out"}
}

// parse reads TOML. Where the syntax is wrong, what stands before the mistake
// still counts and the problem says that the rest does not.
func parse(name string, data []byte) ([]setting, []Problem) {
	var problems []Problem
	tree := map[string]any{}
	// Each round cuts the text before a mistake. One is enough but for strings
	// and arrays over several lines, which need a second or third.
	for range 4 {
		clear(tree)
		err := toml.Unmarshal(data, &tree)
		if err == nil {
			break
		}
		line := errorLine(err)
		if len(problems) == 0 {
			problems = []Problem{syntaxProblem(name, line, err)}
		}
		clear(tree)
		data = firstLines(data, line-1)
	}
	if len(tree) == 0 {
		return nil, problems
	}
	return flatten(tree, lines(data)), problems
}

func syntaxProblem(name string, line int, err error) Problem {
	return Problem{
		File: name, Line: line,
		Message: strings.TrimPrefix(err.Error(), "toml: "),
		Fix:     "correct this line; nothing from here on is used until then",
	}
}

func errorLine(err error) int {
	var de *toml.DecodeError
	if errors.As(err, &de) {
		line, _ := de.Position()
		return line
	}
	return 1
}

// firstLines is the first n lines of data.
func firstLines(data []byte, n int) []byte {
	at := 0
	for ; n > 0; n-- {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return data[:at]
}

// lines maps each key of a valid document to the line it is written on.
func lines(data []byte) map[string]int {
	found := map[string]int{}
	var p unstable.Parser
	p.Reset(data)
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = keyPath("", e)
			note(found, &p, table, e)
		case unstable.KeyValue:
			noteKey(found, &p, table, e)
		}
	}
	return found
}

func noteKey(found map[string]int, p *unstable.Parser, table string, e *unstable.Node) {
	key := keyPath(table, e)
	note(found, p, key, e)
	if v := e.Value(); v != nil && v.Kind == unstable.InlineTable {
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				noteKey(found, p, key, it.Node())
			}
		}
	}
}

func note(found map[string]int, p *unstable.Parser, key string, e *unstable.Node) {
	first := e.Key()
	if _, known := found[key]; !known && first.Next() {
		found[key] = p.Shape(first.Node().Raw).Start.Line
	}
}

func keyPath(table string, e *unstable.Node) string {
	path := table
	for it := e.Key(); it.Next(); {
		if path != "" {
			path += "."
		}
		path += string(it.Node().Data)
	}
	return path
}

// flatten turns nested tables into dotted keys, in the order of the file.
func flatten(tree map[string]any, line map[string]int) []setting {
	var out []setting
	var walk func(prefix string, m map[string]any, above int)
	walk = func(prefix string, m map[string]any, above int) {
		for k, v := range m {
			key := prefix + k
			at := line[key]
			if at == 0 {
				at = above
			}
			if sub, ok := v.(map[string]any); ok {
				walk(key+".", sub, at)
				continue
			}
			out = append(out, setting{key, v, at})
		}
	}
	walk("", tree, 0)
	sort.Slice(out, func(i, j int) bool {
		if out[i].line != out[j].line {
			return out[i].line < out[j].line
		}
		return out[i].key < out[j].key
	})
	return out
}
