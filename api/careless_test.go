package api_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"net/http"
	"os"
	"strings"
	"testing"

	"parlor/api"
)

func TestNilOptionsDoNothing(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	message, err := client.CreateMessage(t.Context(), hello(),
		nil, api.OnResponse(nil), api.ResponseInto(nil), api.OnRetry(nil), api.WithBetas())
	if err != nil || message.Text() != "Hi" {
		t.Errorf("got %v, %v", message, err)
	}
}

func TestContentThatIsANilPointerIsRefused(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	for _, content := range []io.Reader{
		nil, (*os.File)(nil), (*bytes.Buffer)(nil), (*bytes.Reader)(nil), (*strings.Reader)(nil),
	} {
		_, err := client.UploadFile(t.Context(), api.FileUpload{Name: "x", Content: content})
		var field *api.FieldError
		if !errors.As(err, &field) || field.Field != "file" {
			t.Errorf("%T: %v", content, err)
		}
	}
}

// panickingReader is a bug of its owner.
type panickingReader struct{}

func (panickingReader) Read([]byte) (int, error) { panic("boom") }

// The transport reads an upload on a goroutine of its own, where nobody but
// this package can keep a panic from ending the program.
func TestAPanicOfAReaderIsAnError(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, `{"id":"file_1"}`) })
	client, _ := newClient(t, s.URL)
	for name, content := range map[string]io.Reader{
		"a stream": panickingReader{},
		"a seeker": struct {
			panickingReader
			io.Seeker
		}{Seeker: strings.NewReader("text")},
	} {
		_, err := client.UploadFile(t.Context(), api.FileUpload{Name: "x", Content: content})
		if err == nil || !strings.Contains(err.Error(), `content of "x": its Read panicked: boom`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestZeroAndNilValuesCanBeAsked(t *testing.T) {
	var answer *api.Error
	if answer.Error() == "" || answer.Kind() != nil || errors.Is(answer, api.ErrServer) {
		t.Errorf("a nil *Error is %q of kind %v", answer.Error(), answer.Kind())
	}
	for _, err := range []error{&api.FieldError{Field: "model"}, &api.ConnError{Op: "read"}, &api.StreamError{}, &api.DecodeError{}} {
		if err.Error() == "" {
			t.Errorf("%T says nothing", err)
		}
	}
	var sum api.Accumulator
	for _, i := range []int{-1, 0, math.MaxInt} {
		if got := sum.Block(i); got.Type != "" || got.Done {
			t.Errorf("block %d of nothing is %+v", i, got)
		}
	}
}

func TestABrokenMemberIsNamedInWordsOfTheAPI(t *testing.T) {
	request := hello()
	request.OutputConfig = &api.OutputConfig{Format: []byte("{")}
	_, err := request.MarshalJSON()
	if err == nil || !strings.HasPrefix(err.Error(), "api: output_config.format: ") || strings.Contains(err.Error(), "MarshalJSON") {
		t.Errorf("got %v", err)
	}
}

// An error without a failed response of its own does not speak of its status.
func TestAnErrorWithinAGoodAnswerIsReported(t *testing.T) {
	err := &api.Error{Status: 200, Type: "overloaded_error", Message: "Overloaded", Host: "api.test"}
	if got, want := err.Error(), "api.test reported overloaded_error: Overloaded"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
