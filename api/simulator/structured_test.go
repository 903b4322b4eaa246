package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"parlor/api/simulator"
)

// formatOf is an output format with a schema.
func formatOf(schema string) string {
	return `,"output_config":{"format":{"type":"json_schema","schema":` + schema + `}}`
}

func TestStructuredAnswersSatisfyTheirSchema(t *testing.T) {
	for _, schema := range []string{
		`{"type":"object","properties":{"title":{"type":"string"},"when":{"type":"string","format":"date"},"tags":{"type":"array","items":{"enum":["a","b"]},"minItems":1}},"required":["title","when","tags"],"additionalProperties":false}`,
		`{"anyOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},"required":["kind","n"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"b"}},"required":["kind"],"additionalProperties":false}]}`,
		`{"type":"object","properties":{"at":{"$ref":"#/$defs/point"}},"required":["at"],"additionalProperties":false,"$defs":{"point":{"type":"object","properties":{"x":{"type":"number"},"y":{"type":["number","null"]}},"required":["x","y"],"additionalProperties":false}}}`,
		`{"type":"array","items":{"type":"string","format":"uuid"}}`,
	} {
		var parsed jsonschema.Schema
		if err := json.Unmarshal([]byte(schema), &parsed); err != nil {
			t.Fatal(err)
		}
		resolved, err := parsed.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, extra := range []string{"", `,"thinking":{"type":"adaptive"}`} {
			for seed := range uint64(6) {
				m := say(t, fresh(simulator.Options{Seed: seed}), sonnet46, extra+formatOf(schema), "Where is Oslo?")
				var value any
				if err := json.Unmarshal([]byte(m.text()), &value); err != nil {
					t.Fatalf("%v in %s", err, m.text())
				}
				if err := resolved.Validate(value); err != nil || m.StopReason != "end_turn" {
					t.Errorf("%v in %s, stopped by %s", err, m.text(), m.StopReason)
				}
			}
		}
	}
	if cut := say(t, fresh(simulator.Options{}), sonnet46, `,"max_tokens":3`+formatOf(`{"type":"object","properties":{"title":{"type":"string"}},"additionalProperties":false}`), "Where is Oslo?"); json.Valid([]byte(cut.text())) || cut.StopReason != "max_tokens" {
		t.Errorf("cut off: %s %q", cut.StopReason, cut.text())
	}
}

func TestStructuredAnswersAfterTools(t *testing.T) {
	extra := tools(weather) + `,"output_config":{"format":` + city + `}`
	if a := asked(t, body(sonnet46, extra, "get_weather")); a.StopReason != "tool_use" {
		t.Errorf("stopped by %s", a.StopReason)
	}
	a := asked(t, asking(sonnet46, extra, `[{"role":"user","content":"get_weather"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"mild"}]}]`))
	if !json.Valid([]byte(a.text())) || !strings.Contains(a.text(), `"tags"`) {
		t.Errorf("answered %q", a.text())
	}
}

func TestSchemasThatTheAPIRefuses(t *testing.T) {
	object := func(properties string) string {
		return hi(sonnet46, formatOf(`{"type":"object","properties":{`+properties+`},"additionalProperties":false}`))
	}
	holds(t, []rule{
		{"open", hi(sonnet46, formatOf(`{"type":"object","properties":{}}`)), nil, "'additionalProperties' must be explicitly set to false"},
		{"open within", object(`"a":{"type":"object","additionalProperties":true}`), nil, "properties.a: For 'object' type"},
		{"open in a list", object(`"a":{"type":"array","items":{"type":"object"}}`), nil, "properties.a.items: For 'object'"},
		{"bounds", object(`"n":{"type":"integer","minimum":1,"maximum":2}`), nil, "properties minimum, maximum are not supported"},
		{"length", object(`"s":{"type":"string","minLength":1}`), nil, "minLength"},
		{"two items", object(`"l":{"type":"array","minItems":2}`), nil, "'minItems' values other than 0 or 1"},
		{"format", object(`"s":{"type":"string","format":"isbn"}`), nil, "format 'isbn' is not supported"},
		{"recursive", hi(sonnet46, formatOf(`{"type":"object","properties":{"next":{"$ref":"#"}},"additionalProperties":false}`)), nil, "Recursive definitions"},
		{"reference to nowhere", object(`"a":{"$ref":"#/$defs/none"}`), nil, "leads nowhere"},
		{"reference to elsewhere", object(`"a":{"$ref":"https://example.com/schema"}`), nil, "leads nowhere"},
		{"no schema", hi(sonnet46, `,"output_config":{"format":{"type":"json_schema"}}`), nil, "schema: Field required"},
		{"unknown field", hi(sonnet46, `,"output_config":{"format":{"type":"json_schema","schema":{},"name":"n"}}`), nil, "name: Extra inputs"},
		{"older name without beta", hi(sonnet46, `,"output_format":`+city), nil, "output_format: Extra inputs"},
		{"both names", hi(sonnet46, `,"output_format":`+city+`,"output_config":{"format":`+city+`}`), []string{betas("structured-outputs-2025-11-13")}, "cannot be combined"},
		{"prefill", body(haiku45, `,"output_config":{"format":`+city+`}`, "x", "{"), nil, "not supported with output_config.format"},
		{"warm-up", hi(sonnet46, `,"max_tokens":0,"output_config":{"format":`+city+`}`), nil, "max_tokens: 0"},
		{"task budget without beta", hi(opus55, `,"output_config":{"task_budget":{"type":"tokens","total":5}}`), nil, "task_budget: Extra inputs"},
		{"task budget", hi(opus55, `,"output_config":{"task_budget":{"type":"tokens"}}`), []string{betas("task-budgets-2026-03-13")}, "task_budget.total"},
	})
}
