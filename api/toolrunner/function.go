package toolrunner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	"parlor/api"
	"parlor/api/schema"
)

// Function is a Go function as a tool.
type Function struct {
	// Tool is what the model is told. Its settings (Strict, CacheControl,
	// DeferLoading, InputExamples...) may be changed before the first run. Other
	// inputs than those of the type are refused whatever its schema says. For
	// Strict, put the schema through schema.Strict.
	Tool api.CustomTool
	call func(context.Context, json.RawMessage) ([]api.Block, error)
}

// New makes a tool of a function. The schema of the input is that of In, a
// struct or a map, see package schema. What the function returns is told as:
//
//   - text, if Out is a string;
//   - these blocks, if Out is an api.Block or []api.Block;
//   - JSON, for anything else.
//
// An input that does not fit the schema never reaches the function: the model
// is told what is wrong with it. Name and description are for the model: the
// more the description says, about when and how to use the tool, the better.
//
// It fails for a name the API does not take, for an In without a schema, and
// without a function.
func New[In, Out any](name, description string, call func(context.Context, In) (Out, error)) (*Function, error) {
	if !regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`).MatchString(name) {
		return nil, fmt.Errorf("toolrunner: %q cannot be the name of a tool: use up to 128 letters, digits, _ and -", name)
	}
	reader, err := schema.NewReader[In]()
	if err != nil {
		return nil, fmt.Errorf("toolrunner: tool %s: %w", name, err)
	}
	var root struct{ Type any }
	if err := json.Unmarshal(reader.Schema(), &root); err != nil || root.Type != "object" {
		return nil, fmt.Errorf("toolrunner: tool %s: the input of a tool is an object, so use a struct or a map", name)
	}
	if call == nil {
		return nil, fmt.Errorf("toolrunner: tool %s: there is no function to carry out its calls", name)
	}
	return &Function{
		Tool: api.CustomTool{Name: name, Description: description, InputSchema: reader.Schema()},
		call: func(ctx context.Context, input json.RawMessage) ([]api.Block, error) {
			in, err := reader.Read(input)
			if err != nil {
				return nil, fmt.Errorf("the input does not fit the schema of the tool: %w", err)
			}
			out, err := call(ctx, in)
			if err != nil {
				return nil, err
			}
			return content(out)
		},
	}, nil
}

// Name is the name of the tool.
func (f *Function) Name() string { return f.Tool.Name }

// Definition returns Tool.
func (f *Function) Definition() api.Tool { return f.Tool }

// Call checks the input and calls the function.
func (f *Function) Call(ctx context.Context, use api.ToolUse) ([]api.Block, error) {
	return f.call(ctx, use.Input)
}

// content turns what a function returned into blocks.
func content(out any) ([]api.Block, error) {
	switch out := out.(type) {
	case string:
		return []api.Block{api.NewText(out)}, nil
	case api.Block:
		return []api.Block{out}, nil
	case []api.Block:
		return out, nil
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return nil, fmt.Errorf("the result cannot be encoded: %w", err)
	}
	return []api.Block{api.NewText(string(bytes.TrimSuffix(text.Bytes(), []byte("\n"))))}, nil
}
