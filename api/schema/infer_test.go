package schema_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"parlor/api/schema"
)

type unit string

func (unit) JSONSchema() json.RawMessage {
	return json.RawMessage(`{"type":"string","enum":["celsius","fahrenheit"]}`)
}

type place struct {
	City    string `json:"city" jsonschema:"in English"`
	Country string `json:"country,omitempty"`
}

type query struct {
	place
	Unit  unit      `json:"unit"`
	Days  uint8     `json:"days,omitzero" jsonschema:"1 to 14; 3 if left out"`
	Since time.Time `json:"since,omitzero"`
	Tags  []string  `json:"tags"`
	Note  *string   `json:"note,omitzero"`
	inner int
	Skip  func() `json:"-"`
}

func TestSchemaOfAType(t *testing.T) {
	var zero query
	_ = zero.inner
	const want = `{"type":"object","properties":{` +
		`"city":{"type":"string","description":"in English"},` +
		`"country":{"type":"string"},` +
		`"unit":{"type":"string","enum":["celsius","fahrenheit"]},` +
		`"days":{"type":"integer","description":"1 to 14; 3 if left out","minimum":0,"maximum":255},` +
		`"since":{"type":"string","format":"date-time"},` +
		`"tags":{"type":"array","items":{"type":"string"}},` +
		`"note":{"type":["null","string"]}},` +
		`"required":["city","unit","tags"],"additionalProperties":false}`
	for range 3 {
		got, err := schema.For[query]()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
	if pointer, err := schema.For[*query](); err != nil || string(pointer) != want {
		t.Errorf("a pointer has another schema: %s, %v", pointer, err)
	}
}

// reads tells which schema T has, and whether value can be read into it.
func reads[T any](value string) func() (json.RawMessage, error) {
	return func() (json.RawMessage, error) {
		reader, err := schema.NewReader[T]()
		if err != nil {
			return nil, err
		}
		_, err = reader.Read(json.RawMessage(value))
		return reader.Schema(), err
	}
}

// What encoding/json reads must be what the schema asks for.
func TestSchemaFitsWhatIsRead(t *testing.T) {
	type optional struct {
		P *int `json:"p"`
	}
	tests := []struct {
		name string
		read func() (json.RawMessage, error)
	}{
		{"bytes", reads[[]byte](`"aGk="`)},
		{"raw JSON", reads[json.RawMessage](`{"any":["thing"]}`)},
		{"number", reads[json.Number](`12.5`)},
		{"big integer", reads[big.Int](`123456789012345678901234567890`)},
		{"big float", reads[big.Float](`"1.5"`)},
		{"address", reads[netip.Addr](`"192.0.2.1"`)},
		{"duration", reads[time.Duration](`1000`)},
		{"map", reads[map[string]int](`{"a":1}`)},
		{"map by address", reads[map[netip.Addr]int](`{"192.0.2.1":1}`)},
		{"array", reads[[2]int](`[1,2]`)},
		{"list of lists", reads[[][]string](`[["a"],[]]`)},
		{"anything", reads[any](`[1,{"a":null}]`)},
		{"null for a pointer", reads[optional](`{"p":null}`)},
		{"no fields", reads[struct{}](`{}`)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if raw, err := test.read(); err != nil {
				t.Errorf("with %s: %v", raw, err)
			}
		})
	}
}

func TestReaderKeepsWhatFloatsWouldLose(t *testing.T) {
	reader, err := schema.NewReader[map[string]int64]()
	if err != nil {
		t.Fatal(err)
	}
	got, err := reader.Read(json.RawMessage(`{"id":9007199254740993}`))
	if err != nil || got["id"] != 9007199254740993 {
		t.Error(got, err)
	}
}

