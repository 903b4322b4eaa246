package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Roles of a message. A system message may stand between turns where the
// model supports it.
const (
	RoleUser      = "user"
	RoleAssistant = "assistant"
	RoleSystem    = "system"
)

// MessageRequest is the body of a message request. Zero fields are left out,
// so that the server's default holds.
//
// Encoding is deterministic and writes "messages" last: when a turn only adds
// messages, its body is that of the turn before, minus the closing "]}", and
// more. The server's prompt cache lives from that.
type MessageRequest struct {
	Model string // required; any string, aliases included
	// MaxTokens caps the answer. It is always sent; 0 asks the server only to
	// read the prompt into its cache.
	MaxTokens     int
	Messages      []MessageParam
	System        []Block  // text blocks
	Temperature   *float64 // 0 to 1; many models refuse it, see package catalog
	TopP          *float64
	TopK          *int
	StopSequences []string
	Thinking      *Thinking
	OutputConfig  *OutputConfig
	Tools         []json.RawMessage // each written verbatim
	ToolChoice    json.RawMessage
	CacheControl  *CacheControl // automatic caching of the last cacheable block
	Metadata      *Metadata
	ServiceTier   string          // "auto" or "standard_only"
	Speed         string          // "standard" or "fast"
	InferenceGeo  string          // for example "us"
	Container     json.RawMessage // a JSON string or object
	// Extra holds body fields this type has no name for, written verbatim in
	// the order of their keys. A field of this type or "stream" is refused.
	Extra map[string]json.RawMessage
}

// MessageParam is one message of a request.
type MessageParam struct {
	Role    string
	Content []Block
}

// UserText returns a user message of one text block.
func UserText(text string) MessageParam {
	return MessageParam{Role: RoleUser, Content: []Block{NewText(text)}}
}

// AssistantText returns an assistant message of one text block.
func AssistantText(text string) MessageParam {
	return MessageParam{Role: RoleAssistant, Content: []Block{NewText(text)}}
}

// Thinking asks for or forbids extended thinking.
type Thinking struct {
	// Type is "adaptive", "enabled", "disabled" or "between_tools".
	Type string `json:"type"`
	// BudgetTokens is for "enabled" only: at least 1024, below MaxTokens.
	BudgetTokens int `json:"budget_tokens"`
	// Display is "summarized", "omitted" or "updates"; "" for the model's default.
	Display string `json:"display"`
	// BlockBinding is a beta setting, written verbatim.
	BlockBinding json.RawMessage `json:"block_binding"`
}

// OutputConfig shapes the answer.
type OutputConfig struct {
	// Effort is "low", "medium", "high", "xhigh" or "max".
	Effort string `json:"effort"`
	// Format is {"type":"json_schema","schema":{...}}, written verbatim.
	Format json.RawMessage `json:"format"`
	// TaskBudget is a beta setting, written verbatim.
	TaskBudget json.RawMessage `json:"task_budget"`
}

// CacheControl marks a cache breakpoint.
type CacheControl struct {
	// Type is "ephemeral", which "" means too.
	Type string `json:"type"`
	// TTL is "5m" or "1h"; "" for the server's default of five minutes.
	TTL string `json:"ttl"`
}

// Metadata goes to the vendor's abuse detection.
type Metadata struct {
	// UserID is opaque: no name, mail address or number of a person.
	UserID string `json:"user_id"`
}

// MarshalJSON returns the body of a non-streaming request. Note that
// json.Marshal would escape <, > and & in it; the Client does not.
func (r *MessageRequest) MarshalJSON() ([]byte, error) { return r.encode(false) }

// encode writes the body as it goes over the wire.
func (r *MessageRequest) encode(stream bool) ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	w := beginObject(make([]byte, 0, r.sizeHint()))
	w.str("model", r.Model)
	w.int("max_tokens", int64(r.MaxTokens))
	w.str("service_tier", r.ServiceTier)
	w.str("inference_geo", r.InferenceGeo)
	w.raw("container", r.Container)
	if r.Metadata != nil {
		inner := beginObject(nil)
		inner.str("user_id", r.Metadata.UserID)
		w.raw("metadata", inner.end())
	}
	w.strings("stop_sequences", r.StopSequences)
	w.float("temperature", r.Temperature)
	w.float("top_p", r.TopP)
	if r.TopK != nil {
		w.int("top_k", int64(*r.TopK))
	}
	r.writeShared(w)
	for _, key := range slices.Sorted(maps.Keys(r.Extra)) {
		w.raw(key, r.Extra[key])
	}
	if stream {
		w.raw("stream", json.RawMessage("true"))
	}
	r.writeMessages(w)
	return w.end(), nil
}

