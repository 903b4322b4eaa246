package fallback_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"parlor/api"
	"parlor/api/fallback"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply is what the upstream answers to one request.
type reply struct {
	status int // 0 means 200
	header map[string]string
	body   string
	err    error // of the transport, in place of an answer
	broken error // of reading, after body
	read   func(io.Reader) io.Reader
}

// upstream answers one request after the other and knows whether all bodies of
// its answers were closed.
type upstream struct {
	t       *testing.T
	replies []reply
	got     []sent
	open    atomic.Int64
}

type sent struct {
	*http.Request
	Body string
}

func newUpstream(t *testing.T, replies ...reply) *upstream {
	u := &upstream{t: t, replies: replies}
	t.Cleanup(func() {
		if n := u.open.Load(); n != 0 {
			t.Errorf("%d bodies were not closed", n)
		}
		if len(u.got) < len(u.replies) {
			t.Errorf("only %d of %d answers were asked for", len(u.got), len(u.replies))
		}
	})
	return u
}

func (u *upstream) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		raw, _ := io.ReadAll(r.Body)
		r.Body.Close()
		body = string(raw)
	}
	if r.ContentLength > 0 && r.ContentLength != int64(len(body)) {
		u.t.Errorf("the content length is %d, the body has %d bytes", r.ContentLength, len(body))
	}
	u.got = append(u.got, sent{r, body})
	if len(u.got) > len(u.replies) {
		u.t.Errorf("request %d was not expected: %s", len(u.got), body)
		return nil, fmt.Errorf("no answer")
	}
	answer := u.replies[len(u.got)-1]
	if answer.err != nil {
		return nil, answer.err
	}
	var source io.Reader = strings.NewReader(answer.body)
	if answer.broken != nil {
		source = io.MultiReader(source, failing{answer.broken})
	}
	if answer.read != nil {
		source = answer.read(source)
	}
	u.open.Add(1)
	resp := &http.Response{
		StatusCode: answer.status, Header: http.Header{}, Request: r,
		Body: &tracked{Reader: source, close: func() { u.open.Add(-1) }}, ContentLength: int64(len(answer.body)),
	}
	if resp.StatusCode == 0 {
		resp.StatusCode = http.StatusOK
	}
	resp.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(answer.body, "event:") || strings.HasPrefix(answer.body, ":") {
		resp.Header.Set("Content-Type", "text/event-stream; charset=utf-8")
	}
	resp.Header.Set("Request-Id", fmt.Sprintf("req_%d", len(u.got)))
	for name, value := range answer.header {
		resp.Header.Set(name, value)
	}
	return resp, nil
}

