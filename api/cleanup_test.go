package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parlor/api"
)

// everyCall lists the methods of a client that send something, each with the
// answer it is meant to get.
func everyCall() map[string]struct {
	answer string
	send   func(context.Context, *api.Client) error
} {
	type call = struct {
		answer string
		send   func(context.Context, *api.Client) error
	}
	skill := []api.SkillFile{{Path: "s/SKILL.md", Content: strings.NewReader("---\nname: s\n---\n")}}
	return map[string]call{
		"CreateMessage": {helloAnswer, func(ctx context.Context, c *api.Client) error {
			_, err := c.CreateMessage(ctx, hello())
			return err
		}},
		"StreamMessage": {helloStream(), func(ctx context.Context, c *api.Client) error {
			s, err := c.StreamMessage(ctx, hello())
			if err == nil {
				_, err = s.Final()
			}
			return err
		}},
		"CountTokens": {`{"input_tokens":7}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.CountTokens(ctx, hello())
			return err
		}},
		"Models": {`{"data":[{"id":"m"}],"has_more":false}`, func(ctx context.Context, c *api.Client) error {
			return drain(c.Models(ctx, api.ModelListOptions{}))
		}},
		"Model": {`{"id":"m"}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.Model(ctx, "m")
			return err
		}},
		"CreateBatch": {`{"id":"b","type":"message_batch"}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.CreateBatch(ctx, []api.BatchRequest{{CustomID: "a", Params: hello()}})
			return err
		}},
		"Batches": {`{"data":[{"id":"b"}],"has_more":false}`, func(ctx context.Context, c *api.Client) error {
			return drain(c.Batches(ctx, api.BatchListOptions{}))
		}},
		"CancelBatch": {`{"id":"b"}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.CancelBatch(ctx, "b")
			return err
		}},
		"DeleteBatch": {`{"id":"b"}`, func(ctx context.Context, c *api.Client) error { return c.DeleteBatch(ctx, "b") }},
		"BatchResults": {
			`{"custom_id":"a","result":{"type":"canceled"}}` + "\n" + `{"custom_id":"b","result":{"type":"expired"}}` + "\n",
			func(ctx context.Context, c *api.Client) error { return drain(c.BatchResults(ctx, "b")) },
		},
		"UploadFile": {`{"id":"f"}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.UploadFile(ctx, api.FileUpload{Name: "a.txt", Content: strings.NewReader(strings.Repeat("x", 1<<16))})
			return err
		}},
		"UploadFile once": {`{"id":"f"}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.UploadFile(ctx, api.FileUpload{Name: "a.txt", Content: io.LimitReader(forever{}, 1<<20)})
			return err
		}},
		"Files": {`{"data":[{"id":"f"}],"next_page":null}`, func(ctx context.Context, c *api.Client) error {
			return drain(c.Files(ctx, api.FileListOptions{}))
		}},
		"DownloadFile": {"content of the file", func(ctx context.Context, c *api.Client) error {
			d, err := c.DownloadFile(ctx, "f")
			if err != nil {
				return err
			}
			defer d.Close()
			_, err = io.Copy(io.Discard, d)
			return err
		}},
		"CreateSkill": {`{"id":"s"}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.CreateSkill(ctx, api.SkillUpload{Files: skill})
			return err
		}},
		"SkillVersions": {`{"data":[{"id":"v"}],"next_page":null}`, func(ctx context.Context, c *api.Client) error {
			return drain(c.SkillVersions(ctx, "s", api.SkillVersionListOptions{}))
		}},
		"CreateCompletion": {`{"completion":"Hi","stop_reason":"stop_sequence"}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.CreateCompletion(ctx, completion())
			return err
		}},
		"StreamCompletion": {
			"event: completion\ndata: {\"completion\":\"Hi\",\"stop_reason\":\"stop_sequence\"}\n\n",
			func(ctx context.Context, c *api.Client) error {
				s, err := c.StreamCompletion(ctx, completion())
				if err == nil {
					_, err = s.Final()
				}
				return err
			},
		},
		"Send": {"anything", func(ctx context.Context, c *api.Client) error {
			resp, err := c.Send(ctx, api.RawRequest{Path: "v1/x"})
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			_, err = io.Copy(io.Discard, resp.Body)
			return err
		}},
	}
}

func completion() *api.CompletionRequest {
	return &api.CompletionRequest{Model: "m", MaxTokensToSample: 5, Prompt: api.HumanPrompt + " hi" + api.AIPrompt}
}

func drain[T any](list func(func(T, error) bool)) (failed error) {
	list(func(_ T, err error) bool {
		failed = err
		return err == nil
	})
	return failed
}

type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// bodies is a transport whose bodies are counted.
type bodies struct {
	mu             sync.Mutex
	opened, closed int
	answer         func(*http.Request) (status int, body io.Reader, err error)
}

func (b *bodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, err := io.Copy(io.Discard, r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	status, content, err := b.answer(r)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened++
	return &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{}, ContentLength: -1,
		Body: &countedBody{Reader: content, in: b},
	}, nil
}

type countedBody struct {
	io.Reader
	in   *bodies
	once sync.Once
}

