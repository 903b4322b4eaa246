package fallback_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"parlor/api"
)

// refuseOnce lets the model of the request decline without a token.
func refuseOnce() []reply {
	return []reply{{body: `{"content":[],"stop_reason":"refusal","stop_details":null}`}, {body: served}}
}

func TestWhatAnEntryMakesOfTheBody(t *testing.T) {
	const rest = `"max_tokens":9,"messages":[{"role":"user","content":"hi"}]`
	for name, test := range map[string]struct {
		body, want string
		entry      api.Fallback
	}{
		"only the model, in its place": {
			body:  `{"z":1,"model":"m0",` + rest + `,"a":2}`,
			want:  `{"z":1,"model":"m1",` + rest + `,"a":2}`,
			entry: with("m1", nil),
		},
		"white space, escapes and numbers stay as they are": {
			body:  "{ \"m\\u006fdel\" :\t\"m0\",\n  \"max_tokens\":9e0 ,\"messages\" : [ {\"role\":\"user\",\"content\":\"\\u00e9 <&> \\/\"} ],\n\t\"n\":12345678901234567890.0 }\n",
			want:  "{ \"m\\u006fdel\" :\t\"m1\",\n  \"max_tokens\":9e0 ,\"messages\" : [ {\"role\":\"user\",\"content\":\"\\u00e9 <&> \\/\"} ],\n\t\"n\":12345678901234567890.0 }\n",
			entry: with("m1", nil),
		},
		"set, add and take out": {
			body:  `{"temperature":0.5,"model":"m0",` + rest + `,"top_p":1}`,
			want:  `{"model":"m1","max_tokens":4,"messages":[{"role":"user","content":"hi"}],"service_tier":"auto"}`,
			entry: with("m1", map[string]string{"temperature": "", "top_p": "null", "max_tokens": "4", "service_tier": `"auto"`}),
		},
		"to take out what is not there": {
			body:  `{"model":"m0",` + rest + `}`,
			want:  `{"model":"m1",` + rest + `}`,
			entry: with("m1", map[string]string{"temperature": "null"}),
		},
		"output_config is merged one level deep": {
			body:  `{"model":"m0","output_config": {"effort":"max", "format":{"a":1,"b":2},"x":[ ]},` + rest + `}`,
			want:  `{"model":"m1","output_config": {"effort":"low", "format":{"c":3},"task_budget":{}},` + rest + `}`,
			entry: with("m1", map[string]string{"output_config": `{"effort":"low","format":{"c":3},"x":null,"task_budget":{}}`}),
		},
		"output_config begins where there was none": {
			body:  `{"model":"m0",` + rest + `}`,
			want:  `{"model":"m1",` + rest + `,"output_config":{"effort":"low"}}`,
			entry: with("m1", map[string]string{"output_config": `{"effort":"low","format":null}`}),
		},
		"an output_config of which nothing is left goes": {
			body:  `{"model":"m0","output_config":{"effort":"max"},` + rest + `}`,
			want:  `{"model":"m1",` + rest + `}`,
			entry: with("m1", map[string]string{"output_config": `{"effort":null}`}),
		},
		"output_config goes as a whole": {
			body:  `{"model":"m0",` + rest + `,"output_config":{"effort":"max"}}`,
			want:  `{"model":"m1",` + rest + `}`,
			entry: with("m1", map[string]string{"output_config": " null "}),
		},
		"thinking between tools becomes disabled": {
			body:  `{"model":"m0","thinking":{"type":"between_tools","display":"omitted"},` + rest + `}`,
			want:  `{"model":"m1","thinking":{"type":"disabled"},` + rest + `}`,
			entry: with("m1", nil),
		},
		"unless the entry says what to think": {
			body:  `{"model":"m0","thinking":{"type":"between_tools"},` + rest + `}`,
			want:  `{"model":"m1","thinking":{"type":"adaptive"},` + rest + `}`,
			entry: with("m1", map[string]string{"thinking": `{"type":"adaptive"}`}),
		},
		"or takes thinking out": {
			body:  `{"model":"m0","thinking":{"type":"between_tools"},` + rest + `}`,
			want:  `{"model":"m1",` + rest + `}`,
			entry: with("m1", map[string]string{"thinking": ""}),
		},
		"other thinking stays": {
			body:  `{"model":"m0","thinking":{"type":"enabled","budget_tokens":1024},` + rest + `}`,
			want:  `{"model":"m1","thinking":{"type":"enabled","budget_tokens":1024},` + rest + `}`,
			entry: with("m1", nil),
		},
		"a credit token of the caller was for another request": {
			body:  `{"model":"m0",` + rest + `,"fallback_credit_token":"old"}`,
			want:  `{"model":"m1",` + rest + `}`,
			entry: with("m1", nil),
		},
		"of equal members the last one counts": {
			body:  `{"model":"x","model":"m0","a":1,` + rest + `,"a":2}`,
			want:  `{"model":"x","model":"m1",` + rest + `}`,
			entry: with("m1", map[string]string{"a": "null"}),
		},
		"a model that needs escapes": {
			body:  `{"model":"m0",` + rest + `}`,
			want:  `{"model":"m\"<1>\\",` + rest + `}`,
			entry: with(`m"<1>\`, nil),
		},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t, refuseOnce()...)
			ask(t, u, request(t, test.body), test.entry)
			equalAll(t, "body", u.bodies(), test.body, test.want)
		})
	}
}

func TestAnEntryWithTypedFields(t *testing.T) {
	u := newUpstream(t, refuseOnce()...)
	ask(t, u, request(t, `{"model":"m0","output_config":{"effort":"max","format":{}},"top_k":1,"max_tokens":9,"messages":[],"thinking":{"type":"adaptive"}}`),
		api.Fallback{
			Model: "m1", MaxTokens: 5, Thinking: &api.Thinking{Type: "disabled"}, Speed: "fast",
			OutputConfig: &api.OutputConfig{Effort: "low"}, Unset: []string{"top_k", "output_config.format"},
			Extra: map[string]json.RawMessage{"service_tier": json.RawMessage(`"auto"`)},
		})
	equal(t, "body", u.bodies()[1], `{"model":"m1","output_config":{"effort":"low"},"max_tokens":5,"messages":[],"thinking":{"type":"disabled"},"speed":"fast","service_tier":"auto"}`)
}

func TestEachHopPatchesTheOriginalBody(t *testing.T) {
	u := newUpstream(t,
		reply{body: `{"content":[],"stop_reason":"refusal","stop_details":{"fallback_credit_token":"t\"0"}}`},
		reply{body: `{"content":[],"stop_reason":"refusal","stop_details":{"fallback_credit_token":"t1"}}`},
		reply{body: `{"content":[],"stop_reason":"refusal","stop_details":{"fallback_credit_token":null}}`},
		reply{body: served})
	ask(t, u, request(t, plain),
		with("m1", map[string]string{"max_tokens": "1", "output_config": `{"effort":"low"}`}),
		with("m2", map[string]string{"speed": `"fast"`}),
		with("m3", nil))
	const rest = `"messages":[{"role":"user","content":"hi"}]`
	equalAll(t, "body", u.bodies(), plain,
		`{"model":"m1","max_tokens":1,`+rest+`,"output_config":{"effort":"low"},"fallback_credit_token":{"token":"t\"0","mode":"best_effort"}}`,
		`{"model":"m2","max_tokens":9,`+rest+`,"speed":"fast","fallback_credit_token":{"token":"t1","mode":"best_effort"}}`,
		`{"model":"m3","max_tokens":9,`+rest+`}`)
}

func TestHeadersOfEveryHop(t *testing.T) {
	u := newUpstream(t, refuseOnce()...)
	r := request(t, plain)
	r.Header["Anthropic-Beta"] = []string{"a, b", "a,,c"}
	r.Header.Set("X-Retry-Count", "1")
	ask(t, u, r, to("m1")...)
	for i, got := range u.got {
		equalAll(t, "beta", got.Header.Values("Anthropic-Beta"), "a,b,c,fallback-credit-2026-07-01")
		if got.Header.Get("X-Retry-Count") != "1" || got.URL.String() != "https://host/prefix/v1/messages?beta=true" {
			t.Errorf("request %d is %s with %v", i, got.URL, got.Header)
		}
		again, err := got.GetBody()
		if err != nil {
			t.Fatal(err)
		}
		again.Close()
	}
	equalAll(t, "the caller's header", r.Header.Values("Anthropic-Beta"), "a, b", "a,,c")
}

func TestABetaThatIsThereAlreadyIsNotRepeated(t *testing.T) {
	u := newUpstream(t, reply{body: served})
	r := request(t, plain)
	r.Header.Set("Anthropic-Beta", "fallback-credit-2026-07-01,x")
	ask(t, u, r, to("m1")...)
	equal(t, "beta", u.got[0].Header.Get("Anthropic-Beta"), "fallback-credit-2026-07-01,x")
}

func TestWhatIsNotForTheMiddleware(t *testing.T) {
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, test := range map[string]struct {
		body   string
		change func(*http.Request)
	}{
		"the side without betas":      {plain, func(r *http.Request) { r.URL.RawQuery = "" }},
		"another query":               {plain, func(r *http.Request) { r.URL.RawQuery = "beta=false" }},
		"no version":                  {plain, func(r *http.Request) { r.URL.RawQuery = ""; r.Header.Del("Anthropic-Version") }},
		"token counts":                {plain, func(r *http.Request) { r.URL.Path += "/count_tokens" }},
		"batches":                     {plain, func(r *http.Request) { r.URL.Path += "/batches" }},
		"a cloud platform":            {plain, func(r *http.Request) { r.URL.Path = "/model/m0/invoke" }},
		"another method":              {plain, func(r *http.Request) { r.Method = http.MethodPut }},
		"another type":                {plain, set("Content-Type", "text/plain")},
		"a form":                      {plain, set("Content-Type", "multipart/form-data; boundary=application/json")},
		"no type":                     {plain, func(r *http.Request) { r.Header.Del("Content-Type") }},
		"a packed body":               {plain, set("Content-Encoding", "zstd")},
		"broken JSON":                 {`{"model":"m0","max_tokens":9,"messages":[]`, nil},
		"no JSON at all":              {"hello", nil},
		"a list":                      {`[{"model":"m0","max_tokens":9,"messages":[]}]`, nil},
		"no max_tokens":               {`{"model":"m0","messages":[],"fallbacks":[]}`, nil},
		"no model":                    {`{"max_tokens":1,"messages":[]}`, nil},
		"messages that are no list":   {`{"model":"m0","max_tokens":1,"messages":{}}`, nil},
		"an empty body":               {"", nil},
		"invalid characters in a key": {"{\"\xff\":}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t, reply{body: refusedBy0})
			r := request(t, test.body)
			r.Header.Set("Anthropic-Beta", "a, a")
			if test.change != nil {
				test.change(r)
			}
			got := ask(t, u, r, to("m1")...)
			equal(t, "request", u.got[0].Body, test.body)
			equal(t, "beta", u.got[0].Header.Get("Anthropic-Beta"), "a, a")
			equal(t, "answer", got.Body, refusedBy0)
		})
	}
}

func TestWhatIsForTheMiddleware(t *testing.T) {
	for name, change := range map[string]func(*http.Request){
		"the beta side":               func(*http.Request) {},
		"a charset":                   func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=utf-8") },
		"a kind of JSON":              func(r *http.Request) { r.Header.Set("Content-Type", "application/vnd.x+json") },
		"any of the version with one": func(r *http.Request) { r.URL.RawQuery = ""; r.Header.Set("Anthropic-Version", api.Version2026) },
		"a later version":             func(r *http.Request) { r.URL.RawQuery = ""; r.Header.Set("Anthropic-Version", "2027-01-01") },
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t, refuseOnce()...)
			r := request(t, plain)
			change(r)
			ask(t, u, r, to("m1")...)
		})
	}
}

func TestAnEmptyChainDoesNothing(t *testing.T) {
	u := newUpstream(t, reply{body: refusedBy0})
	got := ask(t, u, request(t, plain))
	if got.Body != refusedBy0 || u.got[0].Header.Get("Anthropic-Beta") != "" {
		t.Errorf("got %s for %v", got.Body, u.got[0].Header)
	}
}
