package simulator

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed tools.json
var toolsJSON []byte

//go:embed shapes.json
var shapesJSON []byte

// surface is what requests may be made of: the types of tools and of content blocks.
type surface struct {
	tools  map[string]*toolSpec
	shapes map[string]*shape
	// name, property and id are the patterns of names of tools, of their properties, and of ids of uses. The latter two
	// are not confirmed.
	name, property, id *regexp.Regexp
}

// toolSpec is one type of tool.
type toolSpec struct {
	Type string `json:"type"`
	// Name is the name the API gives the tool; empty for custom tools and for toolsets.
	Name string `json:"name"`
	// Beta is how the beta header begins that the type needs.
	Beta string `json:"beta"`
	// Server tools are run by the API. Bare tools take none of the common fields but cache_control.
	Server bool `json:"server"`
	Bare   bool `json:"bare"`
	// Required and Fields are the fields besides type, name and the common ones.
	Required []string `json:"required"`
	Fields   []string `json:"fields"`
	// Refused are the models that do not take it.
	Refused []string `json:"refused"`
	// Parts are the names under which a server tool is called, if they are not its own.
	Parts []string `json:"parts"`
	// Samples are inputs a model may give it.
	Samples []json.RawMessage `json:"samples"`
	// Toolset is the family of a toolset, Members are its tools, each with an input.
	Toolset string                     `json:"toolset"`
	Members map[string]json.RawMessage `json:"members"`
}

// custom says that the tool is the caller's own.
func (t *toolSpec) custom() bool { return t.Type == "custom" }

// allowed are all fields the tool may have.
func (t *toolSpec) allowed() []string {
	list := slices.Concat([]string{"type", "cache_control"}, t.Required, t.Fields)
	if !t.Bare {
		list = append(list, "name", "allowed_callers", "defer_loading", "strict")
	}
	return list
}

// shape is what a type of content block, or of an object within one, must and may have.
type shape struct {
	Required []string `json:"required"`
	Optional []string `json:"optional"`
	// Roles are the roles of the messages it may stand in, none for what only stands within another block.
	Roles string `json:"roles"`
	// Betas are how the beta header must begin, one of them, for the block to be known at all.
	Betas []string `json:"betas"`
	// Content says what the field content may hold: "null", "string", a type, or "[type type]" for a list of these.
	Content []string `json:"content"`
	// Codes are the values of error_code.
	Codes []string `json:"codes"`
}

// loadSurface decodes the embedded tables; they are part of the program, so a mistake in them is a panic.
func loadSurface() *surface {
	s := &surface{
		tools: map[string]*toolSpec{}, name: regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`),
		property: regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,64}$`), id: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`),
	}
	var tools []*toolSpec
	if err := json.Unmarshal(toolsJSON, &tools); err != nil {
		panic(fmt.Sprintf("simulator: tools.json: %v", err))
	}
	for _, t := range tools {
		s.tools[t.Type] = t
	}
	if err := json.Unmarshal(shapesJSON, &s.shapes); err != nil {
		panic(fmt.Sprintf("simulator: shapes.json: %v", err))
	}
	return s
}

// serverNames are the names that server tools are called by.
func (s *surface) serverNames() []string {
	var names []string
	for _, t := range s.tools {
		if t.Server && t.Name != "" {
			names = append(append(names, t.Name), t.Parts...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// known says whether a block of that shape may stand in a message of the role, with the betas of the request.
func (s *shape) known(x *exchange, role string) bool {
	return slices.Contains(strings.Fields(s.Roles), role) && (len(s.Betas) == 0 || slices.ContainsFunc(s.Betas, x.beta))
}
