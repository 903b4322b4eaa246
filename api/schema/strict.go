package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Strict rewrites a schema into the subset that the API guarantees, for
// structured output and for tools with "strict":
//
//   - every object gets "additionalProperties": false;
//   - "oneOf" becomes "anyOf"; "$schema", "$id", "$anchor" and "$comment" go;
//   - the string formats date-time, time, date, duration, email, hostname, uri,
//     ipv4, ipv6 and uuid stay, as do a minItems of 0 or 1, and "enum" and
//     "const" of plain values;
//   - any other keyword (bounds, lengths, patterns) moves into the description,
//     where the model still reads it but nothing enforces it.
//
// Members keep their order, and equal schemas give equal bytes; what is strict
// already stays as it is, apart from white space. A schema that contains itself
// through "$ref" is refused with ErrRecursive; with ErrUnsupported one that
// leads outside, that says nothing about the type, or an object with keys of
// its own choice, which would come out as one that must be empty.
//
// Source: Anthropic docs, "Structured outputs", JSON Schema limitations.
func Strict(schema json.RawMessage) (json.RawMessage, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, schema); err != nil {
		return nil, &Error{At: "#", Err: err}
	}
	s := strictness{refs: map[string][]ref{"#": nil}, node: "#"}
	out, err := s.rewrite(compact.Bytes(), "#")
	if err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return out, nil
}

// strictness is one rewriting. A node is the root or a definition, the things
// that a "$ref" can lead to.
type strictness struct {
	node string           // that is being rewritten
	refs map[string][]ref // from each node
}

type ref struct{ to, at string }

// rewrite returns the strict form of the schema at the place.
func (s *strictness) rewrite(raw json.RawMessage, at string) (json.RawMessage, error) {
	if string(raw) == "true" || string(raw) == "{}" {
		return nil, unsupported(at, "a value of any type")
	}
	list, err := parse(raw)
	if err != nil {
		return nil, &Error{At: at, Err: fmt.Errorf("a schema that is %w", err)}
	}
	n := node{s: s, at: at, in: list, kind: kindOf(list)}
	return n.rewrite()
}

// definition reports whether a pointer can lead to an entry of $defs.
func definition(pointer string) bool {
	for _, prefix := range []string{"#/$defs/", "#/definitions/"} {
		if name, ok := strings.CutPrefix(pointer, prefix); ok {
			return name != "" && !strings.Contains(name, "/")
		}
	}
	return false
}

// check follows the references from every node.
func (s *strictness) check() error {
	done := map[string]bool{}
	for _, from := range slices.Sorted(maps.Keys(s.refs)) {
		if err := s.follow(from, []string{from}, done); err != nil {
			return err
		}
	}
	return nil
}

func (s *strictness) follow(node string, path []string, done map[string]bool) error {
	if done[node] {
		return nil
	}
	for _, r := range s.refs[node] {
		if slices.Contains(path, r.to) {
			return &Error{At: r.at, Err: fmt.Errorf("$ref %q: %w", r.to, ErrRecursive)}
		}
		if _, ok := s.refs[r.to]; !ok {
			return unsupported(r.at, "$ref %q, which is not there", r.to)
		}
		if err := s.follow(r.to, append(slices.Clip(path), r.to), done); err != nil {
			return err
		}
	}
	done[node] = true
	return nil
}

// node is one schema object being rewritten.
type node struct {
	s     *strictness
	at    string
	kind  kind
	in    []member
	out   []member
	moved []member // into the description
}

func (n *node) rewrite() (json.RawMessage, error) {
	switch n.kind {
	case kindUnknown:
		return nil, unsupported(n.at, "a value without a type")
	case kindReference:
		return n.reference()
	case kindObject:
		if err := n.closable(); err != nil {
			return nil, err
		}
	}
	for _, m := range n.in {
		if err := n.member(m); err != nil {
			return nil, err
		}
	}
	if n.kind == kindObject {
		if get(n.out, "properties") == nil {
			n.out = append(n.out, member{"properties", json.RawMessage("{}")})
		}
		n.out = set(n.out, "additionalProperties", json.RawMessage("false"))
	}
	if typ := n.kind.implied(); typ != "" && get(n.in, "type") == nil {
		n.out = slices.Insert(n.out, 0, member{"type", text(typ)})
	}
	return object(n.describe()), nil
}

