package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tool is an entry of tools, or a tool defined in a system message.
type tool struct {
	spec *toolSpec
	// name is what the tool is called by; empty for toolsets.
	name   string
	path   string
	raw    json.RawMessage
	fields fields
	cache  *cacheControl
	// deferred tools are not shown to the model until something refers to them.
	deferred bool
	strict   bool
	// callers are the allowed_callers; none means the model itself.
	callers []string
	// server is the MCP server of an mcp_toolset.
	server string
}

// direct says whether the model may call the tool itself.
func (t *tool) direct() bool { return len(t.callers) == 0 || slices.Contains(t.callers, "direct") }

// tools checks the definitions and what they say about each other.
func (c *checker) tools() error {
	raw, there := c.q.fields["tools"]
	if !there {
		return nil
	}
	list, ok := array(raw)
	if !ok {
		return bad("tools: Input should be a valid list")
	}
	names := map[string]bool{}
	shown := false
	for i, raw := range list {
		t, err := c.tool(raw, fmt.Sprintf("tools.%d", i))
		if err != nil {
			return err
		}
		if t.name != "" && names[t.name] {
			return bad("tools: Tool names must be unique.")
		}
		names[t.name] = true
		shown = shown || !t.deferred
		c.q.tools = append(c.q.tools, t)
	}
	if len(list) > 0 && !shown && !c.lenient {
		return bad("At least one tool must have defer_loading=false.") // the text is not confirmed
	}
	return nil
}

