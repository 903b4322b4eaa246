package ui

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"

	"parlor/api/simulator"
	"parlor/session"
	"parlor/ui/action"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // screens show times of day
	// The highlighter's regular expressions keep a clock that stops by itself
	// a moment after the last match.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

func TestAliceIsRememberedAfterARestart(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("My name is Alice.", "enter")
	d.idle()
	d.types("ctrl+c", "ctrl+c")
	d.until("two Ctrl+C quit", func() bool { return d.quit })
	d.stop()

	d = w.start(Start{Mode: Last})
	d.shows("My name is Alice.")
	d.types("What is my name?", "enter")
	d.until("an answer that knows the name", func() bool {
		_, after, _ := strings.Cut(d.screen(), "What is my name?")
		return strings.Contains(after, "Alice")
	})
	d.idle()
}

func TestSwitchingTheModelChangesTheNextRequestOnly(t *testing.T) {
	w := newWorld(t)
	w.conf.TitleModel = ""
	d := w.start(Start{})
	d.types("first", "enter")
	d.idle()
	d.types("/temp 0.3", "enter")
	d.shows("Temperature 0.3 from the next answer on.")
	d.types("second", "enter")
	d.idle()
	d.types("/model claude-opus-5-5", "enter")
	d.shows("Temperature 0.3 is kept for other models")
	d.types("third", "enter")
	d.idle()

	sent := w.bodies()
	if len(sent) != 3 {
		t.Fatalf("%d requests, want 3", len(sent))
	}
	for i, want := range []struct {
		model string
		temp  any
	}{{"claude-sonnet-4-6", nil}, {"claude-sonnet-4-6", 0.3}, {"claude-opus-5-5", nil}} {
		if sent[i]["model"] != want.model || sent[i]["temperature"] != want.temp {
			t.Errorf("request %d: model %v, temperature %v; want %v, %v", i+1, sent[i]["model"], sent[i]["temperature"], want.model, want.temp)
		}
	}
	d.shows("temp fixed")
	d.types("ctrl+home")
	d.shows("sonnet-4-6") // the earlier answers keep what made them
}

// bodies are the message requests the server got.
func (w *world) bodies() []map[string]any {
	var all []map[string]any
	for _, r := range w.sim.Requests() {
		if r.Path != "/v1/messages" {
			continue
		}
		var b map[string]any
		if err := json.Unmarshal(r.Body, &b); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

func TestEscStopsAndKeepsWhatCame(t *testing.T) {
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"The beginning. ", "The middle. ", "The end."}, Gate: gate})
	d := w.start(Start{})
	d.types("Tell me.", "enter")
	gate <- struct{}{}
	d.shows("The beginning.")
	d.types("a draft that stays", "esc")
	d.shows("stopped by you")
	d.idle()
	d.shows("The beginning.")
	d.shows("a draft that stays")
	if strings.Contains(d.screen(), "The end.") {
		t.Error("the answer went on")
	}
}

func TestCtrlCClearsIntoHistoryThenQuits(t *testing.T) {
	d := newWorld(t).start(Start{})
	d.types("half a thought", "ctrl+c")
	d.lacks("half a thought")
	if d.quit {
		t.Fatal("the first Ctrl+C must not quit while there is text")
	}
	d.types("up")
	d.shows("half a thought")
}

func TestAResizeStormKeepsTheScreenWhole(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("table", "enter")
	d.idle()
	for _, size := range [][2]int{{1, 1}, {2, 3}, {500, 200}, {40, 12}, {3, 80}, {120, 40}, {80, 24}} {
		d.resize(size[0], size[1])
		rows := strings.Split(d.screen(), "\n")
		if len(rows) > size[1] {
			t.Errorf("%d rows on a screen of %d", len(rows), size[1])
		}
		d.fits(size[0])
	}
}

func TestABadKeySaysWhichAndWhatToDo(t *testing.T) {
	w := newWorld(t)
	w.key = "sk-ant-bad-key-9876"
	d := w.start(Start{})
	d.types("hello", "enter")
	d.idle()
	d.shows("9876")
	d.shows("/login")
	d.shows("hello") // the prompt is sent but failed, not gone
	d.shows("/retry")
	if strings.Contains(d.screen(), "sk-ant-bad-key-9876") {
		t.Error("the key is on the screen")
	}
}

func TestRateLimitCountsDownAndRecovers(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Status: 429, Header: http.Header{"Retry-After": {"1"}}})
	w.sim.Push(simulator.Script{Text: "Here it is."})
	d := w.start(Start{})
	d.types("hello", "enter")
	d.shows("try 2 of 3 in 1 s")
	d.shows("Here it is.")
	d.idle()
}

