package api_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
)

func prompt() *api.CompletionRequest {
	return &api.CompletionRequest{
		Model: "claude-test", MaxTokensToSample: 5, Prompt: api.HumanPrompt + " hi" + api.AIPrompt,
	}
}

const wholeCompletion = `{"type":"completion","id":"compl_01","completion":" Hi","stop_reason":"stop_sequence",` +
	`"model":"claude-test","stop":"\n\nHuman:","log_id":"log_1"}`

// piece is an event of a stream of a completion; stop is JSON.
func completionPiece(text, stop string) string {
	return `{"type":"completion","id":"compl_01","completion":"` + text + `","stop_reason":` + stop +
		`,"model":"claude-test","stop":null,"log_id":"log_1"}`
}

// completionOf returns the stream a server makes of body.
func completionOf(t *testing.T, body string) *api.CompletionStream {
	t.Helper()
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerSSE(w, body) })
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamCompletion(t.Context(), prompt())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stream.Close() })
	return stream
}

func TestACompletionInOnePiece(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 0 {
			answerJSON(w, 529, `{"type":"error","error":{"type":"overloaded_error","message":"busy"}}`)
			return
		}
		answerJSON(w, 200, wholeCompletion)
	})
	client, _ := newClient(t, s.URL)
	request := prompt()
	request.Temperature, request.TopP, request.TopK = pointer(0.0), pointer(0.25), pointer(3)
	request.StopSequences, request.Metadata = []string{"<&>"}, &api.Metadata{UserID: "u"}
	got, err := client.CreateCompletion(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "compl_01" || got.Model != "claude-test" || got.Text != " Hi" || got.StopReason != api.StopSequence ||
		got.Stop != api.HumanPrompt || got.LogID != "log_1" || got.RequestID != "req_1" || string(got.Raw) != wholeCompletion {
		t.Errorf("got %+v", got)
	}
	sent := s.last(t)
	if sent.Method != http.MethodPost || sent.RequestURI != "/v1/complete" {
		t.Errorf("sent %s %s", sent.Method, sent.RequestURI)
	}
	if want := `{"model":"claude-test","max_tokens_to_sample":5,"metadata":{"user_id":"u"},"stop_sequences":["<&>"],` +
		`"temperature":0,"top_p":0.25,"top_k":3,"prompt":"\n\nHuman: hi\n\nAssistant:"}`; string(sent.Body) != want {
		t.Errorf("sent %s\nwant %s", sent.Body, want)
	}
}

func TestACompletionMayTellLittle(t *testing.T) {
	for body, want := range map[string]string{
		`{}`: "", `{"completion":"x","stop_reason":[7],"model":null}`: "x", `{"completion":["x"]}`: "",
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, body) })
		client, _ := newClient(t, s.URL)
		if got, err := client.CreateCompletion(t.Context(), prompt()); err != nil || got.Text != want || got.StopReason != "" {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, `[]`) })
	client, _ := newClient(t, s.URL)
	var decode *api.DecodeError
	if got, err := client.CreateCompletion(t.Context(), prompt()); !errors.As(err, &decode) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestACompletionInPieces(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerSSE(w, sse(completionPiece(" He", "null"), `{"type":"ping"}`, `{"type":"new","text":"x"}`, completionPiece("llo", "null"),
			completionPiece("", `"max_tokens"`)))
	})
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamCompletion(t.Context(), prompt())
	if err != nil {
		t.Fatal(err)
	}
	var pieces []string
	for piece, err := range stream.Pieces() {
		if err != nil {
			t.Fatal(err)
		}
		pieces = append(pieces, piece.Text+"|"+piece.StopReason)
	}
	if got := strings.Join(pieces, " "); got != " He| llo| |max_tokens" {
		t.Errorf("got %q", got)
	}
	got, err := stream.Final()
	if err != nil || got.Text != " Hello" || got.StopReason != api.StopMaxTokens || got.ID != "compl_01" || got.RequestID != "req_s" {
		t.Errorf("got %+v, %v", got, err)
	}
	sameJSON(t, "the whole", got.Raw, []byte(completionPiece(" Hello", `"max_tokens"`)))
	if stream.Response().RequestID != "req_s" {
		t.Errorf("got %+v", stream.Response())
	}
	if want := `{"model":"claude-test","max_tokens_to_sample":5,"stream":true,` +
		`"prompt":"\n\nHuman: hi\n\nAssistant:"}`; string(s.last(t).Body) != want {
		t.Errorf("sent %s", s.last(t).Body)
	}
}

