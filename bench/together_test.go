package bench_test

import (
	"strings"
	"syscall"
	"testing"

	"parlor/api/simulator"
)

// Two processes on one database: the second sees the answer that the first receives, live,
// and takes it for what it is.
func TestTheSecondProcessFollowsTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, gate := story(t, w)

	beside := w.begin() // a start that recovers what the dead left
	second := w.open("Once upon a time.", "-c")
	expect(t, second, "answering in another parlor")
	for _, term := range []string{beside.Screen(), second.Screen()} {
		if strings.Contains(term, "interrupted") {
			t.Errorf("a running answer is called interrupted:\n%s", term)
		}
	}
	if m := w.kept().last(); m.State != "streaming" {
		t.Errorf("while it runs it is kept as %q, want streaming", m.State)
	}

	release(t, gate, 1)
	expect(t, first, "Once upon a time. The end.")
	expect(t, second, "Once upon a time. The end.")
	gone(t, second, "answering in another parlor")
	lacks(t, first, "interrupted")
	lacks(t, second, "interrupted")
	if m := w.kept().last(); m.State != "complete" || m.text() != "Once upon a time. The end." {
		t.Errorf("kept %+v", m)
	}

	w.sim.Push(simulator.Script{Text: "There is another one."})
	say(t, second, "and then?")
	expect(t, second, "There is another one.")
	expect(t, first, "and then?", "There is another one.")
	quit(t, first)
	quit(t, second)
	quit(t, beside)
}

// When the process that receives an answer dies, the one that follows says so.
func TestTheFollowerNoticesTheDeathOfTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, _ := story(t, w)
	second := w.open("Once upon a time.", "-c")
	expect(t, second, "answering in another parlor")
	if err := first.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	expect(t, second, "interrupted · /continue goes on", "Once upon a time.")
	w.sim.Push(simulator.Script{Text: "They lived happily ever after."})
	say(t, second, "/continue")
	expect(t, second, "They lived happily ever after.")
	quit(t, second)
	if m := w.kept().last(); m.State != "complete" || m.text() != "Once upon a time. They lived happily ever after." {
		t.Errorf("kept %+v", m)
	}
}

// Quitting the follower does nothing to the answer.
func TestTheFollowerLeavesTheAnswerAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, gate := story(t, w)
	second := w.open("answering in another parlor", "-c")
	quit(t, second)
	release(t, gate, 1)
	expect(t, first, "Once upon a time. The end.")
	gone(t, first, "esc stops")
	quit(t, first)
	if m := w.kept().last(); m.State != "complete" {
		t.Errorf("kept %+v", m)
	}
}
