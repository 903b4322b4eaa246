package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

var (
	errNoCount = errors.New("the answer holds no input_tokens")
	errNoList  = errors.New("the answer is not a list of models")
)

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
	return func(yield func(Model, error) bool) {
		query := list.query()
		for {
			answer, err := c.get(ctx, "v1/models", query, options)
			if err != nil {
				yield(Model{}, err)
				return
			}
			page, ok := parseModelPage(answer.content)
			if !ok {
				yield(Model{}, answer.decodeError(errNoList))
				return
			}
			for _, model := range page.models {
				if !yield(model, nil) {
					return
				}
			}
			if !page.advance(query) {
				return
			}
		}
	}
}

// Model asks about one model. Aliases work.
func (c *Client) Model(ctx context.Context, id string, options ...RequestOption) (*Model, error) {
	if id == "" || id == "." || id == ".." {
		return nil, errors.New("api: a model needs an ID")
	}
	answer, err := c.get(ctx, "v1/models/"+url.PathEscape(id), nil, options)
	if err != nil {
		return nil, err
	}
	model, ok := decodeModel(answer.content)
	if !ok {
		return nil, answer.decodeError(errNotAnObject)
	}
	return &model, nil
}

func (c *Client) get(
	ctx context.Context, path string, query url.Values, options []RequestOption,
) (*answer, error) {
	return c.do(ctx, &call{
		method: http.MethodGet, path: path, query: query, options: c.requestOptions(options),
	})
}

func (o ModelListOptions) query() url.Values {
	query := url.Values{}
	if o.Limit > 0 {
		query.Set("limit", strconv.Itoa(o.Limit))
	}
	if o.AfterID != "" {
		query.Set("after_id", o.AfterID)
	}
	if o.BeforeID != "" {
		query.Set("before_id", o.BeforeID)
	}
	for _, state := range o.Lifecycle {
		query.Add("lifecycle[]", state)
	}
	return query
}

type modelPage struct {
	models          []Model
	hasMore         bool
	firstID, lastID string
}

// parseModelPage reads {"data":[...]}, {"models":[...]} or a bare list.
func parseModelPage(raw []byte) (page modelPage, ok bool) {
	o := parseObject(raw)
	if o == nil {
		o = object{"data": raw}
	}
	key := "data"
	if !o.has(key) {
		key = "models"
	}
	if list := bytes.TrimSpace(o[key]); len(list) == 0 || list[0] != '[' {
		return page, false
	}
	for _, item := range o.list(key) {
		if model, ok := decodeModel(item); ok {
			page.models = append(page.models, model)
		}
	}
	page.hasMore = o.bool("has_more")
	page.firstID, page.lastID = o.str("first_id"), o.str("last_id")
	return page, true
}

// advance points query at the next page. A server whose cursor does not move
// has no next page, whatever it says.
func (p modelPage) advance(query url.Values) bool {
	cursor, next := "after_id", p.lastID
	if query.Get("before_id") != "" {
		cursor, next = "before_id", p.firstID
	}
	if !p.hasMore || len(p.models) == 0 || next == "" || next == query.Get(cursor) {
		return false
	}
	query.Set(cursor, next)
	return true
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
