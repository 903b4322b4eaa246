package api_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/api"
	"parlor/api/simulator"
)

const fileAnswer = `{"id":"file_01","type":"file","filename":"a.txt","mime_type":"text/plain","size_bytes":3,` +
	`"created_at":"2026-01-01T00:00:00Z"}`

// withoutBoundary returns the body of a multipart request with B for its
// boundary.
func withoutBoundary(t *testing.T, r received) string {
	t.Helper()
	boundary, ok := strings.CutPrefix(r.Header.Get("Content-Type"), "multipart/form-data; boundary=")
	if !ok || len(boundary) != 60 {
		t.Fatalf("sent content type %q", r.Header.Get("Content-Type"))
	}
	return strings.ReplaceAll(string(r.Body), boundary, "B")
}

// plain hides everything about a reader but its Read.
func plain(content string) io.Reader { return struct{ io.Reader }{strings.NewReader(content)} }

func TestFileUploadBodies(t *testing.T) {
	const head = "--B\r\nContent-Disposition: form-data; "
	onDisk := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(onDisk, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := os.Open(onDisk)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	cases := []struct {
		name   string
		upload api.FileUpload
		want   string
		length int64
	}{
		{
			"a name with quotes, and of any language",
			api.FileUpload{Name: `näme "q".txt`, ContentType: "text/plain", Content: strings.NewReader("abc")},
			head + `name="file"; filename="näme \"q\".txt"` + "\r\nContent-Type: text/plain\r\n\r\nabc\r\n--B--\r\n", 236,
		},
		{
			"no name, no size",
			api.FileUpload{Content: plain("abc")},
			head + `name="file"; filename=""` + "\r\nContent-Type: application/octet-stream\r\n\r\nabc\r\n--B--\r\n", -1,
		},
		{
			"no name, in memory",
			api.FileUpload{Content: bytes.NewBufferString("abc")},
			head + `name="file"; filename=""` + "\r\nContent-Type: application/octet-stream\r\n\r\nabc\r\n--B--\r\n", 235,
		},
		{
			"a file's own name, without its folder",
			api.FileUpload{Content: opened},
			head + `name="file"; filename="report.json"` + "\r\nContent-Type: application/json\r\n\r\nabc\r\n--B--\r\n", 238,
		},
		{
			"a path, and a type that some tables give parameters",
			api.FileUpload{Name: "/home/me/notes.html", Content: strings.NewReader("")},
			head + `name="file"; filename="notes.html"` + "\r\nContent-Type: text/html\r\n\r\n\r\n--B--\r\n", 0,
		},
		{
			"a name that would be a header",
			api.FileUpload{Name: "a\"\r\nX-Evil: 1\r\n\r\n\\.zzz", Content: strings.NewReader("")},
			head + `name="file"; filename="a\"%0D%0AX-Evil: 1%0D%0A%0D%0A\\.zzz"` +
				"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--B--\r\n", 0,
		},
		{
			"a time to live",
			api.FileUpload{Name: "a.bin", Content: strings.NewReader("abc"), ExpiresIn: time.Hour + time.Millisecond},
			head + `name="expires_in_seconds"` + "\r\n\r\n3600\r\n" + head + `name="file"; filename="a.bin"` +
				"\r\nContent-Type: application/octet-stream\r\n\r\nabc\r\n--B--\r\n", 0,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, fileAnswer) })
			client, _ := newClient(t, s.URL)
			file, err := client.UploadFile(t.Context(), c.upload)
			if err != nil || file.ID != "file_01" {
				t.Fatalf("got %+v, %v", file, err)
			}
			got := s.last(t)
			if body := withoutBoundary(t, got); body != c.want {
				t.Errorf("sent\n%q, want\n%q", body, c.want)
			}
			if got.Method != "POST" || got.RequestURI != "/v1/files" || got.Header.Get("Accept") != "application/json" ||
				got.Header.Get("Anthropic-Beta") != "" {
				t.Errorf("sent %s %s with %v", got.Method, got.RequestURI, got.Header)
			}
			want := c.length
			if want == 0 {
				want = int64(len(got.Body))
			}
			if got.ContentLength != want {
				t.Errorf("announced %d bytes, want %d", got.ContentLength, want)
			}
		})
	}
}

