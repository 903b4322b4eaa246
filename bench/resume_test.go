package bench_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"parlor/api/simulator"
	"parlor/bench"
)

// A conversation that was left goes on in the next process as if it had never been left:
// model, temperature, system prompt, branch, draft, and the line that was being read.
func TestAResumedConversationIsAsItWasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sim.Push(simulator.Script{Text: "The first answer.\n\n" + paragraphs("alpha", 40)})
	w.sim.Push(simulator.Script{Text: "The second answer.\n\n" + paragraphs("omega", 40)})

	first := w.begin("--model", "claude-opus-5-5")
	expect(t, first, "opus-5-5") // now the conversation is open
	command(t, first, "/model claude-sonnet-4-6", "sonnet-4-6")
	command(t, first, "/temp 0.3", "temp 0.3")
	command(t, first, "/system You are a pirate.", "ystem prompt")
	say(t, first, "talk to me")
	expect(t, first, "alpha 40")
	gone(t, first, "esc stops")
	say(t, first, "/retry")
	expect(t, first, "omega 40")
	gone(t, first, "esc stops")
	send(t, first, "\t[") // into the transcript, and to the first of the two
	expect(t, first, "alpha 40")
	gone(t, first, "omega")
	send(t, first, "\t\x1b[5~") // back, and a page up
	gone(t, first, "alpha 40")
	send(t, first, "words not sent")
	expect(t, first, "words not sent")
	place := reading(first)
	if len(place) < 5 {
		t.Fatalf("the screen is not in the middle of the answer:\n%s", first.Screen())
	}
	send(t, first, "\x11") // ctrl+q: ctrl+c would clear the draft
	if err := first.AwaitExit(patience); err != nil {
		t.Fatalf("parlor did not end well: %v", err)
	}
	orderly(t, first)

	second := w.open("words not sent", "-c")
	if err := second.Await(patience, func(string) bool { return fmt.Sprint(reading(second)) == fmt.Sprint(place) }); err != nil {
		t.Fatalf("it does not show %v, which was being read: %v", place, err)
	}
	expect(t, second, "sonnet-4-6", "temp 0.3")
	w.sim.Push(simulator.Script{Text: "Aye."})
	send(t, second, "\r")
	expect(t, second, "Aye.")
	quit(t, second)

	asked := w.asked()
	var body struct {
		Model       string
		Temperature *float64
	}
	next := asked[len(asked)-1]
	if err := json.Unmarshal([]byte(next), &body); err != nil {
		t.Fatal(err)
	}
	if len(asked) != 3 || body.Model != "claude-sonnet-4-6" || body.Temperature == nil || *body.Temperature != 0.3 {
		t.Errorf("request %d has model %q and temperature %v", len(asked), body.Model, body.Temperature)
	}
	for text, want := range map[string]bool{
		"You are a pirate.": true, "The first answer.": true, "The second answer.": false, "words not sent": true,
	} {
		if strings.Contains(next, text) != want {
			t.Errorf("that %q is in the next request is %v, want %v", text, !want, want)
		}
	}
}

// paragraphs are n paragraphs that can be told apart.
func paragraphs(name string, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s %d", name, i+1)
	}
	return strings.Join(all, "\n\n")
}

// reading are the paragraphs on the screen.
func reading(term *bench.Terminal) (seen []string) {
	for _, row := range strings.Split(term.Screen(), "\n") {
		if _, text, found := strings.Cut(row, "alpha "); found {
			seen = append(seen, strings.Fields(text)[0])
		}
	}
	return seen
}

// command enters a slash command and waits for what it shows.
func command(t *testing.T, term *bench.Terminal, text, shows string) {
	t.Helper()
	say(t, term, text)
	gone(t, term, text)
	expect(t, term, shows)
}