func (c *countedBody) Close() error {
	c.once.Do(func() {
		c.in.mu.Lock()
		defer c.in.mu.Unlock()
		c.in.closed++
	})
	return nil
}

// hanging blocks until the request it answers is cancelled.
type hanging struct {
	ctx     context.Context
	waiting func()
}

func (h hanging) Read([]byte) (int, error) {
	h.waiting()
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

type brokenReader struct{}

var errBroken = errors.New("connection reset")

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

// TestEveryCallCleansUp lets each method meet each kind of trouble. All bodies
// must be closed then; that no goroutine stays is seen to by TestMain.
func TestEveryCallCleansUp(t *testing.T) {
	type trouble struct {
		status   int
		before   int // bytes of the answer that come first; -1 for all
		then     func(ctx context.Context, cancel func()) io.Reader
		err      error
		succeeds bool
	}
	nothing := func(context.Context, func()) io.Reader { return strings.NewReader("") }
	hang := func(ctx context.Context, cancel func()) io.Reader { return hanging{ctx, cancel} }
	broken := func(context.Context, func()) io.Reader { return brokenReader{} }
	for name, trouble := range map[string]trouble{
		"none":                     {200, -1, nothing, nil, true},
		"no connection":            {0, 0, nothing, errBroken, false},
		"a failure":                {500, 0, nothing, nil, false},
		"a failure that hangs":     {400, 0, hang, nil, false},
		"a failure that breaks":    {429, 0, broken, nil, false},
		"a login page":             {302, 0, nothing, nil, false},
		"cut before the body":      {200, 0, broken, nil, false},
		"cut in the middle":        {200, 9, broken, nil, false},
		"cancelled before a byte":  {200, 0, hang, nil, false},
		"cancelled in the middle":  {200, 9, hang, nil, false},
		"closed in the middle":     {200, 9, nothing, nil, false},
		"an empty answer":          {200, 0, nothing, nil, false},
		"a failure with good news": {529, -1, nothing, nil, false},
	} {
		for method, call := range everyCall() {
			t.Run(name+"/"+method, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				transport := &bodies{answer: func(r *http.Request) (int, io.Reader, error) {
					first := call.answer
					if trouble.before >= 0 {
						first = first[:min(trouble.before, len(first))]
					}
					return trouble.status, io.MultiReader(strings.NewReader(first), trouble.then(r.Context(), cancel)), trouble.err
				}}
				client, _ := newClient(t, "http://in.memory")
				client.Transport = transport
				err := call.send(ctx, client)
				if trouble.succeeds != (err == nil) && !wholeEarly(method, name) {
					t.Errorf("got %v", err)
				}
				if transport.opened != transport.closed {
					t.Errorf("%d bodies were opened, %d closed", transport.opened, transport.closed)
				}
			})
		}
	}
}

// wholeEarly names the answers of any bytes: what was sent of them is all there
// is, as no length was announced.
func wholeEarly(method, trouble string) bool {
	anything := method == "Send" || method == "DownloadFile"
	return anything && (trouble == "closed in the middle" || trouble == "an empty answer") ||
		method == "BatchResults" && trouble == "an empty answer"
}

// TestEveryCallEndsWithItsContext calls each method with a context that has
// ended: the context's error comes back, and nothing is sent.
func TestEveryCallEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for method, call := range everyCall() {
		client, _ := newClient(t, "http://in.memory")
		transport := &bodies{answer: func(*http.Request) (int, io.Reader, error) {
			return 200, bytes.NewReader([]byte(call.answer)), nil
		}}
		client.Transport = transport
		if err := call.send(ctx, client); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", method, err)
		}
		if transport.opened != transport.closed {
			t.Errorf("%s: %d bodies were opened, %d closed", method, transport.opened, transport.closed)
		}
	}
}

// countedContext counts what waits for its end.
type countedContext struct {
	context.Context
	done    chan struct{}
	waiting atomic.Int64
}

func (w *countedContext) Done() <-chan struct{} { return w.done }

// AfterFunc is how contexts made of this one wait for it.
func (w *countedContext) AfterFunc(func()) (stop func() bool) {
	w.waiting.Add(1)
	return func() bool { w.waiting.Add(-1); return true }
}

// The context of a program that runs for days must not collect what every
// request, failed or not, has put there.
func TestRequestsLeaveNothingInTheirContext(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		switch n {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			answerJSON(w, 500, `{}`)
		case 3:
			answerJSON(w, 400, `{}`)
		case 4:
			answerSSE(w, helloStream())
		default:
			answerJSON(w, 200, helloAnswer)
		}
	})
	client, _ := newClient(t, s.URL)
	ctx := &countedContext{Context: context.Background(), done: make(chan struct{})}
	if _, err := client.CreateMessage(ctx, hello()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateMessage(ctx, hello()); !errors.Is(err, api.ErrInvalidRequest) {
		t.Fatal(err)
	}
	stream, err := client.StreamMessage(ctx, hello())
	if err != nil || ctx.waiting.Load() == 0 {
		t.Fatalf("%v; a stream that is read waits for its context", err)
	}
	if _, err := stream.Final(); err != nil {
		t.Fatal(err)
	}
	if n := ctx.waiting.Load(); n != 0 {
		t.Errorf("%d attempts still wait for the end of the context", n)
	}
}
