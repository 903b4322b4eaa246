package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
)

// part is one part of a multipart body. disposition is what follows the name, such as a file name.
type part struct{ name, disposition, contentType, data string }

// upload is the part of a file.
func upload(name, contentType, data string) part {
	return part{"file", `; filename="` + name + `"`, contentType, data}
}

// form makes an upload of these parts.
func form(path string, parts []part, header ...string) *http.Request {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p.name + `"` + p.disposition}}
		if p.contentType != "" {
			h.Set("Content-Type", p.contentType)
		}
		pw, _ := w.CreatePart(h)
		_, _ = pw.Write([]byte(p.data))
	}
	_ = w.Close()
	return request("POST", path, body.String(), append([]string{"content-type:" + w.FormDataContentType()}, header...)...)
}

// file is a file as the simulator shows it.
type file struct {
	ID, Type, Filename string
	MimeType           string `json:"mime_type"`
	Size               int    `json:"size_bytes"`
	CreatedAt          string `json:"created_at"`
	ExpiresAt          string `json:"expires_at"`
	Downloadable       bool
}

const filesPath = "/v1/files"

func put(t *testing.T, s http.Handler, p part, header ...string) file {
	t.Helper()
	w := do(s, form(filesPath, []part{p}, header...))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return decode[file](t, w)
}

// refusedForm checks that an upload is refused.
func refusedForm(t *testing.T, s http.Handler, status int, want string, r *http.Request) {
	t.Helper()
	w := do(s, r)
	e := decode[envelope](t, w)
	if w.Code != status || !strings.Contains(e.Error.Message, want) || e.RequestID == "" {
		t.Errorf("status %d, %s; want %d with %q", w.Code, w.Body, status, want)
	}
}

// code is the error code of an error answer.
func code(w *httptest.ResponseRecorder) string {
	var e struct {
		Error struct {
			Details struct {
				Code string `json:"error_code"`
			}
		}
	}
	_ = json.Unmarshal(w.Body.Bytes(), &e)
	return e.Error.Details.Code
}

