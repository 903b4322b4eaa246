package memory

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// maxListed bounds the lines of a listing.
const maxListed = 500

func (f *Folder) view(c command) (string, error) {
	p, info, err := f.find(c.Path)
	switch {
	case err != nil:
		return "", err
	case info.IsDir() && len(c.ViewRange) > 0:
		return "", fmt.Errorf("%s is a folder, which has no lines. Leave view_range out", p.shown)
	case info.IsDir():
		return f.list(p)
	}
	text, err := f.read(p)
	if err != nil {
		return "", err
	}
	lines := splitLines(text)
	if len(lines) == 0 {
		return p.shown + " is an empty file.", nil
	}
	first, last, err := viewRange(c.ViewRange, len(lines))
	if err != nil {
		return "", err
	}
	head := fmt.Sprintf("%s, lines %d to %d of %d:\n", p.shown, first, last, len(lines))
	return head + f.numbered(lines, first, last), nil
}

// viewRange reads the first and last line to show, from 1.
func viewRange(wanted []int, count int) (first, last int, err error) {
	switch {
	case len(wanted) == 0:
		return 1, count, nil
	case len(wanted) != 2:
		return 0, 0, fmt.Errorf("view_range is a list of two numbers, the first and the last line")
	}
	first, last = wanted[0], wanted[1]
	if last == -1 || last > count {
		last = count
	}
	if first < 1 || first > count || last < first {
		return 0, 0, fmt.Errorf("view_range %v does not fit: the file has the lines 1 to %d", wanted, count)
	}
	return first, last, nil
}

// numbered writes lines with their numbers, as far as one view shows them.
func (f *Folder) numbered(lines []string, first, last int) string {
	var out strings.Builder
	for n := first; n <= last; n++ {
		line := fmt.Sprintf("%6d\t%s\n", n, lines[n-1])
		if room := f.maxView() - out.Len(); len(line) > room {
			if n == first {
				out.WriteString(strings.ToValidUTF8(line[:room], "") + "\n[The rest of this line is left out.]\n")
				n++
			}
			if n <= last {
				fmt.Fprintf(&out, "[Lines %d to %d are left out. Use view_range to see them.]\n", n, last)
			}
			break
		}
		out.WriteString(line)
	}
	return out.String()
}

// splitLines splits a text into its lines. The last one may end without a
// newline.
func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// list shows a folder and what is in it, two levels deep.
func (f *Folder) list(p place) (string, error) {
	tree, err := f.measure(p.rel)
	if err != nil {
		return "", p.failed("list", err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s and what is in it, two levels deep:\n", p.shown)
	shown := 0
	for _, e := range tree.entries {
		if e.depth > 2 {
			continue
		}
		if shown++; shown > maxListed {
			continue
		}
		name := top
		if e.rel != "." {
			name += "/" + e.rel
		}
		if e.folder && e.depth > 0 {
			name += "/"
		}
		fmt.Fprintf(&out, "%s\t%s\n", size(e.bytes), name)
	}
	if shown > maxListed {
		fmt.Fprintf(&out, "[%d more are left out. View a folder in here to see them.]\n", shown-maxListed)
	}
	return out.String(), nil
}

// entry is a file or folder below another one.
type entry struct {
	rel    string
	depth  int // 0 is the folder itself
	folder bool
	bytes  int64 // of a folder: of all files in it
}

// tree is everything in a folder, and what it takes.
type tree struct {
	entries []entry // in the order of their paths, the folder first
	bytes   int64
}

// measure walks through a folder. It leaves out what the memory does not use:
// links, devices, files being written.
func (f *Folder) measure(rel string) (tree, error) {
	var t tree
	at := map[string]int{} // of the folders
	err := fs.WalkDir(f.root.FS(), rel, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == rel {
				return err
			}
			return nil // gone in between, or not readable
		}
		if !d.IsDir() && (!d.Type().IsRegular() || strings.HasPrefix(d.Name(), tempPrefix)) {
			return nil
		}
		e := entry{rel: name, folder: d.IsDir(), depth: depth(name) - depth(rel)}
		if info, err := d.Info(); err == nil && !e.folder {
			e.bytes = info.Size()
			t.bytes += e.bytes
		}
		if e.folder {
			at[name] = len(t.entries)
		}
		t.entries = append(t.entries, e)
		return nil
	})
	for _, e := range slices.Backward(t.entries) { // contents before folders
		if i, ok := at[path.Dir(e.rel)]; ok && e.depth > 0 {
			t.entries[i].bytes += e.bytes
		}
	}
	return t, err
}

func depth(rel string) int {
	if rel == "." {
		return 0
	}
	return 1 + strings.Count(rel, "/")
}

// size writes a number of bytes for a reader who compares.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%dB", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1fK", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1fM", float64(n)/(1<<20))
}

// read returns a whole file as text.
func (f *Folder) read(p place) (string, error) {
	file, err := f.root.OpenFile(p.rel, os.O_RDONLY|openNow, 0)
	if err != nil {
		return "", p.failed("read", err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", refuse("%s is not a file", p.shown)
	}
	raw, err := io.ReadAll(io.LimitReader(file, f.maxFile()+1))
	switch {
	case err != nil:
		return "", p.failed("read", err)
	case int64(len(raw)) > f.maxFile():
		return "", fmt.Errorf("%s is larger than %d bytes, which the memory does not read", p.shown, f.maxFile())
	}
	return string(raw), nil
}
