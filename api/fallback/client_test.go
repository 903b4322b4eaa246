package fallback_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
	"parlor/api/fallback"
)

// newClient returns a client of a server that answers request n (from 0), and
// the bodies it got.
func newClient(
	t *testing.T, chain []api.Fallback, answer func(w http.ResponseWriter, r *http.Request, n int),
) (*api.Client, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		n := len(bodies)
		bodies = append(bodies, string(body))
		mu.Unlock()
		answer(w, r, n)
	}))
	t.Cleanup(server.Close)
	client := &api.Client{
		BaseURL: server.URL, APIKey: "sk-test", Getenv: func(string) string { return "" },
		Sleep:      func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Middleware: []func(http.RoundTripper) http.RoundTripper{fallback.Middleware(chain...)},
	}
	t.Cleanup(client.Close)
	return client, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return bodies
	}
}

func hello() *api.MessageRequest {
	return &api.MessageRequest{
		Model: "m0", MaxTokens: 9, Messages: []api.MessageParam{api.UserText("hi")}, Betas: []string{},
	}
}

func answerWith(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(body, "event:") {
		w.Header().Set("Content-Type", "text/event-stream")
	}
	io.WriteString(w, body)
	w.(http.Flusher).Flush()
}

func TestAClientGetsTheAnswerOfTheNextModel(t *testing.T) {
	client, bodies := newClient(t, to("m1"), func(w http.ResponseWriter, _ *http.Request, n int) {
		answerWith(w, []string{packed(refusedBy0), packed(served)}[n])
	})
	client.Middleware = append(client.Middleware, func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil {
				resp.Header.Set("Content-Encoding", r.Header.Get("Accept-Encoding"))
			}
			return resp, err
		})
	})
	message, err := client.CreateMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	if message.Text() != "Hi" || message.Model != "m1" || len(message.Content) != 2 || message.Content[0].Type != api.BlockFallback {
		t.Errorf("got %s", message.Raw)
	}
	if len(bodies()) != 2 {
		t.Errorf("sent %v", bodies())
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheChainIsOneTryToTheClient(t *testing.T) {
	client, bodies := newClient(t, to("m1"), func(w http.ResponseWriter, _ *http.Request, n int) {
		switch n {
		case 1:
			w.WriteHeader(529)
		case 3:
			answerWith(w, served)
		default:
			answerWith(w, refusedBy0)
		}
	})
	var info api.ResponseInfo
	if _, err := client.CreateMessage(t.Context(), hello(), api.ResponseInto(&info)); err != nil {
		t.Fatal(err)
	}
	var models []string
	for _, body := range bodies() {
		var sent struct{ Model string }
		_ = json.Unmarshal([]byte(body), &sent)
		models = append(models, sent.Model)
	}
	if got := strings.Join(models, " "); got != "m0 m1 m0 m1" || info.Attempts != 2 {
		t.Errorf("asked %s in %d attempts", got, info.Attempts)
	}
}

// Around nothing stands for the transport that net/http itself takes for nil.
func TestTheMiddlewareAroundNothing(t *testing.T) {
	called := false
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer s.Close()
	defer http.DefaultClient.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := fallback.Middleware(to("m1")...)(nil).RoundTrip(request)
	if err != nil || !called {
		t.Fatalf("got %v, called %v", err, called)
	}
	response.Body.Close()
}

func TestAMistakeIsNotTriedAgain(t *testing.T) {
	client, bodies := newClient(t, to("m1"), func(http.ResponseWriter, *http.Request, int) {})
	hello := hello()
	hello.Fallbacks = api.DefaultFallbacks()
	_, err := client.CreateMessage(t.Context(), hello)
	var field *api.FieldError
	if !errors.As(err, &field) || field.Field != "fallbacks" || len(bodies()) > 0 {
		t.Errorf("got %v after %v", err, bodies())
	}
}

func TestAClientReadsTheSplicedStream(t *testing.T) {
	for name, test := range splices() {
		t.Run(name, func(t *testing.T) {
			if test.models == nil {
				test.models = []string{"m1"}
			}
			client, _ := newClient(t, to(test.models...), func(w http.ResponseWriter, _ *http.Request, n int) {
				w.Header().Set("Content-Type", "text/event-stream")
				answerWith(w, test.replies[n].body)
			})
			stream, err := client.StreamMessage(t.Context(), hello())
			if err != nil {
				t.Fatal(err)
			}
			message, err := stream.Final()
			whole := strings.Contains(test.want, "event: message_stop")
			if (err == nil) != whole {
				t.Fatalf("got %v for %s", err, message.Raw)
			}
			if err := checkStream(test.want); err != nil && test.index >= 0 {
				t.Error(err)
			}
			if hops := strings.Count(test.want, `"type":"fallback"`); whole && hops > 0 {
				last := test.models[hops-1]
				if message.ID != "msg_0" || message.Model != last || len(message.Usage.Iterations) <= hops {
					t.Errorf("got %s", message.Raw)
				}
			}
		})
	}
}

// The bytes of an event are there before the server sends the next one.
func TestADeltaIsPassedOnAsSoonAsItCame(t *testing.T) {
	next := make(chan struct{})
	defer close(next)
	hops := [][]string{
		{startOf("msg_0", "m0"), ping, textStart(0), textDelta(0, "one"), refusing(`"t0"`, "true", `"output_tokens":2`)},
		{startOf("msg_1", "m1"), textStart(0), ping, textDelta(0, "two"), `{"type":"new"}`, stopOf(0), ended("end_turn", "null", ""), messageStop},
	}
	client, _ := newClient(t, to("m1"), func(w http.ResponseWriter, r *http.Request, n int) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, e := range hops[n] {
			io.WriteString(w, sse(e))
			w.(http.Flusher).Flush()
			if strings.Contains(e, "refusal") || strings.Contains(e, "message_start") {
				continue // nothing to be seen of it, for now
			}
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
		if n == 0 {
			<-r.Context().Done() // the refusal is the end, whatever the server does
		}
	})
	resp, err := client.Send(t.Context(), api.RawRequest{
		Path: "v1/messages", Query: map[string][]string{"beta": {"true"}}, Body: json.RawMessage(streamed),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got strings.Builder
	buf := make([]byte, 4096)
	for _, want := range []string{ping, textStart(0), `"text":"one"`, textStart(2), ping, `"text":"two"`, `"new"`, stopOf(2), "end_turn", "message_stop"} {
		for !strings.Contains(got.String(), want) {
			n, err := resp.Body.Read(buf)
			if err != nil {
				t.Fatalf("%v before %s in %s", err, want, got.String())
			}
			got.Write(buf[:n])
		}
		rest := got.String()[strings.LastIndex(got.String(), want):]
		got.Reset()
		got.WriteString(rest[len(want):])
		select {
		case next <- struct{}{}:
		case <-t.Context().Done():
		}
	}
}

func TestAStreamCanBeLeftAtAnyTime(t *testing.T) {
	for name, leave := range map[string]func(cancel context.CancelFunc, stream *api.Stream){
		"closed":    func(_ context.CancelFunc, stream *api.Stream) { stream.Close() },
		"cancelled": func(cancel context.CancelFunc, _ *api.Stream) { cancel() },
	} {
		for hang := range 3 {
			t.Run(name, func(t *testing.T) {
				asked := make(chan struct{}, 2)
				client, bodies := newClient(t, to("m1", "m2"), func(w http.ResponseWriter, r *http.Request, n int) {
					switch {
					case n == 0 && hang == 0: // silence in the first stream
						answerWith(w, sse(startOf("msg_0", "m0"), textStart(0)))
					case n == 0:
						answerWith(w, sse(startOf("msg_0", "m0"), textStart(0), refusing(`"t0"`, "true", "")))
					case hang == 2: // silence in the second one; before it with 1
						answerWith(w, sse(startOf("msg_1", "m1"), textStart(0)))
					}
					if n == min(hang, 1) {
						asked <- struct{}{}
					}
					<-r.Context().Done()
				})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				stream, err := client.StreamMessage(ctx, hello())
				if err != nil {
					t.Fatal(err)
				}
				var wait sync.WaitGroup
				wait.Go(func() {
					<-asked
					leave(cancel, stream)
				})
				_, err = stream.Final()
				wait.Wait()
				if err == nil || name == "cancelled" && !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
				if n := len(bodies()); n != min(hang, 1)+1 {
					t.Errorf("%d requests were sent", n)
				}
			})
		}
	}
}

// A stream that is closed just when the next hop answers must not keep it.
func TestAHopThatComesTooLateIsClosed(t *testing.T) {
	var body io.Closer
	u := newUpstream(t, reply{body: sse(startOf("msg_0", "m0"), refusing("null", "false", ""))}, reply{body: served1()})
	late := roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := u.RoundTrip(r)
		if len(u.got) == 2 {
			body.Close()
		}
		return resp, err
	})
	resp, err := fallback.Middleware(to("m1")...)(late).RoundTrip(request(t, streamed))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body = resp.Body
	if got, err := io.ReadAll(resp.Body); err == nil || len(got) != 0 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCloseEndsTheHopThatIsBeingOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpstream(t, reply{body: sse(startOf("msg_0", "m0"), refusing("null", "false", ""))})
		silent := roundTripper(func(r *http.Request) (*http.Response, error) {
			if len(u.got) == 0 {
				return u.RoundTrip(r)
			}
			r.Body.Close()
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		resp, err := fallback.Middleware(to("m1", "m2")...)(silent).RoundTrip(request(t, streamed)) //nolint:bodyclose // closing it is the test
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			synctest.Wait()
			resp.Body.Close()
		}()
		if got, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) || len(got) != 0 {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestSilenceOfALaterHopEndsTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := roundTripper(func(r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			r.Body.Close()
			if strings.Contains(string(body), `"m1"`) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return &http.Response{
				StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}},
				Body: io.NopCloser(strings.NewReader(sse(startOf("msg_0", "m0"), textStart(0), refusing(`"t0"`, "true", "")))),
			}, nil
		})
		client := &api.Client{
			APIKey: "sk-test", Getenv: func(string) string { return "" }, Transport: silent,
			Timeouts:   api.Timeouts{Stall: time.Minute},
			Middleware: []func(http.RoundTripper) http.RoundTripper{fallback.Middleware(to("m1", "m2")...)},
		}
		stream, err := client.StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		_, err = stream.Final()
		var timeout *api.TimeoutError
		if !errors.As(err, &timeout) || timeout.Op != "stall" {
			t.Errorf("got %v", err)
		}
	})
}
