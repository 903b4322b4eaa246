package schema_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"parlor/api/schema"
)

func TestStrict(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{
			"objects are closed, wherever they are",
			`{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{
				"z":{"type":"object","properties":{"b":{"type":"string"}},"additionalProperties":true},
				"a":{"type":"array","items":{"properties":{}}}},"required":["z"]}`,
			`{"type":"object","properties":{` +
				`"z":{"type":"object","properties":{"b":{"type":"string"}},"additionalProperties":false},` +
				`"a":{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false}}},` +
				`"required":["z"],"additionalProperties":false}`,
		},
		{
			"an object without properties is an empty one",
			`{"type":"object"}`,
			`{"type":"object","properties":{},"additionalProperties":false}`,
		},
		{
			"bounds and lengths go into the description",
			`{"type":"integer","description":"pages & <more>","minimum":1,"maximum":10}`,
			`{"type":"integer","description":"pages & <more>\n\nConstraints: {\"minimum\":1,\"maximum\":10}"}`,
		},
		{
			"a description is made where there is none",
			`{"type":"string","pattern":"^a","maxLength":3}`,
			`{"type":"string","description":"Constraints: {\"pattern\":\"^a\",\"maxLength\":3}"}`,
		},
		{
			"known formats stay, others do not",
			`{"anyOf":[{"type":"string","format":"uuid"},{"type":"string","format":"ipv6"},{"type":"string","format":"regex"}]}`,
			`{"anyOf":[{"type":"string","format":"uuid"},{"type":"string","format":"ipv6"},` +
				`{"type":"string","description":"Constraints: {\"format\":\"regex\"}"}]}`,
		},
		{
			"minItems of 0 and 1 stays",
			`{"type":"array","items":{"type":"array","items":{"type":"array","items":{"type":"null"},"minItems":2},"minItems":1},"minItems":0}`,
			`{"type":"array","items":{"type":"array","items":{"type":"array","items":{"type":"null"},` +
				`"description":"Constraints: {\"minItems\":2}"},"minItems":1},"minItems":0}`,
		},
		{
			"oneOf becomes anyOf, and its type is that of each choice",
			`{"type":"object","oneOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"null"}]}`,
			`{"anyOf":[{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false},{"type":"null"}]}`,
		},
		{
			"choices beside properties are words",
			`{"type":"object","properties":{"a":{"type":"string"}},"anyOf":[{"required":["a"]}]}`,
			`{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false,` +
				`"description":"Constraints: {\"anyOf\":[{\"required\":[\"a\"]}]}"}`,
		},
		{
			"plain enumerations and constants stay, others are words",
			`{"type":"object","properties":{"a":{"enum":["x",1,null]},"b":{"const":true},"c":{"type":"array","const":[1]}}}`,
			`{"type":"object","properties":{"a":{"enum":["x",1,null]},"b":{"const":true},` +
				`"c":{"type":"array","description":"Constraints: {\"const\":[1]}"}},"additionalProperties":false}`,
		},
		{
			"definitions are rewritten, references stand alone",
			`{"$defs":{"p":{"type":"object","properties":{"n":{"type":"number","minimum":0}}}},
				"type":"object","properties":{"a":{"$ref":"#/$defs/p","description":"first"},"b":{"$ref":"#/$defs/p"}}}`,
			`{"$defs":{"p":{"type":"object","properties":{"n":{"type":"number","description":"Constraints: {\"minimum\":0}"}},` +
				`"additionalProperties":false}},"type":"object","properties":{"a":{"$ref":"#/$defs/p"},"b":{"$ref":"#/$defs/p"}},` +
				`"additionalProperties":false}`,
		},
		{
			"a root may be a reference",
			`{"$ref":"#/definitions/p","title":"gone","definitions":{"p":{"type":"string"}}}`,
			`{"$ref":"#/definitions/p","definitions":{"p":{"type":"string"}}}`,
		},
		{
			"free keys beside named ones are words",
			`{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"integer"}}`,
			`{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false,` +
				`"description":"Constraints: {\"additionalProperties\":{\"type\":\"integer\"}}"}`,
		},
		{
			"numbers, defaults and titles stay as they are written",
			`{"type":"number","default":1.50,"title":"T"}`,
			`{"type":"number","default":1.50,"title":"T"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := schema.Strict(json.RawMessage(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Fatalf("got  %s\nwant %s", got, test.want)
			}
			again, err := schema.Strict(got)
			if err != nil || string(again) != test.want {
				t.Errorf("what is strict changes again: %s, %v", again, err)
			}
		})
	}
}

func TestStrictRefuses(t *testing.T) {
	tests := []struct {
		name, in string
		kind     error
		at       string
	}{
		{"itself", `{"type":"object","properties":{"next":{"$ref":"#"}}}`, schema.ErrRecursive, "#/properties/next"},
		{
			"a definition that contains itself",
			`{"$defs":{"n":{"type":"array","items":{"$ref":"#/$defs/n"}}},"$ref":"#/$defs/n"}`,
			schema.ErrRecursive, "#/$defs/n/items",
		},
		{
			"two definitions in a circle",
			`{"type":"object","properties":{"x":{"$ref":"#/$defs/a"}},"$defs":{
				"a":{"type":"array","items":{"$ref":"#/$defs/b"}},
				"b":{"type":"object","properties":{"back/to":{"$ref":"#/$defs/a"}}}}}`,
			schema.ErrRecursive, "#/$defs/b/properties/back~1to",
		},
		{"elsewhere", `{"$ref":"https://example.com/s.json"}`, schema.ErrUnsupported, "#"},
		{"nowhere", `{"type":"array","items":{"$ref":"#/$defs/x"}}`, schema.ErrUnsupported, "#/items"},
		{"a map", `{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"string"}}}}`, schema.ErrUnsupported, "#/properties/m"},
		{"an open object", `{"type":"object","additionalProperties":true}`, schema.ErrUnsupported, "#"},
		{"anything", `{"type":"array","items":{}}`, schema.ErrUnsupported, "#/items"},
		{"no type", `{"type":"object","properties":{"a":{"description":"?"}}}`, schema.ErrUnsupported, "#/properties/a"},
		{"nested definitions", `{"type":"array","items":{"type":"string","$defs":{}}}`, schema.ErrUnsupported, "#/items/$defs"},
		{"no schema", `{"anyOf":[{"type":"null"},3]}`, nil, "#/anyOf/1"},
		{"no JSON", `{"type":`, nil, "#"},
		{"nothing", ``, nil, "#"},
		{"properties of another type", `{"properties":[]}`, nil, "#/properties"},
		{"definitions of another type", `{"type":"null","$defs":1}`, nil, "#/$defs"},
		{"a reference of another type", `{"$ref":1}`, nil, "#/$ref"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := schema.Strict(json.RawMessage(test.in))
			var e *schema.Error
			if !errors.As(err, &e) || test.kind != nil && !errors.Is(err, test.kind) {
				t.Fatalf("got %s, %v; want kind %v", got, err, test.kind)
			}
			if e.At != test.at || !strings.Contains(err.Error(), test.at) {
				t.Errorf("at %q, want %q", e.At, test.at)
			}
		})
	}
}

// Whatever a schema holds, Strict neither panics nor changes its mind, and what
// it returns is a schema.
func FuzzStrict(f *testing.F) {
	f.Add(`{"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"oneOf":[{"const":1},{"enum":[2]}]}}}`)
	f.Add(`{"properties":{},"$defs":{"0":{"oneOf":[{"const":[]}]}}}`)
	f.Add(`{"items":{"type":["string","null"],"minLength":3},"description":3}`)
	f.Fuzz(func(t *testing.T, in string) {
		once, err := schema.Strict(json.RawMessage(in))
		if err != nil {
			return
		}
		twice, err := schema.Strict(once)
		if err != nil || string(twice) != string(once) {
			t.Errorf("from %s\nonce  %s\ntwice %s, %v", in, once, twice, err)
		}
	})
}
