package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"parlor/api/catalog"
)

func TestTableIsSound(t *testing.T) {
	names := map[string]bool{}
	all := catalog.All()
	for _, m := range all {
		for _, name := range []string{m.ID, m.Alias} {
			if name != "" && names[name] {
				t.Errorf("%s is there twice", name)
			}
			names[name] = true
		}
		if m.DisplayName == "" || m.PriceDate == "" || m.Status == "" || m.Sampling == "" {
			t.Errorf("%s lacks a fact", m.ID)
		}
		if m.DefaultEffort != "" && !m.AcceptsEffort(m.DefaultEffort) || len(m.Efforts) > 0 && m.DefaultEffort == "" {
			t.Errorf("%s: default effort %q of %v", m.ID, m.DefaultEffort, m.Efforts)
		}
		if m.Thinking.AlwaysOn && (m.Thinking.Disabled || !m.Thinking.DefaultOn) {
			t.Errorf("%s: thinking that is always on cannot be off", m.ID)
		}
		if m.Status != catalog.Retired && m.ContextWindow == 0 {
			t.Errorf("%s has no context window", m.ID)
		}
		if m.Status == catalog.Deprecated && m.Retires == "" {
			t.Errorf("%s: retires when?", m.ID)
		}
		checkSuccessor(t, m)
		checkPrices(t, m)
	}
	if all[0].Status != catalog.Current {
		t.Error("the first model is the one to offer")
	}
	all[0].ID = "changed"
	if catalog.All()[0].ID == "changed" {
		t.Error("All must return a copy")
	}
}

func checkSuccessor(t *testing.T, m catalog.Model) {
	t.Helper()
	old := m.Status == catalog.Deprecated || m.Status == catalog.Retired
	next, ok := catalog.Find(m.Successor)
	switch {
	case old && !ok:
		t.Errorf("%s needs a successor", m.ID)
	case ok && (next.Status == catalog.Retired || next.Status == catalog.Deprecated):
		t.Errorf("%s: its successor %s is old, too", m.ID, next.ID)
	case ok && next.Family != m.Family && m.Family != "":
		t.Errorf("%s: its successor %s is of another family", m.ID, next.ID)
	}
}

func checkPrices(t *testing.T, m catalog.Model) {
	t.Helper()
	var before int64
	for i, b := range m.Prices {
		last := i == len(m.Prices)-1
		if last != (b.UpToTokens == 0) || !last && b.UpToTokens <= before {
			t.Errorf("%s: the bands must grow and the last be open", m.ID)
		}
		before = b.UpToTokens
		if b.Read >= b.In || b.In >= b.Write5m || b.Write5m >= b.Write1h || b.Write1h > b.Out {
			t.Errorf("%s: odd prices %+v", m.ID, b)
		}
	}
}

func TestFind(t *testing.T) {
	for id, want := range map[string]string{
		"claude-opus-5-5":                             "claude-opus-5-5",
		"claude-opus-5":                               "claude-opus-5",
		"claude-opus-4-5-20251101":                    "claude-opus-4-5",
		"claude-sonnet-4-5@20250929":                  "claude-sonnet-4-5",
		"claude-haiku-4-5-latest":                     "claude-haiku-4-5",
		"us.anthropic.claude-opus-4-6-v1:0":           "claude-opus-4-6",
		"anthropic.claude-opus-4-8":                   "claude-opus-4-8",
		"global.anthropic.claude-sonnet-4-6-v1":       "claude-sonnet-4-6",
		"eu.anthropic.claude-haiku-4-5-20251001-v1:0": "claude-haiku-4-5",
		"anthropic/claude-fable-5-2":                  "claude-fable-5-2",
		"claude-3-5-sonnet-20240620":                  "claude-3-5-sonnet",
		"claude-2":                                    "claude-2.0",
		"claude-opus-4-20250514":                      "claude-opus-4",
		"claude-opus-5-9":                             "",
		"gpt-5":                                       "",
		"":                                            "",
		"opus":                                        "",
	} {
		m, ok := catalog.Find(id)
		if m.ID != want || ok != (want != "") {
			t.Errorf("%q: got %q", id, m.ID)
		}
	}
}

