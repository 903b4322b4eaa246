package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"parlor/api/simulator"
)

func TestResourcesInBothVersions(t *testing.T) {
	s := fresh(simulator.Options{})
	for _, path := range []string{batchesPath, filesPath, skillsPath, "/v1/models"} {
		for _, version := range []string{"2023-06-01", "2026-10-21"} {
			for _, credential := range []string{"x-api-key: k", "authorization: Bearer k"} {
				w := do(s, request("GET", path+"?beta=true", "", "x-api-key:", "anthropic-version: "+version, credential))
				if w.Code != 200 {
					t.Errorf("%s, %s, %s: status %d: %s", path, version, credential, w.Code, w.Body)
				}
			}
		}
		refused(t, s, 401, "required", "GET", path, "", "x-api-key:")
		refused(t, s, 400, "anthropic-version", "GET", path, "", "anthropic-version: 2024-01-01")
		refused(t, s, 400, "colour: Extra inputs", "GET", path+"?colour=red", "")
		refused(t, s, 405, "Not Allowed", "PATCH", path, "")
		refused(t, s, 404, "", "GET", path+"/x/y/z", "")
	}
	refused(t, s, 404, "Not found", "GET", "/v1/filesystem", "")
}

func TestLenientResources(t *testing.T) {
	s := fresh(simulator.Options{Lenient: true, BatchTime: -1})
	b := create(t, s, `{"extra":1,"requests":[{"custom_id":"a","extra":1,"params":`+hi("any-model", `,"stream":true,"colour":1`)+`}]}`)
	if b := get(t, s, b.ID+"?colour=red"); b.Counts.Succeeded != 1 {
		t.Errorf("got %+v", b)
	}
	w := do(s, form(filesPath, []part{upload("a.txt", "", "x"), {name: "purpose", data: "x"}}))
	if w.Code != 200 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if c := call[completion](t, s, "POST", completePath, strings.Replace(complete(hello, `,"extra":1`), "claude-2.1", "any", 1)); c.Model != "any" {
		t.Errorf("got %+v", c)
	}
}

func TestResourcesManyAtOnce(t *testing.T) {
	s := fresh(simulator.Options{BatchTime: -1})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			name := fmt.Sprintf("skill-%d", i)
			sk := newSkill(t, s, name)
			f := put(t, s, upload(name+".txt", "text/plain", "x"))
			b := create(t, s, requests(sonnet46, "one", "two"))
			for _, path := range []string{batchesPath, filesPath, skillsPath} {
				call[page](t, s, "GET", path, "")
			}
			s.AdvanceBatches(-1)
			for _, path := range []string{filesPath + "/" + f.ID, skillsPath + "/" + sk.ID} {
				call[any](t, s, "DELETE", path, "")
			}
			for get(t, s, b.ID).Status != "ended" {
				s.AdvanceBatches(-1) // another goroutine is making the results
			}
			call[any](t, s, "DELETE", batchesPath+"/"+b.ID, "")
		})
	}
	all.Wait()
	for path, want := range map[string]int{batchesPath: 0, filesPath: 0, skillsPath: 4} {
		if p := call[page](t, s, "GET", path, ""); len(p.Data) != want {
			t.Errorf("%s: %v are left", path, p.ids())
		}
	}
}

// FuzzResources sends any body anywhere: the answer is JSON or what was asked for, and nothing panics.
func FuzzResources(f *testing.F) {
	f.Add("POST", "/v1/messages/batches", "", []byte(`{"requests":[{"custom_id":"a","params":{"model":"claude-opus-5-5","max_tokens":9,"messages":[{"role":"user","content":"x"}]}}]}`))
	f.Add("POST", "/v1/complete", "", []byte(`{"model":"claude-2","max_tokens_to_sample":5,"prompt":"\n\nHuman: x\n\nAssistant:"}`))
	f.Add("GET", "/v1/files?page=page_AAAAAAAAAAc&limit=1", "", []byte(nil))
	f.Add("GET", "/v1/skills/pptx/versions", "", []byte(nil))
	for path, parts := range map[string][]part{
		filesPath:  {upload("a.txt", "text/plain", "x"), {name: "expires_in_seconds", data: "3600"}},
		skillsPath: {skillFile("a/SKILL.md", skillMD("a")), skillFile("a/b.zip", "PK")},
	} {
		r := form(path, parts)
		body, _ := io.ReadAll(r.Body)
		f.Add("POST", path, r.Header.Get("Content-Type"), body)
	}
	f.Fuzz(func(t *testing.T, method, path, contentType string, body []byte) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(string(body)))
		if err != nil || !strings.HasPrefix(path, "/") || r.URL.Path == "/v1/messages" {
			return
		}
		r.Header.Set("X-Api-Key", "k")
		r.Header.Set("Anthropic-Version", "2023-06-01")
		r.Header.Set("Content-Type", contentType)
		s := fresh(simulator.Options{Legacy: true})
		w := do(s, r)
		s.AdvanceBatches(-1)
		if w.Header().Get("Content-Type") == "application/json" && !json.Valid(w.Body.Bytes()) {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}
