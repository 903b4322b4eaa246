package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"parlor/api/simulator"
)

// Stories of words that were once lost, or kept where they must not be.

func TestEnterSendsWhatStayedQueued(t *testing.T) {
	w := newWorld(t)
	gate := make(chan struct{})
	w.sim.Push(simulator.Script{Deltas: []string{"First ", "never"}, Gate: gate})
	w.sim.Push(simulator.Script{Text: "The second answer."})
	d := w.start(Start{})
	d.types("one", "enter")
	gate <- struct{}{}
	d.shows("First")
	d.types("two", "enter")
	d.shows("1 queued")
	d.types("esc")
	d.shows("Enter sends it")
	d.idle()
	d.types("enter")
	d.shows("The second answer.")
	d.idle()
}

func TestEditingKeepsTheDraftAside(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("first question", "enter")
	d.idle()
	d.types("a long thought in the making", "tab", "e")
	d.shows("first question")
	d.lacks("a long thought")
	d.types("esc")
	d.shows("a long thought in the making")
	d.types("tab", "e", "backspace", "s?", "enter")
	d.idle()
	d.shows("a long thought in the making")
}

func TestCtrlZInTheBrowserUndoesTheDeletion(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("something precious", "enter")
	d.idle()
	d.types("/rename Precious", "enter")
	d.idle()
	d.types("/delete", "enter")
	d.until("it is gone", func() bool { return d.m.transcript.Empty() && d.m.effects == 0 })
	d.types("ctrl+o")
	d.until("the browser", func() bool { return d.m.dialogs.Len() > 0 })
	d.types("ctrl+z")
	d.until("it is back", func() bool {
		return d.m.dialogs.Len() > 0 && strings.Contains(d.screen(), "Precious") && d.m.effects == 0
	})
}

func TestPrivateWordsStayPrivate(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{Private: true})
	d.types("my secret plan", "enter")
	d.idle()
	d.types("another secret", "ctrl+c")
	d.idle()
	d.types("up")
	d.shows("another secret") // it has a history of its own
	d.types("ctrl+c", "ctrl+n")
	d.until("an ordinary conversation", func() bool { return !d.m.snap.Private && !d.m.opening })
	d.types("up")
	if s := d.screen(); strings.Contains(s, "secret") {
		t.Errorf("private words in another conversation:\n%s", s)
	}
	h, err := d.m.manager.History(context.Background(), 10)
	if err != nil || len(h) > 0 {
		t.Errorf("the database remembers %q (%v)", h, err)
	}
	list, err := w.dbs[0].Drafts(context.Background(), "")
	if err != nil || len(list) > 0 {
		t.Errorf("drafts in the database: %v (%v)", list, err)
	}
}

func TestWhatIsTypedBeforeTheDatabaseIsOpenCounts(t *testing.T) {
	w := newWorld(t)
	w.gate = make(chan struct{})
	d := w.begin(Start{})
	d.types("/temp 0.3", "enter", "hello", "enter")
	close(w.gate)
	d.until("an answer", func() bool { return len(w.bodies()) > 0 && d.m.effects == 0 })
	d.idle()
	if got := w.bodies()[0]["temperature"]; got != 0.3 {
		t.Errorf("the message went out with temperature %v, want the 0.3 typed before it", got)
	}
}

func TestAMessageNeverOvertakesTheParametersBeforeIt(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	for i := range 20 {
		temp := float64(i%10) / 10
		d.types(fmt.Sprintf("/temp %g", temp), "enter", fmt.Sprintf("message %d", i), "enter")
		d.idle()
		sent := w.bodies()
		if got := sent[len(sent)-1]["temperature"]; got != temp {
			t.Fatalf("message %d went out with temperature %v, want %v", i, got, temp)
		}
	}
}

func TestContinueGoesToTheInterruptedAnswer(t *testing.T) {
	w := newWorld(t)
	w.sim.Push(simulator.Script{Deltas: []string{"Half an ", "never"}, TruncateAfter: simulator.AfterDeltas(1)})
	w.sim.Push(simulator.Script{Text: "answer, whole."})
	d := w.start(Start{})
	d.types("tell me", "enter")
	d.idle()
	d.stop()

	d = w.start(Start{})
	d.shows("was interrupted")
	d.types("/continue", "enter")
	d.shows("Half an")
	d.shows("answer, whole.")
	d.idle()
}

func TestEnterCountsThoughTheProgramEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("words in a hurry")
	d.m.Update(tea.KeyPressMsg(named["enter"])) // and its command never runs
	d.stop()
	d = w.start(Start{Mode: Last})
	d.shows("words in a hurry")
	if d.m.composer.Value().Text != "" {
		t.Error("the message should be sent, not a draft")
	}
}

func TestAPrivateConversationIsNotDeletedByOneKey(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{Private: true})
	d.types("secret", "enter")
	d.idle()
	d.types("/delete", "enter")
	d.shows("cannot be undone")
	d.types("esc")
	d.shows("secret")
}

func TestWhatIsTypedDuringASwitchStaysWithItsConversation(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("first", "enter")
	d.idle()
	d.types("half a ")
	_, cmd := d.m.Update(tea.KeyPressMsg(named["ctrl+n"]))
	d.types("sentence") // before the new one is open
	d.run(cmd)
	d.until("the new conversation", func() bool { return d.m.transcript.Empty() && !d.m.opening && d.m.effects == 0 })
	d.types("ctrl+o")
	d.until("the browser", func() bool { return d.m.dialogs.Len() > 0 })
	d.types("enter")
	d.shows("half a sentence")
}

func TestTheDraftBesideAnEditSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	d := w.start(Start{})
	d.types("a question", "enter")
	d.idle()
	d.types("a long thought")
	d.types("tab", "e", "backspace", "ed")
	d.fire()
	d.idle()
	d.stop()

	d = w.start(Start{Mode: Last})
	d.shows("a questioed")
	d.types("esc")
	d.shows("a long thought")
	d.idle()
	d.stop()

	d = w.start(Start{Mode: Last})
	d.shows("a long thought")
	if d.m.writing.editing != 0 {
		t.Error("the edit that was given up came back")
	}
}
