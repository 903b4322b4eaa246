package api

import (
	"encoding/json"
	"errors"
	"fmt"
)

// UnmarshalJSON reads a request body, for recorded requests and imports.
// Content and system prompts given as strings become text blocks, "stream" is
// dropped, unknown fields go to Extra.
func (r *MessageRequest) UnmarshalJSON(raw []byte) error {
	o := parseObject(raw)
	if o == nil {
		return errors.New("api: a request is not a JSON object")
	}
	*r = MessageRequest{}
	for key, value := range o {
		field, known := r.field(key)
		switch {
		case !known:
			if r.Extra == nil {
				r.Extra = map[string]json.RawMessage{}
			}
			r.Extra[key] = value
		case field != nil:
			if err := json.Unmarshal(value, field); err != nil {
				return fmt.Errorf("api: request field %s: %w", key, err)
			}
		}
	}
	return nil
}

// field returns where the body field key is kept. "stream" is known and kept
// nowhere: the method that sends the request decides it.
func (r *MessageRequest) field(key string) (field any, known bool) {
	switch key {
	case "model":
		return &r.Model, true
	case "max_tokens":
		return &r.MaxTokens, true
	case "messages":
		return &r.Messages, true
	case "system":
		return (*content)(&r.System), true
	case "temperature":
		return &r.Temperature, true
	case "top_p":
		return &r.TopP, true
	case "top_k":
		return &r.TopK, true
	case "stop_sequences":
		return &r.StopSequences, true
	case "thinking":
		return &r.Thinking, true
	case "output_config":
		return &r.OutputConfig, true
	case "tools":
		return &r.Tools, true
	case "tool_choice":
		return &r.ToolChoice, true
	case "cache_control":
		return &r.CacheControl, true
	case "metadata":
		return &r.Metadata, true
	case "service_tier":
		return &r.ServiceTier, true
	case "speed":
		return &r.Speed, true
	case "inference_geo":
		return &r.InferenceGeo, true
	case "container":
		return &r.Container, true
	case "stream":
		return nil, true
	}
	return nil, false
}

// content is a list of blocks that may be written as a string.
type content []Block

// UnmarshalJSON implements json.Unmarshaler.
func (c *content) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		*c = content{NewText(decodeString(raw))}
		return nil
	}
	return json.Unmarshal(raw, (*[]Block)(c))
}

// MarshalJSON writes the message as a request holds it.
func (m MessageParam) MarshalJSON() ([]byte, error) {
	if err := checkBlocks(m.Content); err != nil {
		return nil, err
	}
	return m.appendJSON(nil), nil
}

// UnmarshalJSON accepts a string or a list of blocks as content.
func (m *MessageParam) UnmarshalJSON(raw []byte) error {
	var wire struct {
		Role    string  `json:"role"`
		Content content `json:"content"`
	}
	if err := json.Unmarshal(raw, &wire); err != nil {
		return err
	}
	*m = MessageParam{Role: wire.Role, Content: wire.Content}
	return nil
}
