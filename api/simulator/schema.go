package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// maker makes values that satisfy a JSON schema, the same ones for the same seed. It knows types, enumerations,
// constants, references, combinations (not is not heeded), bounds, lengths, patterns and formats.
type maker struct {
	root fields
	rng  *rand.Rand
	// phrases are taken, one after the other, where a string is wanted; after the last the first comes again.
	phrases []string
	taken   int
	// made counts the values within the value.
	made int
}

// shallow is how deep a value may be before only what is required is made, deepest how deep at all. largest is how many
// values a value may have within it: some schemas describe nothing finite.
const (
	shallow = 4
	deepest = 40
	largest = 2000
)

func newMaker(schema json.RawMessage, phrase string, seed uint64) *maker {
	root, _ := object(schema)
	return &maker{root: root, rng: rand.New(rand.NewPCG(seed, 3)), phrases: []string{phrase}}
}

// make makes a value as JSON, with the keys of objects in order.
func (m *maker) make(schema json.RawMessage) json.RawMessage { return encode(m.value(schema, 0)) }

func (m *maker) value(schema json.RawMessage, depth int) any {
	f, ok := object(schema)
	if !ok || len(f) == 0 {
		return m.phrase()
	}
	if m.made++; depth > deepest || m.made > largest {
		return nil
	}
	if constant, ok := f["const"]; ok {
		return constant
	}
	if choices, ok := array(f["enum"]); ok && len(choices) > 0 {
		return choices[m.rng.IntN(len(choices))]
	}
	if ref, ok := f.str("$ref"); ok {
		target, err := resolve(m.root, ref)
		if err != nil {
			return nil
		}
		return m.value(target, depth+1)
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if choices, ok := array(f[key]); ok && len(choices) > 0 {
			return m.value(merge(f, key, m.pick(choices, depth)), depth+1)
		}
	}
	if all, ok := array(f["allOf"]); ok && len(all) > 0 {
		for i := range all {
			if part, _ := object(all[i]); part.has("$ref") {
				ref, _ := part.str("$ref")
				all[i], _ = resolve(m.root, ref)
			}
		}
		return m.value(merge(f, "allOf", all...), depth+1)
	}
	return m.typed(f, depth)
}

// pick chooses one of several schemas; deep down the one that ends soonest.
func (m *maker) pick(choices []json.RawMessage, depth int) json.RawMessage {
	if depth <= shallow {
		return choices[m.rng.IntN(len(choices))]
	}
	for _, raw := range choices {
		f, _ := object(raw)
		if kind, _ := f.str("type"); kind != "" && kind != "object" && kind != "array" || f.has("const") || f.has("enum") {
			return raw
		}
	}
	return choices[0]
}

// typed makes a value by its type, or by what tells of one.
func (m *maker) typed(f fields, depth int) any {
	kind, _ := f.str("type")
	if kinds, ok := array(f["type"]); ok {
		for _, raw := range slices.Backward(kinds) {
			if string(raw) != `"null"` {
				_ = json.Unmarshal(raw, &kind)
			}
		}
	}
	switch {
	case kind == "object", kind == "" && (f.has("properties") || f.has("required")):
		return m.object(f, depth)
	case kind == "array", kind == "" && (f.has("items") || f.has("prefixItems")):
		return m.array(f, depth)
	case kind == "integer", kind == "number":
		return m.number(f, kind == "integer")
	case kind == "boolean":
		return true
	case kind == "null":
		return nil
	}
	return m.text(f)
}

// object makes the required properties, and near the top all others.
func (m *maker) object(f fields, depth int) any {
	properties, _ := object(f["properties"])
	var required []string
	_ = json.Unmarshal(f["required"], &required)
	value := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if depth <= shallow || slices.Contains(required, name) {
			value[name] = m.value(properties[name], depth+1)
		}
	}
	for _, name := range required {
		if _, there := value[name]; !there {
			value[name] = m.value(f["additionalProperties"], depth+1)
		}
	}
	least, _ := f.integer("minProperties")
	if _, open := object(f["additionalProperties"]); open && len(properties) == 0 && depth <= shallow {
		least = max(least, 1)
	}
	for i := 1; len(value) < least && i < 100; i++ {
		value["key"+strconv.Itoa(i)] = m.value(f["additionalProperties"], depth+1)
	}
	return value
}

