package memory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"parlor/api"
)

// Defaults of a Folder.
const (
	DefaultMaxFile  = 1 << 20
	DefaultMaxTotal = 64 << 20
	DefaultMaxFiles = 10_000
	DefaultMaxView  = 48_000
)

// ErrPath is the kind of error for a path that is none of the memory's: it
// leads outside, through a link, or to a device. Models hit on such paths by
// mistake, or because somebody made them.
var ErrPath = errors.New("not a path of the memory")

// Folder is a folder that the model remembers in. Make one with Open. The
// limits may be set before the first call.
type Folder struct {
	// MaxFile and MaxTotal bound one file and all of them, in bytes; 0 means
	// DefaultMaxFile and DefaultMaxTotal.
	MaxFile, MaxTotal int64
	// MaxFiles bounds the number of files and folders; 0 means DefaultMaxFiles.
	MaxFiles int
	// MaxView bounds what one view shows, in bytes; 0 means DefaultMaxView. The
	// model is told how to see the rest.
	MaxView int
	// Tool is announced to the model; its settings, such as a cache breakpoint,
	// may be changed.
	Tool api.Tool

	mu   sync.RWMutex
	root *os.Root
}

// Open returns the memory in the folder at path, which is made, for the owner
// alone, if it is not there.
func Open(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	return &Folder{root: root, Tool: api.MemoryTool{}}, nil
}

// Close gives the folder back. Calls fail from then on. It may be called again.
func (f *Folder) Close() error {
	if f == nil || f.root == nil {
		return nil
	}
	return f.root.Close()
}

// Name is the name of the tool, api.ToolNameMemory.
func (f *Folder) Name() string { return api.ToolNameMemory }

// Definition returns Tool.
func (f *Folder) Definition() api.Tool { return f.Tool }

// Sequential makes the calls of a turn happen in their order: they often build
// on each other.
func (f *Folder) Sequential() bool { return true }

// Call carries out a call of the memory tool and returns the text to answer
// with. Errors are written for the model. Those about paths are of kind
// ErrPath; a context that is done gives its own error.
func (f *Folder) Call(ctx context.Context, use api.ToolUse) ([]api.Block, error) {
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case f == nil || f.root == nil:
		return nil, errors.New("there is no memory: the folder was not opened")
	}
	var c command
	if err := json.Unmarshal(use.Input, &c); err != nil {
		return nil, fmt.Errorf("the input does not fit the tool: %.300s", err.Error()) // it may quote a long value
	}
	text, err := f.do(c)
	if err != nil {
		return nil, err
	}
	return []api.Block{api.NewText(text)}, nil
}

// command is the input of a call. Pointers tell what is missing from what is
// empty.
type command struct {
	Command    string  `json:"command"`
	Path       string  `json:"path"`
	ViewRange  []int   `json:"view_range"`
	FileText   *string `json:"file_text"`
	OldStr     *string `json:"old_str"`
	NewStr     string  `json:"new_str"` // nothing means delete
	InsertLine *int    `json:"insert_line"`
	InsertText *string `json:"insert_text"`
	OldPath    string  `json:"old_path"`
	NewPath    string  `json:"new_path"`
}

func (f *Folder) do(c command) (string, error) {
	if c.Command == "view" {
		f.mu.RLock()
		defer f.mu.RUnlock()
		return f.view(c)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch c.Command {
	case "create":
		return f.create(c)
	case "str_replace":
		return f.replace(c)
	case "insert":
		return f.insert(c)
	case "delete":
		return f.delete(c)
	case "rename":
		return f.rename(c)
	}
	return "", fmt.Errorf("the memory has no command %.100q, only view, create, str_replace, insert, delete and rename", c.Command)
}

func (f *Folder) maxFile() int64 { return orDefault(f.MaxFile, DefaultMaxFile) }

func (f *Folder) maxTotal() int64 { return orDefault(f.MaxTotal, DefaultMaxTotal) }

func (f *Folder) maxFiles() int { return orDefault(f.MaxFiles, DefaultMaxFiles) }

func (f *Folder) maxView() int { return orDefault(f.MaxView, DefaultMaxView) }

func orDefault[T int | int64](limit, otherwise T) T {
	if limit <= 0 {
		return otherwise
	}
	return limit
}