// encodeCount writes the body of a token count, which knows fewer fields.
// Extra goes along except for what only steers sampling or storage.
func (r *MessageRequest) encodeCount() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	w := beginObject(make([]byte, 0, r.sizeHint()))
	w.str("model", r.Model)
	r.writeShared(w)
	for _, key := range []string{"billing_policy", "context_management", "mcp_servers", "output_format"} {
		w.raw(key, r.Extra[key])
	}
	r.writeMessages(w)
	return w.end(), nil
}

// writeShared writes the fields that messages and token counts have in common.
func (r *MessageRequest) writeShared(w *objectWriter) {
	w.str("speed", r.Speed)
	if r.CacheControl != nil {
		w.raw("cache_control", r.CacheControl.appendJSON(nil))
	}
	if t := r.Thinking; t != nil {
		inner := beginObject(nil)
		inner.str("type", t.Type)
		if t.BudgetTokens != 0 {
			inner.int("budget_tokens", int64(t.BudgetTokens))
		}
		inner.str("display", t.Display)
		inner.raw("block_binding", t.BlockBinding)
		w.raw("thinking", inner.end())
	}
	if c := r.OutputConfig; c != nil {
		inner := beginObject(nil)
		inner.str("effort", c.Effort)
		inner.raw("format", c.Format)
		inner.raw("task_budget", c.TaskBudget)
		if len(inner.dst) > len("{") {
			w.raw("output_config", inner.end())
		}
	}
	if len(r.Tools) > 0 {
		w.raw("tools", appendArray(nil, r.Tools))
	}
	w.raw("tool_choice", r.ToolChoice)
	if len(r.System) > 0 {
		w.raw("system", appendBlocks(nil, r.System))
	}
}

func (r *MessageRequest) writeMessages(w *objectWriter) {
	w.key("messages")
	w.dst = append(w.dst, '[')
	for i, m := range r.Messages {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = m.appendJSON(w.dst)
	}
	w.dst = append(w.dst, ']')
}

func (m MessageParam) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"role":`...)
	dst = appendString(dst, m.Role)
	dst = append(dst, `,"content":`...)
	dst = appendBlocks(dst, m.Content)
	return append(dst, '}')
}

func (c *CacheControl) appendJSON(dst []byte) []byte {
	w := beginObject(dst)
	kind := c.Type
	if kind == "" {
		kind = "ephemeral"
	}
	w.str("type", kind)
	w.str("ttl", c.TTL)
	return w.end()
}

// check finds what would make the body something else than one JSON object.
// What the API thinks of the content is the API's business.
func (r *MessageRequest) check() error {
	for _, key := range slices.Sorted(maps.Keys(r.Extra)) {
		if _, known := r.field(key); known {
			return fmt.Errorf("api: Extra holds %q, which is a field of MessageRequest", key)
		}
		if !json.Valid(r.Extra[key]) {
			return fmt.Errorf("api: Extra[%q] is not valid JSON", key)
		}
	}
	for i, m := range r.Messages {
		if err := checkBlocks(m.Content); err != nil {
			return fmt.Errorf("api: message %d: %w", i, err)
		}
	}
	if err := checkBlocks(r.System); err != nil {
		return fmt.Errorf("api: system prompt: %w", err)
	}
	return nil
}

func checkBlocks(blocks []Block) error {
	for i, b := range blocks {
		if len(b.Raw) == 0 {
			return fmt.Errorf("content block %d is empty", i)
		}
	}
	return nil
}

func (r *MessageRequest) sizeHint() int {
	size := 512
	for _, b := range r.System {
		size += len(b.Raw) + 1
	}
	for _, m := range r.Messages {
		size += 40
		for _, b := range m.Content {
			size += len(b.Raw) + 1
		}
	}
	return size
}
