package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parlor/api"
)

// A part of three bytes takes two hundred in memory, and packed by gzip it takes
// a hundredth of a byte on the way.
func TestAnswersOfTooManyPartsAreRefused(t *testing.T) {
	const most = 1 << 20 // members and elements
	parts := strings.Repeat("{},", most) + "{}"
	message := `{"id":"msg_01","content":[` + parts + `]}`
	for name, c := range map[string]struct {
		body string
		call func(*api.Client) error
	}{
		"message": {message, func(client *api.Client) error {
			_, err := client.CreateMessage(t.Context(), hello())
			return err
		}},
		"members": {`{"id":"b"` + strings.Repeat(`,"a":0`, most) + "}", func(client *api.Client) error {
			_, err := client.Batch(t.Context(), "b")
			return err
		}},
		"page": {`{"data":[` + parts + `]}`, func(client *api.Client) error {
			for _, err := range client.Files(t.Context(), api.FileListOptions{}) {
				return err
			}
			return nil
		}},
		"result": {`{"custom_id":"a","result":{"type":"succeeded","message":` + message + "}}\n", func(client *api.Client) error {
			for _, err := range client.BatchResults(t.Context(), "b") {
				return err
			}
			return nil
		}},
		"stream": {sse(`{"type":"message_start","message":` + message + `}`), func(client *api.Client) error {
			stream, err := client.StreamMessage(t.Context(), hello())
			if err == nil {
				_, err = stream.Final()
			}
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write([]byte(gzipped(c.body)))
			})
			client, _ := newClient(t, s.URL)
			err := c.call(client)
			var decode *api.DecodeError
			if !errors.As(err, &decode) || !strings.Contains(err.Error(), "1,048,576") || len(s.received()) != 1 {
				t.Errorf("after %d requests: %.300s", len(s.received()), fmt.Sprint(err))
			}
		})
	}
}

// Each level of runs within runs was a copy of all that is below it.
func TestARunHasNoRunsOfItsOwn(t *testing.T) {
	const deep = 4000
	usage := `{"input_tokens":1,"iterations":[{"input_tokens":2,"iterations":[` + strings.Repeat(`{"iterations":[`, deep) +
		`"` + strings.Repeat("long", 1<<18) + `"` + strings.Repeat("]}", deep) + "]}]}"
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerJSON(w, 200, `{"id":"msg_01","content":[],"usage":`+usage+"}")
	})
	client, _ := newClient(t, s.URL)
	message, err := client.CreateMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	if runs := message.Usage.Iterations; len(runs) != 1 || runs[0].Usage.InputTokens != 2 || runs[0].Usage.Iterations != nil {
		t.Errorf("%d runs", len(runs))
	}
}

func TestHeadersAreBounded(t *testing.T) {
	client, _ := newClient(t, rawServer(t, "HTTP/1.1 200 OK\r\nX-Long: "+strings.Repeat("x", 2<<20)+"\r\n\r\n{}"))
	if _, err := client.CreateMessage(t.Context(), hello()); !errors.Is(err, api.ErrConnection) {
		t.Error(err)
	}
}

func TestFactsThatCannotBe(t *testing.T) {
	for _, number := range []string{"-1", "-1e308", "1e308", "9223372036854775807", `"Infinity"`, "253402300800"} {
		file := `{"id":"f","size_bytes":` + number + `,"max_tokens":` + number + `,"created_at":` + number + `,"expires_at":` + number + "}"
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, file) })
		client, _ := newClient(t, s.URL)
		got, err := client.File(t.Context(), "f")
		if err != nil || got.SizeBytes < 0 || !got.CreatedAt.IsZero() || !got.ExpiresAt.IsZero() {
			t.Errorf("%s: %+v, %v", number, got, err)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Error(err)
		}
		if model, err := client.Model(t.Context(), "m"); err != nil || model.MaxTokens < 0 {
			t.Errorf("%s: %+v, %v", number, model, err)
		}
	}
}

// Totals that grow by a member with each event take time that grows with their
// number, not with its square.
func TestManyTotalsAreReadInTime(t *testing.T) {
	const many = 60_000
	var events strings.Builder
	for i := range many {
		fmt.Fprintf(&events, "data: {\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"k%d\":%d}}\n\n", i, i)
	}
	began := time.Now()
	message, err := streamOf(t, sse(messageStart)+events.String()+sse(messageDelta, messageStop)).Final()
	if err != nil || !strings.Contains(string(message.Raw), `"k59999":59999`) || message.Usage.InputTokens != 3 {
		t.Errorf("%v, %+v", err, message.Usage)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("took %s", took)
	}
}

// Half a character waits for the other one, but not in any number of blocks.
func TestHalfCharactersAreNotCollected(t *testing.T) {
	const most = 1000
	var events strings.Builder
	for i := range most + 1 {
		events.WriteString(sse(piece(strconv.Itoa(i), `{"type":"input_json_delta","partial_json":"\ud83d"}`)))
	}
	last := sse(piece("0", `{"type":"input_json_delta","partial_json":"\ude00"}`))
	var got []string
	for event, err := range streamOf(t, sse(messageStart)+events.String()+last+sse(messageDelta, messageStop)).Events() {
		if err != nil {
			t.Fatal(err)
		}
		if event.Delta.Text != "" {
			got = append(got, fmt.Sprint(event.Index, event.Delta.Text))
		}
	}
	if want := []string{fmt.Sprint(most, "\uFFFD"), fmt.Sprint(0, "\U0001F600")}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
