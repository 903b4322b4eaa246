package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
)

// sentOver returns a transport that reads the body of a request as take does,
// and then answers.
func sentOver(take func(*http.Request) error) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		if err := take(r); err != nil {
			return nil, err
		}
		r.Body.Close()
		return &http.Response{
			StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(fileAnswer)),
		}, nil
	}
}

func TestASlowUploadMayTakeAsLongAsItMoves(t *testing.T) {
	crawl := sentOver(func(r *http.Request) error {
		buffer := make([]byte, 1<<10)
		for {
			if !pause(r, 9*time.Minute) {
				return r.Context().Err()
			}
			if _, err := r.Body.Read(buffer); errors.Is(err, io.EOF) {
				return nil
			}
		}
	})
	for name, content := range map[string]io.Reader{
		"in memory": strings.NewReader(strings.Repeat("x", 50<<10)),
		"streamed":  plain(strings.Repeat("x", 50<<10)),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				_, err := virtualClient(crawl).UploadFile(t.Context(), api.FileUpload{Content: content})
				if took := time.Since(began); err != nil || took < 7*time.Hour {
					t.Errorf("got %v after %v", err, took)
				}
			})
		})
	}
}

func TestAnUploadThatStandsStillIsCut(t *testing.T) {
	for name, server := range map[string]roundTripper{
		"before it began": silent,
		"in the middle": sentOver(func(r *http.Request) error {
			_, _ = r.Body.Read(make([]byte, 1<<10))
			<-r.Context().Done()
			return r.Context().Err()
		}),
		"because there is no content": sentOver(func(r *http.Request) error {
			_, err := io.Copy(io.Discard, r.Body)
			return err
		}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				content, writer := io.Pipe()
				began := time.Now()
				_, err := virtualClient(server).UploadFile(t.Context(), api.FileUpload{Content: content})
				var timeout *api.TimeoutError
				if !errors.As(err, &timeout) || timeout.Op != "headers" || time.Since(began) != 10*time.Minute {
					t.Errorf("got %v after %v", err, time.Since(began))
				}
				writer.Close() // and with it the read that is still under way
			})
		})
	}
}

// watched is content that tells what is done with it.
type watched struct {
	io.Reader
	reads  atomic.Int64
	closed atomic.Bool
}

func (w *watched) Read(p []byte) (int, error) {
	w.reads.Add(1)
	return w.Reader.Read(p)
}

func (w *watched) Close() error {
	w.closed.Store(true)
	return nil
}

// endless can be read, and read again, for ever.
type endless struct{ at int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.at += int64(len(p))
	return len(p), nil
}

func (e *endless) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
		e.at = offset
	case io.SeekCurrent:
		e.at += offset
	case io.SeekEnd:
		e.at = 1<<40 + offset
	}
	return e.at, nil
}

func TestAnUploadEndsWithItsContext(t *testing.T) {
	for name, content := range map[string]io.Reader{
		"while it is sent":          &endless{},
		"while streamed content is": struct{ io.Reader }{&endless{}},
		"while content is waited for": func() io.Reader {
			content, writer := io.Pipe()
			t.Cleanup(func() { writer.Close() })
			return content
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			begun := make(chan bool, 1)
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.ReadFull(r.Body, make([]byte, 100))
				begun <- true
				_, _ = io.Copy(io.Discard, r.Body)
			}))
			defer server.Close()
			client, _ := newClient(t, server.URL)
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-begun; cancel() }()
			spy := &watched{Reader: content}
			var upload io.Reader = spy
			if seeker, ok := content.(io.Seeker); ok {
				upload = struct {
					*watched
					io.Seeker
				}{spy, seeker}
			}
			_, err := client.UploadFile(ctx, api.FileUpload{Content: upload})
			if !same(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if spy.closed.Load() {
				t.Error("the caller's reader was closed")
			}
			if e, ok := content.(*endless); ok { // nobody else holds it any more
				at, reads := e.at, spy.reads.Load()
				_, _ = content.Read(make([]byte, 1))
				if e.at != at+1 || spy.reads.Load() != reads {
					t.Error("somebody reads on")
				}
			}
		})
	}
}