func (u *upstream) bodies() []string {
	var bodies []string
	for _, r := range u.got {
		bodies = append(bodies, r.Body)
	}
	return bodies
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type tracked struct {
	io.Reader
	closed bool
	close  func()
}

func (b *tracked) Close() error {
	if !b.closed {
		b.closed = true
		b.close()
	}
	return nil
}

// request is a message request of the beta side.
func request(t *testing.T, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"https://host/prefix/v1/messages?beta=true", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Anthropic-Version", "2023-06-01")
	return r
}

// answered is what the caller of the middleware sees.
type answered struct {
	*http.Response
	Body string
	err  error // of reading
}

// ask sends r through the middleware and reads the answer.
func ask(t *testing.T, u *upstream, r *http.Request, chain ...api.Fallback) answered {
	t.Helper()
	resp, err := fallback.Middleware(chain...)(u).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answered{resp, string(body), err}
}

// failed sends r through the middleware and returns why there is no answer.
func failed(t *testing.T, next http.RoundTripper, r *http.Request, chain ...api.Fallback) error {
	t.Helper()
	resp, err := fallback.Middleware(chain...)(next).RoundTrip(r)
	if resp != nil {
		resp.Body.Close()
		t.Errorf("got an answer %d, and %v", resp.StatusCode, err)
	}
	return err
}

func to(models ...string) []api.Fallback {
	var chain []api.Fallback
	for _, model := range models {
		chain = append(chain, api.Fallback{Model: model})
	}
	return chain
}

func with(model string, overrides map[string]string) api.Fallback {
	e := api.Fallback{Model: model, Extra: map[string]json.RawMessage{}}
	for key, value := range overrides {
		if value != "" {
			e.Extra[key] = json.RawMessage(value)
		} else {
			e.Extra[key] = nil
		}
	}
	return e
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func equalAll(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d of them, want %d:\n%s", what, len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range got {
		equal(t, fmt.Sprintf("%s %d", what, i), got[i], want[i])
	}
}

// Bodies and answers that need no special ones.
const (
	plain      = `{"model":"m0","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`
	refusedBy0 = `{"id":"msg_0","type":"message","role":"assistant","model":"m0","content":[],"stop_reason":"refusal",` +
		`"stop_details":{"type":"refusal","category":"cyber","fallback_credit_token":"tok0","fallback_has_prefill_claim":false},` +
		`"usage":{"input_tokens":0,"output_tokens":0}}`
	served = `{"id":"msg_1","type":"message","role":"assistant","model":"m1","content":[{"type":"text","text":"Hi"}],` +
		`"stop_reason":"end_turn","stop_details":null,"usage":{"input_tokens":3,"output_tokens":1}}`
)

// sse frames events by their type, as the API does.
func sse(events ...string) string {
	var out strings.Builder
	for _, e := range events {
		var typed struct{ Type string }
		if json.Unmarshal([]byte(e), &typed) != nil {
			typed.Type = api.EventContentBlockDelta // the only ones that are broken here
		}
		out.WriteString("event: " + typed.Type + "\ndata: " + e + "\n\n")
	}
	return out.String()
}

// Events of the stream of one model.
func startOf(id, model string) string {
	return `{"type":"message_start","message":{"id":"` + id + `","type":"message","role":"assistant","model":"` + model +
		`","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}`
}

func textStart(index int) string {
	return fmt.Sprintf(`{"type":"content_block_start","index":%d,"content_block":{"type":"text","text":""}}`, index)
}

func textDelta(index int, text string) string {
	quoted, _ := json.Marshal(text)
	return fmt.Sprintf(`{"type":"content_block_delta","index":%d,"delta":{"type":"text_delta","text":%s}}`, index, quoted)
}

func stopOf(index int) string {
	return fmt.Sprintf(`{"type":"content_block_stop","index":%d}`, index)
}

// ended is a message_delta. Details is the JSON of stop_details, usage that of
// the members of usage.
func ended(reason, details, usage string) string {
	return `{"type":"message_delta","delta":{"stop_reason":"` + reason + `","stop_sequence":null,"stop_details":` + details +
		`},"usage":{` + usage + `}}`
}

const (
	ping        = `{"type":"ping"}`
	messageStop = `{"type":"message_stop"}`
)

func fallbackBlock(index int, from, to, category string) string {
	return fmt.Sprintf(`{"type":"content_block_start","index":%d,"content_block":{"type":"fallback","from":{"model":"%s"},`+
		`"to":{"model":"%s"},"trigger":{"type":"refusal","category":%s}}}`, index, from, to, category)
}

// checkStream holds an answer against the rules of a stream, as far as it goes.
func checkStream(body string) error {
	var c checker
	for frame := range strings.SplitSeq(body, "\n\n") {
		if err := c.frame(frame); err != nil {
			return fmt.Errorf("%w\nin %q", err, frame)
		}
	}
	return nil
}

type checker struct {
	started, ended, stopped bool
	next                    int
	open                    map[int]bool
}

func (c *checker) frame(frame string) error {
	name, data := "", ""
	for line := range strings.SplitSeq(frame, "\n") {
		if value, ok := strings.CutPrefix(line, "event: "); ok {
			name = value
		}
		if value, ok := strings.CutPrefix(line, "data: "); ok {
			data += value
		}
	}
	if data == "" {
		return nil
	}
	var e struct {
		Type  string
		Index *int
		Delta struct {
			StopReason *string `json:"stop_reason"`
		}
	}
	if err := json.Unmarshal([]byte(data), &e); err != nil {
		return err
	}
	if e.Type != name && e.Type != "" {
		return fmt.Errorf("the event is called %q and %q", name, e.Type)
	}
	if e.Type == api.EventPing || e.Type == api.EventError {
		return nil
	}
	if c.stopped {
		return fmt.Errorf("an event after message_stop")
	}
	if c.open == nil {
		c.open = map[int]bool{}
	}
	if e.Type != api.EventMessageStart && !c.started {
		return fmt.Errorf("an event before message_start")
	}
	return c.event(e.Type, e.Index, e.Delta.StopReason)
}

func (c *checker) event(eventType string, index *int, reason *string) error {
	switch eventType {
	case api.EventMessageStart:
		if c.started {
			return fmt.Errorf("a second message_start")
		}
		c.started = true
	case api.EventContentBlockStart:
		if *index != c.next || c.ended {
			return fmt.Errorf("block %d starts where %d should", *index, c.next)
		}
		c.next++
		c.open[*index] = true
	case api.EventContentBlockDelta, api.EventContentBlockStop:
		if !c.open[*index] {
			return fmt.Errorf("block %d is not open", *index)
		}
		if eventType == api.EventContentBlockStop {
			delete(c.open, *index)
		}
	case api.EventMessageDelta:
		if reason != nil {
			c.ended = true
			if len(c.open) > 0 {
				return fmt.Errorf("it ends with open blocks %v", c.open)
			}
		}
	case api.EventMessageStop:
		if !c.ended {
			return fmt.Errorf("message_stop without a stop reason")
		}
		c.stopped = true
	}
	return nil
}

// pieces gives data cut at the places in cuts.
func pieces(data []byte, cuts ...int) io.Reader {
	var readers []io.Reader
	last := 0
	for _, cut := range append(cuts, len(data)) {
		readers = append(readers, bytes.NewReader(data[last:cut]))
		last = cut
	}
	return io.MultiReader(readers...)
}