func TestAFileFromUploadToDelete(t *testing.T) {
	s := fresh(simulator.Options{})
	f := put(t, s, upload("numbers.txt", "text/plain", "one, two"))
	want := file{ID: f.ID, Type: "file", Filename: "numbers.txt", MimeType: "text/plain", Size: 8, CreatedAt: "2026-11-20T12:00:30.000000Z"}
	if f != want || !strings.HasPrefix(f.ID, "file_") {
		t.Errorf("uploaded %+v", f)
	}
	if got := call[file](t, s, "GET", filesPath+"/"+f.ID, ""); got != f {
		t.Errorf("metadata %+v", got)
	}
	w := do(s, request("GET", filesPath+"/"+f.ID+"/content", ""))
	if w.Code != 400 || code(w) != "file_not_downloadable" {
		t.Errorf("download: status %d: %s", w.Code, w.Body)
	}
	if w := do(s, request("DELETE", filesPath+"/"+f.ID, "")); w.Body.String() != `{"id":"`+f.ID+`","type":"file_deleted"}` {
		t.Errorf("deleted: %s", w.Body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		refused(t, s, 404, f.ID, method, filesPath+"/"+f.ID, "")
	}
	refused(t, s, 404, f.ID, "GET", filesPath+"/"+f.ID+"/content", "")
}

func TestNamesAndTypesOfFiles(t *testing.T) {
	s := fresh(simulator.Options{})
	tests := []struct {
		part       part
		name, mime string
	}{
		{upload("a.txt", "text/plain", ""), "a.txt", "text/plain"},
		{upload("/home/me/a.txt", "text/plain", ""), "a.txt", "text/plain"},
		{upload(`C:\\me\\a.txt`, "text/plain", ""), "a.txt", "text/plain"},
		{upload("näme 日.csv", "", ""), "näme 日.csv", "text/csv"},
		{upload("a.bin", "", ""), "a.bin", "application/octet-stream"},
		{upload("", "application/pdf", ""), "unnamed.pdf", "application/pdf"},
		{upload("", "application/octet-stream", ""), "unnamed", "application/octet-stream"},
		{part{name: "file", contentType: "text/plain"}, "unnamed.txt", "text/plain"},
		{part{"file", `; filename*=UTF-8''n%C3%A4me.txt`, "text/plain; charset=utf-8", ""}, "näme.txt", "text/plain; charset=utf-8"},
	}
	for _, test := range tests {
		if f := put(t, s, test.part); f.Filename != test.name || f.MimeType != test.mime {
			t.Errorf("%+v became %q, %q", test.part, f.Filename, f.MimeType)
		}
	}
}

func TestUploadsTheAPIRefuses(t *testing.T) {
	good := upload("a.txt", "text/plain", "x")
	value := func(name, value string) part { return part{name: name, data: value} }
	s := fresh(simulator.Options{})
	tests := []struct {
		name  string
		parts []part
		want  string
	}{
		{"nothing", nil, "file: Field required"},
		{"no file", []part{value("expires_in_seconds", "3600")}, "file: Field required"},
		{"a text for a file", []part{value("file", "x")}, "file: Input should be a valid file"},
		{"two files", []part{good, good}, "file: Input should be given once"},
		{"a file of another name", []part{{"files", `; filename="a"`, "", "x"}}, "files: Extra inputs"},
		{"another field", []part{good, value("purpose", "x")}, "purpose: Extra inputs"},
		{"a field twice", []part{good, value("expires_in_seconds", "3600"), value("expires_in_seconds", "3600")}, "given once"},
		{"an odd expiry", []part{good, value("expires_in_seconds", "soon")}, "valid integer"},
		{"a short expiry", []part{good, value("expires_in_seconds", "3599")}, "between 3600 and 7776000"},
		{"a long expiry", []part{good, value("expires_in_seconds", "7776001")}, "between 3600 and 7776000"},
		{"an odd name", []part{upload("a?.txt", "", "x")}, "Invalid filename"},
		{"a long name", []part{upload(strings.Repeat("a", 256), "", "x")}, "Invalid filename"},
		{"an odd type", []part{upload("a", "text/", "x")}, "not a valid content type"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { refusedForm(t, s, 400, test.want, form(filesPath, test.parts)) })
	}
	refusedForm(t, s, 400, "multipart/form-data", request("POST", filesPath, "{}"))
	refusedForm(t, s, 401, "required", form(filesPath, []part{good}, "x-api-key:"))
	cut := form(filesPath, []part{good})
	cut.Body = io.NopCloser(io.LimitReader(cut.Body, 150))
	refusedForm(t, s, 400, "error parsing", cut)
	huge := form(filesPath, []part{good})
	huge.ContentLength = 502 << 20
	refusedForm(t, s, 413, "500 MB", huge)
	if p := call[page](t, s, "GET", filesPath, ""); len(p.Data) != 0 {
		t.Errorf("something was kept: %v", p.ids())
	}
}

func TestUploadsAreBounded(t *testing.T) {
	s := fresh(simulator.Options{Storage: 10})
	f := put(t, s, upload("a.txt", "text/plain", "1234567"))
	w := do(s, form(filesPath, []part{upload("b.txt", "text/plain", "1234")}))
	if w.Code != 400 || code(w) != "storage_quota_exceeded" {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	call[file](t, s, "DELETE", filesPath+"/"+f.ID, "")
	put(t, s, upload("b.txt", "text/plain", "1234567890"))
	s = fresh(simulator.Options{})
	put(t, s, upload("c.txt", "text/plain", strings.Repeat("x", 2<<20)))
	if n := len(s.Requests()[0].Body); n != 1<<20 {
		t.Errorf("%d bytes of the upload were recorded", n)
	}
}

func TestFilesExpire(t *testing.T) {
	now := newClock()
	s := fresh(simulator.Options{Now: now.Now})
	w := do(s, form(filesPath, []part{upload("a.txt", "text/plain", "x"), {name: "expires_in_seconds", data: "3600"}}))
	f := decode[file](t, w)
	if f.ExpiresAt != "2026-11-20T13:00:30.000000Z" {
		t.Errorf("uploaded %s", w.Body)
	}
	ask := talk(sonnet46, `[{"role":"user","content":[{"type":"document","source":{"type":"file","file_id":"`+f.ID+`"}},{"type":"text","text":"?"}]}]`)
	if w := post(s, ask); w.Code != 200 {
		t.Errorf("before it expires: %s", w.Body)
	}
	now.pass(time.Hour)
	if w := post(s, ask); w.Code != 404 || code(w) != "file_expired" {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if got := call[file](t, s, "GET", filesPath+"/"+f.ID, ""); got != f {
		t.Errorf("metadata %+v", got)
	}
}

func TestDownloads(t *testing.T) {
	s := fresh(simulator.Options{})
	id := s.PutFile("chart.png", "", []byte("\x89PNG\x00\xff"))
	if f := call[file](t, s, "GET", filesPath+"/"+id, ""); !f.Downloadable || f.MimeType != "image/png" || f.Size != 6 {
		t.Errorf("put %+v", f)
	}
	w := do(s, request("GET", filesPath+"/"+id+"/content?beta=true", "", "accept: application/binary"))
	h := w.Header()
	if w.Code != 200 || w.Body.String() != "\x89PNG\x00\xff" || h.Get("Content-Type") != "image/png" || h.Get("Content-Length") != "6" ||
		!strings.Contains(h.Get("Content-Disposition"), "chart.png") {
		t.Errorf("status %d, %v: %q", w.Code, h, w.Body)
	}
}

func TestFilesAreListedInTwoShapes(t *testing.T) {
	s := fresh(simulator.Options{})
	var all []string
	for i := range 5 {
		all = append(all, put(t, s, upload(fmt.Sprintf("%d.txt", i), "text/plain", "x")).ID)
	}
	slices.Reverse(all)
	list := func(query string, header ...string) page {
		return call[page](t, s, "GET", filesPath+query, "", header...)
	}
	p := list("?limit=2")
	if !slices.Equal(p.ids(), all[:2]) || p.NextPage == nil || !strings.HasPrefix(*p.NextPage, "page_") || p.HasMore != nil || p.FirstID != nil {
		t.Fatalf("first page: %+v", p)
	}
	// What happens between two pages neither repeats nor hides others.
	put(t, s, upload("new.txt", "text/plain", "x"))
	call[file](t, s, "DELETE", filesPath+"/"+all[1], "")
	if p = list("?limit=3&page=" + *p.NextPage); !slices.Equal(p.ids(), all[2:]) || p.NextPage != nil {
		t.Errorf("second page: %+v", p)
	}
	if p := list("?ids[]=" + all[4] + "&ids[]=" + all[0] + "&ids[]=file_gone&ids[]=" + all[0]); !slices.Equal(p.ids(), []string{all[0], all[4]}) || p.NextPage != nil {
		t.Errorf("by ids: %+v", p)
	}
	if p := list("?scope_id=sesn_1"); len(p.Data) != 0 || p.NextPage != nil {
		t.Errorf("of a session: %+v", p)
	}
	refused(t, s, 400, "cannot be combined", "GET", filesPath+"?ids[]=a&limit=3", "")
	refused(t, s, 400, "at most 100 items", "GET", filesPath+"?"+manyIDs(101), "")
	refused(t, s, 400, "page", "GET", filesPath+"?page=2", "")
	refused(t, s, 400, "after_id: Extra inputs", "GET", filesPath+"?after_id="+all[0], "")

	old := "anthropic-beta: files-api-2025-04-14"
	if p := list("?limit=2", old); len(p.Data) != 2 || p.HasMore == nil || !*p.HasMore || *p.LastID != all[0] || p.NextPage != nil {
		t.Errorf("old first page: %+v", p)
	}
	if p := list("?limit=3&after_id="+all[0], old); !slices.Equal(p.ids(), all[2:]) || *p.HasMore {
		t.Errorf("old second page: %+v", p)
	}
	refused(t, s, 400, "page: Extra inputs", "GET", filesPath+"?page=page_x", "", old)
	for header, want := range map[string]bool{old: false, "anthropic-beta:": true} {
		w := do(s, request("GET", filesPath+"/"+all[0], "", header))
		if got := strings.Contains(w.Body.String(), `"expires_at":null`); got != want {
			t.Errorf("%s: %s", header, w.Body)
		}
	}
}

func manyIDs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "ids[]=file_%d&", i)
	}
	return strings.TrimSuffix(b.String(), "&")
}

