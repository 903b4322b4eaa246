package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/url"
	"time"
)

var errNoCount = errors.New("the answer holds no input_tokens")

// Model is what a server says about one of its models. Servers may say no more
// than the ID.
type Model struct {
	ID             string
	DisplayName    string
	CreatedAt      time.Time // zero if not told
	MaxInputTokens int64     // context window; 0 if not told
	MaxTokens      int64     // longest answer; 0 if not told
	Lifecycle      string    // "active", "deprecated", "retired" or ""
	DeprecatedAt   time.Time
	RetiresAt      time.Time
	Line           string        // "opus", "sonnet", ... or ""
	Capabilities   *Capabilities // nil if not told
	Raw            json.RawMessage
}

// Capabilities tells what a model can do. Use it before guessing from a name.
type Capabilities struct {
	Batch, Citations, CodeExecution, ImageInput, PDFInput, StructuredOutputs bool
	Thinking                                                                 ThinkingCapability
	Effort                                                                   EffortCapability
	Raw                                                                      json.RawMessage // the whole tree, with what this type leaves out
}

// ThinkingCapability lists the values of Thinking.Type a model takes.
type ThinkingCapability struct {
	Supported                                 bool
	Adaptive, Enabled, Disabled, BetweenTools bool
}

// EffortCapability lists the values of OutputConfig.Effort a model takes.
type EffortCapability struct {
	Supported                     bool
	Low, Medium, High, XHigh, Max bool
}

// ModelListOptions selects models. The zero value selects all.
type ModelListOptions struct {
	Limit     int      // page size, 1 to 1000; 0 for the server's default
	AfterID   string   // start after this model
	BeforeID  string   // or page backwards from this one
	Lifecycle []string // "active", "deprecated", "retired"; nil for the default
}

// Models lists the server's models, fetching pages as they are needed. After
// an error the sequence ends. Lists in the shape of other vendors' APIs are
// understood as far as they go.
func (c *Client) Models(
	ctx context.Context, list ModelListOptions, options ...RequestOption,
) iter.Seq2[Model, error] {
	request := ListRequest{Path: "v1/models", Query: list.query()}
	return pages(ctx, c, request, c.requestOptions(options), decodeItem(decodeModel))
}

// Model asks about one model. Aliases work.
func (c *Client) Model(ctx context.Context, id string, options ...RequestOption) (*Model, error) {
	path, err := pathTo("v1/models", "model_id", id)
	if err != nil {
		return nil, err
	}
	answer, err := c.get(ctx, path, c.requestOptions(options))
	return decodeAnswer(answer, err, decodeModel)
}

func (o ModelListOptions) query() url.Values {
	query := listQuery(o.Limit, map[string]string{"after_id": o.AfterID, "before_id": o.BeforeID})
	for _, state := range o.Lifecycle {
		query.Add("lifecycle[]", state)
	}
	return query
}

// decodeModel reads one entry; false means it has no name to call it by.
func decodeModel(raw []byte) (Model, bool) {
	o := parseObject(raw)
	m := Model{
		ID:           o.str("id"),
		DisplayName:  o.str("display_name"),
		CreatedAt:    o.time("created_at"),
		Lifecycle:    o.str("lifecycle"),
		DeprecatedAt: o.time("deprecated_at"),
		RetiresAt:    o.time("retires_at"),
		Line:         o.str("line"),
		Raw:          bytes.Clone(raw),
	}
	o.setInt("max_input_tokens", &m.MaxInputTokens)
	o.setInt("max_tokens", &m.MaxTokens)
	if m.ID == "" {
		m.ID = o.str("name")
	}
	if m.CreatedAt.IsZero() {
		m.CreatedAt = o.time("created")
	}
	m.Capabilities = decodeCapabilities(o["capabilities"])
	return m, m.ID != ""
}

func decodeCapabilities(raw json.RawMessage) *Capabilities {
	o := parseObject(raw)
	if o == nil {
		return nil
	}
	supported := func(o object, key string) bool { return o.obj(key).bool("supported") }
	thinking, effort := o.obj("thinking"), o.obj("effort")
	types := thinking.obj("types")
	return &Capabilities{
		Batch:             supported(o, "batch"),
		Citations:         supported(o, "citations"),
		CodeExecution:     supported(o, "code_execution"),
		ImageInput:        supported(o, "image_input"),
		PDFInput:          supported(o, "pdf_input"),
		StructuredOutputs: supported(o, "structured_outputs"),
		Thinking: ThinkingCapability{
			Supported:    thinking.bool("supported"),
			Adaptive:     supported(types, "adaptive"),
			Enabled:      supported(types, "enabled"),
			Disabled:     supported(types, "disabled"),
			BetweenTools: supported(types, "between_tools"),
		},
		Effort: EffortCapability{
			Supported: effort.bool("supported"),
			Low:       supported(effort, "low"),
			Medium:    supported(effort, "medium"),
			High:      supported(effort, "high"),
			XHigh:     supported(effort, "xhigh"),
			Max:       supported(effort, "max"),
		},
		Raw: bytes.Clone(raw),
	}
}
