package session_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"parlor/api/simulator"
	"parlor/session"
	"parlor/store"
)

// The test binary runs itself as a process that is killed in the middle of an
// answer. These variables tell it so.
const (
	crashDB  = "PARLOR_TEST_CRASH_DB"
	crashURL = "PARLOR_TEST_CRASH_URL"
)

// crashing is the life of the process that is killed: it asks a question and
// reports everything it shows.
func crashing() bool {
	path := os.Getenv(crashDB)
	if path == "" {
		return false
	}
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		fmt.Println("error:", err)
		return true
	}
	clock := newClock()
	m := session.NewManager(session.Options{
		Store: db, Client: newClient(os.Getenv(crashURL), clock), FlushEvery: 1, Now: clock.Now,
		Defaults: session.Params{Model: opus},
	})
	c, err := m.New(ctx, session.Params{})
	if err == nil {
		_, err = c.Send(ctx, session.Outgoing{Text: "Tell me a very long story."})
	}
	if err != nil {
		fmt.Println("error:", err)
		return true
	}
	out := json.NewEncoder(os.Stdout)
	for range c.Dirty() {
		if live := c.Snapshot().Live; live != nil {
			_ = out.Encode(live.Parts)
		}
	}
	return true
}

func TestAfterKill9EverythingShownIsThere(t *testing.T) {
	w := newWorld(t)
	rng := rand.New(rand.NewPCG(7, 7))
	for range 4 {
		gate := make(chan struct{})
		w.sim.Push(simulator.Script{
			Thinking: "Once upon a time is a good start. ", Text: strings.Repeat("Once upon a time there was a 🦜. ", 60), Chunk: 9, Gate: gate,
		})
		shown := killAfter(t, w, gate, 3+rng.IntN(40))

		interrupted, err := w.m.Interrupted(context.Background())
		noError(t, err)
		if len(interrupted) == 0 {
			t.Fatal("nothing is offered to be continued")
		}
		c := w.open(interrupted[0].ID)
		m := lastOf(t, c)
		if m.State != session.Interrupted || !m.CanContinue || m.Failure == nil || m.Failure.Kind != "interrupted" {
			t.Fatalf("%s %+v", m.State, m.Failure)
		}
		for i, p := range shown {
			if i >= len(m.Parts) || !strings.HasPrefix(m.Parts[i].Text, p.Text) {
				t.Fatalf("part %d was shown as %q and is %+v", i, p.Text, m.Parts)
			}
		}
		w.sim.Push(simulator.Script{Text: "The end."})
		noError(t, c.Continue(context.Background(), m.ID))
		settle(t, c)
		if m := lastOf(t, c); m.State != session.Complete || !strings.HasSuffix(textOf(m), "The end.") {
			t.Errorf("continued: %s %+v", m.State, m.Failure)
		}
		noError(t, w.m.Delete(context.Background(), c.ID()))
	}
}

// killAfter runs a process that shows at least n versions of an answer, kills
// it and returns the last version it reported.
func killAfter(t *testing.T, w *world, gate chan struct{}, n int) []session.Part {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDB+"="+w.path, crashURL+"="+w.server.URL)
	child.Stderr = os.Stderr
	pipe, err := child.StdoutPipe()
	noError(t, err)
	noError(t, child.Start())
	go func() {
		for range n {
			gate <- struct{}{}
		}
	}()
	var shown []session.Part
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<20)
	for killed := false; lines.Scan(); {
		var parts []session.Part
		if err := json.Unmarshal(lines.Bytes(), &parts); err != nil {
			t.Fatalf("the process says %s", lines.Text())
		}
		shown = parts // what is in the pipe was shown, also if it is read later
		if !killed && size(shown) >= 9*(n-2) {
			noError(t, child.Process.Kill())
			killed = true
		}
	}
	_ = child.Wait() // it was killed
	return shown
}

func size(parts []session.Part) (n int) {
	for _, p := range parts {
		n += len(p.Text)
	}
	return n
}
