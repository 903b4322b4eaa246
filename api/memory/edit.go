package memory

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

func (f *Folder) create(c command) (string, error) {
	if c.FileText == nil {
		return "", errors.New("file_text is missing")
	}
	p, err := parse(c.Path)
	if err != nil {
		return "", err
	}
	info, err := f.look(p)
	switch {
	case err != nil:
		return "", err
	case info != nil && info.IsDir():
		return "", fmt.Errorf("%s is a folder. Name a file in it", p.shown)
	case info != nil:
		return "", fmt.Errorf("%s exists already. Change it with str_replace or insert, or delete it first", p.shown)
	}
	if err := f.write(p, *c.FileText, isNew); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s was created. Lines: %d.", p.shown, len(splitLines(*c.FileText))), nil
}

func (f *Folder) replace(c command) (string, error) {
	if c.OldStr == nil || *c.OldStr == "" {
		return "", errors.New("old_str is missing")
	}
	p, err := f.findFile(c.Path)
	if err != nil {
		return "", err
	}
	text, err := f.read(p)
	if err != nil {
		return "", err
	}
	at := occurrences(text, *c.OldStr)
	switch {
	case len(at) == 0:
		return "", fmt.Errorf("old_str is not in %s, written exactly so. View the file and copy the text with its white space", p.shown)
	case len(at) > 1:
		return "", fmt.Errorf("old_str is in %s %d times, beginning at the lines %s. Make it longer, so that it is there only once",
			p.shown, len(at), lineNumbers(text, at))
	}
	edited := text[:at[0]] + c.NewStr + text[at[0]+len(*c.OldStr):]
	if err := f.write(p, edited, len(text)); err != nil {
		return "", err
	}
	return f.changed(p, edited, at[0], at[0]+len(c.NewStr)), nil
}

// occurrences returns where part begins in text, overlaps included.
func occurrences(text, part string) (at []int) {
	const enough = 20
	for from := 0; len(at) < enough; {
		i := strings.Index(text[from:], part)
		if i < 0 {
			break
		}
		at = append(at, from+i)
		from += i + 1
	}
	return at
}

func lineNumbers(text string, at []int) string {
	numbers := make([]string, len(at))
	for i, offset := range at {
		numbers[i] = strconv.Itoa(1 + strings.Count(text[:offset], "\n"))
	}
	return strings.Join(numbers, ", ")
}

func (f *Folder) insert(c command) (string, error) {
	if c.InsertLine == nil || c.InsertText == nil {
		return "", errors.New("insert_line or insert_text is missing")
	}
	p, err := f.findFile(c.Path)
	if err != nil {
		return "", err
	}
	text, err := f.read(p)
	if err != nil {
		return "", err
	}
	count := len(splitLines(text))
	if *c.InsertLine < 0 || *c.InsertLine > count {
		return "", fmt.Errorf("insert_line %d does not fit: %s has %d lines, so it is 0 (before all) to %d (after all)",
			*c.InsertLine, p.shown, count, count)
	}
	offset := afterLine(text, *c.InsertLine)
	added := *c.InsertText
	if !strings.HasSuffix(added, "\n") {
		added += "\n"
	}
	before := text[:offset]
	if before != "" && !strings.HasSuffix(before, "\n") {
		before += "\n"
	}
	edited := before + added + text[offset:]
	if err := f.write(p, edited, len(text)); err != nil {
		return "", err
	}
	return f.changed(p, edited, len(before), len(before)+len(added)-1), nil
}

// afterLine returns where line n, from 1, ends; 0 is the beginning.
func afterLine(text string, n int) int {
	offset := 0
	for range n {
		i := strings.IndexByte(text[offset:], '\n')
		if i < 0 {
			return len(text)
		}
		offset += i + 1
	}
	return offset
}

// changed shows the lines around what was changed, from one offset to another.
func (f *Folder) changed(p place, text string, from, to int) string {
	const around = 3
	lines := splitLines(text)
	if len(lines) == 0 {
		return p.shown + " was changed and is empty now."
	}
	first := max(1, 1+strings.Count(text[:from], "\n")-around)
	last := min(len(lines), 1+strings.Count(text[:to], "\n")+around)
	return fmt.Sprintf("%s was changed. Lines %d to %d are now:\n%s",
		p.shown, first, last, f.numbered(lines, min(first, last), last))
}