func TestFileUploadsThatAreRefused(t *testing.T) {
	empty := strings.NewReader("")
	for field, uploads := range map[string][]api.FileUpload{
		"file": {
			{},
			{Content: (*os.File)(nil)},
			{Name: "..", Content: empty},
			{Name: "/", Content: empty},
			{Name: "a.txt", ContentType: "text/plain\r\nX-Evil: 1", Content: empty},
		},
		"expires_in_seconds": {
			{Content: empty, ExpiresIn: time.Millisecond},
			{Content: empty, ExpiresIn: -time.Hour},
		},
	} {
		for _, upload := range uploads {
			client, _ := newClient(t, "http://127.0.0.1:1")
			_, err := client.UploadFile(t.Context(), upload)
			var refused *api.FieldError
			if !errors.As(err, &refused) || refused.Field != field {
				t.Errorf("%+v: got %v", upload, err)
			}
		}
	}
}

func TestRetriesReplayAnUpload(t *testing.T) {
	content := strings.Repeat("0123456789", 30_000)
	onDisk, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer onDisk.Close()
	io.WriteString(onDisk, content)
	section := io.NewSectionReader(strings.NewReader(content), 0, int64(len(content)))
	for name, source := range map[string]io.ReadSeeker{
		"bytes":   bytes.NewReader([]byte(content)),
		"string":  strings.NewReader(content),
		"file":    onDisk,
		"section": section,
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				if n < 2 {
					answerJSON(w, 500, `{}`)
					return
				}
				answerJSON(w, 200, fileAnswer)
			})
			client, _ := newClient(t, s.URL)
			if _, err := source.Seek(100_000, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			if _, err := client.UploadFile(t.Context(), api.FileUpload{Name: "f", Content: source}); err != nil {
				t.Fatal(err)
			}
			all := s.received()
			if len(all) != 3 {
				t.Fatalf("sent %d times", len(all))
			}
			for _, r := range all {
				body := withoutBoundary(t, r)
				if !strings.HasSuffix(body, "\r\n\r\n"+content[100_000:]+"\r\n--B--\r\n") || !bytes.Equal(r.Body, all[0].Body) {
					t.Error("an attempt sent something else")
				}
			}
			if at, _ := source.Seek(0, io.SeekCurrent); at != 100_000 {
				t.Errorf("the source stands at %d, not where it stood", at)
			}
		})
	}
}

func TestWhatCannotBeReadAgainIsSentOnce(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 500, `{}`) })
	client, _ := newClient(t, s.URL)
	_, err := client.UploadFile(t.Context(), api.FileUpload{Content: plain("abc")})
	if !errors.Is(err, api.ErrServer) || len(s.received()) != 1 {
		t.Errorf("sent %d times, got %v", len(s.received()), err)
	}
	if s.last(t).ContentLength != -1 || !slices.Equal(s.last(t).TransferEncoding, []string{"chunked"}) {
		t.Error("its length cannot be known")
	}
}

// source is content with a mind of its own.
type source struct {
	io.ReadSeeker
	read func([]byte) (int, error)
}

func (s source) Read(p []byte) (int, error) { return s.read(p) }

