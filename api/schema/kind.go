package schema

import (
	"encoding/json"
	"slices"
)

// kind says what a schema is mainly about.
type kind int

const (
	kindUnknown kind = iota
	kindObject
	kindArray
	kindChoice // anyOf, oneOf or allOf, without properties and items of its own
	kindReference
	kindPlain // a scalar type or an enumeration
)

// implied is the type that a schema has without saying so.
func (k kind) implied() string {
	switch k {
	case kindObject:
		return "object"
	case kindArray:
		return "array"
	}
	return ""
}

func kindOf(list []member) kind {
	has := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(key string) bool { return get(list, key) != nil })
	}
	types := typesOf(get(list, "type"))
	switch {
	case has("$ref"):
		return kindReference
	case has("properties"):
		return kindObject
	case has("items"):
		return kindArray
	case has("anyOf", "oneOf", "allOf"):
		return kindChoice
	case slices.Contains(types, "object"):
		return kindObject
	case slices.Contains(types, "array"):
		return kindArray
	case len(types) > 0, plainList(get(list, "enum")), has("const") && plainValue(get(list, "const")):
		return kindPlain
	}
	return kindUnknown
}

func typesOf(raw json.RawMessage) []string {
	var types []string
	if json.Unmarshal(raw, &types) == nil {
		return types
	}
	var one string
	if json.Unmarshal(raw, &one) != nil || one == "" {
		return nil
	}
	return []string{one}
}

// plainList reports whether raw is a list without objects and lists.
func plainList(raw json.RawMessage) bool {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return false
	}
	return !slices.ContainsFunc(list, func(v json.RawMessage) bool { return !plainValue(v) })
}

func plainValue(raw json.RawMessage) bool { return !isObject(raw) && !isArray(raw) }