// tool checks one definition.
func (c *checker) tool(raw json.RawMessage, path string) (*tool, error) {
	f, ok := object(raw)
	if !ok {
		return nil, bad("%s: Input should be a valid dictionary", path)
	}
	kind := "custom"
	if f.has("type") {
		kind, _ = f.str("type")
	}
	spec := c.x.sim.surface().tools[kind]
	if spec == nil && c.lenient {
		name, _ := f.str("name")
		spec = &toolSpec{Type: kind, Name: name, Server: true}
	}
	if spec == nil || spec.Beta != "" && !c.x.beta(spec.Beta) && !c.lenient {
		return nil, bad("%s: Input tag '%s' found using 'type' does not match any of the expected tags", path, kind)
	}
	t := &tool{spec: spec, path: path + "." + kind, raw: raw, fields: f}
	var err error
	if t.cache, err = c.cacheControl(f, path); err != nil {
		return nil, err
	}
	for _, check := range []func(*tool) error{c.toolName, c.toolShape, c.toolCommon, c.toolFields, c.inputSchema} {
		if err := check(t); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// toolName checks the name, which the caller chooses for custom tools only.
func (c *checker) toolName(t *tool) error {
	t.name, _ = t.fields.str("name")
	switch {
	case t.spec.custom():
		if !c.x.sim.surface().name.MatchString(t.name) {
			return bad("%s.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'", t.path)
		}
	case t.spec.Bare: // a toolset has none, which toolShape checks
		t.name = ""
	case t.spec.Name != "" && t.name == "":
		return bad("%s.name: Field required", t.path)
	case t.spec.Name != t.name:
		return bad("%s.name: Input should be '%s'", t.path, t.spec.Name)
	}
	return nil
}

// toolShape checks which fields there are, and whether the model takes the tool at all.
func (c *checker) toolShape(t *tool) error {
	for _, name := range t.spec.Required {
		if !t.fields.has(name) {
			return bad("%s.%s: Field required", t.path, name)
		}
	}
	if err := c.noExtra(t.fields, t.path+".", t.spec.allowed()...); err != nil {
		return err
	}
	if slices.Contains(t.spec.Refused, c.q.model.ID) && !c.lenient {
		return bad("'%s' does not support tool types: %s.", c.q.name, t.spec.Type)
	}
	return nil
}

// toolCommon checks the fields that nearly every tool has.
func (c *checker) toolCommon(t *tool) error {
	t.deferred, _ = t.fields.boolean("defer_loading")
	t.strict, _ = t.fields.boolean("strict")
	if t.fields.has("allowed_callers") {
		if json.Unmarshal(t.fields["allowed_callers"], &t.callers) != nil {
			return bad("%s.allowed_callers: Input should be a valid list", t.path)
		}
		for i, caller := range t.callers {
			err := oneOf(fmt.Sprintf("%s.allowed_callers.%d", t.path, i), caller,
				"direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521")
			if err != nil {
				return err
			}
		}
	}
	// Not confirmed: a tool outside of the prompt's prefix cannot end one.
	if t.deferred && t.cache != nil && !c.lenient {
		return bad("%s: Tools with defer_loading=true cannot have cache_control", t.path)
	}
	return nil
}

// inputSchema checks the schema of a custom tool.
func (c *checker) inputSchema(t *tool) error {
	if !t.spec.custom() {
		return nil
	}
	if !t.fields.has("input_schema") {
		return bad("%s.input_schema: Field required", t.path)
	}
	schema, ok := object(t.fields["input_schema"])
	if kind, _ := schema.str("type"); !ok || kind != "object" {
		return bad("%s.input_schema.type: Input should be 'object'", t.path)
	}
	if properties, ok := object(schema["properties"]); schema.has("properties") && !ok {
		return bad("%s.input_schema.properties: Input should be a valid dictionary", t.path)
	} else if err := c.propertyNames(properties, t.path); err != nil {
		return err
	}
	var required []string
	if json.Unmarshal(schema["required"], &required) != nil && schema.has("required") {
		return bad("%s.input_schema.required: Input should be a valid list", t.path)
	}
	if t.strict && !c.lenient {
		return c.closedSchema(t.fields["input_schema"], t.path+".input_schema")
	}
	return nil
}

// propertyNames checks the names of the top-level properties.
func (c *checker) propertyNames(properties fields, path string) error {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if !c.x.sim.surface().property.MatchString(name) {
			return bad("%s.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'", path)
		}
	}
	return nil
}

// toolFields checks the values of the fields that only some tools have.
func (c *checker) toolFields(t *tool) error {
	f := t.fields
	for _, name := range []string{"max_uses", "max_characters", "max_content_tokens", "max_tokens", "display_width_px", "display_height_px"} {
		if n, ok := f.integer(name); f.has(name) && (!ok || n < 1) {
			return bad("%s.%s: Input should be a valid integer greater than 0", t.path, name)
		}
	}
	for _, name := range []string{"eager_input_streaming", "use_cache", "enable_zoom", "defer_loading", "strict"} {
		if _, ok := f.boolean(name); f.has(name) && !ok {
			return bad("%s.%s: Input should be a valid boolean", t.path, name)
		}
	}
	for _, name := range []string{"description", "model", "mcp_server_name"} {
		if _, ok := f.str(name); f.has(name) && !ok {
			return bad("%s.%s: Input should be a valid string", t.path, name)
		}
	}
	if f.has("response_inclusion") {
		value, _ := f.str("response_inclusion")
		if err := oneOf(t.path+".response_inclusion", value, "full", "excluded"); err != nil {
			return err
		}
	}
	t.server, _ = f.str("mcp_server_name")
	for _, check := range []func(*tool) error{c.toolDomains, c.toolLocation, c.toolExamples, c.toolConfigs, c.urlSources, c.advisor} {
		if err := check(t); err != nil {
			return err
		}
	}
	return nil
}

// toolDomains checks the filters of the web tools.
func (c *checker) toolDomains(t *tool) error {
	for _, name := range []string{"allowed_domains", "blocked_domains"} {
		var domains []string
		if t.fields.has(name) && json.Unmarshal(t.fields[name], &domains) != nil {
			return bad("%s.%s: Input should be a valid list", t.path, name)
		}
		if slices.ContainsFunc(domains, func(d string) bool { return d == "" || strings.Contains(d, "://") }) {
			return bad("%s.%s: domains must not include a scheme", t.path, name)
		}
	}
	if t.fields.has("allowed_domains") && t.fields.has("blocked_domains") {
		return bad("%s: Only one of `allowed_domains` and `blocked_domains` may be set", t.path)
	}
	return nil
}

func (c *checker) toolLocation(t *tool) error {
	if !t.fields.has("user_location") {
		return nil
	}
	location, ok := object(t.fields["user_location"])
	if kind, _ := location.str("type"); !ok || kind != "approximate" {
		return bad("%s.user_location.type: Input should be 'approximate'", t.path)
	}
	return c.noExtra(location, t.path+".user_location.", "type", "city", "region", "country", "timezone")
}

func (c *checker) toolExamples(t *tool) error {
	list, ok := array(t.fields["input_examples"])
	if t.fields.has("input_examples") && !ok {
		return bad("%s.input_examples: Input should be a valid list", t.path)
	}
	for i, raw := range list {
		if _, ok := object(raw); !ok {
			return bad("%s.input_examples.%d: Input should be a valid dictionary", t.path, i)
		}
	}
	if !t.fields.has("citations") {
		return nil
	}
	return c.citationsEnabled(t.fields, t.path)
}

// toolConfigs checks the settings per member of a toolset.
func (c *checker) toolConfigs(t *tool) error {
	config := func(raw json.RawMessage, path string) error {
		f, ok := object(raw)
		if !ok {
			return bad("%s: Input should be a valid dictionary", path)
		}
		for _, name := range []string{"enabled", "defer_loading"} {
			if _, ok := f.boolean(name); f.has(name) && !ok {
				return bad("%s.%s: Input should be a valid boolean", path, name)
			}
		}
		return c.noExtra(f, path+".", "enabled", "defer_loading")
	}
	if t.fields.has("default_config") {
		if err := config(t.fields["default_config"], t.path+".default_config"); err != nil {
			return err
		}
	}
	if !t.fields.has("configs") {
		return nil
	}
	configs, ok := object(t.fields["configs"])
	if !ok {
		return bad("%s.configs: Input should be a valid dictionary", t.path)
	}
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		if _, member := t.spec.Members[name]; t.spec.Members != nil && !member && !c.lenient {
			return bad("%s.configs.%s: Extra inputs are not permitted", t.path, name)
		}
		if err := config(configs[name], t.path+".configs."+name); err != nil {
			return err
		}
	}
	return nil
}

