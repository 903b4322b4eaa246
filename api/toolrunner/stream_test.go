package toolrunner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"

	"parlor/api"
	"parlor/api/toolrunner"
)

// The tools of an answer run after its stream, whether it was read or not.
func TestToolsRunAfterTheStream(t *testing.T) {
	for _, read := range []string{"nothing", "some", "all"} {
		t.Run(read, func(t *testing.T) {
			s := newServer(t, reply("tool_use", text("Let me see."), use("toolu_1", "note", `{}`)), reply("end_turn", text("done")))
			var order []string
			r := s.runner(tool(t, "note", func(context.Context, struct{}) (string, error) {
				order = append(order, "tool")
				return "ok", nil
			}))
			for stream, err := range r.Streams(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if read == "nothing" {
					order = append(order, "stream")
					continue
				}
				for event, err := range stream.Events() {
					if err != nil {
						t.Fatal(err)
					}
					if read == "some" && event.Type == api.EventMessageStart {
						break
					}
				}
				order = append(order, "stream")
				if read == "some" { // left early, the stream is closed and the run cannot know the calls
					break
				}
			}
			want := []string{"stream", "tool", "stream"}
			if read == "some" {
				want = want[:1]
			}
			if !slices.Equal(order, want) {
				t.Errorf("order %v", order)
			}
		})
	}
}

func TestAStreamThatBreaksEndsTheRun(t *testing.T) {
	s := newServer(t)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		whole := asEvents(reply("tool_use", use("toolu_1", "never", `{}`)))
		io.WriteString(w, whole[:len(whole)/2])
	})
	streams, failures := 0, 0
	for stream, err := range s.runner(never(t)).Streams(t.Context()) {
		if stream != nil {
			streams++
			continue
		}
		failures++
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Error(err)
		}
	}
	if streams != 1 || failures != 1 {
		t.Errorf("%d streams, %d errors", streams, failures)
	}
}

// A stream closed in the body of the loop has no calls to carry out.
func TestAStreamThatIsClosedEndsTheRun(t *testing.T) {
	s := newServer(t, reply("tool_use", use("toolu_1", "never", `{}`)))
	var last error
	for stream, err := range s.runner(never(t)).Streams(t.Context()) {
		if last = err; stream != nil {
			stream.Close()
		}
	}
	var broken *api.StreamError
	if !errors.As(last, &broken) {
		t.Error(last)
	}
}

// However a loop is left, nothing stays behind: goleak watches.
func TestLeavingTheLoop(t *testing.T) {
	first := reply("tool_use", use("toolu_1", "never", `{}`))
	t.Run("break", func(t *testing.T) {
		for _, err := range newServer(t, first).runner(never(t)).Messages(t.Context()) {
			if err != nil {
				t.Error(err)
			}
			break
		}
		for _, err := range newServer(t, first).runner(never(t)).Streams(t.Context()) {
			if err != nil {
				t.Error(err)
			}
			break
		}
	})
	t.Run("panic", func(t *testing.T) {
		r := newServer(t, first).runner(never(t))
		defer func() {
			if recover() == nil {
				t.Error("the panic is gone")
			}
		}()
		for _, err := range r.Streams(t.Context()) {
			panic(fmt.Sprint("in the body", err))
		}
	})
}

func TestCancelWhileToolsRun(t *testing.T) {
	variants(t, func(t *testing.T, run runFunc) {
		s := newServer(t, reply("tool_use", calls("wait", 5)...))
		ctx, cancel := context.WithCancel(t.Context())
		r := s.runner(tool(t, "wait", func(ctx context.Context, in word) (string, error) {
			if in.Word == "3" {
				cancel()
			}
			<-ctx.Done()
			return "", ctx.Err()
		}))
		last, err := run(ctx, r)
		if last != nil || any(err) != any(context.Canceled) {
			t.Errorf("%v, %v", last, err)
		}
		if got := len(r.NextRequest().Messages); got != 1 {
			t.Errorf("%d messages: half a turn is kept", got)
		}
	})
}

// Calls that wait for their turn are not begun after the end of the context.
func TestCancelBeforeToolsRun(t *testing.T) {
	s := newServer(t, reply("tool_use", calls("stop", 5)...))
	ctx, cancel := context.WithCancel(t.Context())
	began := 0
	r := s.runner(tool(t, "stop", func(context.Context, word) (string, error) {
		began++
		cancel()
		return "too late", nil
	}))
	r.Parallel = 1
	if _, err := r.Run(ctx); !errors.Is(err, context.Canceled) || began != 1 {
		t.Errorf("%d calls began, %v", began, err)
	}
}

func TestCancelWhileTheServerThinks(t *testing.T) {
	variants(t, func(t *testing.T, run runFunc) {
		s := newServer(t)
		asked := make(chan struct{}, 1)
		s.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		})
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-asked; cancel() }()
		if last, err := run(ctx, s.runner()); last != nil || any(err) != any(context.Canceled) {
			t.Errorf("%v, %v", last, err)
		}
	})
}

// The context of a call ends with the call, also where the tool started
// something that watches it.
func TestContextOfACallEnds(t *testing.T) {
	s := newServer(t, reply("tool_use", use("toolu_1", "start", `{}`)), reply("end_turn", text("done")))
	ended := make(chan struct{})
	mustRun(t, s.runner(tool(t, "start", func(ctx context.Context, _ struct{}) (string, error) {
		context.AfterFunc(ctx, func() { close(ended) })
		return "started", nil
	})))
	<-ended
}

var _ toolrunner.Tool = (*toolrunner.Function)(nil)