func TestTroubleWithTheContent(t *testing.T) {
	onFire := errors.New("disk on fire")
	abc := func() *strings.Reader { return strings.NewReader("abc") }
	short, long := abc(), strings.NewReader("abcdef")
	cases := []struct {
		name    string
		content io.Reader
		want    error
		says    string
	}{
		{"fails", io.MultiReader(strings.NewReader("abc"), broken{onFire}), onFire, `api: content of "f": disk on fire`},
		{"fails, and could be read again", source{abc(), broken{onFire}.Read}, onFire, `api: content of "f": disk on fire`},
		{
			"shrank",
			source{strings.NewReader("abcdef"), short.Read},
			io.ErrUnexpectedEOF,
			`api: content of "f": unexpected EOF`,
		},
		{
			"grew",
			source{abc(), long.Read},
			nil,
			`api: content of "f": is longer than it was when the upload began`,
		},
		{
			"counts wrong",
			source{abc(), func(p []byte) (int, error) { return len(p) + 1, nil }},
			nil,
			`api: content of "f": its Read returned an impossible count`,
		},
		{"times out", broken{os.ErrDeadlineExceeded}, os.ErrDeadlineExceeded, `api: content of "f": i/o timeout`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 400, `{}`) })
			client, clock := newClient(t, s.URL)
			_, err := client.UploadFile(t.Context(), api.FileUpload{Name: "f", Content: c.content})
			if err == nil || err.Error() != c.says || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
			if errors.Is(err, api.ErrConnection) || len(clock.slept) != 0 {
				t.Error("trouble with the content is none with the connection, and does not pass")
			}
		})
	}
}

// broken is content that cannot be read.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestFileFacts(t *testing.T) {
	cases := []struct {
		name, body string
		want       api.File
	}{
		{
			"all that is told", `{"id":"file_1","type":"file","filename":"a.txt","mime_type":"text/plain","size_bytes":5000000000,
			"created_at":"2026-01-01T00:00:00Z","expires_at":"2026-01-02T00:00:00Z","downloadable":true,"scope":{"id":"s1","type":"session"}}`,
			api.File{
				ID: "file_1", Type: "file", Filename: "a.txt", MIMEType: "text/plain", SizeBytes: 5_000_000_000,
				CreatedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ExpiresAt: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
				Downloadable: true, Scope: &api.FileScope{ID: "s1", Type: "session"},
			},
		},
		{
			"null and other types", `{"id":"file_1","filename":7,"size_bytes":null,"downloadable":"yes","expires_at":null,"scope":null}`,
			api.File{ID: "file_1"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, c.body) })
			client, _ := newClient(t, s.URL)
			got, err := client.File(t.Context(), "file_1")
			if err != nil {
				t.Fatal(err)
			}
			if s.last(t).RequestURI != "/v1/files/file_1" || string(got.Raw) != c.body {
				t.Errorf("asked %s, kept %s", s.last(t).RequestURI, got.Raw)
			}
			got.Raw = nil
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestFilesOfBothShapes(t *testing.T) {
	cases := []struct {
		name  string
		list  api.FileListOptions
		pages map[string]string // query to page
		want  string
	}{
		{
			"some",
			api.FileListOptions{IDs: []string{"file_01", "file_02"}, Limit: 3},
			map[string]string{
				"ids%5B%5D=file_01&ids%5B%5D=file_02&limit=3": `{"data":[{"id":"a"},{"no":"id"}],"next_page":""}`,
			},
			"a",
		},
		{
			"pages",
			api.FileListOptions{Page: "p1", Limit: 2},
			map[string]string{
				"limit=2&page=p1": `{"data":[{"id":"a"}],"next_page":"p2"}`,
				"limit=2&page=p2": `{"data":[],"next_page":"p3"}`,
				"limit=2&page=p3": `{"data":[{"id":"b"}],"next_page":null}`,
			},
			"a b",
		},
		{
			"of the older beta",
			api.FileListOptions{},
			map[string]string{
				"":           `{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"first_id":"a","last_id":"b"}`,
				"after_id=b": `{"data":[{"id":"c"}],"has_more":false,"first_id":"c","last_id":"c"}`,
			},
			"a b c",
		},
		{
			"of the older beta, backwards, in a session",
			api.FileListOptions{BeforeID: "z", ScopeID: "s"},
			map[string]string{
				"before_id=z&scope_id=s": `{"data":[{"id":"x"}],"has_more":true,"first_id":"x","last_id":"x"}`,
				"before_id=x&scope_id=s": `{"data":[{"id":"w"}],"has_more":false,"first_id":"w","last_id":"w"}`,
			},
			"x w",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				page, ok := c.pages[r.URL.RawQuery]
				if !ok {
					t.Errorf("asked %s", r.URL)
				}
				answerJSON(w, 200, page)
			})
			client, _ := newClient(t, s.URL)
			var got []string
			for file, err := range client.Files(t.Context(), c.list) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, file.ID)
			}
			if strings.Join(got, " ") != c.want || len(s.received()) != len(c.pages) {
				t.Errorf("got %q in %d requests", got, len(s.received()))
			}
		})
	}
}