func TestALongWaitIsToldNotSlept(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Status: 429, Header: http.Header{"Retry-After": {"3600"}}})
	d := w.start(Start{})
	d.types("hello", "enter")
	d.idle()
	d.shows("Rate limited")
	d.shows("/retry")
}

func TestOverloadInTheMiddleKeepsTheStart(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Deltas: []string{"As far as it came. ", "never"}, ErrorEventAfter: simulator.AfterDeltas(1)})
	d := w.start(Start{})
	d.types("hello", "enter")
	d.idle()
	d.shows("As far as it came.")
	d.shows("/continue")
}

func TestATruncatedStreamIsNotAnAnswer(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Deltas: []string{"Cut here. ", "never"}, TruncateAfter: simulator.AfterDeltas(1)})
	d := w.start(Start{})
	d.types("hello", "enter")
	d.idle()
	d.shows("Cut here.")
	d.shows("interrupted")
	d.types("/continue", "enter")
	d.idle()
	if n := len(w.sim.Requests()); n < 2 {
		t.Errorf("continue sent nothing")
	}
}

func TestAServerThatIsGoneIsNamed(t *testing.T) {
	w := newWorld(t)
	_ = w.srv.Close()
	d := w.start(Start{})
	d.types("hello", "enter")
	d.until("a failure", func() bool { return strings.Contains(d.screen(), "127.0.0.1") })
	d.types("esc")
	d.idle()
	d.shows("hello")
}

func TestDraftAndPlaceSurvive(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Text: strings.Repeat("A paragraph of the answer.\n\n", 60)})
	d := w.start(Start{})
	d.types("hello", "enter")
	d.idle()
	d.types("pgup", "pgup", "unsent words")
	d.resize(80, 24)
	d.fire()
	place := body(d)
	d.stop()

	d = w.start(Start{Mode: Last})
	d.shows("unsent words")
	d.until("the same place", func() bool { return body(d) == place })
}

// body is the screen without its status line.
func body(d *driver) string {
	rows := strings.Split(d.screen(), "\n")
	return strings.Join(rows[:d.m.at.transcript.Height], "\n")
}

func TestAlternativesFlip(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Text: "The first answer."})
	w.sim.Push(simulator.Script{Text: "The second answer."})
	d := w.start(Start{})
	d.types("hello", "enter")
	d.idle()
	d.types("/retry", "enter")
	d.shows("The second answer.")
	d.idle()
	d.shows("‹2/2›")
	d.types("tab", "[")
	d.shows("The first answer.")
	d.shows("‹1/2›")
	d.types("]")
	d.shows("The second answer.")
}

func TestEditingMakesAnAlternative(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Text: "One."})
	w.sim.Push(simulator.Script{Text: "Two."})
	d := w.start(Start{})
	d.types("helo", "enter")
	d.shows("One.")
	d.idle()
	d.types("/edit", "enter", "backspace", "lo!", "enter")
	d.shows("Two.")
	d.idle()
	d.shows("hello!")
	d.lacks("One.")
}

func TestTypingWhileItAnswersQueues(t *testing.T) {
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"First ", "answer."}, Gate: gate})
	w.sim.Push(simulator.Script{Text: "Second answer."})
	d := w.start(Start{})
	d.types("one", "enter")
	gate <- struct{}{}
	d.shows("First")
	d.types("two", "enter")
	d.shows("1 queued")
	close(gate)
	d.shows("Second answer.")
	d.idle()
}

func TestTheModelPickerSwitches(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("ctrl+l")
	d.until("the picker", func() bool { return d.m.dialogs.Len() > 0 })
	d.types("haiku-5-5", "enter")
	d.until("the picker is closed", func() bool { return d.m.dialogs.Len() == 0 && d.m.effects == 0 })
	d.shows("haiku-5-5")
	d.types("hello", "enter")
	d.idle()
	if got := w.bodies()[0]["model"]; got != "claude-haiku-5-5" {
		t.Errorf("the request went to %v", got)
	}
}

func TestTheBrowserOpensRenamesAndDeletes(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("apples", "enter")
	d.idle()
	d.types("/rename About apples", "enter")
	d.shows("Renamed")
	d.types("ctrl+n")
	d.until("an empty conversation", func() bool { return d.m.transcript.Empty() && !d.m.opening })
	d.types("pears", "enter")
	d.idle()
	d.types("ctrl+o")
	d.until("the browser", func() bool { return d.m.dialogs.Len() > 0 })
	d.types("apples", "enter")
	d.until("the first conversation", func() bool { return d.m.snap.Title == "About apples" && d.m.dialogs.Len() == 0 })
	d.types("/delete", "enter")
	d.shows("Deleted")
	d.until("a new conversation", func() bool { return d.m.transcript.Empty() && d.m.effects == 0 })
	d.types("ctrl+o")
	d.until("the browser", func() bool { return d.m.dialogs.Len() > 0 })
	if strings.Contains(d.screen(), "About apples") {
		t.Error("a deleted conversation is still listed")
	}
}

