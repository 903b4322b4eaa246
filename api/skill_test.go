package api_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"parlor/api"
	"parlor/api/simulator"
)

const (
	skillAnswer = `{"id":"skill_01","type":"skill","display_name":"X","latest_version_id":"skillver_01",` +
		`"source":{"type":"custom"},"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00Z"}`
	oldSkillAnswer = `{"id":"skill_01","type":"skill","display_title":"X","latest_version":"1759178010641129",` +
		`"source":"custom","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00Z"}`
)

func skillUpload() api.SkillUpload {
	return api.SkillUpload{DisplayName: "x", Files: []api.SkillFile{
		{Path: "x/SKILL.md", ContentType: "text/markdown", Content: strings.NewReader("---\nname: x\n---\n")},
		{Path: "x/data/ä.json", Content: strings.NewReader("{}")},
	}}
}

func TestCreateSkill(t *testing.T) {
	const files = "Content-Disposition: form-data; name=\"files[]\"; filename=\"x/SKILL.md\"\r\n" +
		"Content-Type: text/markdown\r\n\r\n---\nname: x\n---\n\r\n--B\r\n" +
		"Content-Disposition: form-data; name=\"files[]\"; filename=\"x/data/ä.json\"\r\n" +
		"Content-Type: application/json\r\n\r\n{}\r\n--B--\r\n"
	for field, options := range map[string][]api.RequestOption{
		"display_name":  nil,
		"display_title": {api.WithBetas("a-1", "skills-2025-10-02")},
	} {
		t.Run(field, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, skillAnswer) })
			client, _ := newClient(t, s.URL)
			skill, err := client.CreateSkill(t.Context(), skillUpload(), options...)
			if err != nil || skill.ID != "skill_01" {
				t.Fatalf("got %+v, %v", skill, err)
			}
			got := s.last(t)
			want := "--B\r\nContent-Disposition: form-data; name=\"" + field + "\"\r\n\r\nx\r\n--B\r\n" + files
			if body := withoutBoundary(t, got); body != want {
				t.Errorf("sent\n%q, want\n%q", body, want)
			}
			if got.Method != "POST" || got.RequestURI != "/v1/skills" || got.ContentLength != int64(len(got.Body)) {
				t.Errorf("sent %s %s, %d bytes", got.Method, got.RequestURI, got.ContentLength)
			}
		})
	}
}

func TestSkillsAreNotCreatedTwice(t *testing.T) {
	create := map[string]func(*api.Client) error{
		"skill": func(c *api.Client) error { _, err := c.CreateSkill(t.Context(), skillUpload()); return err },
		"version": func(c *api.Client) error {
			_, err := c.CreateSkillVersion(t.Context(), "skill_01", skillUpload().Files)
			return err
		},
	}
	for status, attempts := range map[int]int{500: 1, 529: 1, 408: 1, 409: 1, 429: 2} {
		for name, create := range create {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
					if n == 0 {
						answerJSON(w, status, `{}`)
						return
					}
					answerJSON(w, 200, skillAnswer)
				})
				client, _ := newClient(t, s.URL)
				err := create(client)
				if all := s.received(); len(all) != attempts || (err == nil) != (attempts == 2) {
					t.Errorf("sent %d times, want %d; %v", len(all), attempts, err)
				} else if !bytes.Equal(all[0].Body, all[attempts-1].Body) {
					t.Error("the second attempt sent something else")
				}
			})
		}
	}
	// A connection that breaks may have carried the request; one that never came
	// about did not.
	for url, attempts := range map[string]int{rawServer(t, ""): 1, "http://127.0.0.1:1": 3} {
		client, clock := newClient(t, url)
		_, err := client.CreateSkill(t.Context(), skillUpload())
		if !errors.Is(err, api.ErrConnection) || len(clock.slept) != attempts-1 {
			t.Errorf("waited %d times for another attempt, %v", len(clock.slept), err)
		}
	}
}

