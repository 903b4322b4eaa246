package session

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"parlor/api"
)

func TestWhatAModelRefusesIsNotSentAndSaidWhy(t *testing.T) {
	for _, test := range []struct {
		name   string
		params Params
		facts  facts
		sent   string // names of what is sent, besides max_tokens and cache_control
		notes  string
	}{
		{"temperature, fixed", Params{Model: opus, Temperature: new(0.7)}, facts{}, "thinking thinking.display", "temperature 0.7 not sent: fixed by this model"},
		{"temperature, taken", Params{Model: sonnet, Temperature: new(0.7)}, facts{}, "temperature", ""},
		{"one of two", Params{Model: haiku, Temperature: new(0.7), TopP: new(0.9)}, facts{}, "temperature", "top_p 0.9 not sent: this model takes temperature or top_p, not both"},
		{
			"with thinking",
			Params{Model: sonnet, Temperature: new(0.7), TopK: new(3), Thinking: Thinking{Mode: "adaptive"}},
			facts{},
			"thinking thinking.display", "temperature 0.7 not sent: 1 while thinking is on; top_k 3 not sent: not taken while thinking is on",
		},
		{"newer API", Params{Model: sonnet, Temperature: new(0.7)}, facts{noSampling: true}, "", "temperature 0.7 not sent: not taken by this API version"},
		{"learned", Params{Model: "x", Temperature: new(0.7), Effort: "low"}, facts{refused: map[string]int{"temperature": 0}}, "effort", "temperature 0.7 not sent: refused by this server for this model"},
		{"unknown model", Params{Model: "x", Temperature: new(0.7), Effort: "low", Thinking: Thinking{Mode: "adaptive"}}, facts{}, "temperature effort thinking thinking.display", ""},
		{"no effort", Params{Model: haiku, Effort: "low"}, facts{}, "", "effort low not sent: not taken by this model"},
		{"effort of others", Params{Model: "claude-opus-4-5", Effort: "max"}, facts{}, "", "effort max not sent: this model takes low, medium, high"},
		{"thinking by itself", Params{Model: opus}, facts{}, "thinking thinking.display", ""},
		{"thinking off by itself", Params{Model: sonnet}, facts{}, "", ""},
		{"always thinks", Params{Model: opus, Thinking: Thinking{Mode: "off"}}, facts{}, "thinking thinking.display", "thinking off not sent: this model always thinks"},
		{"between tools", Params{Model: "claude-sonnet-5-5", Thinking: Thinking{Mode: "off"}}, facts{}, "thinking", ""},
		{"off by itself", Params{Model: haiku, Thinking: Thinking{Mode: "off"}}, facts{}, "", ""},
		{
			"off up to high",
			Params{Model: "claude-opus-5", Effort: "max", Thinking: Thinking{Mode: "off"}},
			facts{},
			"effort thinking thinking.display", "thinking off not sent: this model always thinks at effort max",
		},
		{
			"budget refused",
			Params{Model: opus, Thinking: Thinking{Mode: "budget", Budget: 2000}},
			facts{},
			"thinking thinking.display",
			"thinking budget not sent: this model decides itself how long to think",
		},
		{
			"budget too large",
			Params{Model: haiku, MaxTokens: 2000, Thinking: Thinking{Mode: "budget", Budget: 5000}},
			facts{},
			"thinking thinking.display",
			"thinking budget 5000 lowered to 1999: it must be below max tokens",
		},
		{"more than it writes", Params{Model: haiku, MaxTokens: 100000}, facts{}, "", "max tokens 100000 lowered to 64000: the limit of this model"},
		{"learned limit", Params{Model: "x"}, facts{refused: map[string]int{"max_tokens": 4096}}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.facts.caps = capsOf(test.params.Model)
			req := &api.MessageRequest{Model: test.params.Model}
			notes := applyParams(req, test.params, test.facts)
			sent := slices.DeleteFunc(sentParams(req), func(s string) bool { return s == "max_tokens" || s == "cache_control" })
			if got := strings.Join(sent, " "); got != test.sent {
				t.Errorf("sent %q, want %q", got, test.sent)
			}
			if got := strings.Join(notes, "; "); got != test.notes {
				t.Errorf("notes %q, want %q", got, test.notes)
			}
			if limit := test.facts.outputLimit(); req.MaxTokens > limit || req.MaxTokens < 1 {
				t.Errorf("max tokens %d of %d", req.MaxTokens, limit)
			}
			if th := req.Thinking; th != nil && th.Type == "enabled" && th.BudgetTokens >= req.MaxTokens {
				t.Errorf("budget %d of %d", th.BudgetTokens, req.MaxTokens)
			}
		})
	}
}

func TestTheScreenLearnsWhatCanBeChosen(t *testing.T) {
	f := facts{caps: capsOf(opus)}
	if s := f.support(Params{Model: opus}, "effort"); !s.OK || s.Default != "medium" || len(s.Choices) != 5 {
		t.Errorf("effort: %+v", s)
	}
	if s := f.support(Params{Model: opus}, "thinking"); !slices.Equal(s.Choices, []string{"adaptive"}) || s.Default != "on" {
		t.Errorf("thinking: %+v", s)
	}
	if s := f.support(Params{Model: opus}, "temperature"); s.OK || !strings.Contains(s.Instead, "effort") || !strings.Contains(s.Instead, "sonnet-4-6") {
		t.Errorf("temperature: %+v", s)
	}
	if s := f.support(Params{Model: opus}, "max_tokens"); !s.OK || s.Reason != "up to 128000" || s.Default != "16000" {
		t.Errorf("max_tokens: %+v", s)
	}
	if s := (facts{}).support(Params{Model: "x"}, "thinking"); len(s.Choices) != 3 {
		t.Errorf("thinking of an unknown model: %+v", s)
	}
}

func TestParametersNoModelTakesAreRefused(t *testing.T) {
	for name, p := range map[string]Params{
		"model":          {},
		"temperature":    {Model: "m", Temperature: new(1.5)},
		"top_p":          {Model: "m", TopP: new(-0.1)},
		"top_k":          {Model: "m", TopK: new(-1)},
		"max_tokens":     {Model: "m", MaxTokens: -5},
		"effort":         {Model: "m", Effort: "huge"},
		"thinking":       {Model: "m", Thinking: Thinking{Mode: "budget", Budget: 10}},
		"system":         {Model: "m", System: "\xff"},
		"stop_sequences": {Model: "m", StopSequences: []string{" "}},
	} {
		err := p.Validate()
		var bad *ParamError
		if !errors.As(err, &bad) || bad.Param != name || !strings.HasSuffix(bad.Message, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (Params{Model: "m", Temperature: new(1.0), Thinking: Thinking{Mode: "budget", Budget: 1024}}).Validate(); err != nil {
		t.Error(err)
	}
}
