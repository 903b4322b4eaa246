package api

import (
	"encoding/json"
)

// requestFields names every body field that MessageRequest models, with the
// way to read it. It is read only.
var requestFields = map[string]func(*MessageRequest, json.RawMessage) error{
	"model":          func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.Model) },
	"max_tokens":     func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.MaxTokens) },
	"temperature":    func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.Temperature) },
	"top_p":          func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.TopP) },
	"top_k":          func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.TopK) },
	"stop_sequences": func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.StopSequences) },
	"service_tier":   func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.ServiceTier) },
	"speed":          func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.Speed) },
	"inference_geo":  func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.InferenceGeo) },
	"tools":          func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.Tools) },
	"container":      func(r *MessageRequest, v json.RawMessage) error { r.Container = v; return nil },
	"tool_choice":    func(r *MessageRequest, v json.RawMessage) error { r.ToolChoice = v; return nil },
	"stream":         func(*MessageRequest, json.RawMessage) error { return nil },
	"system": func(r *MessageRequest, v json.RawMessage) (err error) {
		r.System, err = strictContent(v)
		return err
	},
	"messages": func(r *MessageRequest, v json.RawMessage) error { return json.Unmarshal(v, &r.Messages) },
	"metadata": func(r *MessageRequest, v json.RawMessage) error {
		r.Metadata = &Metadata{UserID: parseObject(v).str("user_id")}
		return nil
	},
	"cache_control": func(r *MessageRequest, v json.RawMessage) error {
		o := parseObject(v)
		r.CacheControl = &CacheControl{Type: o.str("type"), TTL: o.str("ttl")}
		return nil
	},
	"thinking": func(r *MessageRequest, v json.RawMessage) error {
		o := parseObject(v)
		budget, _ := o.int("budget_tokens")
		r.Thinking = &Thinking{Type: o.str("type"), BudgetTokens: int(budget), Display: o.str("display")}
		return nil
	},
	"output_config": func(r *MessageRequest, v json.RawMessage) error {
		o := parseObject(v)
		r.OutputConfig = &OutputConfig{Effort: o.str("effort"), Format: o["format"]}
		return nil
	},
}

// MarshalJSON writes the message as a request holds it.
func (m MessageParam) MarshalJSON() ([]byte, error) {
	if err := checkBlocks(m.Content); err != nil {
		return nil, err
	}
	w := beginObject(nil)
	w.str("role", m.Role)
	w.raw("content", appendBlocks(nil, m.Content))
	return w.end(), nil
}

// UnmarshalJSON accepts a string or a list of blocks as content.
func (m *MessageParam) UnmarshalJSON(raw []byte) (err error) {
	o := parseObject(raw)
	m.Role = o.str("role")
	m.Content, err = strictContent(o["content"])
	return err
}

func strictContent(raw json.RawMessage) ([]Block, error) {
	if len(raw) > 0 && raw[0] == '"' {
		return []Block{NewText(decodeString(raw))}, nil
	}
	var blocks []Block
	err := json.Unmarshal(raw, &blocks)
	return blocks, err
}
