package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// format checks an output format and keeps its schema.
func (c *checker) format(raw json.RawMessage, path string) error {
	f, ok := object(raw)
	if !ok {
		return bad("%s: Input should be a valid dictionary", path)
	}
	if kind, _ := f.str("type"); kind != "json_schema" {
		return bad("%s.type: Input should be 'json_schema'", path)
	}
	if _, ok := object(f["schema"]); !ok {
		return bad("%s.schema: Field required", path)
	}
	if err := c.noExtra(f, path+".", "type", "schema"); err != nil {
		return err
	}
	c.q.format = f["schema"]
	if c.lenient {
		return nil
	}
	return c.closedSchema(c.q.format, path+".schema")
}

// formatRules checks what an output format excludes.
func (c *checker) formatRules() error {
	if c.q.format == nil || c.lenient {
		return nil
	}
	if c.q.wantsCitations() {
		return bad("output_config.format: citations cannot be enabled together with structured outputs")
	}
	return nil
}

// closedSchema checks a schema that answers or strict tools must keep to: only a part of JSON Schema is supported. The
// part is that of the vendor's own clients, the texts are not confirmed.
func (c *checker) closedSchema(raw json.RawMessage, path string) error {
	root, _ := object(raw)
	return (&closing{root: root}).schema(raw, path, nil)
}

// largestSchema is how many schemas a schema may have within it, references followed.
const largestSchema = 10_000

// closing checks a schema and those within it.
type closing struct {
	root fields
	seen int
}

// schema checks one schema; refs are the references on the way to it.
func (c *closing) schema(raw json.RawMessage, path string, refs []string) error {
	f, ok := object(raw)
	if !ok {
		return nil
	}
	if c.seen++; c.seen > largestSchema {
		return bad("%s: Schema is too complex", path)
	}
	kind, _ := f.str("type")
	if ref, ok := f.str("$ref"); ok {
		target, err := resolve(c.root, ref)
		if err != nil {
			return bad("%s: %v", path, err)
		}
		if slices.Contains(refs, ref) {
			return bad("%s: Recursive definitions are not supported: %s", path, ref)
		}
		return c.schema(target, path, append(slices.Clone(refs), ref))
	}
	if found := unsupportedKeys(f); len(found) > 0 {
		return bad("%s: For '%s' type, properties %s are not supported", path, kind, strings.Join(found, ", "))
	}
	if n, ok := f.integer("minItems"); ok && n > 1 {
		return bad("%s: For 'array' type, 'minItems' values other than 0 or 1 are not supported", path)
	}
	formats := []string{"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
	if format, ok := f.str("format"); ok && !slices.Contains(formats, format) {
		return bad("%s: For 'string' type, format '%s' is not supported", path, format)
	}
	if open, ok := f.boolean("additionalProperties"); (kind == "object" || f.has("properties")) && (!ok || open) {
		return bad("%s: For 'object' type, 'additionalProperties' must be explicitly set to false", path)
	}
	return c.parts(f, path, refs)
}

// parts checks the schemas within a schema.
func (c *closing) parts(f fields, path string, refs []string) error {
	properties, _ := object(f["properties"])
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if err := c.schema(properties[name], path+".properties."+name, refs); err != nil {
			return err
		}
	}
	for _, key := range []string{"anyOf", "oneOf", "allOf"} {
		list, _ := array(f[key])
		for i, raw := range list {
			if err := c.schema(raw, fmt.Sprintf("%s.%s.%d", path, key, i), refs); err != nil {
				return err
			}
		}
	}
	return c.schema(f["items"], path+".items", refs)
}

func unsupportedKeys(f fields) []string {
	var found []string
	for _, key := range []string{
		"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "maxItems",
		"uniqueItems", "contains", "prefixItems", "minProperties", "maxProperties", "patternProperties", "propertyNames",
		"not", "if", "then", "else", "dependentRequired", "dependentSchemas",
	} {
		if f.has(key) {
			found = append(found, key)
		}
	}
	return found
}

// structured is the answer that an output format asks for.
func (s *Simulator) structured(c *chat) string {
	m := newMaker(c.q.format, c.title(s.replies()), c.hash(s.opt.Seed, "format"))
	return string(m.make(c.q.format))
}
