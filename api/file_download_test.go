package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
)

func TestDownloadFile(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 0 {
			answerJSON(w, 529, `{}`)
			return
		}
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Disposition", `attachment; filename="../../etc/r\"port.pdf"`)
		w.Header().Set("Request-Id", "req_9")
		io.WriteString(w, "abc")
	})
	client, _ := newClient(t, s.URL)
	download, err := client.DownloadFile(t.Context(), "file_01")
	if err != nil {
		t.Fatal(err)
	}
	defer download.Close()
	var into bytes.Buffer
	if n, err := download.WriteTo(&into); n != 3 || err != nil || into.String() != "abc" {
		t.Errorf("got %d bytes, %v: %s", n, err, into.String())
	}
	if download.ContentType != "application/pdf" || download.Size != 3 || download.Filename != `r"port.pdf` ||
		download.RequestID != "req_9" || download.Attempts != 2 {
		t.Errorf("got %+v", download)
	}
	got := s.last(t)
	if got.Method != "GET" || got.RequestURI != "/v1/files/file_01/content" || got.Header.Get("Accept") != "application/binary" {
		t.Errorf("asked %s %s with %v", got.Method, got.RequestURI, got.Header)
	}
}

func TestDownloadNames(t *testing.T) {
	for disposition, want := range map[string]string{
		"":                                    "",
		"attachment":                          "",
		"; ;":                                 "",
		`attachment; filename=a.csv`:          "a.csv",
		`attachment; filename="C:\\x\\a.csv"`: "a.csv",
		`attachment; filename*=UTF-8''n%C3%A4.csv`:  "nä.csv",
		`attachment; filename*=UTF-8''..%2F.bashrc`: ".bashrc",
		`attachment; filename=".."`:                 "",
		`attachment; filename="a/"`:                 "",
		`attachment; filename*=UTF-8''a%0Ab`:        "",
		// What is no name everywhere, or shown as another one.
		`attachment; filename="C:a.csv"`:                             "",
		`attachment; filename="a.csv:stream"`:                        "",
		`attachment; filename*=UTF-8''a%C2%9B2Jb`:                    "",
		`attachment; filename*=UTF-8''a%FFb`:                         "",
		`attachment; filename*=UTF-8''bill%E2%80%AEvsc.exe`:          "",
		`attachment; filename="` + strings.Repeat("long", 100) + `"`: "",
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Content-Disposition", disposition)
		})
		client, _ := newClient(t, s.URL)
		download, err := client.DownloadFile(t.Context(), "file_01")
		if err != nil {
			t.Fatal(err)
		}
		download.Close()
		if download.Filename != want {
			t.Errorf("%q: named %q, want %q", disposition, download.Filename, want)
		}
	}
}

func TestDownloadThatIsRefused(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerJSON(w, 400, `{"type":"error","error":{"type":"invalid_request_error","message":"no",`+
			`"details":{"error_code":"file_not_downloadable"}}}`)
	})
	client, _ := newClient(t, s.URL)
	_, err := client.DownloadFile(t.Context(), "file_01")
	var answer *api.Error
	if !errors.As(err, &answer) || answer.Code != "file_not_downloadable" {
		t.Errorf("got %v", err)
	}
}

// rawServer answers the first request of every connection with the bytes of
// answer, and closes.
func rawServer(t *testing.T, answer string) string {
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
			_, _ = conn.Read(make([]byte, 64<<10))
			io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestADownloadThatEndsEarlyIsNotWhole(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	io.WriteString(z, "abc")
	z.Close()
	const ok = "HTTP/1.1 200 OK\r\n"
	for name, c := range map[string]struct {
		answer, want string
		size         int64
		whole        bool
	}{
		"all of a known length":      {ok + "Content-Length: 3\r\n\r\nabc", "abc", 3, true},
		"a part of a known length":   {ok + "Content-Length: 5\r\n\r\nabc", "abc", 5, false},
		"nothing of a known length":  {ok + "Content-Length: 5\r\n\r\n", "", 5, false},
		"an empty file":              {ok + "Content-Length: 0\r\n\r\n", "", 0, true},
		"all of the chunks":          {ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc", -1, true},
		"without the last chunk":     {ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "abc", -1, false},
		"within a chunk":             {ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc", "abc", -1, false},
		"neither length nor chunks":  {ok + "\r\nabc", "abc", -1, false},
		"compressed, no length":      {ok + "Content-Encoding: gzip\r\n\r\n" + zipped.String(), "abc", -1, true},
		"compressed, and cut":        {ok + "Content-Encoding: gzip\r\n\r\n" + zipped.String()[:zipped.Len()-3], "abc", -1, false},
		"compressed, nothing of it":  {ok + "Content-Encoding: gzip\r\n\r\n", "", -1, false},
		"called compressed only":     {ok + "Content-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc", "abc", 3, true},
		"compressed, a part of that": {ok + "Content-Length: 99\r\nContent-Encoding: gzip\r\n\r\n" + zipped.String()[:20], "", -1, false},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := newClient(t, rawServer(t, c.answer))
			download, err := client.DownloadFile(t.Context(), "file_01")
			if err != nil {
				t.Fatal(err)
			}
			defer download.Close()
			got, err := io.ReadAll(download)
			if c.whole && (err != nil || string(got) != c.want) {
				t.Errorf("got %q, %v", got, err)
			}
			if !c.whole && (!errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, api.ErrConnection)) {
				t.Errorf("got %q, %v: looks whole", got, err)
			}
			if download.Size != c.size {
				t.Errorf("size %d, want %d", download.Size, c.size)
			}
		})
	}
}

func TestDownloadEndsWithItsContext(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		io.WriteString(w, "abc")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	client, _ := newClient(t, s.URL)
	ctx, cancel := context.WithCancel(t.Context())
	download, err := client.DownloadFile(ctx, "file_01")
	if err != nil {
		t.Fatal(err)
	}
	defer download.Close()
	if _, err := io.ReadFull(download, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := download.Read(make([]byte, 3)); !same(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDownloadStallsOnlyWhileItIsReadFrom(t *testing.T) {
	server := piped("application/pdf", func(w io.Writer, r *http.Request) {
		for range 3 {
			if !pause(r, time.Minute) {
				return
			}
			io.WriteString(w, strings.Repeat("x", 16<<10))
		}
		<-r.Context().Done()
	})
	synctest.Test(t, func(t *testing.T) {
		download, err := virtualClient(server).DownloadFile(t.Context(), "file_01")
		if err != nil {
			t.Fatal(err)
		}
		defer download.Close()
		buffer := make([]byte, 16<<10)
		for range 3 {
			<-time.After(time.Hour) // the reader is busy elsewhere
			if _, err := io.ReadFull(download, buffer); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		_, err = download.Read(buffer)
		var timeout *api.TimeoutError
		if !errors.As(err, &timeout) || timeout.Op != "stall" || time.Since(began) != 90*time.Second {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}

func TestADownloadShorterThanItSaidIsNotWhole(t *testing.T) {
	short := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, ContentLength: 5, Body: io.NopCloser(strings.NewReader("abc")), Header: http.Header{},
		}, nil
	})
	download, err := virtualClient(short).DownloadFile(t.Context(), "file_01")
	if err != nil {
		t.Fatal(err)
	}
	defer download.Close()
	if n, err := download.WriteTo(io.Discard); n != 3 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("wrote %d bytes, %v", n, err)
	}
}
