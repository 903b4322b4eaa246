package api_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"parlor/api"
)

func TestStreamFromStartToEnd(t *testing.T) {
	stream := streamOf(t, helloStream())
	if stream.Response().RequestID != "req_s" {
		t.Errorf("request id %q", stream.Response().RequestID)
	}
	var types []string
	for event, err := range stream.Events() {
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, event.Type)
	}
	want := "message_start content_block_start content_block_delta content_block_delta " +
		"content_block_stop message_delta message_stop"
	if got := strings.Join(types, " "); got != want {
		t.Errorf("got %s", got)
	}
	message, err := stream.Final()
	if err != nil || message.Text() != "Hello" || message.StopReason != api.StopEndTurn ||
		message.RequestID != "req_s" {
		t.Errorf("got %+v, %v", message, err)
	}
}

func TestStreamText(t *testing.T) {
	var text string
	for piece, err := range streamOf(t, helloStream()).Text() {
		if err != nil {
			t.Fatal(err)
		}
		text += "[" + piece + "]"
	}
	if text != "[Hel][lo]" {
		t.Error(text)
	}
	for first, err := range streamOf(t, helloStream()).Text() {
		if first != "Hel" || err != nil {
			t.Errorf("got %q, %v", first, err)
		}
		break
	}
	for _, err := range streamOf(t, "data: {\n\n").Text() {
		if err == nil {
			t.Error("the error must get through")
		}
	}
}

func TestStreamEventFields(t *testing.T) {
	stream := streamOf(t, sse(messageStart,
		`{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}`,
		`{"type":"future_event","x":1}`,
		`{"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"X","stop_details":{"type":"refusal"}},"usage":{"output_tokens":5}}`,
		messageStop))
	seen := map[string]api.Event{}
	for event, err := range stream.Events() {
		if err != nil {
			t.Fatal(err)
		}
		event.Raw = append([]byte(nil), event.Raw...)
		seen[event.Type] = event
	}
	if m := seen[api.EventMessageStart].Message; m.ID != "msg_01" || m.Usage.CacheReadInputTokens != 7 {
		t.Errorf("message_start: %+v", m)
	}
	if use, _ := seen[api.EventContentBlockStart].Block.ToolUse(); use.Name != "f" {
		t.Errorf("content_block_start: %+v", use)
	}
	if string(seen["future_event"].Raw) != `{"type":"future_event","x":1}` {
		t.Errorf("an unknown event keeps its data: %+v", seen["future_event"])
	}
	end := seen[api.EventMessageDelta]
	if end.StopReason != "stop_sequence" || *end.StopSequence != "X" || end.StopDetails.Type != "refusal" ||
		end.Usage.OutputTokens != 5 {
		t.Errorf("message_delta: %+v", end)
	}
}

func TestStreamThatStops(t *testing.T) {
	all := helloStream()
	stopReason := strings.Index(all, "event: message_delta")
	for cut := range len(all) {
		message, err := streamOf(t, all[:cut]).Final()
		var broken *api.StreamError
		afterStop := strings.Contains(all[:cut], messageDelta+"\n\n")
		switch {
		case !errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, &broken) || !errors.Is(err, api.ErrConnection):
			t.Fatalf("cut at %d: got %v", cut, err)
		case afterStop != (broken.StopReason == "end_turn"):
			t.Fatalf("cut at %d: the stop reason is %q", cut, broken.StopReason)
		case cut >= stopReason && message.Text() != "Hello":
			t.Fatalf("cut at %d: kept %q", cut, message.Text())
		}
	}
}

func TestStreamThatIsReset(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerSSE(w, sse(messageStart, textStart, textDelta("Hel")))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	client, clock := newClient(t, s.URL)
	stream, err := client.StreamMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	message, err := stream.Final()
	var broken *api.StreamError
	if !errors.As(err, &broken) || broken.Bytes == 0 || message.Text() != "Hel" {
		t.Errorf("got %q, %v", message.Text(), err)
	}
	if len(s.received()) != 1 || len(clock.slept) != 0 {
		t.Error("a stream that began is never sent again")
	}
}

