package api

import (
	"encoding/json"
	"errors"
)

// UnmarshalJSON reads a request body, for recorded requests and imports.
// Content and system prompts given as strings become text blocks, "stream" is
// dropped and so is null, unknown fields go to Extra.
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
		case field != nil && string(value) != "null":
			if err := json.Unmarshal(value, field); err != nil {
				return fieldError(key, err)
			}
		}
	}
	r.systemIsText = o["system"] != nil && o["system"][0] == '"'
	return nil
}

// toolList reads tools, each kept verbatim.
type toolList []Tool

// UnmarshalJSON implements json.Unmarshaler.
func (l *toolList) UnmarshalJSON(raw []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	*l = make(toolList, 0, len(list))
	for _, tool := range list {
		*l = append(*l, RawTool(tool))
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
		return (*toolList)(&r.Tools), true
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
	case "diagnostics":
		return &r.Diagnostics, true
	}
	if field := r.betaField(key); field != nil {
		return field, true
	}
	return nil, key == "stream"
}

func (r *MessageRequest) betaField(key string) any {
	switch key {
	case "mcp_servers":
		return &r.MCPServers
	case "context_management":
		return &r.ContextManagement
	case "compaction":
		return &r.Compaction
	case "fallbacks":
		return &r.Fallbacks
	case "fallback_credit_token":
		return &r.FallbackCredit
	case "thread":
		return &r.Thread
	case "billing_policy":
		return &r.BillingPolicy
	case "output_format":
		return &r.OutputFormat
	}
	return nil
}

// content is a list of blocks that may be written as a string.
type content []Block

// UnmarshalJSON implements json.Unmarshaler.
func (c *content) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		*c = content{{Type: BlockText, Raw: textBlock(raw)}}
		return nil
	}
	return json.Unmarshal(raw, (*[]Block)(c))
}
