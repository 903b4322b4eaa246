package simulator_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"parlor/api/simulator"
)

type modelList struct {
	Data []struct {
		ID, Type, Lifecycle string
		MaxTokens           int `json:"max_tokens"`
	}
	HasMore bool   `json:"has_more"`
	FirstID string `json:"first_id"`
	LastID  string `json:"last_id"`
}

func (l modelList) ids() []string {
	var ids []string
	for _, m := range l.Data {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestModelsByPages(t *testing.T) {
	s := fresh(simulator.Options{})
	get := func(query string) *httptest.ResponseRecorder { return do(s, request("GET", "/v1/models"+query, "")) }
	all := decode[modelList](t, get("")).ids()
	if len(all) < 12 || all[0] != "claude-fable-5-2" || slices.Contains(all, "claude-3-opus-20240229") {
		t.Fatalf("models %v", all)
	}
	var paged []string
	for after := ""; ; {
		page := decode[modelList](t, get("?limit=4&after_id="+after))
		paged = append(paged, page.ids()...)
		if after = page.LastID; !page.HasMore {
			break
		}
	}
	if !slices.Equal(paged, all) {
		t.Errorf("by pages %v", paged)
	}
	back := decode[modelList](t, get("?limit=2&before_id="+all[4]))
	if !slices.Equal(back.ids(), all[2:4]) || !back.HasMore {
		t.Errorf("before the fifth: %+v", back)
	}
	if retired := decode[modelList](t, get("?lifecycle[]=retired")).ids(); !slices.Contains(retired, "claude-3-opus-20240229") || slices.Contains(retired, all[0]) {
		t.Errorf("retired: %v", retired)
	}
	for _, bad := range []string{"?limit=0", "?limit=1001", "?limit=x", "?after_id=nobody", "?colour=red", "?lifecycle=asleep", "?after_id=a&before_id=b"} {
		if w := get(bad); w.Code != 400 {
			t.Errorf("%s got %d", bad, w.Code)
		}
	}
}

func TestOneModel(t *testing.T) {
	s := fresh(simulator.Options{})
	w := do(s, request("GET", "/v1/models/claude-haiku-4-5", ""))
	for _, want := range []string{`"id":"claude-haiku-4-5-20251001"`, `"line":"haiku"`, `"adaptive":{"supported":false}`, `"effort":{"high":{"supported":false}`, `"max_tokens":64000`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in %s", want, w.Body)
		}
	}
	if w := do(s, request("GET", "/v1/models/claude-3-opus-20240229", "")); w.Code != 200 || !strings.Contains(w.Body.String(), `"lifecycle":"retired"`) {
		t.Errorf("retired: %d %s", w.Code, w.Body)
	}
	if w := do(s, request("GET", "/v1/models/nobody", "")); w.Code != 404 {
		t.Errorf("unknown: %d", w.Code)
	}
}