func TestResolve(t *testing.T) {
	for text, want := range map[string]string{
		"opus": "claude-opus-5-5", "Sonnet ": "claude-sonnet-5-5", "haiku": "claude-haiku-5-5", "fable": "claude-fable-5-2",
		"opus 4.8": "claude-opus-4-8", "sonnet-5": "claude-sonnet-5", "Claude Opus 4.5": "claude-opus-4-5", "opus_5": "claude-opus-5",
		"claude-opus-4-8":                   "claude-opus-4-8",
		"us.anthropic.claude-opus-4-6-v1:0": "us.anthropic.claude-opus-4-6-v1:0",
		"claude-opus-4-5-20251101":          "claude-opus-4-5-20251101",
		"mythos":                            "", // by invitation only
		"gpt":                               "", "": "", "claude": "",
	} {
		got, ok := catalog.Resolve(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestWhatModelsAccept(t *testing.T) {
	find := func(id string) catalog.Model {
		m, ok := catalog.Find(id)
		if !ok {
			t.Fatal(id)
		}
		return m
	}
	for id, want := range map[string]catalog.Sampling{
		"claude-opus-5-5": catalog.SamplingNone, "claude-sonnet-5": catalog.SamplingNone, "claude-haiku-5-5": catalog.SamplingNone,
		"claude-opus-4-7": catalog.SamplingNone, "claude-opus-4-6": catalog.SamplingOne, "claude-haiku-4-5": catalog.SamplingOne,
	} {
		if got := find(id).Sampling; got != want {
			t.Errorf("%s takes %s, want %s", id, got, want)
		}
	}
	for id, want := range map[string]string{
		"claude-opus-5-5": "low medium high xhigh max", "claude-opus-4-6": "low medium high max",
		"claude-opus-4-5": "low medium high", "claude-haiku-4-5": "",
	} {
		if got := strings.Join(find(id).Efforts, " "); got != want {
			t.Errorf("%s: efforts %q, want %q", id, got, want)
		}
	}
	if m := find("claude-haiku-4-5"); !m.Prefill || m.MidSystem || m.Thinking.Adaptive || !m.Thinking.Enabled {
		t.Errorf("Haiku 4.5: %+v", m)
	}
	if m := find("claude-opus-5-5"); m.Prefill || !m.MidSystem || !m.Thinking.AlwaysOn || m.DefaultEffort != "medium" {
		t.Errorf("Opus 5.5: %+v", m)
	}
	if m := find("claude-sonnet-5-5"); !m.Thinking.BetweenTools || m.Thinking.Disabled || m.Thinking.AlwaysOn {
		t.Errorf("Sonnet 5.5: %+v", m)
	}
	old := slices.IndexFunc(catalog.All(), func(m catalog.Model) bool { return m.Status == catalog.Retired })
	if old < 0 || catalog.All()[old].Successor == "" {
		t.Error("retired models say what replaces them")
	}
}

func TestCost(t *testing.T) {
	cases := []struct {
		id    string
		usage catalog.TokenUsage
		want  int64
	}{
		{"claude-opus-5-5", catalog.TokenUsage{In: 1_000_000}, 4_000_000},
		{"claude-opus-5-5", catalog.TokenUsage{In: 1000, Out: 500, Write5m: 200, Write1h: 100, Read: 10_000}, 4000 + 10_000 + 1000 + 800 + 2000},
		{"claude-haiku-5-5", catalog.TokenUsage{In: 100_000}, 10_000},
		{"claude-haiku-5-5", catalog.TokenUsage{In: 100_001}, 50_001},                 // 50,000.5: the dear band, for all of it
		{"claude-haiku-5-5", catalog.TokenUsage{In: 1, Read: 100_000, Out: 2}, 5_006}, // the cache counts for the size
		{"claude-opus-5-5", catalog.TokenUsage{}, 0},
		{"claude-mythos-5-2", catalog.TokenUsage{In: 1000}, 0}, // price unknown
	}
	for _, c := range cases {
		m, _ := catalog.Find(c.id)
		if got := m.Cost(c.usage); got != c.want {
			t.Errorf("%s %+v: got %d, want %d", c.id, c.usage, got, c.want)
		}
	}
}