func TestPiecesOfOtherServers(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"only the name of the event": {
			"event: completion\ndata: {\"completion\":\"a\"}\n\nevent: completion\ndata: {\"completion\":\"b\",\"stop_reason\":\"x\"}\n\n", "ab",
		},
		"no type at all":          {"data: {\"completion\":\"a\"}\n\ndata: {\"completion\":\"\",\"stop_reason\":\"x\"}\n\n", "a"},
		"another type of text":    {sse(completionPiece("a", "null"), `{"type":"completion","completion":7}`, completionPiece("", `"x"`)), "a7"},
		"half a character each":   {sse(completionPiece(`a\ud83d`, "null"), completionPiece(`\ude00b`, `"x"`)), "a\U0001F600b"},
		"a half that never comes": {sse(completionPiece(`a\ud83d`, "null"), completionPiece("", `"x"`)), "a\uFFFD"},
		"more after the end":      {sse(completionPiece("a", `"x"`), completionPiece("b", "null")), "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			stream := completionOf(t, c.body)
			if got, err := stream.Final(); err != nil || got.Text != c.want || got.StopReason != "x" {
				t.Errorf("got %+v, %v; want %q", got, err, c.want)
			}
		})
	}
	stream := completionOf(t, sse(completionPiece("a", "null"), `{"type":"completion","completion":"","stop_reason":"x"}`))
	if got, err := stream.Final(); err != nil || got.ID != "compl_01" || got.Model != "claude-test" || got.LogID != "log_1" {
		t.Errorf("what an earlier piece said is lost: %+v, %v", got, err)
	}
}

func TestACompletionThatStops(t *testing.T) {
	for name, c := range map[string]struct {
		body, want string
		is         error
	}{
		"before the first piece": {"", "", io.ErrUnexpectedEOF},
		"in the middle":          {sse(completionPiece("a", "null")), "a", io.ErrUnexpectedEOF},
		"in an event":            {sse(completionPiece("a", "null")) + sse(completionPiece("b", `"x"`))[:40], "a", io.ErrUnexpectedEOF},
		"with an error": {
			sse(completionPiece("a", "null"), `{"type":"error","error":{"type":"overloaded_error","message":"busy"}}`), "a", api.ErrOverloaded,
		},
		"of another protocol": {"data: {\"choices\":[]}\n\ndata: [DONE]\n\n", "", io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			stream := completionOf(t, c.body)
			got, err := stream.Final()
			if got.Text != c.want || got.StopReason != "" || !errors.Is(err, c.is) {
				t.Errorf("got %+v, %v; want %q, %v", got, err, c.want, c.is)
			}
			if _, again := stream.Final(); !same(again, err) {
				t.Errorf("then %v", again)
			}
		})
	}
	failed := sse(completionPiece("a", `"x"`), `{"type":"error","error":{"type":"overloaded_error","message":"busy"}}`)
	if got, err := completionOf(t, failed).Final(); got.Text != "a" || !errors.Is(err, api.ErrOverloaded) {
		t.Errorf("an error after the end: got %+v, %v", got, err)
	}
	var decode *api.DecodeError
	if got, err := completionOf(t, sse(completionPiece("a", "null"))+"data: {oops\n\n").Final(); got.Text != "a" || !errors.As(err, &decode) {
		t.Errorf("no JSON: got %+v, %v", got, err)
	}
	long := sse(completionPiece(strings.Repeat("x", 11<<20), "null"))
	if got, err := completionOf(t, strings.Repeat(long, 3)).Final(); len(got.Text) < 32<<20 || !errors.As(err, &decode) {
		t.Errorf("endless: got %d bytes, %v", len(got.Text), err)
	}
}

