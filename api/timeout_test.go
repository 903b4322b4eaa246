package api_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
)

// silent never answers.
func silent(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// piped answers with headers at once and a body that write fills; the body
// breaks when the request is given up, as that of a connection does.
func piped(contentType string, write func(io.Writer, *http.Request)) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		reader, writer := io.Pipe()
		stop := context.AfterFunc(r.Context(), func() { writer.CloseWithError(r.Context().Err()) })
		go func() {
			write(writer, r)
			stop()
			writer.CloseWithError(r.Context().Err()) // nil is the regular end
		}()
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {contentType}}, Body: reader}, nil
	}
}

// pause waits in virtual time; false means the request was given up.
func pause(r *http.Request, d time.Duration) bool {
	select {
	case <-r.Context().Done():
		return false
	case <-time.After(d):
		return true
	}
}

func virtualClient(t roundTripper) *api.Client {
	return &api.Client{
		APIKey: "sk-test", BaseURL: "https://api.test", Transport: t, MaxRetries: pointer(0),
		Getenv: func(string) string { return "" },
	}
}

func TestTimeouts(t *testing.T) {
	silence := func(w io.Writer, r *http.Request) {
		io.WriteString(w, `{"id":`)
		<-r.Context().Done()
	}
	trickle := func(w io.Writer, r *http.Request) {
		for pause(r, time.Second) {
			io.WriteString(w, " ")
		}
	}
	cases := []struct {
		name     string
		server   roundTripper
		timeouts api.Timeouts
		op       string
		after    time.Duration
	}{
		{"no headers", silent, api.Timeouts{Total: -1}, "headers", 10 * time.Minute},
		{"no headers, own limit", silent, api.Timeouts{Headers: time.Second}, "headers", time.Second},
		{"no body", piped("application/json", silence), api.Timeouts{}, "stall", 90 * time.Second},
		{"no body, own limit", piped("application/json", silence), api.Timeouts{Stall: time.Second}, "stall", time.Second},
		{"endless body", piped("application/json", trickle), api.Timeouts{}, "total", 10 * time.Minute},
		{"endless body, own limit", piped("application/json", trickle), api.Timeouts{Total: time.Minute}, "total", time.Minute},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := virtualClient(c.server)
				began := time.Now()
				_, err := client.CreateMessage(t.Context(), hello(), api.WithTimeouts(c.timeouts))
				var timeout *api.TimeoutError
				if !errors.As(err, &timeout) || timeout.Op != c.op || timeout.Host != "api.test" || timeout.Attempts != 1 {
					t.Fatalf("got %v", err)
				}
				if took := time.Since(began); took != c.after || timeout.After != c.after {
					t.Errorf("took %v, said %v, want %v", took, timeout.After, c.after)
				}
				if !errors.Is(err, api.ErrTimeout) || !errors.Is(err, api.ErrConnection) {
					t.Error("wrong kind")
				}
			})
		})
	}
}

func TestTimeoutIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := virtualClient(silent)
		client.MaxRetries = nil
		client.Rand = func() float64 { return 0 }
		began := time.Now()
		_, err := client.CreateMessage(t.Context(), hello(), api.WithTimeouts(api.Timeouts{Headers: time.Minute}))
		var timeout *api.TimeoutError
		if !errors.As(err, &timeout) || timeout.Attempts != 3 {
			t.Fatalf("got %v", err)
		}
		if took := time.Since(began); took != 3*time.Minute+1500*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

func TestStreamStalls(t *testing.T) {
	server := piped("text/event-stream", func(w io.Writer, r *http.Request) {
		io.WriteString(w, sse(messageStart, textStart, textDelta("Hel")))
		for range 5 { // pings keep it alive
			pause(r, 80*time.Second)
			io.WriteString(w, sse(`{"type":"ping"}`))
		}
		<-r.Context().Done()
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		stream, err := virtualClient(server).StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		message, err := stream.Final()
		var timeout *api.TimeoutError
		var broken *api.StreamError
		if !errors.As(err, &broken) || !errors.As(err, &timeout) || timeout.Op != "stall" || message.Text() != "Hel" {
			t.Errorf("got %q, %v", message.Text(), err)
		}
		if took := time.Since(began); took != 490*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestSilenceAfterTheStopReasonIsNotWaitedOut(t *testing.T) {
	server := piped("text/event-stream", func(w io.Writer, r *http.Request) {
		io.WriteString(w, sse(messageStart, textStart, textDelta("Hello"), blockStop, messageDelta))
		<-r.Context().Done()
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		stream, err := virtualClient(server).StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		message, err := stream.Final()
		var broken *api.StreamError
		if !errors.As(err, &broken) || broken.StopReason != "end_turn" || message.Text() != "Hello" {
			t.Errorf("got %q, %v; want the whole answer and a note", message.Text(), err)
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("took %v, want 10 s", took)
		}
	})
}

func TestStreamHasNoTotalUnlessAsked(t *testing.T) {
	server := piped("text/event-stream", func(w io.Writer, r *http.Request) {
		io.WriteString(w, sse(messageStart, textStart))
		for range 1000 {
			if !pause(r, time.Minute) {
				return
			}
			io.WriteString(w, sse(textDelta("x")))
		}
		io.WriteString(w, sse(blockStop, messageDelta, messageStop))
	})
	synctest.Test(t, func(t *testing.T) {
		stream, err := virtualClient(server).StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		if message, err := stream.Final(); err != nil || len(message.Text()) != 1000 {
			t.Errorf("got %d bytes, %v", len(message.Text()), err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		client := virtualClient(server)
		client.Timeouts.Total = time.Hour
		stream, err := client.StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		var timeout *api.TimeoutError
		if _, err := stream.Final(); !errors.As(err, &timeout) || timeout.Op != "total" {
			t.Errorf("got %v", err)
		}
	})
}

func TestNothingIsWaitedForAfterMessageStop(t *testing.T) {
	server := piped("text/event-stream", func(w io.Writer, r *http.Request) {
		io.WriteString(w, helloStream())
		<-r.Context().Done() // the server forgets to close
	})
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		stream, err := virtualClient(server).StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Final(); err != nil || time.Since(began) > time.Second {
			t.Errorf("took %v, %v", time.Since(began), err)
		}
	})
}

func TestNoTimeouts(t *testing.T) {
	server := piped("text/event-stream", func(w io.Writer, r *http.Request) {
		pause(r, 24*time.Hour)
		io.WriteString(w, helloStream())
	})
	synctest.Test(t, func(t *testing.T) {
		client := virtualClient(server)
		client.Timeouts = api.Timeouts{Connect: -1, Headers: -1, Stall: -1, Total: -1}
		stream, err := client.StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Final(); err != nil {
			t.Error(err)
		}
	})
}

func TestDeadlineOfTheCallerIsReturnedAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := virtualClient(silent).CreateMessage(ctx, hello()); !same(err, context.DeadlineExceeded) {
			t.Errorf("got %v (%T)", err, err)
		}
	})
}

func TestAReaderMayTakeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := virtualClient(piped("text/event-stream", func(w io.Writer, _ *http.Request) {
			for _, event := range strings.SplitAfter(helloStream(), "\n\n") {
				io.WriteString(w, event) // waits for the reader, as a full connection does
			}
		}))
		stream, err := client.StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		for range stream.Events() {
			time.Sleep(time.Hour) //nolint:forbidigo // virtual time
		}
		if message, err := stream.Final(); err != nil || message.Text() != "Hello" {
			t.Errorf("got %v, %v", message, err)
		}
	})
}
