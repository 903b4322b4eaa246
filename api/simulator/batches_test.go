package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parlor/api/simulator"
)

// wallClock is a time that a test moves.
type wallClock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *wallClock { return &wallClock{now: noon()} }

func (c *wallClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *wallClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// batch is a message batch as the simulator shows it.
type batch struct {
	ID                string
	Type              string
	Status            string `json:"processing_status"`
	Counts            counts `json:"request_counts"`
	EndedAt           string `json:"ended_at"`
	CreatedAt         string `json:"created_at"`
	ExpiresAt         string `json:"expires_at"`
	ArchivedAt        string `json:"archived_at"`
	CancelInitiatedAt string `json:"cancel_initiated_at"`
	ResultsURL        string `json:"results_url"`
}

type counts struct{ Processing, Succeeded, Errored, Canceled, Expired int }

// page is one page of any list.
type page struct {
	Data []struct {
		ID string
	}
	HasMore  *bool   `json:"has_more"`
	FirstID  *string `json:"first_id"`
	LastID   *string `json:"last_id"`
	NextPage *string `json:"next_page"`
}

func (p page) ids() []string {
	var ids []string
	for _, d := range p.Data {
		ids = append(ids, d.ID)
	}
	return ids
}

// result is one line of results.
type result struct {
	CustomID string `json:"custom_id"`
	Result   struct {
		Type    string
		Message json.RawMessage
		Error   envelope
	}
}

// requests is the body of a batch that asks each of these things under the ids r0, r1, ...
func requests(model string, texts ...string) string {
	var list []string
	for i, text := range texts {
		list = append(list, fmt.Sprintf(`{"custom_id":"r%d","params":%s}`, i, body(model, "", text)))
	}
	return `{"requests":[` + strings.Join(list, ",") + `]}`
}

// call makes a request that must be answered with 200, and decodes the answer.
func call[T any](t *testing.T, s http.Handler, method, path, body string, header ...string) T {
	t.Helper()
	w := do(s, request(method, path, body, header...))
	if w.Code != 200 {
		t.Fatalf("%s %s: status %d: %s", method, path, w.Code, w.Body)
	}
	if w.Header().Get("Request-Id") == "" {
		t.Errorf("%s %s: no request id", method, path)
	}
	return decode[T](t, w)
}

// refused makes a request that must be refused with that status and something in the message.
func refused(t *testing.T, s http.Handler, status int, want, method, path, body string, header ...string) envelope {
	t.Helper()
	w := do(s, request(method, path, body, header...))
	e := decode[envelope](t, w)
	if w.Code != status || !strings.Contains(e.Error.Message, want) {
		t.Errorf("%s %s: status %d, %q; want %d with %q", method, path, w.Code, e.Error.Message, status, want)
	}
	if e.Type != "error" || e.RequestID == "" || e.RequestID != w.Header().Get("Request-Id") || w.Header().Get("X-Should-Retry") == "" {
		t.Errorf("%s %s: not an error of the API: %s", method, path, w.Body)
	}
	return e
}

const batchesPath = "/v1/messages/batches"

func create(t *testing.T, s http.Handler, body string, header ...string) batch {
	t.Helper()
	return call[batch](t, s, "POST", batchesPath, body, header...)
}

func get(t *testing.T, s http.Handler, id string) batch {
	t.Helper()
	return call[batch](t, s, "GET", batchesPath+"/"+id, "")
}

// results are the results of a batch in the order in which they come.
func results(t *testing.T, s http.Handler, id string) []result {
	t.Helper()
	w := do(s, request("GET", batchesPath+"/"+id+"/results", ""))
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/x-jsonl" {
		t.Fatalf("status %d, %s: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	var list []result
	for line := range strings.Lines(w.Body.String()) {
		var r result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		list = append(list, r)
	}
	return list
}

func kinds(list []result) map[string]string {
	kinds := map[string]string{}
	for _, r := range list {
		kinds[r.CustomID] = r.Result.Type
	}
	return kinds
}

func TestABatchIsProcessedWithTime(t *testing.T) {
	now := newClock()
	s := fresh(simulator.Options{Now: now.Now})
	b := create(t, s, requests(sonnet46, "Say one", "Say two", "Say three"))
	if b.Type != "message_batch" || !strings.HasPrefix(b.ID, "msgbatch_") || b.Status != "in_progress" || b.Counts != (counts{Processing: 3}) ||
		b.EndedAt != "" || b.ResultsURL != "" {
		t.Errorf("created %+v", b)
	}
	if b.CreatedAt != "2026-11-20T12:00:30.000000Z" || b.ExpiresAt != "2026-11-21T12:00:30.000000Z" {
		t.Errorf("created at %s, expires at %s", b.CreatedAt, b.ExpiresAt)
	}
	now.pass(2 * time.Second)
	if b := get(t, s, b.ID); b.Status != "in_progress" || b.Counts != (counts{Processing: 3}) {
		t.Errorf("the counts must not move before the end: %+v", b)
	}
	refused(t, s, 404, "no available results", "GET", batchesPath+"/"+b.ID+"/results", "")
	now.pass(time.Second)
	b = get(t, s, b.ID)
	if b.Status != "ended" || b.Counts != (counts{Succeeded: 3}) || b.EndedAt != "2026-11-20T12:00:33.000000Z" {
		t.Errorf("ended %+v", b)
	}
	if want := "http://example.com" + batchesPath + "/" + b.ID + "/results"; b.ResultsURL != want {
		t.Errorf("results at %s, want %s", b.ResultsURL, want)
	}
	list := results(t, s, b.ID)
	var order []string
	for _, r := range list {
		var m struct {
			message
			Usage struct {
				ServiceTier string `json:"service_tier"`
				Output      int    `json:"output_tokens"`
			}
		}
		if err := json.Unmarshal(r.Result.Message, &m); err != nil {
			t.Fatal(err)
		}
		if m.text() == "" || m.StopReason != "end_turn" || m.Model != sonnet46 || m.Usage.ServiceTier != "batch" || m.Usage.Output == 0 {
			t.Errorf("%s: %s", r.CustomID, r.Result.Message)
		}
		order = append(order, r.CustomID)
	}
	if slices.IsSorted(order) || len(order) != 3 {
		t.Errorf("results in the order %q", order)
	}
	again := results(t, s, b.ID)
	for i := range again {
		if string(again[i].Result.Message) != string(list[i].Result.Message) {
			t.Error("the results are others when they are fetched again")
		}
	}
	now.pass(29 * 24 * time.Hour)
	if b := get(t, s, b.ID); b.ArchivedAt == "" || b.ResultsURL != "" {
		t.Errorf("after 29 days: %+v", b)
	}
	refused(t, s, 404, "archived", "GET", batchesPath+"/"+b.ID+"/results", "")
}

func TestTheSameBatchesAreTheSame(t *testing.T) {
	run := func(seed uint64) string {
		s := fresh(simulator.Options{Seed: seed, BatchTime: -1})
		b := create(t, s, requests(sonnet46, "one", "two", "three", "four"))
		return do(s, request("GET", batchesPath+"/"+b.ID+"/results", "")).Body.String()
	}
	first := run(1)
	if run(1) != first {
		t.Error("the same seed gave other results")
	}
	if run(2) == first {
		t.Error("another seed gave the same results")
	}
}

func TestBatchesAdvanceByHand(t *testing.T) {
	s := fresh(simulator.Options{})
	b := create(t, s, requests(sonnet46, "one", "two", "three"))
	s.AdvanceBatches(2)
	if b := get(t, s, b.ID); b.Status != "in_progress" || b.Counts.Processing != 3 {
		t.Errorf("after two of three: %+v", b)
	}
	s.AdvanceBatches(1)
	if b := get(t, s, b.ID); b.Status != "ended" || b.Counts.Succeeded != 3 {
		t.Errorf("after all: %+v", b)
	}
	b = create(t, s, requests(sonnet46, "one", "two", "three"))
	s.AdvanceBatches(-1)
	if b := get(t, s, b.ID); b.Status != "ended" {
		t.Errorf("after as many as there are: %+v", b)
	}
	b = create(t, fresh(simulator.Options{BatchTime: -1}), requests(sonnet46, "one"))
	if b.Status != "in_progress" {
		t.Errorf("even a batch without time is in progress when it is created: %+v", b)
	}
}

func TestCanceledBatches(t *testing.T) {
	now := newClock()
	s := fresh(simulator.Options{Now: now.Now, BatchTime: 4 * time.Second})
	b := create(t, s, requests(sonnet46, "one", "two", "three", "four"))
	now.pass(2 * time.Second)
	b = call[batch](t, s, "POST", batchesPath+"/"+b.ID+"/cancel", "")
	if b.Status != "canceling" || b.Counts != (counts{Processing: 4}) || b.CancelInitiatedAt != "2026-11-20T12:00:32.000000Z" {
		t.Errorf("canceled %+v", b)
	}
	refused(t, s, 400, "Cancel it first", "DELETE", batchesPath+"/"+b.ID, "")
	if again := call[batch](t, s, "POST", batchesPath+"/"+b.ID+"/cancel", "{}"); again != b {
		t.Errorf("canceled again %+v", again)
	}
	refused(t, s, 400, "reason: Extra inputs", "POST", batchesPath+"/"+b.ID+"/cancel", `{"reason":"x"}`)
	now.pass(time.Second)
	b = get(t, s, b.ID)
	if b.Status != "ended" || b.Counts != (counts{Succeeded: 2, Canceled: 2}) {
		t.Errorf("ended %+v", b)
	}
	want := map[string]string{"r0": "succeeded", "r1": "succeeded", "r2": "canceled", "r3": "canceled"}
	if got := kinds(results(t, s, b.ID)); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("results %v", got)
	}
	refused(t, s, 400, "has ended", "POST", batchesPath+"/"+b.ID+"/cancel", "")

	b = create(t, s, requests(sonnet46, "one"))
	call[batch](t, s, "POST", batchesPath+"/"+b.ID+"/cancel", "")
	s.AdvanceBatches(0)
	if b := get(t, s, b.ID); b.Status != "ended" || b.Counts.Canceled != 1 {
		t.Errorf("advanced while canceling: %+v", b)
	}
}

func TestBatchesExpire(t *testing.T) {
	now := newClock()
	s := fresh(simulator.Options{Now: now.Now, BatchTime: 48 * time.Hour})
	b := create(t, s, requests(sonnet46, "one", "two", "three", "four"))
	now.pass(23 * time.Hour)
	if b := get(t, s, b.ID); b.Status != "in_progress" {
		t.Errorf("after 23 hours: %+v", b)
	}
	now.pass(time.Hour)
	b = get(t, s, b.ID)
	if b.Status != "ended" || b.Counts != (counts{Succeeded: 2, Expired: 2}) || b.EndedAt != b.ExpiresAt {
		t.Errorf("after a day: %+v", b)
	}
	if got := kinds(results(t, s, b.ID)); got["r0"] != "succeeded" || got["r3"] != "expired" {
		t.Errorf("results %v", got)
	}
}

func TestDeletedBatchesAreGone(t *testing.T) {
	s := fresh(simulator.Options{})
	b := create(t, s, requests(sonnet46, "one"))
	refused(t, s, 400, "cannot be deleted", "DELETE", batchesPath+"/"+b.ID, "")
	s.AdvanceBatches(-1)
	w := do(s, request("DELETE", batchesPath+"/"+b.ID, ""))
	if got := w.Body.String(); got != `{"id":"`+b.ID+`","type":"message_batch_deleted"}` {
		t.Errorf("deleted: %s", got)
	}
	for _, method := range []string{"GET", "DELETE"} {
		refused(t, s, 404, b.ID, method, batchesPath+"/"+b.ID, "")
	}
	refused(t, s, 404, b.ID, "POST", batchesPath+"/"+b.ID+"/cancel", "")
	refused(t, s, 404, b.ID, "GET", batchesPath+"/"+b.ID+"/results", "")
	refused(t, s, 404, "Not found", "GET", batchesPath+"/"+b.ID+"/results/1", "")
	refused(t, s, 405, "Not Allowed", "PUT", batchesPath+"/"+b.ID, "")
}

func TestBatchesAreListedByIDs(t *testing.T) {
	s := fresh(simulator.Options{})
	var all []string
	for range 5 {
		all = append(all, create(t, s, requests(sonnet46, "hi")).ID)
	}
	slices.Reverse(all)
	list := func(query string) page { return call[page](t, s, "GET", batchesPath+query, "") }

	if p := list("?beta=true"); !slices.Equal(p.ids(), all) || *p.HasMore || *p.FirstID != all[0] || *p.LastID != all[4] {
		t.Errorf("all: %+v", p)
	}
	if p := list("?limit=2"); !slices.Equal(p.ids(), all[:2]) || !*p.HasMore {
		t.Errorf("first page: %+v", p)
	}
	if p := list("?limit=3&after_id=" + all[1]); !slices.Equal(p.ids(), all[2:]) || *p.HasMore {
		t.Errorf("second page: %+v", p)
	}
	if p := list("?limit=2&before_id=" + all[3]); !slices.Equal(p.ids(), all[1:3]) || !*p.HasMore {
		t.Errorf("page before: %+v", p)
	}
	if p := list("?after_id=" + all[4]); len(p.Data) != 0 || p.FirstID != nil || p.LastID != nil || *p.HasMore {
		t.Errorf("past the end: %+v", p)
	}
	refused(t, s, 400, "limit", "GET", batchesPath+"?limit=1001", "")
	refused(t, s, 400, "limit", "GET", batchesPath+"?limit=ten", "")
	refused(t, s, 400, "page: Extra inputs", "GET", batchesPath+"?page=x", "")
	refused(t, s, 400, "not a message batch", "GET", batchesPath+"?after_id=x", "")
	refused(t, s, 400, "cannot both", "GET", batchesPath+"?after_id="+all[0]+"&before_id="+all[1], "")
}

func TestBatchesTheAPIRefuses(t *testing.T) {
	params := func(extra string) string {
		return `{"requests":[{"custom_id":"a","params":` + hi(sonnet46, extra) + `}]}`
	}
	id := func(id string) string { return `{"requests":[{"custom_id":` + id + `,"params":{}}]}` }
	tests := []struct{ name, body, want string }{
		{"no body", "", "empty"},
		{"nothing", `{}`, "requests: Field required"},
		{"another field", `{"requests":[],"metadata":{}}`, "metadata: Extra inputs"},
		{"no list", `{"requests":{}}`, "valid list"},
		{"no requests", `{"requests":[]}`, "at least 1 item"},
		{"too many", `{"requests":[` + strings.Repeat("0,", 100_000) + `0]}`, "at most 100000 items after validation, not 100001"},
		{"no object", `{"requests":[1]}`, "requests.0: Input should be a valid dictionary"},
		{"another field of a request", `{"requests":[{"custom_id":"a","params":{},"priority":1}]}`, "requests.0.priority: Extra inputs"},
		{"no id", `{"requests":[{"params":{}}]}`, "requests.0.custom_id: Field required"},
		{"no parameters", `{"requests":[{"custom_id":"a"}]}`, "requests.0.params: Field required"},
		{"parameters that are no object", `{"requests":[{"custom_id":"a","params":"x"}]}`, "requests.0.params: Input should be a valid dictionary"},
		{"a number for an id", id("1"), "valid string"},
		{"an empty id", id(`""`), "at least 1 character"},
		{"a long id", id(`"` + strings.Repeat("a", 65) + `"`), "requests.0.custom_id: String should have at most 64 characters"},
		{"an odd id", id(`"a b"`), "should match pattern"},
		{"an id twice", `{"requests":[{"custom_id":"a","params":{}},{"custom_id":"a","params":{}}]}`, "must be unique"},
		{"streaming", params(`,"stream":true`), "requests.0.params.stream"},
		{"no tokens", params(`,"max_tokens":0`), "requests.0.params.max_tokens"},
		{"fallbacks", params(`,"fallbacks":"default"`), "requests.0.params.fallbacks"},
		{"fast mode", params(`,"speed":"fast"`), "requests.0.params.speed"},
	}
	s := fresh(simulator.Options{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { refused(t, s, 400, test.want, "POST", batchesPath, test.body) })
	}
	if p := call[page](t, s, "GET", batchesPath, ""); len(p.Data) != 0 {
		t.Errorf("something was created: %v", p.ids())
	}
	refused(t, s, 401, "required", "POST", batchesPath, params(""), "x-api-key:")
	refused(t, s, 400, "anthropic-version", "POST", batchesPath, params(""), "anthropic-version:")
	create(t, s, params(`,"stream":false`), "anthropic-beta: message-batches-2024-09-24")
}

func TestABatchMayBeLargerThanAMessage(t *testing.T) {
	s := fresh(simulator.Options{Record: 1})
	create(t, s, requests(sonnet46, "hi")+strings.Repeat(" ", 33<<20))
	if n := len(s.Requests()[0].Body); n != 32<<20 {
		t.Errorf("%d bytes were recorded", n)
	}
	r := request("POST", batchesPath, "{}")
	r.ContentLength = 256<<20 + 1
	if w := do(s, r); w.Code != 413 || !strings.Contains(w.Body.String(), "256 MB") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

func TestWhatIsWrongWithARequestShowsInItsResult(t *testing.T) {
	s := fresh(simulator.Options{BatchTime: -1})
	item := func(id, params string) string { return `{"custom_id":"` + id + `","params":` + params + `}` }
	b := create(t, s, `{"requests":[`+strings.Join([]string{
		item("good", hi(sonnet46, "")),
		item("no-such-model", hi("claude-nine", "")),
		item("unknown-field", hi(sonnet46, `,"colour":"red"`)),
		item("too-many-tokens", hi(haiku45, `,"max_tokens":64001`)),
		item("too-long", body(haiku45, "", strings.Repeat("long ", 1<<18))),
		item("sampling", hi(sonnet46, `,"temperature":0.5`)),
	}, ",")+`]}`, "anthropic-version: 2026-10-21")
	b = get(t, s, b.ID)
	if b.Counts != (counts{Succeeded: 1, Errored: 5}) {
		t.Errorf("counts %+v", b.Counts)
	}
	for _, r := range results(t, s, b.ID) {
		e := r.Result.Error
		want := map[string][2]string{
			"no-such-model":   {"not_found_error", "model: claude-nine"},
			"unknown-field":   {"invalid_request_error", "colour: Extra inputs"},
			"too-many-tokens": {"invalid_request_error", "64001 > 64000"},
			"too-long":        {"invalid_request_error", "prompt is too long"},
			"sampling":        {"invalid_request_error", "temperature: Extra inputs"},
		}[r.CustomID]
		if r.CustomID == "good" {
			if r.Result.Type != "succeeded" {
				t.Errorf("good: %+v", r.Result)
			}
			continue
		}
		if r.Result.Type != "errored" || e.Type != "error" || e.RequestID == "" || e.Error.Type != want[0] || !strings.Contains(e.Error.Message, want[1]) {
			t.Errorf("%s: %+v", r.CustomID, r.Result)
		}
	}
}

func TestBatchesMayAskForLongOutput(t *testing.T) {
	s := fresh(simulator.Options{BatchTime: -1})
	long := `{"requests":[{"custom_id":"a","params":` + hi(opus55, `,"max_tokens":300000`) + `}]}`
	if b := create(t, s, long); get(t, s, b.ID).Counts.Errored != 1 {
		t.Error("300,000 tokens were taken without the beta")
	}
	if b := create(t, s, long, "anthropic-beta: output-300k-2026-03-24"); get(t, s, b.ID).Counts.Succeeded != 1 {
		t.Error("300,000 tokens were refused with the beta")
	}
}

func TestScriptsAnswerTheRequestsOfABatch(t *testing.T) {
	s := fresh(simulator.Options{})
	about := func(text string) simulator.Match { return simulator.Match{Text: regexp.MustCompile("^" + text + "$")} }
	s.Push(simulator.Script{Match: about("one"), Text: "uno", Usage: map[string]any{"output_tokens": 7}})
	s.Push(simulator.Script{Match: about("two"), Status: 529})
	s.Push(simulator.Script{Match: about("three"), RawBody: []byte("<html>\noops"), Status: 502})
	s.Push(simulator.Script{Match: about("four"), RawBody: []byte("{\n\"id\":\"msg_4\"}")})
	s.Push(simulator.Script{
		Match: about("five"), Text: "cinque", Gate: make(chan struct{}), Delay: time.Hour, HeaderDelay: time.Hour,
		StallAfter: simulator.AfterBytes(0), ResetAfter: simulator.AfterDeltas(1),
	})
	b := create(t, s, requests(sonnet46, "one", "two", "three", "four", "five"))
	if s.Pending() != 5 {
		t.Errorf("%d scripts are left before the batch is processed", s.Pending())
	}
	s.AdvanceBatches(-1)
	if b := get(t, s, b.ID); b.Counts != (counts{Succeeded: 3, Errored: 2}) || s.Pending() != 0 {
		t.Errorf("%+v, %d scripts are left", b.Counts, s.Pending())
	}
	for _, r := range results(t, s, b.ID) {
		var m message
		_ = json.Unmarshal(r.Result.Message, &m)
		switch r.CustomID {
		case "r0":
			if m.text() != "uno" || m.Usage.Output != 7 || !strings.Contains(string(r.Result.Message), `"service_tier":"batch"`) {
				t.Errorf("one: %s", r.Result.Message)
			}
		case "r1":
			if e := r.Result.Error.Error; e.Type != "overloaded_error" || e.Message != "Overloaded" {
				t.Errorf("two: %+v", e)
			}
		case "r2":
			if e := r.Result.Error.Error; e.Type != "api_error" {
				t.Errorf("three: %+v", e)
			}
		case "r3":
			if string(r.Result.Message) != `{"id":"msg_4"}` {
				t.Errorf("four: %s", r.Result.Message)
			}
		case "r4":
			if m.text() != "cinque" {
				t.Errorf("five: %s", r.Result.Message)
			}
		}
	}
}

func TestScriptsAnswerForBatches(t *testing.T) {
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{Match: simulator.Match{Path: batchesPath}, Status: 429, Header: http.Header{"Retry-After": {"7"}}})
	w := do(s, request("POST", batchesPath, requests(sonnet46, "hi")))
	if w.Code != 429 || w.Header().Get("Retry-After") != "7" {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
	if p := call[page](t, s, "GET", batchesPath, ""); len(p.Data) != 0 {
		t.Error("the refused batch was created")
	}
	s.Push(simulator.Script{Match: simulator.Match{Method: "GET", Path: batchesPath + "/msgbatch_9"}, SkipChecks: true, RawBody: []byte(`{"id":"msgbatch_9"}`)})
	if b := get(t, s, "msgbatch_9"); b.ID != "msgbatch_9" {
		t.Errorf("got %+v", b)
	}
}

func TestManyRequestsInABatch(t *testing.T) {
	texts := make([]string, 2000)
	for i := range texts {
		texts[i] = fmt.Sprintf("Say %d", i)
	}
	s := fresh(simulator.Options{})
	b := create(t, s, requests(haiku45, texts...))
	s.AdvanceBatches(-1)
	seen := map[string]bool{}
	for _, r := range results(t, s, b.ID) {
		var m message
		if json.Unmarshal(r.Result.Message, &m) != nil || seen[m.ID] || seen[r.CustomID] {
			t.Fatalf("%s: %s", r.CustomID, r.Result.Message)
		}
		seen[m.ID], seen[r.CustomID] = true, true
	}
	if len(seen) != 4000 {
		t.Errorf("%d ids", len(seen))
	}
}
