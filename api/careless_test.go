package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	var batch *api.Batch
	if batch.Ended() {
		t.Error("no batch has ended")
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

// What a caller forgot is an error that says so, in every method alike: they
// all send by the same few lines.
func TestWhatIsNilIsAnError(t *testing.T) {
	client := func(edit func(*api.Client)) *api.Client {
		c, _ := newClient(t, "http://127.0.0.1:1")
		edit(c)
		return c
	}
	good := client(func(*api.Client) {})
	create := func(c *api.Client) error {
		_, err := c.CreateMessage(t.Context(), hello(), api.WithMaxRetries(0))
		return err
	}
	type wrapper = func(http.RoundTripper) http.RoundTripper
	for name, c := range map[string]struct {
		err  error
		want string // in the error
	}{
		"client":           {create(nil), "Client is nil"},
		"client of a list": {first(api.List[any](t.Context(), nil, api.ListRequest{Path: "v1/models"})), "Client is nil"},
		"context": {func() error {
			_, err := good.CreateMessage(nil, hello()) //nolint:staticcheck // that is the mistake
			return err
		}(), "context is nil"},
		"context of a list": {first(good.Models(nil, api.ModelListOptions{})), "context is nil"}, //nolint:staticcheck // likewise
		"completion": {func() error {
			_, err := good.CreateCompletion(t.Context(), nil)
			return err
		}(), "api: model: is missing"},
		"streamed completion": {func() error {
			_, err := good.StreamCompletion(t.Context(), nil)
			return err
		}(), "api: model: is missing"},
		"middleware": {create(client(func(c *api.Client) { c.Middleware = []wrapper{nil} })), "Middleware[0]"},
		"middleware of nothing": {create(client(func(c *api.Client) {
			c.Middleware = []wrapper{
				func(next http.RoundTripper) http.RoundTripper { return next },
				func(http.RoundTripper) http.RoundTripper { return nil },
			}
		})), "Middleware[1]"},
		"credential function": {create(client(func(c *api.Client) {
			c.APIKey, c.Credentials = "", api.CredentialFunc(nil)
		})), "no credential: a CredentialFunc is nil"},
		"sources of a chain": {create(client(func(c *api.Client) {
			c.APIKey, c.Credentials = "", api.Chain(nil, nil)
		})), "no credential"},
		"files of a skill": {func() error { _, err := api.SkillFiles(nil, "x"); return err }(), "files[]"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, c.err, c.want)
		}
	}
}

// first returns the first error of a list.
func first[T any](list func(func(T, error) bool)) error {
	for _, err := range list {
		return err
	}
	return nil
}

func TestTheHostHeaderIsSent(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	if _, err := client.CreateMessage(t.Context(), hello(), api.WithHeader("Host", "gateway.test")); err != nil {
		t.Fatal(err)
	}
	if got := s.last(t).Host; got != "gateway.test" {
		t.Errorf("the host was %q", got)
	}
}

// A slip in a block made by hand is found before it breaks the whole body.
func TestABlockIsAnObject(t *testing.T) {
	for _, raw := range []string{"", " ", "text", `"text"`, `{"type":`, "[]"} {
		request := hello()
		request.Messages = []api.MessageParam{api.UserMessage(api.NewText("x"), api.Block{Type: "text", Raw: []byte(raw)})}
		_, err := request.MarshalJSON()
		refused(t, err, "messages[0].content[1]")
	}
}

// A value in a map or an interface has no address; it must not be written with
// the names of Go.
func TestValuesAreWrittenLikePointers(t *testing.T) {
	var message api.Message
	if err := json.Unmarshal([]byte(helloAnswer), &message); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]any{{*hello(), hello()}, {message, &message}} {
		value, err := json.Marshal(map[string]any{"x": pair[0]})
		if err != nil {
			t.Fatal(err)
		}
		pointer, err := json.Marshal(map[string]any{"x": pair[1]})
		if err != nil || !bytes.Equal(value, pointer) {
			t.Errorf("a %T is %s, a pointer to it %s (%v)", pair[0], value, pointer, err)
		}
	}
}

func TestWhatIsPrintedCanBeRead(t *testing.T) {
	var message api.Message
	if err := json.Unmarshal([]byte(helloAnswer), &message); err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		fmt.Sprint(message), fmt.Sprint(&message), fmt.Sprintf("%+v", message.Content), fmt.Sprintf("%+v", hello()),
	} {
		if !strings.Contains(printed, `{"type":"text","text":"`) {
			t.Errorf("printed as %s", printed)
		}
	}
}

func TestABrokenBaseURLIsNamedButForSecrets(t *testing.T) {
	for base, shown := range map[string]bool{"api.anthropic.com": true, "ftp://api.test": true, "://user:secret@x": false} {
		client, _ := newClient(t, base)
		_, err := client.CreateMessage(t.Context(), hello())
		if err == nil || strings.Contains(err.Error(), base) != shown || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func TestWhatUnsetContradictsIsNamed(t *testing.T) {
	_, err := api.Fallback{Model: "x", Unset: []string{"model"}}.MarshalJSON()
	refused(t, err, "model")
	if err == nil || !strings.Contains(err.Error(), "Unset") {
		t.Errorf("got %v", err)
	}
}

// That a caller closed a body is no end of the caller's context.
func TestReadingAfterClose(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { io.WriteString(w, strings.Repeat("x", 1<<20)) })
	client, _ := newClient(t, s.URL)
	download, err := client.DownloadFile(t.Context(), "file_1")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := client.Send(t.Context(), api.RawRequest{Path: "v1/x"})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]io.ReadCloser{"download": download, "raw": raw.Body} {
		if err := errors.Join(body.Close(), body.Close()); err != nil {
			t.Errorf("%s: closing: %v", name, err)
		}
		if _, err := io.ReadAll(body); !errors.Is(err, http.ErrBodyReadAfterClose) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
