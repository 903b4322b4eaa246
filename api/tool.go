package api

import (
	"encoding/json"
	"errors"
)

// Tool is one entry of MessageRequest.Tools: one of the tool types of this
// package, or a RawTool. Each encodes itself with its "type" and, where the API
// fixes it, its "name".
type Tool interface {
	json.Marshaler
	isTool()
}

// RawTool is the JSON object of a tool, written verbatim: a tool this package
// does not know, or one that came from a recorded request.
type RawTool json.RawMessage

// MarshalJSON returns the object.
func (t RawTool) MarshalJSON() ([]byte, error) {
	if !isObject(t) {
		return nil, errors.New("api: a RawTool is not a JSON object")
	}
	return t, nil
}

func (RawTool) isTool() {}

// ToolChoice says which tools the model may or must use.
type ToolChoice struct {
	// Type is "auto", "any", "tool" (the one called Name) or "none". The newest
	// models refuse "any" and "tool".
	Type string `json:"type"`
	Name string `json:"name,omitzero"`
	// DisableParallelToolUse allows one call a turn at most; nil leaves it out.
	DisableParallelToolUse *bool `json:"disable_parallel_tool_use,omitzero"`
}