func TestStreamErrorEvent(t *testing.T) {
	cases := []struct {
		name, event string
		kind        error
		message     string
	}{
		{"as documented", "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"},\"request_id\":null}\n\n", api.ErrOverloaded, "busy"},
		{"without its name", "data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"oops\"}}\n\n", api.ErrServer, "oops"},
		{"without its envelope", "event: error\ndata: {\"type\":\"rate_limit_error\",\"message\":\"slow\"}\n\n", api.ErrRateLimit, "slow"},
		{"not JSON", "event: error\ndata: upstream gone\n\n", api.ErrServer, "upstream gone"},
		{"empty", "event: error\ndata\n\n", api.ErrServer, ""},
		{"named error, data of a delta", "event: error\ndata: " + textDelta("x") + "\n\n", api.ErrServer, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			stream := streamOf(t, sse(messageStart, textStart, textDelta("Hel"))+c.event+sse(textDelta("never")))
			message, err := stream.Final()
			var answer *api.Error
			if !errors.As(err, &answer) || !errors.Is(err, c.kind) || answer.Status != 200 || answer.RequestID != "req_s" {
				t.Errorf("got %v", err)
			}
			if c.message != "" && answer.Message != c.message {
				t.Errorf("message %q", answer.Message)
			}
			if message.Text() != "Hel" {
				t.Errorf("kept %q", message.Text())
			}
		})
	}
}

func TestStreamDataThatIsNoJSON(t *testing.T) {
	message, err := streamOf(t, sse(messageStart, textStart, textDelta("Hel"))+"data: {\"type\":\n\n").Final()
	var wrong *api.DecodeError
	if !errors.As(err, &wrong) || wrong.Preview != `{"type":` || message.Text() != "Hel" || errors.Is(err, api.ErrConnection) {
		t.Errorf("got %q, %v", message.Text(), err)
	}
	message, err = streamOf(t, helloStream()+"data: [DONE]\n\n").Final()
	if err != nil || message.Text() != "Hello" {
		t.Errorf("[DONE] of other APIs: %v", err)
	}
}

func TestStreamGoesOnAfterItsEnd(t *testing.T) {
	const late = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"late\"}}\n\n"
	cases := []struct {
		name, after string
		text        string
		err         error
	}{
		{"nothing that counts", ": bye\n\ndata: [DONE]\n\n" + sse(`{"type":"ping"}`), "Hello", nil},
		{"noise", "data: {oops\n\n", "Hello", nil},
		{"an error", late, "Hello", api.ErrOverloaded},
		{"more text", sse(textDelta("!")), "Hello!", nil},
		{"a second message", helloStream(), "Hello", nil},
		{"the start of one", sse(messageStart, textStart, textDelta("Hel")), "Hel", io.ErrUnexpectedEOF},
	}
	for _, c := range cases {
		message, err := streamOf(t, helloStream()+c.after).Final()
		if message.Text() != c.text || !errors.Is(err, c.err) {
			t.Errorf("%s: got %q, %v", c.name, message.Text(), err)
		}
	}
}

func TestStreamPingsSayNothing(t *testing.T) {
	pings := "event: ping\ndata: oops\n\nevent: ping\n\nevent: ping\ndata: " + textDelta("no") + "\n\n"
	message, err := streamOf(t, sse(messageStart, textStart)+pings+sse(textDelta("Hi"), blockStop, messageDelta, messageStop)).Final()
	if err != nil || message.Text() != "Hi" {
		t.Errorf("got %q, %v", message.Text(), err)
	}
}

func TestStreamEndsWithItsContext(t *testing.T) {
	gone := make(chan struct{})
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		answerSSE(w, sse(messageStart, textStart, textDelta("Hel")))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	})
	client, _ := newClient(t, s.URL)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := client.StreamMessage(ctx, hello())
	if err != nil {
		t.Fatal(err)
	}
	for event, err := range stream.Events() {
		if event.Delta.Text != "" {
			cancel()
		}
		if err != nil && !same(err, context.Canceled) {
			t.Errorf("got %v (%T), want the context's own error", err, err)
		}
	}
	if message, err := stream.Final(); message.Text() != "Hel" || !same(err, context.Canceled) {
		t.Errorf("got %q, %v", message.Text(), err)
	}
	<-gone
}

