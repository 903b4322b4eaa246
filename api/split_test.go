package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// FuzzSplit holds splitObject, splitList and decodeString to what encoding/json
// makes of the same bytes.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		`{"a":1,"b":[{"c":"d"}],"a":-0.5e+3}`, ` { "\u0061" : null , "ü" : true } `, "{\"\xff\":\"\xff\\ud800\"}",
		`[]`, `[1,"2",[3],{"4":4}]`, `[1,]`, `{"a":01}`, `{"a":1.}`, `{"a":tru}`, `{,}`, `{"a" 1}`, `["\x"]`, "[\"\t\"]",
		`{}x`, `"a"`, `"\u00e4\ud83d"`, ``, `{"a":-}`, `[1e]`, "\xEF\xBB\xBF{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var list []json.RawMessage
		isList := json.Unmarshal(raw, &list) == nil && bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("["))
		gotList, ok := splitList(raw)
		if ok != isList || len(gotList) != len(list) {
			t.Fatalf("%q: a list of %d, %t; want %d, %t", raw, len(gotList), ok, len(list), isList)
		}
		for i := range gotList {
			if !bytes.Equal(gotList[i], list[i]) {
				t.Fatalf("%q: element %d is %q, want %q", raw, i, gotList[i], list[i])
			}
		}
		var want object
		if json.Unmarshal(raw, &want) != nil {
			want = nil
		}
		if got := splitObject(raw); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: %q, want %q", raw, got, want)
		}
		var text string
		if json.Unmarshal(raw, &text) != nil || !bytes.HasPrefix(raw, []byte(`"`)) {
			text = ""
		}
		if got := decodeString(raw); got != text {
			t.Fatalf("%q: %q, want %q", raw, got, text)
		}
	})
}

func TestSplitGoesAsDeepAsEncodingJSON(t *testing.T) {
	for depth, want := range map[int]bool{maxDepth: true, maxDepth + 1: false, 1 << 20: false} {
		raw := []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		if _, ok := splitList(raw); ok != want || json.Valid(raw) != want {
			t.Errorf("%d levels: %t, encoding/json %t; want %t", depth, ok, json.Valid(raw), want)
		}
		raw = []byte(strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth))
		if ok := splitObject(raw) != nil; ok != want {
			t.Errorf("%d objects: %t, want %t", depth, ok, want)
		}
	}
}