func TestDeleteFile(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Path == "/v1/files/gone" {
			answerJSON(w, 404, `{"type":"error","error":{"type":"not_found_error","message":"no file"}}`)
			return
		}
		if r.URL.Path == "/v1/files/quiet" {
			w.WriteHeader(204)
			return
		}
		answerJSON(w, 200, `{"id":"file_01","type":"file_deleted"}`)
	})
	client, _ := newClient(t, s.URL)
	for _, id := range []string{"quiet", "file_01"} {
		if err := client.DeleteFile(t.Context(), id); err != nil {
			t.Error(id, err)
		}
	}
	if got := s.last(t); got.Method != "DELETE" || got.RequestURI != "/v1/files/file_01" || len(got.Body) != 0 {
		t.Errorf("sent %s %s %s", got.Method, got.RequestURI, got.Body)
	}
	if err := client.DeleteFile(t.Context(), "gone"); !errors.Is(err, api.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestFileIDsThatLeadElsewhere(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	for _, id := range []string{"", ".", ".."} {
		for name, call := range map[string]func() error{
			"File":         func() error { _, err := client.File(t.Context(), id); return err },
			"DownloadFile": func() error { _, err := client.DownloadFile(t.Context(), id); return err },
			"DeleteFile":   func() error { return client.DeleteFile(t.Context(), id) },
		} {
			var refused *api.FieldError
			if err := call(); !errors.As(err, &refused) || refused.Field != "file_id" {
				t.Errorf("%s of %q: %v", name, id, err)
			}
		}
	}
}

func TestAFileWithoutAnID(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, `{"type":"file"}`) })
	client, _ := newClient(t, s.URL)
	_, err := client.UploadFile(t.Context(), api.FileUpload{Content: strings.NewReader("x")})
	if !errors.As(err, new(*api.DecodeError)) {
		t.Errorf("got %v", err)
	}
}

func TestTheLifeOfAFile(t *testing.T) {
	for name, options := range map[string][]api.RequestOption{
		"now":               nil,
		"in the older beta": {api.WithBetas("files-api-2025-04-14")},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(simulator.New(simulator.Options{}))
			defer server.Close()
			client, _ := newClient(t, server.URL)
			ctx := t.Context()
			var first *api.File
			for _, content := range []io.Reader{strings.NewReader("abc"), plain("abc"), strings.NewReader("")} {
				f, err := client.UploadFile(ctx, api.FileUpload{Name: "nä.txt", Content: content}, options...)
				if err != nil {
					t.Fatal(err)
				}
				if f.Filename != "nä.txt" || f.MIMEType != "text/plain" || f.CreatedAt.IsZero() {
					t.Errorf("got %+v", f)
				}
				if first == nil {
					first = f
				}
			}
			var sizes []int64
			for f, err := range client.Files(ctx, api.FileListOptions{Limit: 2}, options...) {
				if err != nil {
					t.Fatal(err)
				}
				sizes = append(sizes, f.SizeBytes)
			}
			if !reflect.DeepEqual(sizes, []int64{0, 3, 3}) {
				t.Errorf("listed %v", sizes)
			}
			var refused *api.Error
			if _, err := client.DownloadFile(ctx, first.ID, options...); !errors.As(err, &refused) || refused.Code != "file_not_downloadable" {
				t.Errorf("got %v", err)
			}
			if err := client.DeleteFile(ctx, first.ID, options...); err != nil {
				t.Error(err)
			}
			if _, err := client.File(ctx, first.ID, options...); !errors.Is(err, api.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	}
}
