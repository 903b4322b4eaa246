package bench_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// What a script sees of everything that can happen to one answer: the exit code, what is
// on standard output, and one sentence on standard error.
func TestExitCodesTellWhatFailed(t *testing.T) {
	partial := []string{"As far ", "as it came. ", "Never sent."}
	for name, tt := range map[string]struct {
		script simulator.Script
		args   []string
		env    string
		close  bool // the server is gone
		code   int
		out    string
		err    string
	}{
		"an answer":         {script: simulator.Script{Text: "Here it is."}, code: 0, out: "Here it is.\n"},
		"a refused request": {script: simulator.Script{Status: 400, Message: "max_tokens: too many"}, code: 1, err: "max_tokens: too many"},
		"an unknown model":  {args: []string{"--model", "claude-imaginary-9"}, code: 1, err: "has no model claude-imaginary-9. `parlor models` lists the models there are."},
		"a bad flag":        {args: []string{"--temperature", "hot"}, code: 2, err: `--temperature: "hot" is not a number`},
		"a bad key":         {env: "ANTHROPIC_API_KEY=sk-ant-bad-secret-9876", code: 3, err: "did not accept the key from ANTHROPIC_API_KEY (ending in 9876)"},
		"no permission":     {script: simulator.Script{Status: 403, Message: "not for you"}, code: 3, err: "not for you"},
		"a bill not paid":   {script: simulator.Script{Status: 402, Message: "top up"}, code: 3, err: "billing"},
		"a rate limit":      {script: simulator.Script{Status: 429, Header: http.Header{"Retry-After": {"3600"}}}, code: 4, err: "Try again at"},
		"an overload":       {script: simulator.Script{Status: 529, Times: 3, Header: http.Header{"Retry-After-Ms": {"20"}}}, code: 4, err: "is overloaded"},
		"a late overload":   {script: simulator.Script{Deltas: partial, ErrorEventAfter: simulator.AfterDeltas(2)}, code: 4, out: "As far as it came. \n", err: "is overloaded"},
		"no server":         {close: true, code: 5, err: "refused the connection"},
		"a cut stream":      {script: simulator.Script{Deltas: partial, TruncateAfter: simulator.AfterDeltas(2)}, code: 5, out: "As far as it came. \n", err: "before the answer was complete"},
		"a reset":           {script: simulator.Script{Deltas: partial, ResetAfter: simulator.AfterDeltas(2)}, code: 5, out: "As far as it came. \n", err: "broke off"},
		"silence":           {script: simulator.Script{Deltas: partial, StallAfter: simulator.AfterDeltas(2)}, code: 5, out: "As far as it came. \n", err: "for 1s"},
		"a refusal":         {script: simulator.Script{StopReason: "refusal", StopDetails: []byte(`{"type":"refusal","category":"cyber","explanation":"No."}`)}, code: 6, err: "The model declined to answer (cyber). No."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "timeouts.stall = '1s'")
			if tt.script.Status != 0 || tt.script.Text != "" || tt.script.Deltas != nil || tt.script.StopReason != "" {
				w.sim.Push(tt.script)
			}
			if tt.env != "" {
				w.env = append(w.env, tt.env)
			}
			if tt.close {
				_ = w.srv.Close() // it reports nothing
			}
			r := w.run(nil, append(tt.args, "-p", "hello")...)
			if r.code != tt.code || r.out != tt.out {
				t.Errorf("exit code %d, want %d; it printed %q, want %q", r.code, tt.code, r.out, tt.out)
			}
			told := lastLine(r.err)
			if !strings.Contains(told, tt.err) || tt.err == "" && r.err != "" {
				t.Errorf("it said %q, want %q", r.err, tt.err)
			}
			if tt.err != "" && (!strings.HasPrefix(told, "parlor: ") || !strings.HasSuffix(told, ".") || strings.Contains(r.err, "secret")) {
				t.Errorf("that is no sentence: %q", r.err)
			}
			if tt.code == 2 {
				return
			}
			if k := w.kept(); k.Messages[0].text() != "hello" || strings.TrimSpace(k.last().text()) != strings.TrimSpace(tt.out) {
				t.Errorf("kept %+v", k.Messages)
			}
		})
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// A prompt of 10 MB arrives byte for byte where a server takes it, and is kept byte for
// byte where it does not.
func TestAPromptOfTenMegabytes(t *testing.T) {
	t.Parallel()
	line := "A line with <angle> & \"quotes\", Umläuten, 漢字 and 🙂.\n"
	prompt := strings.TrimSuffix(strings.Repeat(line, 10<<20/len(line)+1), "\n")

	w := newWorld(t)
	r := w.run(strings.NewReader(prompt), "-p")
	if r.code != 1 || !strings.Contains(r.err, "tokens; the context of claude-sonnet-4-6 has") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("exit code %d, %s", r.code, r.err)
	}
	if got := w.kept().Messages[0].text(); got != prompt {
		t.Errorf("of %d bytes %d are kept", len(prompt), len(got))
	}

	w.sim.Push(simulator.Script{SkipChecks: true, Text: "That was long."})
	r = w.run(strings.NewReader(prompt), "-p", "--no-save")
	if r.code != 0 || r.out != "That was long.\n" {
		t.Errorf("exit code %d, %q, %s", r.code, r.out, r.err)
	}
	asked := w.asked()
	if got := userText(t, asked[len(asked)-1]); got != prompt {
		t.Errorf("of %d bytes %d arrived", len(prompt), len(got))
	}
}

func TestAPromptThatIsNoUTF8IsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, prompt := range []string{"caf\xe9", "\xff\xfe", strings.Repeat("good ", 1000) + "\xc3"} {
		r := w.run(bytes.NewReader([]byte(prompt)), "-p")
		if r.code != 2 || r.out != "" || !strings.Contains(r.err, "The prompt is not valid UTF-8 at byte ") || strings.Count(r.err, "\n") != 1 {
			t.Errorf("exit code %d, %q, %s", r.code, r.out, r.err)
		}
	}
	if asked := w.asked(); len(asked) != 0 {
		t.Errorf("%d requests were sent", len(asked))
	}
	if ids := w.list(); len(ids) != 0 {
		t.Errorf("%d conversations were made", len(ids))
	}
}

func TestResumingWhatIsNotThereOrNotClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 2 {
		w.sim.Push(simulator.Script{Text: "Yes."})
		if r := w.run(nil, "-p", fmt.Sprintf("arenas in Go %d", i)); r.code != 0 {
			t.Fatalf("exit code %d: %s", r.code, r.err)
		}
	}
	for query, want := range map[string]string{
		"no such talk": "No conversation matches \"no such talk\"; `parlor list` shows all.",
		"arenas":       `"arenas" matches 2 conversations:`,
	} {
		r := w.run(nil, "-r", query, "-p", "hello")
		if r.code != 2 || !strings.Contains(r.err, want) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("-r %q -p: exit code %d, %s", query, r.code, r.err)
		}
		// In a terminal it is told where one types, not on a screen that goes away.
		term := start(t, w.env, binary(t), "-r", query)
		if code := exitCode(t, term.AwaitExit(patience)); code != 2 {
			t.Errorf("-r %q: exit code %d, want 2", query, code)
		}
		if screen := term.Screen(); !strings.Contains(unwrapped(screen), unwrapped(want)) {
			t.Errorf("-r %q shows\n%s", query, screen)
		}
		orderly(t, term)
	}
	if asked := w.asked(); len(asked) != 2 {
		t.Errorf("%d requests were sent, want 2", len(asked))
	}
}