func TestReaderNamesThePlace(t *testing.T) {
	type list struct {
		List []struct {
			Count int8 `json:"count"`
		} `json:"list"`
		More map[string]int `json:"more,omitzero"`
		When time.Time      `json:"when,omitzero"`
	}
	reader, err := schema.NewReader[list]()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ value, says string }{
		{`{"list":[{"count":1},{"count":"2"}]}`, "at list[].count: "},
		{`{"list":[{"count":1000}]}`, "1000"},
		{`{"list":[],"more":{"a":1.5}}`, "at more{}: "},
		{`{"list":[],"when":"soon"}`, "soon"}, // formats are left to the type
		{`{}`, "list"},
		{`{"list":[` + strings.Repeat("1,", 5000) + `1]}`, "at list[]: "},
		{`{"list":"` + strings.Repeat("long", 5000) + `"}`, "..."},
		{`{"list":[{"count":` + strings.Repeat("1", 5000) + `}]}`, "cannot unmarshal number 111"},
		{`{`, "unexpected end"},
		{`1e999`, "1e999"},
		{`null`, `null has type "null", want "object"`},
		{`{"list":null}`, `at list: type: null has type "null"`},
	}
	for _, test := range tests {
		got, err := reader.Read(json.RawMessage(test.value))
		if err == nil || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 600 || got.List != nil {
			t.Errorf("%.50s: %v, %.700v; want %q", test.value, got, err, test.says)
		}
	}
}

func TestAReaderThatWasNotMade(t *testing.T) {
	var none *schema.Reader[tree]
	for _, reader := range []*schema.Reader[tree]{none, {}} {
		if _, err := reader.Read(json.RawMessage(`{}`)); err == nil {
			t.Error("it reads")
		}
	}
}

type tree struct {
	Name     string
	Children []tree
}

type left struct{ Right *right }

type right struct{ Lefts map[string]left }

type ownJSON struct{}

func (*ownJSON) UnmarshalJSON([]byte) error { return nil }

type untyped struct{}

func (untyped) JSONSchema() json.RawMessage { return json.RawMessage(`{"enum":[1]}`) }

type referring struct{}

func (referring) JSONSchema() json.RawMessage {
	return json.RawMessage(`{"type":"object","properties":{"a":{"$ref":"#"}}}`)
}

type malformed struct{}

func (malformed) JSONSchema() json.RawMessage { return json.RawMessage(`{"type":`) }

func TestTypesWithoutASchema(t *testing.T) {
	type named struct {
		place `json:"place"`
	}
	type Name string
	type embedsName struct{ Name }
	tests := []struct {
		name     string
		schemaOf func() (json.RawMessage, error)
		kind     error
		at       string
	}{
		{"itself", schema.For[tree], schema.ErrRecursive, "tree.Children[]"},
		{"itself around a corner", schema.For[[]left], schema.ErrRecursive, "[]schema_test.left[].Right.Lefts{}"},
		{"channel", schema.For[struct{ C chan int }], schema.ErrUnsupported, ".C"},
		{"function in a list", schema.For[struct{ F []func() }], schema.ErrUnsupported, ".F[]"},
		{"complex number", schema.For[complex128], schema.ErrUnsupported, "complex128"},
		{"interface", schema.For[struct{ R io.Reader }], schema.ErrUnsupported, ".R"},
		{"context", schema.For[context.Context], schema.ErrUnsupported, "Context"},
		{"JSON of its own", schema.For[struct{ X ownJSON }], schema.ErrUnsupported, ".X"},
		{"a number in a string", schema.For[struct {
			N int `json:",string"`
		}], schema.ErrUnsupported, ".N"},
		{"embedded with a name", schema.For[named], schema.ErrUnsupported, "named.place"},
		{"embedded, no struct", schema.For[embedsName], schema.ErrUnsupported, "embedsName.Name"},
		{"a map by a struct", schema.For[map[struct{}]int], schema.ErrUnsupported, "map[struct {}]int"},
		{"a description that is none", schema.For[struct {
			N int `jsonschema:"min=3"`
		}], schema.ErrUnsupported, ""},
		{"a pointer to raw JSON", schema.For[struct{ P *json.RawMessage }], schema.ErrUnsupported, ".P"},
		{"told without a type", schema.For[struct{ U untyped }], schema.ErrUnsupported, ".U"},
		{"told with a reference", schema.For[[]referring], schema.ErrUnsupported, "[]"},
		{"told badly", schema.For[struct{ M malformed }], nil, ".M"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			raw, err := test.schemaOf()
			var e *schema.Error
			if !errors.As(err, &e) || test.kind != nil && !errors.Is(err, test.kind) {
				t.Fatalf("got %s, %v; want kind %v", raw, err, test.kind)
			}
			if !strings.HasSuffix(e.At, test.at) || !strings.Contains(err.Error(), e.At) {
				t.Errorf("at %q, want %q in: %v", e.At, test.at, err)
			}
		})
	}
}