func (f *Folder) delete(c command) (string, error) {
	p, _, err := f.find(c.Path)
	switch {
	case err != nil:
		return "", err
	case p.rel == ".":
		return "", fmt.Errorf("%s itself cannot be deleted. Delete what is in it", top)
	}
	if err := f.root.RemoveAll(p.rel); err != nil {
		return "", p.failed("delete", err)
	}
	return p.shown + " was deleted.", nil
}

func (f *Folder) rename(c command) (string, error) {
	from, _, err := f.find(c.OldPath)
	if err != nil {
		return "", err
	}
	to, err := parse(c.NewPath)
	if err != nil {
		return "", err
	}
	info, err := f.look(to)
	switch {
	case err != nil:
		return "", err
	case from.rel == ".":
		return "", fmt.Errorf("%s itself cannot be renamed", top)
	case info != nil:
		return "", fmt.Errorf("%s exists already. Use another name, or delete it first", to.shown)
	case strings.HasPrefix(to.rel+"/", from.rel+"/"):
		return "", fmt.Errorf("%s cannot be moved into itself", from.shown)
	}
	if err := f.movable(from, to); err != nil {
		return "", err
	}
	if err := f.root.MkdirAll(path.Dir(to.rel), 0o700); err != nil {
		return "", to.failed("make the folder of", err)
	}
	if err := f.root.Rename(from.rel, to.rel); err != nil {
		return "", from.failed("rename", err)
	}
	return fmt.Sprintf("%s is now %s.", from.shown, to.shown), nil
}

// movable checks that what is moved stays within the limits of a path, and that
// the folders it needs may be made.
func (f *Folder) movable(from, to place) error {
	moved, err := f.measure(from.rel)
	if err != nil {
		return from.failed("rename", err)
	}
	for _, e := range moved.entries {
		shown := to.shown + strings.TrimPrefix(e.rel, from.rel)
		if depth(to.rel)+e.depth > maxDepth || len(shown) > maxPath {
			return fmt.Errorf("what is in %s would be too deep below %s. Use a shorter path", from.shown, to.shown)
		}
	}
	all, err := f.measure(".")
	if err != nil {
		return from.failed("rename", err)
	}
	return f.room(all)
}

// isNew is the length before of a file that was not there.
const isNew = -1

// write puts text into a file, in one step: whoever reads the file sees all of
// the old text or all of the new one. Before is how long the old one was.
func (f *Folder) write(p place, text string, before int) error {
	if err := f.fits(p, text, before); err != nil {
		return err
	}
	folder := path.Dir(p.rel)
	if err := f.root.MkdirAll(folder, 0o700); err != nil {
		return p.failed("make the folder of", err)
	}
	temp := path.Join(folder, tempPrefix+strconv.FormatUint(rand.Uint64(), 36))
	err := f.writeTemp(temp, text)
	if err == nil {
		err = f.root.Rename(temp, p.rel)
	}
	if err != nil {
		_ = f.root.Remove(temp)
		return p.failed("write", err)
	}
	return nil
}

func (f *Folder) writeTemp(name, text string) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// fits checks the limits before anything is written.
func (f *Folder) fits(p place, text string, before int) error {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return fmt.Errorf("the text for %s holds bytes that are not text", p.shown)
	case int64(len(text)) > f.maxFile():
		return fmt.Errorf("%s would have %d bytes, and a file may have %d. Spread it over several files", p.shown, len(text), f.maxFile())
	}
	all, err := f.measure(".")
	if err != nil {
		return p.failed("write", err)
	}
	if total := all.bytes + int64(len(text)-max(before, 0)); total > f.maxTotal() && len(text) > before {
		return fmt.Errorf("the memory would have %d bytes, and may have %d. Delete what is not needed any more", total, f.maxTotal())
	}
	if before == isNew {
		return f.room(all)
	}
	return nil
}

// room checks whether one more file or folder may be made.
func (f *Folder) room(all tree) error {
	if files := len(all.entries) - 1; files >= f.maxFiles() {
		return fmt.Errorf("the memory has %d files and folders, which is all it may have. Delete what is not needed any more", files)
	}
	return nil
}
