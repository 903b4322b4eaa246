package toolrunner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"parlor/api"
)

// Tool is something the model can call and this program carries out. New makes
// one of a Go function, Handle of a definition the API knows. Other types
// implement it too: *memory.Folder is one.
type Tool interface {
	// Name is what calls of the tool are known by: their name, or for a toolset
	// (of which each action has a name) their toolset name.
	Name() string
	// Definition is what the model is told; nil if the request says it already.
	Definition() api.Tool
	// Call carries out one call. What it returns becomes the content of the
	// result; an error becomes a result that says so, see Error. It may be called
	// by several goroutines at once, and must return when ctx is done.
	Call(ctx context.Context, use api.ToolUse) ([]api.Block, error)
}

// Sequential is implemented by tools whose calls in one turn build on each
// other: they are carried out one after another, in their order. Other calls
// still run beside them.
type Sequential interface {
	Tool
	Sequential() bool
}

// Error is a failure that the model is told with more than words: with an image
// of the screen, for instance. Other errors are told by their text.
type Error struct {
	// Content becomes the content of the result. Empty means the text of Err.
	Content []api.Block
	Err     error // for the program, may be nil
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	var texts []string
	for _, block := range e.Content {
		if text := block.Text(); text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return "the tool failed"
	}
	return strings.Join(texts, "\n")
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// PanicError means that a tool panicked. The model is told that, without the
// stack; Runner.OnResult gets it.
type PanicError struct {
	Value any // what was passed to panic; nil if the tool ended its goroutine
	Stack []byte
}

func (e *PanicError) Error() string {
	if e.Value == nil {
		return "the tool ended without a result"
	}
	return fmt.Sprintf("the tool failed unexpectedly: %v", e.Value)
}

// Unwrap returns the value, if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Handle makes a tool of a definition that the API knows, such as api.BashTool
// or api.BrowserToolset, and a function that carries out its calls. The calls of
// tools that keep a state (bash, text editor, memory, computer) happen one
// after another.
func Handle(
	definition api.Tool, call func(ctx context.Context, use api.ToolUse) ([]api.Block, error),
) (Tool, error) {
	d, err := describe(definition)
	if err != nil {
		return nil, err
	}
	switch {
	case d.name() == "":
		return nil, fmt.Errorf("toolrunner: a tool of type %q is not called by its name", d.Type)
	case call == nil:
		return nil, fmt.Errorf("toolrunner: tool %s: there is no function to carry out its calls", d.name())
	}
	return &handler{definition, d, call}, nil
}

type handler struct {
	definition api.Tool
	described  description
	call       func(context.Context, api.ToolUse) ([]api.Block, error)
}

func (h *handler) Name() string { return h.described.name() }

func (h *handler) Definition() api.Tool { return h.definition }

func (h *handler) Call(ctx context.Context, use api.ToolUse) ([]api.Block, error) {
	return h.call(ctx, use)
}

func (h *handler) Sequential() bool { return h.described.Type != "" && h.described.Type != "custom" }

// isNil also finds a nil pointer, such as what is left of a call whose error
// nobody looked at.
func isNil(v any) bool {
	value := reflect.ValueOf(v)
	return !value.IsValid() || value.Kind() == reflect.Pointer && value.IsNil()
}

// description is what can be read from any definition.
type description struct{ Type, Name string }

func describe(definition api.Tool) (description, error) {
	if isNil(definition) {
		return description{}, errors.New("toolrunner: the definition of a tool is nil")
	}
	raw, err := definition.MarshalJSON()
	if err != nil {
		return description{}, fmt.Errorf("toolrunner: the definition of a tool: %w", err)
	}
	var d description
	if err := json.Unmarshal(raw, &d); err != nil {
		return d, fmt.Errorf("toolrunner: the definition of a tool: %w", err)
	}
	return d, nil
}

// name is what calls go by. The type of a toolset begins with it:
// browser_toolset_20260801.
func (d description) name() string {
	if family, _, ok := strings.Cut(d.Type, "_toolset"); ok && d.Name == "" && family != "mcp" {
		return family
	}
	return d.Name
}