// earlyServer answers as soon as it has seen the headers of a request, and
// closes the connection over what is still coming.
func earlyServer(t *testing.T, answer string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.ReadAtLeast(conn, make([]byte, 4<<10), 200)
			io.WriteString(conn, answer)
			conn.Close() // with bytes unread: the other side is reset
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestAnAnswerBeforeTheEndOfAnUploadCounts(t *testing.T) {
	const body = `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}`
	const answer = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 86\r\n\r\n" + body
	if len(body) != 86 {
		t.Fatal(len(body))
	}
	waiting, writer := io.Pipe()
	defer writer.Close()
	for name, content := range map[string]io.Reader{
		"in memory": bytes.NewReader(make([]byte, 8<<20)),
		"streamed":  struct{ io.Reader }{&endless{}},
		"waiting":   io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<10)), waiting),
	} {
		t.Run(name, func(t *testing.T) {
			client, clock := newClient(t, earlyServer(t, answer))
			for range 12 {
				_, err := client.UploadFile(t.Context(), api.FileUpload{Content: content})
				var refused *api.Error
				if !errors.As(err, &refused) || refused.Status != 401 || refused.Message != "invalid x-api-key" {
					t.Fatalf("got %v", err)
				}
				if name == "waiting" { // what is consumed does not come again
					return
				}
			}
			if len(clock.slept) != 0 {
				t.Errorf("tried again %d times", len(clock.slept))
			}
		})
	}
}

func TestAnAttemptDoesNotReadFromTheNextOnesContent(t *testing.T) {
	content := make([]byte, 4<<20)
	for i := range content {
		content[i] = byte(i * i >> 8)
	}
	var attempts atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if attempts.Add(1)%3 != 0 { // before most of the body came
			answerJSON(w, 429, `{}`)
			return
		}
		form, err := r.MultipartReader()
		if err != nil {
			t.Error(err)
			return
		}
		part, err := form.NextPart()
		if err != nil {
			t.Error(err)
			return
		}
		if got, err := io.ReadAll(part); err != nil || !bytes.Equal(got, content) {
			t.Errorf("got %d bytes, %v; not those that were sent", len(got), err)
		}
		answerJSON(w, 200, fileAnswer)
	}))
	defer server.Close()
	client, _ := newClient(t, server.URL)
	for range 10 {
		if _, err := client.UploadFile(t.Context(), api.FileUpload{Content: bytes.NewReader(content)}); err != nil {
			t.Fatal(err)
		}
	}
}

// zeros is a file of any size.
type zeros struct{}

func (zeros) ReadAt(p []byte, _ int64) (int, error) { return len(p), nil }

func TestAnUploadTakesNoMoreMemoryThanABuffer(t *testing.T) {
	const size, limit = 256 << 20, 4 << 20
	sink := sentOver(func(r *http.Request) error {
		n, err := io.Copy(io.Discard, r.Body)
		if n < size {
			t.Errorf("sent %d bytes", n)
		}
		return err
	})
	for name, content := range map[string]io.Reader{
		"of known size": io.NewSectionReader(zeros{}, 0, size),
		"streamed":      struct{ io.Reader }{io.NewSectionReader(zeros{}, 0, size)},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := virtualClient(sink).UploadFile(t.Context(), api.FileUpload{Content: content}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		allocated := after.TotalAlloc - before.TotalAlloc
		if allocated > limit {
			t.Errorf("%s: %d bytes were allocated for %d", name, allocated, size)
		}
	}
}

func TestUploadsOverHTTP2(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 300_000)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Anthropic-Beta") {
		case "early":
			answerJSON(w, 401, `{}`)
		case "never":
			_, _ = io.Copy(io.Discard, r.Body)
		default:
			form, _ := r.MultipartReader()
			part, err := form.NextPart()
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := io.ReadAll(part); err != nil || !bytes.Equal(got, content) || r.ProtoMajor != 2 {
				t.Errorf("%s: got %d bytes, %v", r.Proto, len(got), err)
			}
			answerJSON(w, 200, fileAnswer)
		}
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client, _ := newClient(t, server.URL)
	client.Network.CAFile = writePEM(t, t.TempDir(), "ca.pem", "CERTIFICATE", server.Certificate().Raw)

	for _, whole := range []io.Reader{bytes.NewReader(content), plain(string(content))} {
		if _, err := client.UploadFile(t.Context(), api.FileUpload{Content: whole}); err != nil {
			t.Error(err)
		}
	}
	waiting, writer := io.Pipe()
	defer writer.Close()
	for name, more := range map[string]io.Reader{
		"seekable": &endless{}, "streamed": struct{ io.Reader }{&endless{}}, "waiting": waiting,
	} {
		_, err := client.UploadFile(t.Context(), api.FileUpload{Content: more}, api.WithBetas("early"))
		if !errors.Is(err, api.ErrAuthentication) {
			t.Errorf("%s: got %v", name, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = client.UploadFile(ctx, api.FileUpload{Content: more}, api.WithBetas("never"))
		if !same(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %v", name, err)
		}
		cancel()
	}
}
