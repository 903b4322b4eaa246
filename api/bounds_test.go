package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

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
