package transfer_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"parlor/session/transfer"
)

// JSON may hold characters that some terminals obey. Written as escapes they
// are the same text to every reader of JSON, and nothing to a terminal.
func TestJSONHoldsNoCharacterThatATerminalObeys(t *testing.T) {
	const text = "a\u009b31m b\u202ec d\u2066e\u007ff \u200b g\u2028h é 長 👋 \x1b[2J i\u00a0j \U000E0041k"
	var out bytes.Buffer
	if err := transfer.NewStream(&out).Text(text); err != nil {
		t.Fatal(err)
	}
	const want = `{"type":"text","text":"a\u009b31m b\u202ec d\u2066e\u007ff \u200b g\u2028h é 長 👋 \u001b[2J i` + "\u00a0" + `j \udb40\udc41k"}` + "\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
	var back struct{ Text string }
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back.Text != text {
		t.Errorf("%q, %v", back.Text, err)
	}
	out.Reset()
	e := json.NewEncoder(transfer.Printable(&out))
	if err := e.Encode(json.RawMessage(`{"raw":"` + "\u009b\u202e" + `"}`)); err != nil || out.String() != `{"raw":"\u009b\u202e"}`+"\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}
