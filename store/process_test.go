package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parlor/store"
)

// The test binary plays another process when these are set.
const (
	childRole = "PARLOR_STORE_TEST_ROLE"
	childPath = "PARLOR_STORE_TEST_PATH"
)

// playChild is the other process. It tells on its standard output what the
// store has acknowledged.
func playChild(role string) int {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{Path: os.Getenv(childPath)})
	if err == nil {
		switch role {
		case "write":
			err = childWrites(ctx, db)
		case "stream":
			err = childStreams(ctx, db)
		}
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

const turnsEach = 50

func childWrites(ctx context.Context, db *store.DB) error {
	for i := range turnsEach {
		if err := writeTurn(ctx, db, "shared", fmt.Sprintf("%d/%d", os.Getpid(), i)); err != nil {
			return err
		}
	}
	return nil
}

// writeTurn is a whole turn: begun, streamed, finished.
func writeTurn(ctx context.Context, db *store.DB, conversation, text string) error {
	_, answer, err := db.BeginTurn(ctx, store.Turn{
		Conversation: conversation,
		User:         &store.Message{Role: "user", State: "done", Text: text},
		Assistant:    &store.Message{Role: "assistant"},
	})
	if err != nil {
		return err
	}
	for seq := range 3 {
		if err := db.AppendJournal(ctx, answer, seq, [][]byte{[]byte(text)}); err != nil {
			return err
		}
	}
	return db.FinishMessage(ctx, store.Message{ID: answer, State: "done", Text: text, CostMicros: 1})
}

// childStreams appends for as long as it is let live.
func childStreams(ctx context.Context, db *store.DB) error {
	_, answer, err := db.BeginTurn(ctx, store.Turn{
		Conversation: "shared", User: &store.Message{Role: "user", State: "done", Text: "go on"}, Assistant: &store.Message{Role: "assistant"},
	})
	if err != nil {
		return err
	}
	fmt.Println("message", answer)
	for seq := 0; ; seq++ {
		if err := db.AppendJournal(ctx, answer, seq, [][]byte{[]byte(piece(seq))}); err != nil {
			return err
		}
		fmt.Println("stored", seq)
	}
}

func piece(seq int) string { return fmt.Sprintf("piece %d;", seq) }

func child(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	self := must(os.Executable())(t)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childRole+"="+role, childPath+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// Every commit of every writer is there in the end: three other processes, and
// two DBs with two goroutines each in this one.
func TestManyWritersLoseNothing(t *testing.T) {
	path := newPath(t)
	one, two := openAt(t, path), openAt(t, path)
	talk(t, one, "shared")
	var children []*exec.Cmd
	for range 3 {
		cmd := child(t, "write", path)
		ok(t, cmd.Start())
		children = append(children, cmd)
	}
	var wg sync.WaitGroup
	for i, db := range []*store.DB{one, two, one, two} {
		wg.Go(func() {
			for turn := range turnsEach {
				if err := writeTurn(t.Context(), db, "shared", fmt.Sprintf("%d/%d", i, turn)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	for _, cmd := range children {
		ok(t, cmd.Wait())
	}

	const writers = 7
	c := must(one.Conversation(t.Context(), "shared"))(t)
	equal(t, "messages counted", c.Messages, 2*writers*turnsEach)
	equal(t, "cost", c.CostMicros, writers*turnsEach)
	nodes := must(one.Nodes(t.Context(), "shared"))(t)
	equal(t, "messages", len(nodes), 2*writers*turnsEach)
	equal(t, "streaming", len(must(one.Streaming(t.Context(), ""))(t)), 0)
	inOrder(t, one, nodes)
	ok(t, one.Check(t.Context()))
}

// inOrder checks that the prompts of each writer ("name/turn") stand in the
// order in which it committed them.
func inOrder(t *testing.T, db *store.DB, nodes []store.Node) {
	t.Helper()
	var users []int64
	for _, n := range nodes {
		if n.Role == "user" {
			users = append(users, n.ID)
		}
	}
	next := map[string]int{}
	for _, m := range must(db.Messages(t.Context(), users))(t) {
		name, turn, _ := strings.Cut(m.Text, "/")
		equal(t, "next turn of "+name, turn, strconv.Itoa(next[name]))
		next[name]++
	}
}

// Whatever the store acknowledged before kill -9 is there afterwards, the owner
// is known to live before and to be dead after, and its stream can be ended.
func TestKilledWhileStreamingLosesNothingAcknowledged(t *testing.T) {
	path := newPath(t)
	db := openAt(t, path)
	talk(t, db, "shared")
	for round := range 10 {
		acknowledged := killAfter(t, db, child(t, "stream", path), 1+round*13)

		streaming := must(db.Streaming(t.Context(), "shared"))(t)
		equal(t, "unfinished", len(streaming), 1)
		m := streaming[0]
		equal(t, "owner lives", db.OwnerAlive(m.Owner), false)
		pieces := must(db.Journal(t.Context(), m.ID, 0))(t)
		if len(pieces) < acknowledged {
			t.Fatalf("%d pieces were acknowledged, %d are there", acknowledged, len(pieces))
		}
		for seq, p := range pieces {
			equal(t, "piece", string(p), piece(seq))
		}
		ok(t, db.FinishMessage(t.Context(), store.Message{ID: m.ID, State: "interrupted", Text: "partial"}))
	}
	ok(t, db.Check(t.Context()))
	equal(t, "lock files left", len(locks(t, path)), 0)
}

// killAfter lets the child stream until it has said so many lines, kills it,
// and tells how many pieces it had been told were stored.
func killAfter(t *testing.T, db *store.DB, cmd *exec.Cmd, lines int) (acknowledged int) {
	t.Helper()
	out := must(cmd.StdoutPipe())(t)
	ok(t, cmd.Start())
	scanner := bufio.NewScanner(out)
	for said := 0; scanner.Scan(); said++ {
		if strings.HasPrefix(scanner.Text(), "stored ") {
			acknowledged++
		}
		if said == lines {
			for _, m := range must(db.Streaming(t.Context(), ""))(t) {
				equal(t, "owner lives", db.OwnerAlive(m.Owner), true)
			}
			ok(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	return acknowledged
}

// Eight openings of a file that is not there yet, half of them in other processes.
func TestManyCreateOneDatabaseAtOnce(t *testing.T) {
	path := newPath(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if i%2 == 0 {
				if err := child(t, "open", path).Run(); err != nil {
					t.Error(err)
				}
				return
			}
			db, err := store.Open(t.Context(), store.Options{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.CreateConversation(t.Context(), store.Conversation{ID: strconv.Itoa(i)}); err != nil {
				t.Error(err)
			}
			closeDB(t, db)
		})
	}
	wg.Wait()
	equal(t, "conversations", len(must(openAt(t, path).Conversations(t.Context(), store.Filter{}))(t)), 4)
}