func TestSkillPathsThatAreRefused(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	for path, why := range map[string]string{
		"":                "is empty",
		"/x/SKILL.md":     "is absolute",
		"../x/SKILL.md":   "a dot segment",
		"x/../../SKILL":   "a dot segment",
		"x/./SKILL.md":    "a dot segment",
		".":               "a dot segment",
		"x//SKILL.md":     "an empty",
		"x/":              "an empty",
		`x\SKILL.md`:      "a backslash",
		"x/a\r\nb":        "a control character",
		"x/\xff":          "not UTF-8",
		"x/SKILL.md":      "is there twice",
		"x/no content.md": "there is no content",
	} {
		file := api.SkillFile{Path: path, Content: strings.NewReader("")}
		if why == "there is no content" {
			file.Content = nil
		}
		files := append(skillUpload().Files, file)
		_, err1 := client.CreateSkill(t.Context(), api.SkillUpload{Files: files})
		_, err2 := client.CreateSkillVersion(t.Context(), "skill_01", files)
		for _, err := range []error{err1, err2} {
			var refused *api.FieldError
			if !errors.As(err, &refused) || refused.Field != "files[]" ||
				!strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), fmt.Sprintf("%q", path)) {
				t.Errorf("%q: got %v", path, err)
			}
		}
	}
	if _, err := client.CreateSkill(t.Context(), api.SkillUpload{}); !errors.As(err, new(*api.FieldError)) {
		t.Errorf("no files: %v", err)
	}
}

func TestSkillsOfBothShapes(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	all := api.Skill{
		ID: "skill_01", Type: "skill", DisplayName: "X", LatestVersionID: "skillver_01", Source: "custom",
		CreatedAt: day(1), UpdatedAt: day(2),
	}
	old := all
	old.LatestVersionID = "1759178010641129"
	for body, want := range map[string]api.Skill{
		skillAnswer:    all,
		oldSkillAnswer: old,
		`{"id":"pptx","source":{"type":"plugin","plugin":1},"display_title":null,"latest_version":null}`: {ID: "pptx", Source: "plugin"},
		`{"id":"x","source":7,"created_at":"soon"}`:                                                      {ID: "x"},
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, body) })
		client, _ := newClient(t, s.URL)
		got, err := client.Skill(t.Context(), "skill_01")
		if err != nil {
			t.Fatal(err)
		}
		want.Raw = []byte(body)
		if s.last(t).RequestURI != "/v1/skills/skill_01" || !reflect.DeepEqual(*got, want) {
			t.Errorf("asked %s, got %+v", s.last(t).RequestURI, got)
		}
	}
}

func TestSkillVersionsOfBothShapes(t *testing.T) {
	const body = `{"id":"skillver_01","type":"skill_version","skill_id":"skill_01","name":"x","description":"d",` +
		`"created_at":"2026-01-01T00:00:00Z","version":"1759178010641129","directory":"x"}`
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, body) })
	client, _ := newClient(t, s.URL)
	got, err := client.SkillVersion(t.Context(), "skill_01", "1759178010641129")
	want := &api.SkillVersion{
		ID: "skillver_01", Type: "skill_version", SkillID: "skill_01", Name: "x", Description: "d",
		CreatedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Version: "1759178010641129", Directory: "x", Raw: []byte(body),
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if s.last(t).RequestURI != "/v1/skills/skill_01/versions/1759178010641129" {
		t.Error("asked", s.last(t).RequestURI)
	}
}

