package bench_test

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"parlor/api/simulator"
)

// words are the numbered words of a long answer, a delta each.
func words(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("w%04d ", i+1)
	}
	return all
}

// A process that is killed has no chance to save anything. What was on the screen at that
// moment must be in the database all the same, and the answer can be gone on with.
func TestWhatWasOnTheScreenSurvivesAKill(t *testing.T) {
	for _, seen := range []int{1, 2, 17, 100, 333} {
		t.Run(fmt.Sprintf("after word %d", seen), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sim.Push(simulator.Script{Deltas: words(5000), Delay: time.Millisecond})
			term := w.begin()
			say(t, term, "count for me")
			late := regexp.MustCompile(`w(\d{4})`)
			if err := term.Await(patience, func(screen string) bool {
				found := late.FindAllString(screen, -1)
				return len(found) > 0 && found[len(found)-1] >= fmt.Sprintf("w%04d", seen)
			}); err != nil {
				t.Fatal(err)
			}
			if err := term.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			if code := exitCode(t, term.AwaitExit(patience)); code != -1 {
				t.Fatalf("exit code %d: it was not killed", code)
			}

			shown := late.FindAllString(term.Screen(), -1)
			k := w.kept()
			if len(k.Messages) != 2 || k.Messages[0].text() != "count for me" || k.last().State != "interrupted" {
				t.Fatalf("kept %+v", k.Messages)
			}
			text := k.last().text()
			if last := shown[len(shown)-1]; !strings.Contains(text, last) {
				t.Errorf("%s was on the screen; kept is %q", last, text)
			}
			whole := strings.Join(words(5000), "")
			if !strings.HasPrefix(whole, text) {
				t.Errorf("what is kept is not how the answer began: %q", text)
			}
		})
	}
}

func TestTheNextStartOffersToContinue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, _ := story(t, w)
	send(t, first, "words not sent")
	expect(t, first, "words not sent")
	if err := first.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = first.AwaitExit(patience) // it was killed

	offer := w.begin()
	expect(t, offer, `"tell me a story" was interrupted; what came is kept`)
	quit(t, offer)

	w.sim.Push(simulator.Script{Text: "They lived happily ever after."})
	again := w.open("interrupted · /continue goes on", "-c")
	expect(t, again, "Once upon a time.")
	send(t, again, "\x15") // the draft, as far as it was saved
	say(t, again, "/continue")
	expect(t, again, "They lived happily ever after.")
	gone(t, again, "interrupted")
	quit(t, again)
	if m := w.kept().last(); m.State != "complete" || m.text() != "Once upon a time. They lived happily ever after." {
		t.Errorf("kept %+v", m)
	}
}

// The user's message is committed before the request leaves: a process that is killed
// while it waits for the first word has lost nothing.
func TestAKillBeforeTheFirstWordKeepsTheQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gate := make(chan struct{})
	arrived := make(chan struct{}, 1)
	w.sim.Push(simulator.Script{Deltas: []string{"Never sent."}, Gate: gate, Match: simulator.Match{
		Func: func(simulator.Recorded) bool { arrived <- struct{}{}; return true },
	}})
	term := w.begin()
	say(t, term, "is anybody there?")
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-arrived:
	case <-late.C:
		t.Fatal("nothing was sent")
	}
	if err := term.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = term.AwaitExit(patience) // it was killed
	k := w.kept()
	if len(k.Messages) != 2 || k.Messages[0].text() != "is anybody there?" || k.last().State != "interrupted" {
		t.Errorf("kept %+v", k.Messages)
	}
	w.sim.Push(simulator.Script{Text: "I am now."})
	again := w.open("is anybody there?", "-c")
	say(t, again, "/retry")
	expect(t, again, "I am now.")
	quit(t, again)
}