func TestStreamClose(t *testing.T) {
	gone := make(chan struct{}, 2)
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		answerSSE(w, sse(messageStart, textStart, textDelta("Hel")))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		gone <- struct{}{}
	})
	client, _ := newClient(t, s.URL)
	open := func() *api.Stream {
		stream, err := client.StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		return stream
	}
	stream := open()
	for event, err := range stream.Events() {
		if err != nil {
			t.Fatal(err)
		}
		if event.Delta.Text != "" {
			break // leaving the loop closes the stream
		}
	}
	<-gone
	if message, err := stream.Final(); message.Text() != "Hel" || err == nil {
		t.Errorf("after leaving: %q, %v", message.Text(), err)
	}
	stream = open()
	for event, err := range stream.Events() {
		if event.Delta.Text != "" {
			go stream.Close() // from anywhere
		}
		if err != nil && !errors.As(err, new(*api.StreamError)) {
			t.Errorf("after Close: %v", err)
		}
	}
	<-gone
	if err := stream.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

func TestStreamLeftAtItsEndIsWhole(t *testing.T) {
	stream := streamOf(t, helloStream())
	for event, err := range stream.Events() {
		if err != nil {
			t.Fatal(err)
		}
		if event.Type == api.EventMessageStop {
			break
		}
	}
	if _, err := stream.Final(); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestStreamKeepsTheConnection(t *testing.T) {
	addresses := map[string]bool{}
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		addresses[r.RemoteAddr] = true
		answerSSE(w, helloStream())
	})
	client, _ := newClient(t, s.URL)
	for range 3 {
		stream, err := client.StreamMessage(t.Context(), hello())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Final(); err != nil {
			t.Fatal(err)
		}
	}
	if len(addresses) != 1 {
		t.Errorf("%d connections for three streams", len(addresses))
	}
}

func TestStreamAnswersThatAreNoStream(t *testing.T) {
	cases := []struct {
		name, contentType, body string
		wantPreview             string
	}{
		{"HTML", "text/html", "<html>\n<b>login</b>", "<html> <b>login</b>"},
		{"a whole message", "application/json", helloAnswer, helloAnswer[:200] + "..."},
		{"nothing", "text/plain", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("Content-Type", c.contentType)
				io.WriteString(w, c.body)
			})
			client, _ := newClient(t, s.URL)
			_, err := client.StreamMessage(t.Context(), hello())
			var wrong *api.DecodeError
			if !errors.As(err, &wrong) || wrong.Status != 200 || wrong.ContentType != c.contentType || wrong.Preview != c.wantPreview {
				t.Errorf("got %+v, %v", wrong, err)
			}
			if len(s.received()) != 1 {
				t.Error("what was answered is not asked again")
			}
		})
	}
	t.Run("an error in the clothes of success", func(t *testing.T) {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			answerJSON(w, 200, `{"type":"error","error":{"type":"overloaded_error","message":"busy"}}`)
		})
		client, _ := newClient(t, s.URL)
		if _, err := client.StreamMessage(t.Context(), hello()); !errors.Is(err, api.ErrOverloaded) {
			t.Errorf("stream: %v", err)
		}
		if _, err := client.CreateMessage(t.Context(), hello()); !errors.Is(err, api.ErrOverloaded) {
			t.Errorf("create: %v", err)
		}
	})
}

func TestAClosedStreamIsNoBrokenConnection(t *testing.T) {
	left := streamOf(t, helloStream())
	for range left.Events() {
		break
	}
	closed := streamOf(t, helloStream())
	closed.Close()
	for name, stream := range map[string]*api.Stream{"left": left, "closed": closed} {
		_, err := stream.Final()
		if !errors.Is(err, net.ErrClosed) || errors.Is(err, api.ErrConnection) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