func (m *maker) array(f fields, depth int) any {
	list := []any{}
	prefix, _ := array(f["prefixItems"])
	for _, raw := range prefix {
		list = append(list, m.value(raw, depth+1))
	}
	least, _ := f.integer("minItems")
	n := max(least, 1+m.rng.IntN(3))
	if depth > shallow {
		n = least
	}
	if most, ok := f.integer("maxItems"); ok {
		n = min(n, most)
	}
	if items := string(f["items"]); items == "false" || items == "" && len(prefix) > 0 && least <= len(prefix) {
		n = min(n, len(prefix))
	}
	unique, _ := f.boolean("uniqueItems")
	seen := map[string]bool{}
	for tries := 0; len(list) < n && tries < 100; tries++ {
		v := m.value(f["items"], depth+1)
		if s, isText := v.(string); unique && isText && seen[string(encode(v))] {
			v = s + strconv.Itoa(tries)
		}
		if key := string(encode(v)); !unique || !seen[key] {
			seen[key] = true
			list = append(list, v)
		}
	}
	return list
}

// number makes a number within its bounds, a small one if there are none.
func (m *maker) number(f fields, whole bool) any {
	low, high := 1.0, 10.0
	lowest, bounded := f.number("minimum")
	if x, ok := f.number("exclusiveMinimum"); ok {
		lowest, bounded = x+1, true
		if !whole {
			lowest = x + 1e-3
		}
	}
	if bounded {
		low, high = lowest, lowest+9
	}
	highest, bounded := f.number("maximum")
	if x, ok := f.number("exclusiveMaximum"); ok {
		highest, bounded = x-1, true
		if !whole {
			highest = x - 1e-3
		}
	}
	if bounded {
		high = min(high, highest)
		low = min(low, high)
	}
	step := 1.0
	if x, ok := f.number("multipleOf"); ok && x > 0 {
		step = x
	}
	first := math.Ceil(low / step)
	n := int(min(max((high-first*step)/step, 0), 1000))
	value := (first + float64(m.rng.IntN(n+1))) * step
	if math.IsInf(value, 0) || math.IsNaN(value) || value > high && !whole {
		value = low
	}
	if whole && math.Abs(value) < 1<<53 {
		return int64(value)
	}
	return value
}

// text makes a string.
func (m *maker) text(f fields) any {
	if format, ok := f.str("format"); ok && sampleOf(format) != "" {
		return sampleOf(format)
	}
	if pattern, ok := f.str("pattern"); ok {
		if text, ok := m.matching(pattern); ok {
			return text
		}
	}
	text := []rune(m.phrase())
	if most, ok := f.integer("maxLength"); ok && len(text) > most {
		text = text[:max(most, 0)]
	}
	if least, ok := f.integer("minLength"); ok && len(text) < least {
		text = append(text, []rune(strings.Repeat("x", min(least-len(text), 10_000)))...)
	}
	return string(text)
}

// phrase is the next string to use.
func (m *maker) phrase() string {
	text := m.phrases[m.taken%len(m.phrases)]
	m.taken++
	return text
}

// sampleOf is a string of a format; empty if the format is not known.
func sampleOf(format string) string {
	switch format {
	case "date-time":
		return "2026-11-20T12:00:00Z"
	case "date":
		return "2026-11-20"
	case "time":
		return "12:00:00Z"
	case "duration":
		return "PT15M"
	case "email", "idn-email":
		return "somebody@example.com"
	case "hostname", "idn-hostname":
		return "example.com"
	case "uri", "iri", "uri-reference":
		return "https://example.com/"
	case "ipv4":
		return "192.0.2.1"
	case "ipv6":
		return "2001:db8::1"
	case "uuid":
		return "0190d6f4-5b7a-7c3e-8d21-1f0a2b3c4d5e"
	}
	return ""
}

// merge is f without key, together with what the schemas in that place say.
func merge(f fields, key string, parts ...json.RawMessage) json.RawMessage {
	merged := maps.Clone(f)
	delete(merged, key)
	for _, raw := range parts {
		part, _ := object(raw)
		for name, value := range part {
			merged[name] = union(name, merged[name], value)
		}
	}
	return encode(merged)
}

// union is what a keyword says in two schemas that both hold.
func union(name string, a, b json.RawMessage) json.RawMessage {
	switch name {
	case "properties", "$defs", "definitions":
		one, _ := object(a)
		two, _ := object(b)
		if one != nil && two != nil {
			maps.Copy(one, two)
			return encode(one)
		}
	case "required":
		one, _ := array(a)
		two, _ := array(b)
		return encode(append(one, two...))
	}
	return b
}

var errReference = errors.New("the reference leads nowhere")

// resolve finds what a reference within a schema points to.
func resolve(root fields, ref string) (json.RawMessage, error) {
	path, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil, fmt.Errorf("%w: %s", errReference, ref)
	}
	raw := json.RawMessage(encode(root))
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if step == "" {
			continue
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		f, _ := object(raw)
		list, _ := array(raw)
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(list) {
			raw = list[i]
		} else if raw, ok = f[step]; !ok {
			return nil, fmt.Errorf("%w: %s", errReference, ref)
		}
	}
	return raw, nil
}