// urlSources checks what web fetch may take URLs from.
func (c *checker) urlSources(t *tool) error {
	if !t.fields.has("url_sources") {
		return nil
	}
	path := t.path + ".url_sources."
	sources, ok := object(t.fields["url_sources"])
	if !ok {
		return bad("%s.url_sources: Input should be a valid dictionary", t.path)
	}
	if err := c.noExtra(sources, path, "user_input", "client_tool_results", "server_tool_results"); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		source, _ := object(sources[name])
		kind, _ := source.str("type")
		allowed := []string{"all", "none", "only", "except"}
		if name == "user_input" {
			allowed = allowed[:2]
		}
		if err := oneOf(path+name+".type", kind, allowed...); err != nil {
			return err
		}
		if _, ok := array(source["tools"]); (kind == "only" || kind == "except") && !ok {
			return bad("%s%s.%s.tools: Field required", path, name, kind)
		}
	}
	return nil
}

// advisor checks that the advising model exists and how its prompt is cached.
func (c *checker) advisor(t *tool) error {
	if t.spec.Name != "advisor" {
		return nil
	}
	if model, _ := t.fields.str("model"); c.x.sim.facts.find(model) == nil && !c.lenient {
		return bad("%s.model: '%s' is not a model", t.path, model)
	}
	if !t.fields.has("caching") {
		return nil
	}
	_, err := c.cacheControl(fields{"cache_control": t.fields["caching"]}, t.path+".caching")
	return err
}
