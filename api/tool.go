package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Tool is one entry of MessageRequest.Tools: one of the tool types of this
// package, or a RawTool. Each encodes itself with its "type" and, where the API
// fixes it, its "name".
//
// The types of the vendor's own tools come in versions. A zero Type stands for
// the newest one this package knows; set it where the model, the platform or
// the results of earlier turns ask for a certain one.
type Tool interface {
	json.Marshaler
	isTool()
}

// RawTool is the JSON object of a tool, written verbatim: a tool this package
// does not know, or one that came from a recorded request.
type RawTool json.RawMessage

// MarshalJSON returns the object.
func (t RawTool) MarshalJSON() ([]byte, error) {
	if !isObject(t) || !json.Valid(t) {
		return nil, errors.New("is not a JSON object")
	}
	return t, nil
}

func (RawTool) isTool() {}

// CustomTool is a function of the caller: the model writes calls of it, which
// arrive as ToolUse blocks, and gets results as NewToolResult blocks.
type CustomTool struct {
	// Name is what the model calls: up to 128 letters, digits, "_" and "-".
	Name string
	// Description says when and how to use the tool. The more it says, the better
	// the calls.
	Description string
	// InputSchema is the JSON Schema (2020-12) of the arguments, of type object.
	// Empty means any object.
	InputSchema json.RawMessage
	// InputExamples are objects that fit the schema.
	InputExamples []json.RawMessage
	// Strict makes every call fit the schema, which then needs
	// "additionalProperties": false in each object.
	Strict *bool
	// EagerInputStreaming streams arguments as they are written, unchecked: they
	// may turn out not to be JSON. Nil leaves it to the server.
	EagerInputStreaming *bool
	// DeferLoading keeps the tool out of the prompt until a tool search finds it.
	DeferLoading bool
	// AllowedCallers says who may call the tool, see CallerDirect; empty means
	// the model alone.
	AllowedCallers []string
	CacheControl   *CacheControl
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage
}

// MarshalJSON implements Tool.
func (t CustomTool) MarshalJSON() ([]byte, error) {
	schema := t.InputSchema
	if len(schema) == 0 {
		schema = json.RawMessage(`{"type":"object"}`)
	}
	w := beginTyped("custom", t.Name)
	w.str("description", t.Description)
	w.json("input_schema", schema)
	w.examples(t.InputExamples)
	w.optBool("eager_input_streaming", t.EagerInputStreaming)
	return ToolOptions{t.AllowedCallers, t.DeferLoading, t.Strict, t.CacheControl, t.Extra}.end(w)
}

func (CustomTool) isTool() {}

// ToolOptions are the settings that the vendor's own tools have in common with
// a CustomTool, which explains them.
type ToolOptions struct {
	AllowedCallers []string
	DeferLoading   bool
	Strict         *bool
	CacheControl   *CacheControl
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage
}

// end writes the options and ends the tool.
func (o ToolOptions) end(w *objectWriter) ([]byte, error) {
	w.strings("allowed_callers", o.AllowedCallers)
	w.flag("defer_loading", o.DeferLoading)
	w.optBool("strict", o.Strict)
	w.value("cache_control", o.CacheControl)
	w.extra(o.Extra)
	return w.done()
}

// ToolConfig switches one tool of a set on or off. Nil leaves the default of
// the set.
type ToolConfig struct {
	Enabled      *bool `json:"enabled,omitzero"`
	DeferLoading *bool `json:"defer_loading,omitzero"`
}

// beginTyped begins an object with its type and a name, unless they are empty.
func beginTyped(kind, name string) *objectWriter {
	w := beginObject(nil)
	w.str("type", kind)
	w.str("name", name)
	return w
}

// Who may call a tool, for AllowedCallers, and who did, for Caller.Type: the
// model itself, or a program it runs in code execution of that version.
const (
	CallerDirect                = "direct"
	CallerCodeExecution20250825 = "code_execution_20250825"
	CallerCodeExecution20260120 = "code_execution_20260120"
	CallerCodeExecution20260521 = "code_execution_20260521"
)

// Values of ToolChoice.Type.
const (
	ToolChoiceAuto = "auto" // the model decides, as without a choice
	ToolChoiceAny  = "any"  // it must call one
	ToolChoiceTool = "tool" // it must call the one named
	ToolChoiceNone = "none" // it must not call any
)

// ToolChoice says which tools the model may or must use.
type ToolChoice struct {
	// Type is ToolChoiceAuto, ToolChoiceAny, ToolChoiceTool (the one called Name)
	// or ToolChoiceNone. The newest models refuse "any" and "tool", and so does
	// any model that thinks with a budget.
	Type string `json:"type"`
	Name string `json:"name,omitzero"`
	// DisableParallelToolUse allows one call a turn at most; nil leaves it out.
	DisableParallelToolUse *bool `json:"disable_parallel_tool_use,omitzero"`
	// Extra holds further members, written verbatim in the order of their keys.
	Extra map[string]json.RawMessage `json:"-"`
}

// NamedTool makes the model call the tool with this name.
func NamedTool(name string) *ToolChoice { return &ToolChoice{Type: ToolChoiceTool, Name: name} }

// MarshalJSON writes the object of the API.
func (c ToolChoice) MarshalJSON() ([]byte, error) {
	type plain ToolChoice
	return encodeParam(plain(c), c.Extra)
}

// UnmarshalJSON reads the object of the API.
func (c *ToolChoice) UnmarshalJSON(raw []byte) (err error) {
	type plain ToolChoice
	c.Extra, err = decodeParam(raw, (*plain)(c))
	return err
}

// marshaled writes a list of tools or edits, each as it encodes itself.
func marshaled[T json.Marshaler](w *objectWriter, key string, list []T) {
	if list == nil {
		return
	}
	w.key(key)
	w.dst = append(w.dst, '[')
	for i, item := range list {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		raw, err := marshal(item)
		if err != nil {
			w.fail(fmt.Sprintf("%s[%d]", key, i), err)
		}
		w.dst = append(w.dst, raw...)
	}
	w.dst = append(w.dst, ']')
}

// marshal encodes a tool or an edit. Nil ones are errors.
func marshal(item json.Marshaler) ([]byte, error) {
	v := reflect.ValueOf(item)
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, errors.New("is nil")
	}
	raw, err := item.MarshalJSON()
	if err == nil && !json.Valid(raw) {
		err = errNotValid
	}
	return raw, err
}