func TestSkillLists(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Query().Get("page") == "" {
			answerJSON(w, 200, `{"data":[{"id":"a"}],"has_more":true,"next_page":"p 2"}`)
			return
		}
		answerJSON(w, 200, `{"data":[{"id":"b"}],"has_more":false,"next_page":null}`)
	})
	client, _ := newClient(t, s.URL)
	var got []string
	for skill, err := range client.Skills(t.Context(), api.SkillListOptions{Source: "custom", Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, skill.ID)
	}
	for version, err := range client.SkillVersions(t.Context(), "skill_01", api.SkillVersionListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, version.ID)
	}
	for _, r := range s.received() {
		got = append(got, r.RequestURI)
	}
	want := []string{
		"a", "b", "a", "b",
		"/v1/skills?limit=1&source=custom", "/v1/skills?limit=1&page=p+2&source=custom",
		"/v1/skills/skill_01/versions", "/v1/skills/skill_01/versions?page=p+2",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestSkillsAreDeletedAndDownloaded(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.Method == "DELETE" {
			answerJSON(w, 200, `{"id":"x","type":"skill_deleted"}`)
			return
		}
		w.Header().Set("Content-Type", "application/zip")
		io.WriteString(w, "PK")
	})
	client, _ := newClient(t, s.URL)
	if err := client.DeleteSkill(t.Context(), "skill_01"); err != nil {
		t.Error(err)
	}
	if err := client.DeleteSkillVersion(t.Context(), "skill_01", "a/b"); err != nil {
		t.Error(err)
	}
	download, err := client.DownloadSkillVersion(t.Context(), "skill_01", "v1")
	if err != nil {
		t.Fatal(err)
	}
	defer download.Close()
	if got, err := io.ReadAll(download); string(got) != "PK" || err != nil || download.ContentType != "application/zip" {
		t.Errorf("got %q, %v", got, err)
	}
	var sent []string
	for _, r := range s.received() {
		sent = append(sent, r.Method+" "+r.RequestURI+" "+r.Header.Get("Accept"))
	}
	want := []string{
		"DELETE /v1/skills/skill_01 application/json",
		"DELETE /v1/skills/skill_01/versions/a%2Fb application/json",
		"GET /v1/skills/skill_01/versions/v1/content application/binary",
	}
	if !reflect.DeepEqual(sent, want) {
		t.Errorf("sent %q", sent)
	}
}

func TestSkillIDsThatLeadElsewhere(t *testing.T) {
	client, _ := newClient(t, "http://127.0.0.1:1")
	for _, id := range []string{"", ".", ".."} {
		var errs []error
		keep := func(_ any, err error) { errs = append(errs, err) }
		keep(client.Skill(t.Context(), id))
		keep(nil, client.DeleteSkill(t.Context(), id))
		keep(client.CreateSkillVersion(t.Context(), id, skillUpload().Files))
		keep(client.SkillVersion(t.Context(), id, "v"))
		keep(client.SkillVersion(t.Context(), "s", id))
		keep(nil, client.DeleteSkillVersion(t.Context(), "s", id))
		keep(client.DownloadSkillVersion(t.Context(), "s", id))
		for _, err := range client.SkillVersions(t.Context(), id, api.SkillVersionListOptions{}) {
			keep(nil, err)
		}
		if len(errs) != 8 {
			t.Errorf("%q: %d errors", id, len(errs))
		}
		for i, err := range errs {
			if !errors.As(err, new(*api.FieldError)) {
				t.Errorf("%q, call %d: %v", id, i, err)
			}
		}
	}
}

func file(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }

func TestSkillFiles(t *testing.T) {
	folder := fstest.MapFS{
		"skills/weather/SKILL.md":   file("s"),
		"skills/weather/a/b.py":     file("b"),
		"skills/weather/a.txt":      file("a"),
		"skills/weather/.hidden":    file("h"),
		"skills/other/SKILL.md":     file(""),
		"skills/empty/readme.md":    file(""),
		"skills/deep/deep/SKILL.md": file(""),
	}
	top := fstest.MapFS{"weather/SKILL.md": file("s")}
	two := fstest.MapFS{"weather/SKILL.md": file("s"), "other/SKILL.md": file("s")}
	loose := fstest.MapFS{"SKILL.md": file("s")}
	link := fstest.MapFS{"x/SKILL.md": file("s"), "x/secret": {Data: []byte("/etc/passwd"), Mode: os.ModeSymlink}}
	cases := []struct {
		name string
		fsys fstest.MapFS
		dir  string
		want string
	}{
		{"a folder", folder, "skills/weather", "weather/.hidden=h weather/SKILL.md=s weather/a.txt=a weather/a/b.py=b"},
		{"a folder at the top", top, "weather", "weather/SKILL.md=s"},
		{"the only folder", top, ".", "weather/SKILL.md=s"},
		{"two folders", two, ".", "one top directory"},
		{"no folder", loose, ".", "one top directory"},
		{"a file", loose, "SKILL.md", "one top directory"},
		{"no SKILL.md", folder, "skills/empty", "no SKILL.md"},
		{"SKILL.md too deep", folder, "skills/deep", "no SKILL.md"},
		{"nothing there", folder, "skills/none", "file does not exist"},
		{"a link", link, "x", `"x/secret" is not a regular file`},
		{"a path from elsewhere", folder, "../skills", "not a path"},
		{"an absolute path", folder, "/skills", "not a path"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files, err := api.SkillFiles(c.fsys, c.dir)
			if !strings.Contains(c.want, "=") {
				if err == nil || files != nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, %v", files, err)
				}
				return
			}
			var got []string
			for _, f := range files {
				content, _ := io.ReadAll(f.Content)
				got = append(got, f.Path+"="+string(content))
			}
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestASkillFromDiskGoesOutWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "weather")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "SKILL.md"), []byte("---\nname: weather\n---\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := api.SkillFiles(os.DirFS(filepath.Dir(dir)), "weather")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, skillAnswer) })
	client, _ := newClient(t, s.URL)
	if _, err := client.CreateSkill(t.Context(), api.SkillUpload{Files: files}); err != nil {
		t.Fatal(err)
	}
	body := string(s.last(t).Body)
	if !strings.Contains(body, `filename="weather/SKILL.md"`) || !strings.Contains(body, "name: weather") ||
		strings.Contains(body, "display") {
		t.Errorf("sent %s", body)
	}
}