func TestACompletionStreamLeftEarly(t *testing.T) {
	gone := make(chan struct{})
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		answerSSE(w, sse(completionPiece("a", "null"), completionPiece("b", "null")))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	})
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamCompletion(t.Context(), prompt())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range stream.Pieces() {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	<-gone // the connection was closed
	if got, err := stream.Final(); got.Text != "a" || err == nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestACompletionStreamIsOverAtItsEnd(t *testing.T) {
	for _, leave := range []bool{true, false} {
		body := &tracked{Reader: strings.NewReader(sse(completionPiece("a", `"stop_sequence"`)))}
		client := virtualClient(func(*http.Request) (*http.Response, error) {
			header := http.Header{"Content-Type": {"text/event-stream"}}
			return &http.Response{StatusCode: 200, Header: header, Body: body}, nil
		})
		stream, err := client.StreamCompletion(t.Context(), prompt())
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range stream.Pieces() {
			if err != nil {
				t.Error(err)
			}
			if leave {
				break
			}
		}
		if !body.closed {
			t.Error("the body is open")
		}
		if got, err := stream.Final(); err != nil || got.Text != "a" {
			t.Errorf("got %+v, %v", got, err)
		}
	}
}

func TestACompletionStreamIsClosed(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		answerSSE(w, sse(completionPiece("a", "null")))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamCompletion(t.Context(), prompt())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range stream.Pieces() {
		if n++; n == 1 {
			stream.Close()
		} else if err == nil {
			t.Error("a piece of a closed stream")
		}
	}
	if err := stream.Close(); err != nil || n != 2 {
		t.Errorf("closing again after %d pieces: %v", n, err)
	}
}

func TestCompletionsEndWithTheirContext(t *testing.T) {
	t.Run("before the headers", func(t *testing.T) {
		for _, call := range []func(context.Context, *api.Client) error{
			func(ctx context.Context, c *api.Client) error {
				_, err := c.CreateCompletion(ctx, prompt())
				return err
			},
			func(ctx context.Context, c *api.Client) error {
				_, err := c.StreamCompletion(ctx, prompt())
				return err
			},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			s := newServer(t, func(_ http.ResponseWriter, r *http.Request, _ int) { cancel(); <-r.Context().Done() })
			client, _ := newClient(t, s.URL)
			if err := call(ctx, client); !same(err, context.Canceled) {
				t.Error(err)
			}
		}
	})
	t.Run("between two pieces", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			answerSSE(w, sse(completionPiece("a", "null")))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
		client, _ := newClient(t, s.URL)
		stream, err := client.StreamCompletion(ctx, prompt())
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range stream.Pieces() {
			if err != nil && !same(err, context.Canceled) {
				t.Error(err)
			}
			cancel()
		}
		if got, err := stream.Final(); got.Text != "a" || !same(err, context.Canceled) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("after the end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client := virtualClient(piped("text/event-stream", func(w io.Writer, r *http.Request) {
				io.WriteString(w, sse(completionPiece("a", `"stop_sequence"`)))
				pause(r, time.Hour)
			}))
			began := time.Now()
			stream, err := client.StreamCompletion(t.Context(), prompt())
			if err != nil {
				t.Fatal(err)
			}
			if got, err := stream.Final(); err != nil || got.Text != "a" || time.Since(began) > time.Second {
				t.Errorf("got %+v, %v after %v", got, err, time.Since(began))
			}
		})
	})
	t.Run("after a silence", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client := virtualClient(piped("text/event-stream", func(w io.Writer, r *http.Request) {
				io.WriteString(w, sse(completionPiece("a", "null")))
				pause(r, time.Hour)
			}))
			stream, err := client.StreamCompletion(t.Context(), prompt())
			if err != nil {
				t.Fatal(err)
			}
			if got, err := stream.Final(); got.Text != "a" || !errors.Is(err, api.ErrTimeout) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	})
}

func TestCompletionsThatAreNotSent(t *testing.T) {
	for field, change := range map[string]func(*api.Client, *api.CompletionRequest){
		"anthropic-version":    func(c *api.Client, _ *api.CompletionRequest) { c.Version = api.Version2026 },
		"model":                func(_ *api.Client, r *api.CompletionRequest) { r.Model = "" },
		"max_tokens_to_sample": func(_ *api.Client, r *api.CompletionRequest) { r.MaxTokensToSample = -1 },
		"temperature":          func(_ *api.Client, r *api.CompletionRequest) { r.Temperature = pointer(math.NaN()) },
		"top_p":                func(_ *api.Client, r *api.CompletionRequest) { r.TopP = pointer(math.Inf(1)) },
	} {
		client, _ := newClient(t, "http://127.0.0.1:1")
		request := prompt()
		change(client, request)
		_, err := client.CreateCompletion(t.Context(), request)
		refused(t, err, field)
		_, err = client.StreamCompletion(t.Context(), request)
		refused(t, err, field)
		if field == "anthropic-version" && !strings.Contains(err.Error(), "2026-10-21 has no text completions") {
			t.Error(err)
		}
	}
}
