package api

import (
	"encoding/json"
	"strings"
	"testing"
)

func delta(text string) string {
	return `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":` + text + `}}`
}

// decodeAll gives the text of each event in turn.
func decodeAll(t *testing.T, events ...string) (texts []string) {
	t.Helper()
	var d decoder
	for _, event := range events {
		e, err := d.decode(nil, []byte(event))
		if err != nil {
			t.Fatalf("%s: %v", event, err)
		}
		texts = append(texts, e.Delta.Text)
	}
	return texts
}

func TestDeltaText(t *testing.T) {
	cases := map[string]string{
		`"plain"`:                   "plain",
		`""`:                        "",
		`"日本語 é 😀"`:                 "日本語 é 😀",
		`"a\nb\t\"c\"\\ \/ \b\f\r"`: "a\nb\t\"c\"\\ / \b\f\r",
		`"\u00e9\u65e5"`:            "é日",
		`"\ud83d\ude00!"`:           "😀!",
		`"\ud83d!"`:                 "\uFFFD!",
		`"\ude00!"`:                 "\uFFFD!",
		`"\ud83d\ud83d\ude00"`:      "\uFFFD😀",
		`"\u0000\u001b"`:            "\x00\x1b",
		"\"a\xff\xfeb\"":            "a\uFFFD\uFFFDb",
		"\"a\xe6\x97\"":             "a\uFFFD\uFFFD",
		`7`:                         "7",
		`1.50`:                      "1.50",
		`{"a":[1]}`:                 `{"a":[1]}`,
		`null`:                      "",
	}
	for raw, want := range cases {
		if got := decodeAll(t, delta(raw)); got[0] != want {
			t.Errorf("%s: got %q, want %q", raw, got[0], want)
		}
	}
}

func TestDeltaHalvesOfCharacters(t *testing.T) {
	const stop = `{"type":"content_block_stop","index":0}`
	other := `{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"x"}}`
	cases := []struct {
		name   string
		events []string
		want   string // texts joined with |
	}{
		{"split over two deltas", []string{delta(`"a\ud83d"`), delta(`"\ude00b"`)}, "a|😀b"},
		{"alone in their deltas", []string{delta(`"\ud83d"`), delta(`"\ude00"`)}, "|😀"},
		{"a ping between", []string{delta(`"\ud83d"`), `{"type":"ping"}`, delta(`"\ude00"`)}, "||😀"},
		{"an empty delta between", []string{delta(`"\ud83d"`), delta(`""`), delta(`"\ude00"`)}, "||😀"},
		{"another block between", []string{delta(`"\ud83d"`), other, delta(`"\ude00"`)}, "|x|😀"},
		{"no partner", []string{delta(`"\ud83d"`), delta(`"b"`)}, "|\uFFFDb"},
		{"another first half", []string{delta(`"\ud83d"`), delta(`"\ud83d"`), delta(`"\ude00"`)}, "|\uFFFD|😀"},
		{"another escape", []string{delta(`"\ud83d"`), delta(`"\nb"`)}, "|\uFFFD\nb"},
		{"another escaped character", []string{delta(`"\ud83d"`), delta(`"\u00e9"`)}, "|\uFFFDé"},
		{"the block ends", []string{delta(`"\ud83d"`), stop, delta(`"\ude00"`)}, "|\uFFFD|\uFFFD"},
		{"only a second half", []string{delta(`"\ude00"`), delta(`"b"`)}, "\uFFFD|b"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(decodeAll(t, c.events...), "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			// The general path must agree: an unknown member sends everything there.
			var slow []string
			for _, event := range c.events {
				slow = append(slow, strings.Replace(event, `{"type"`, `{"x":0,"type"`, 1))
			}
			if got := strings.Join(decodeAll(t, slow...), "|"); got != c.want {
				t.Errorf("the general path got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDeltaShapes(t *testing.T) {
	cases := []struct {
		data      string
		fast      bool
		deltaType string
		text      string
		index     int
	}{
		{delta(`"a"`), true, DeltaText, "a", 0},
		{`{"index":3,"delta":{"text":"a","type":"text_delta"},"type":"content_block_delta"}`, true, DeltaText, "a", 3},
		{
			` { "type" : "content_block_delta" , "index" : 12 , "delta" : { "type" : "thinking_delta" , "thinking" : "a" } } `,
			true, DeltaThinking, "a", 12,
		},
		{
			`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}`,
			true, DeltaSignature, "c2ln", 0,
		},
		{
			`{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}`,
			true, DeltaInputJSON, `{"a":`, 0,
		},
		{`{"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}}`, true, DeltaText, "a", -1},
		{`{"type":"content_block_delta","index":null,"delta":{"type":"text_delta","text":"a"}}`, false, DeltaText, "a", -1},
		{`{"type":"content_block_delta","index":1.0,"delta":{"type":"text_delta","text":"a"}}`, false, DeltaText, "a", 1},
		{
			`{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"a","estimated_tokens":3}}`,
			false, DeltaThinking, "a", 0,
		},
		{`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","thinking":"a"}}`, false, DeltaText, "", 0},
		{`{"type":"content_block_delta","index":0,"delta":{"type":"new_delta","x":1}}`, false, "new_delta", "", 0},
		{`{"type":"content_block_delta","index":0}`, false, "", "", 0},
	}
	for _, c := range cases {
		var d decoder
		var e Event
		if fast := d.decodeDelta([]byte(c.data), &e); fast != c.fast {
			t.Errorf("%s: on the fast path %v, want %v", c.data, fast, c.fast)
		}
		e, err := d.decode(nil, []byte(c.data))
		if err != nil || e.Type != EventContentBlockDelta || e.Index != c.index ||
			e.Delta.Type != c.deltaType || e.Delta.Text != c.text {
			t.Errorf("%s: got %+v, %v", c.data, e, err)
		}
	}
}

// FuzzDelta holds the fast path and the general one together.
func FuzzDelta(f *testing.F) {
	for _, text := range []string{`"a"`, `"\ud83d"`, `"\n\"é"`, `"日本"`, "\"\xff\"", `7`} {
		f.Add([]byte(delta(text)), []byte(delta(`"\ude00b"`)))
	}
	f.Add([]byte(`{"index":1,"delta":{"type":"thinking_delta","thinking":"x"},"type":"content_block_delta"}`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var fast, slow decoder
		for _, data := range [][]byte{first, second} {
			var got Event
			if !fast.decodeDelta(data, &got) {
				return
			}
			if !json.Valid(data) {
				t.Fatalf("the fast path takes invalid JSON: %q", data)
			}
			want := Event{Type: EventContentBlockDelta, Index: -1, Raw: data}
			slow.fill(&want, parseObject(data))
			if got.Type != want.Type || got.Index != want.Index || got.Delta.Type != want.Delta.Type ||
				got.Delta.Text != want.Delta.Text || string(got.Raw) != string(want.Raw) {
				t.Fatalf("%q:\nfast %+v\nslow %+v", data, got, want)
			}
			if string(got.Delta.Raw) != string(want.Delta.Raw) {
				t.Fatalf("%q: delta %q and %q", data, got.Delta.Raw, want.Delta.Raw)
			}
		}
	})
}