func TestMessagesSpeakOfFiles(t *testing.T) {
	s := fresh(simulator.Options{})
	text := put(t, s, upload("a.txt", "text/plain; charset=utf-8", "x")).ID
	image := put(t, s, upload("a.png", "image/png", "x")).ID
	table := put(t, s, upload("a.csv", "text/csv", "x")).ID
	source := func(kind, id string) string {
		return `{"type":"` + kind + `","source":{"type":"file","file_id":"` + id + `"}}`
	}
	ask := func(block string) string { return talk(sonnet46, `[{"role":"user","content":[`+block+`]}]`) }
	inResult := func(block string) string {
		return talk(sonnet46, `[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{}}]},`+
			`{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[`+block+`]}]}]`)
	}
	for _, test := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"text", ask(source("document", text)), 200, ""},
		{"image", ask(source("image", image)), 200, ""},
		{"container", ask(`{"type":"container_upload","file_id":"` + table + `"}`), 200, ""},
		{"image as document", ask(source("document", image)), 400, "messages.0.content.0.document.source.file: Invalid file type: image/png"},
		{"table as document", ask(source("document", table)), 400, "Invalid file type: text/csv"},
		{"text as image", ask(source("image", text)), 400, "Invalid file type"},
		{"unknown", ask(source("image", "file_gone")), 404, "File not found: file_gone"},
		{"unknown in a container", ask(`{"type":"container_upload","file_id":"file_gone"}`), 404, "file_gone"},
		{"unknown in a result", inResult(source("image", "file_gone")), 404, "file_gone"},
		{"no id", ask(`{"type":"document","source":{"type":"file"}}`), 400, "messages.0.content.0.document.source.file.file_id: Field required"},
	} {
		if w := post(s, test.body); w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%s: status %d: %s", test.name, w.Code, w.Body)
		}
	}
	lenient := fresh(simulator.Options{Lenient: true})
	if w := post(lenient, ask(source("image", "file_gone"))); w.Code != 200 {
		t.Errorf("lenient: %s", w.Body)
	}
}

func TestUploadsThatAreCutOff(t *testing.T) {
	s := fresh(simulator.Options{})
	whole, _ := io.ReadAll(form(filesPath, []part{upload("a.txt", "text/plain", "some text")}).Body)
	boundary, _, _ := strings.Cut(strings.TrimPrefix(string(whole), "--"), "\r\n")
	send := func(body string) *httptest.ResponseRecorder {
		return do(s, request("POST", filesPath, body, "content-type: multipart/form-data; boundary="+boundary))
	}
	for n := range len(whole) - len("\r\n") {
		if w := send(string(whole[:n])); w.Code != 400 || !strings.Contains(w.Body.String(), "error parsing the body") {
			t.Errorf("status %d after %d of %d bytes: %s", w.Code, n, len(whole), w.Body)
		}
	}
	for _, end := range []string{"", "\r\n", "\r\nan epilogue"} {
		if w := send(strings.TrimSpace(string(whole)) + end); w.Code != 200 {
			t.Errorf("status %d with the end %q: %s", w.Code, end, w.Body)
		}
	}
}