func TestUnknownCommandKeepsTheText(t *testing.T) {
	d := newWorld(t).start(Start{})
	d.types("/frobnicate now", "enter")
	d.shows("There is no command /frobnicate")
	d.shows("/frobnicate now")
}

func TestEveryActionDoesSomething(t *testing.T) {
	do := performers()
	for _, info := range Actions() {
		if do[info.ID] == nil {
			t.Errorf("%s (%s) does nothing", info.ID, info.Title)
		}
	}
	if k := newKeymap(Actions(), "default", nil); len(k.conflicts) > 0 {
		t.Errorf("the table contradicts itself: %v", k.conflicts)
	}
	for name := range presets() {
		if k := newKeymap(Actions(), name, nil); len(k.conflicts) > 0 {
			t.Errorf("preset %s contradicts itself: %v", name, k.conflicts)
		}
	}
}

func TestKeysCanBeReboundAndConflictsAreNamed(t *testing.T) {
	w := newWorld(t)
	w.conf.KeyBindings = map[string][]string{"help": {"ctrl+o"}, "no.such": {"x"}}
	d := w.start(Start{})
	d.until("the report", func() bool { return d.m.dialogs.Len() > 0 })
	for _, want := range []string{"conversation.open", "help", "no.such"} {
		d.shows(want)
	}
	d.types("esc", "ctrl+o")
	d.shows("Help")
}

// TestNoUpdateTakesLong replays a session of typing, scrolling, dialogs and
// long answers and looks at the longest Update. The best of five replays
// counts: a busy machine makes some of them slow, heavy work all of them.
func TestNoUpdateTakesLong(t *testing.T) {
	best := time.Hour
	for range 5 {
		best = min(best, replay(t))
	}
	t.Logf("longest Update %v", best)
	if best > slowdown*2*time.Millisecond {
		t.Errorf("an Update takes %v in every replay: something heavy runs on the loop", best)
	}
}

// replay runs the session and returns the longest Update of it.
func replay(t *testing.T) time.Duration {
	t.Helper()
	w := newWorld(t)
	d := w.start(Start{})
	for _, prompt := range []string{"long", "table", "code"} {
		d.types(prompt, "enter")
		d.idle()
	}
	d.types("a line that is typed while nothing else happens", "pgup", "pgup", "pgdown", "ctrl+end")
	d.types("ctrl+c", "ctrl+p", "mod", "esc", "ctrl+t", "down", "right", "esc", "f1", "down", "esc")
	d.resize(120, 40)
	d.resize(40, 12)
	d.types("long", "enter")
	d.idle()
	d.stop()
	return d.longest
}

func TestTheWholeStoryHoldsNoSecret(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("hello", "enter")
	d.idle()
	if strings.Contains(d.screen(), w.key) {
		t.Error("the key is on the screen")
	}
}

var spinner = regexp.MustCompile("[⠋⠙⠸⠴⠦⠇]")

func TestWaitingShowsASpinnerAndNothingMovesAtRest(t *testing.T) {
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"Done."}, Gate: gate})
	d := w.start(Start{})
	d.types("hello", "enter")
	d.until("a spinner", func() bool { return spinner.MatchString(d.screen()) })
	close(gate)
	d.shows("Done.")
	d.idle()
	d.m.note = note{}
	d.m.snap.Context.CacheUntil = time.Time{}
	if every := d.m.tickEvery(); every != 0 {
		t.Errorf("the screen wakes every %v although nothing moves", every)
	}
	if d.m.snap.Turn.Phase != session.Idle {
		t.Error("not idle")
	}
}

func TestAPanicEndsInGoodOrder(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("words that must not be lost")
	d.m.do["boom"] = func(*Model, action.Action) tea.Cmd { panic("boom") }
	d.run(d.m.effect(func(context.Context) result { panic("beside") }))
	d.until("the program ends", func() bool { return d.quit })
	if d.m.crash == nil || !strings.Contains(string(d.m.crash.Stack), "story_test.go") {
		t.Errorf("the crash is not reported: %v", d.m.crash)
	}
	d.m.crash, d.quit = nil, false
	d.m.keys.bound[action.Global]["f12"] = "boom"
	d.send(tea.KeyPressMsg{Code: tea.KeyF12})
	d.until("the program ends", func() bool { return d.quit })
	if d.m.crash == nil {
		t.Error("a panic in Update is not reported")
	}
	d.stop()
	d = w.start(Start{Mode: New})
	d.shows("words that must not be lost")
}