// reference keeps of a "$ref" what the API wants beside it: nothing but
// definitions.
func (n *node) reference() (json.RawMessage, error) {
	raw := get(n.in, "$ref")
	var to string
	if err := json.Unmarshal(raw, &to); err != nil {
		return nil, &Error{At: n.at + "/$ref", Err: err}
	}
	if to != "#" && !definition(to) {
		return nil, unsupported(n.at, "$ref %q, which is no definition of this schema", to)
	}
	n.s.refs[n.s.node] = append(n.s.refs[n.s.node], ref{to, n.at})
	for _, m := range n.in {
		switch m.key {
		case "$ref":
			n.out = append(n.out, m)
		case "$defs", "definitions":
			if err := n.member(m); err != nil {
				return nil, err
			}
		}
	}
	return object(n.out), nil
}

// closable refuses objects whose keys are not known beforehand.
func (n *node) closable() error {
	var named map[string]json.RawMessage
	_ = json.Unmarshal(get(n.in, "properties"), &named)
	if len(named) > 0 {
		return nil
	}
	more := get(n.in, "additionalProperties")
	if string(more) == "true" || isObject(more) || get(n.in, "patternProperties") != nil {
		return unsupported(n.at, "an object with keys of its own choice (a map); use a list of key and value")
	}
	return nil
}

// describe puts what was moved at the end of the description.
func (n *node) describe() []member {
	if len(n.moved) == 0 {
		return n.out
	}
	var description string
	_ = json.Unmarshal(get(n.out, "description"), &description)
	if description != "" {
		description += "\n\n"
	}
	return set(n.out, "description", text(description+"Constraints: "+string(object(n.moved))))
}

// member keeps, rewrites, moves or drops one keyword.
func (n *node) member(m member) (err error) {
	value, at := m.value, n.at+"/"+escapePointer(m.key)
	keep := true
	switch m.key {
	case "$schema", "$id", "$anchor", "$comment":
		return nil
	case "title", "description", "default", "required":
	case "type":
		if n.kind == kindChoice {
			return nil // each choice has its own
		}
	case "$defs", "definitions":
		value, err = n.definitions(value, at)
	case "properties":
		value, err = n.each(value, at)
	case "items":
		if keep = isObject(value); keep {
			value, err = n.s.rewrite(value, at)
		}
	case "anyOf", "oneOf", "allOf":
		if keep = n.kind == kindChoice && isArray(value); keep {
			value, err = n.choices(value, at)
		}
		if m.key == "oneOf" && keep {
			m.key = "anyOf"
		}
	case "enum":
		keep = plainList(value)
	case "const":
		keep = plainValue(value)
	case "format":
		keep = knownFormat(value)
	case "minItems":
		keep = string(value) == "0" || string(value) == "1"
	case "additionalProperties":
		if n.kind == kindObject {
			n.out = append(n.out, member{m.key, json.RawMessage("false")})
		}
		if !isObject(value) {
			return nil
		}
		keep = false
	default:
		keep = false
	}
	switch {
	case err != nil:
		return err
	case keep:
		n.out = set(n.out, m.key, value)
	default:
		n.moved = append(n.moved, m)
	}
	return nil
}

// each rewrites the schemas that are the values of an object.
func (n *node) each(raw json.RawMessage, at string) (json.RawMessage, error) {
	list, err := parse(raw)
	if err != nil {
		return nil, &Error{At: at, Err: err}
	}
	for i, m := range list {
		if list[i].value, err = n.s.rewrite(m.value, at+"/"+escapePointer(m.key)); err != nil {
			return nil, err
		}
	}
	return object(list), nil
}

// definitions rewrites the nodes below the root.
func (n *node) definitions(raw json.RawMessage, at string) (json.RawMessage, error) {
	if n.at != "#" {
		return nil, unsupported(at, "definitions that are not at the root")
	}
	list, err := parse(raw)
	if err != nil {
		return nil, &Error{At: at, Err: err}
	}
	defer func(node string) { n.s.node = node }(n.s.node)
	for i, m := range list {
		n.s.node = at + "/" + escapePointer(m.key)
		n.s.refs[n.s.node] = nil
		if list[i].value, err = n.s.rewrite(m.value, n.s.node); err != nil {
			return nil, err
		}
	}
	return object(list), nil
}

func (n *node) choices(raw json.RawMessage, at string) (json.RawMessage, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, &Error{At: at, Err: err}
	}
	var err error
	for i, choice := range list {
		if list[i], err = n.s.rewrite(choice, fmt.Sprintf("%s/%d", at, i)); err != nil {
			return nil, err
		}
	}
	return array(list), nil
}

func knownFormat(raw json.RawMessage) bool {
	var format string
	_ = json.Unmarshal(raw, &format)
	switch format {
	case "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid":
		return true
	}
	return false
}

func escapePointer(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}
