// Package schema makes JSON schemas from Go types: for the input of tools, and
// for answers that must have a shape (structured output).
//
// # From a type to a schema
//
// For describes what encoding/json would read into a type:
//
//	type Query struct {
//		City string `json:"city" jsonschema:"the city, in English"`
//		Days int    `json:"days,omitzero" jsonschema:"how many days; 3 if left out"`
//	}
//	raw, err := schema.For[Query]()
//
// The "jsonschema" tag is the description, which the model reads: say what the
// field means, its unit and its default. Fields are required unless they are
// tagged omitempty or omitzero, further members are forbidden, and the
// properties stand in the order of the fields.
//
// Types of the standard library and types with UnmarshalText are strings. A
// type that wants a say, above all an enumeration, has a method:
//
//	func (Unit) JSONSchema() json.RawMessage {
//		return json.RawMessage(`{"type":"string","enum":["celsius","fahrenheit"]}`)
//	}
//
// A pointer may be null; a slice is an array and never null, since a schema
// says what the model shall write.
//
// # Structured output
//
// The API guarantees that an answer fits a schema, for a subset of JSON Schema.
// Strict turns any schema into one of that subset and moves the rest into the
// descriptions, where the model still reads it. Output does both for a type, and
// Decode reads the answer:
//
//	request.OutputConfig, err = schema.Output[Forecast]()
//	message, err := client.CreateMessage(ctx, request)
//	forecast, err := schema.Decode[Forecast](message)
//
// Decode checks what the API could not promise as well: bounds of numbers,
// lengths of arrays, and whether there is a whole answer at all. Its errors are
// of the kinds ErrRefused, ErrCut, ErrUnfinished, ErrNotJSON and ErrMismatch.
//
// # What this package must not know
//
// How a request is sent, and tools: package toolrunner builds on it. Schemas are
// inferred and values are validated by github.com/google/jsonschema-go.
package schema