func TestTheLifeOfASkill(t *testing.T) {
	for name, options := range map[string][]api.RequestOption{
		"now":               nil,
		"in the older beta": {api.WithBetas("skills-2025-10-02")},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(simulator.New(simulator.Options{}))
			defer server.Close()
			client, _ := newClient(t, server.URL)
			ctx := t.Context()
			upload, err := api.SkillFiles(fstest.MapFS{
				"weather/SKILL.md": file("---\nname: weather\ndescription: d\n---\n"), "weather/a/b.py": file("b"),
			}, "weather")
			if err != nil {
				t.Fatal(err)
			}
			skill, err := client.CreateSkill(ctx, api.SkillUpload{DisplayName: "W", Files: upload}, options...)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.CreateSkillVersion(ctx, skill.ID, upload, options...); err != nil { // the same files again
				t.Fatal(err)
			}
			later, err := client.Skill(ctx, skill.ID, options...)
			if err != nil || later.DisplayName != "W" || later.Source != "custom" || later.LatestVersionID == skill.LatestVersionID {
				t.Fatalf("got %+v, %v", later, err)
			}
			download, err := client.DownloadSkillVersion(ctx, skill.ID, later.LatestVersionID, options...)
			if err != nil {
				t.Fatal(err)
			}
			defer download.Close()
			packed, err := io.ReadAll(download)
			if err != nil || len(packed) == 0 {
				t.Errorf("got %d bytes, %v", len(packed), err)
			}
			versions := 0
			for v, err := range client.SkillVersions(ctx, skill.ID, api.SkillVersionListOptions{Limit: 1}, options...) {
				if versions++; err != nil || v.Name != "weather" {
					t.Fatalf("got %+v, %v", v, err)
				}
			}
			if versions != 2 {
				t.Errorf("listed %d versions", versions)
			}
			for _, version := range []string{skill.LatestVersionID, later.LatestVersionID} {
				if v, err := client.SkillVersion(ctx, skill.ID, version, options...); err != nil || v.Name != "weather" {
					t.Errorf("got %+v, %v", v, err)
				}
				if version == later.LatestVersionID && options == nil {
					break // the last one ends with the skill
				}
				if err := client.DeleteSkillVersion(ctx, skill.ID, version, options...); err != nil {
					t.Error(err)
				}
			}
			if err := client.DeleteSkill(ctx, skill.ID, options...); err != nil {
				t.Error(err)
			}
			if _, err := client.Skill(ctx, skill.ID, options...); !errors.Is(err, api.ErrNotFound) {
				t.Errorf("got %v", err)
			}
			known := 0
			for s, err := range client.Skills(ctx, api.SkillListOptions{Limit: 3, Source: "anthropic"}, options...) {
				if known++; err != nil || s.Source != "anthropic" || s.DisplayName == "" {
					t.Fatalf("got %+v, %v", s, err)
				}
			}
			if known != 4 {
				t.Errorf("the vendor has %d skills", known)
			}
		})
	}
}
