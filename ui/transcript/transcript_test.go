package transcript_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"

	"parlor/session"
	"parlor/themes"
	"parlor/ui/styles"
	"parlor/ui/transcript"
)

func TestMain(m *testing.M) {
	// The highlighter's regular expressions keep a clock that stops by itself
	// a moment after the last match.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// book is a conversation that a test writes by hand.
type book struct {
	mu    sync.Mutex
	snap  session.Snapshot
	msgs  map[int64]*session.Message
	dirty chan struct{}
}

func newBook() *book {
	return &book{msgs: map[int64]*session.Message{}, dirty: make(chan struct{}, 1)}
}

func (b *book) Snapshot() session.Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.snap
}

func (b *book) Dirty() <-chan struct{} { return b.dirty }
func (b *book) Messages(_ context.Context, ids []int64) ([]*session.Message, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*session.Message
	for _, id := range ids {
		if m := b.msgs[id]; m != nil {
			all = append(all, m)
		}
	}
	return all, nil
}

// add puts a complete message at the end of the branch.
func (b *book) add(role, text string) *session.Message {
	m := &session.Message{
		ID: int64(len(b.msgs) + 1), Version: 1, Role: role, State: session.Complete, Model: "claude-sonnet-4-6",
		Parts: []session.Part{{Kind: session.PartText, Text: text, Done: true}}, CreatedAt: time.Unix(0, 0), Siblings: 1, Sibling: 1,
	}
	b.msgs[m.ID] = m
	path := append([]session.Ref(nil), b.snap.Path...)
	b.snap.Path = append(path, session.Ref{ID: m.ID, Version: 1, Role: role, Siblings: 1, Sibling: 1})
	return m
}

// window is a transcript with its renderer at work.
type window struct {
	*transcript.Transcript
	t *testing.T
	r *transcript.Renderer
	b *book
}

func open(t *testing.T, b *book, width, height int) *window {
	t.Helper()
	st := styles.New(themes.Default(), true, styles.Options{NoColor: true})
	w := &window{Transcript: transcript.New(st), t: t, r: transcript.NewRenderer(st), b: b}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() { defer close(stopped); w.r.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-stopped })
	w.SetLayout(transcript.Layout{Width: width, Height: height, Margin: 2, Text: width - 6})
	w.r.Configure(width-6, height, st, true)
	w.r.Show(b)
	w.take()
	w.settle()
	return w
}

// settle takes frames until the window lacks nothing.
func (w *window) settle() {
	w.t.Helper()
	for range 50 {
		want, missing := w.Wants()
		if !missing {
			return
		}
		w.r.Want(want)
		w.take()
	}
	w.t.Fatal("the window never gets what it wants")
}

// take applies the next frame.
func (w *window) take() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	f, ok := w.r.Next(ctx)
	if !ok {
		w.t.Fatal("no frame came")
	}
	w.Apply(f)
}

// grow lets the last message say more, as a stream does.
func (w *window) grow(text string) {
	w.t.Helper()
	w.b.mu.Lock()
	last := w.b.snap.Path[len(w.b.snap.Path)-1].ID
	m := *w.b.msgs[last]
	m.Version++
	m.State = session.Streaming
	m.Parts = []session.Part{{Kind: session.PartText, Text: m.Parts[0].Text + text}}
	w.b.msgs[last] = &m
	w.b.snap.Live = &m
	w.b.snap.Turn.Phase = session.Answering
	w.b.mu.Unlock()
	w.b.dirty <- struct{}{}
	w.take()
	w.settle()
}

// lines are the rows of the window as one reads them.
func (w *window) lines() []string {
	var all []string
	for _, l := range w.Draw() {
		all = append(all, strings.TrimRight(ansi.Strip(l), " "))
	}
	return all
}

func (w *window) shows(text string) bool {
	return strings.Contains(strings.Join(w.lines(), "\n"), text)
}

func TestFollowsAGrowingAnswer(t *testing.T) {
	b := newBook()
	b.add("user", "Tell me a story.")
	b.add("assistant", "Once")
	w := open(t, b, 80, 10)
	for i := range 30 {
		w.grow(fmt.Sprintf("\n\nParagraph %d.", i))
		if !w.shows(fmt.Sprintf("Paragraph %d.", i)) {
			t.Fatalf("paragraph %d is not in the window:\n%s", i, strings.Join(w.lines(), "\n"))
		}
	}
	if w.Pinned() {
		t.Error("the window should still follow")
	}
}

func TestAPinnedLineHoldsStill(t *testing.T) {
	b := newBook()
	b.add("user", "Count.")
	b.add("assistant", numbered(60))
	w := open(t, b, 80, 10)
	w.Scroll(-20)
	w.settle()
	before := strings.Join(w.lines(), "\n")
	for i := range 20 {
		w.grow(fmt.Sprintf("\n\nmore %d", i))
	}
	if after := strings.Join(w.lines(), "\n"); after != before {
		t.Errorf("the window moved.\nbefore:\n%s\nafter:\n%s", before, after)
	}
	if !w.Pinned() || w.Below() < 20 {
		t.Errorf("pinned %v, %d rows below; want pinned and at least 20", w.Pinned(), w.Below())
	}
	w.Bottom()
	w.settle()
	if !w.shows("more 19") {
		t.Error("going to the end does not show the newest line")
	}
}

func TestScrollingReachesEveryRowOnce(t *testing.T) {
	b := newBook()
	for i := range 12 {
		b.add("user", fmt.Sprintf("question %d", i))
		b.add("assistant", fmt.Sprintf("answer %d\n\n", i)+numbered(5))
	}
	w := open(t, b, 80, 9)
	w.Top()
	w.settle()
	seen := w.lines()
	for range 500 {
		w.Scroll(1)
		w.settle()
		now := w.lines()
		if !w.Pinned() {
			break
		}
		seen = append(seen, now[len(now)-1])
	}
	all := strings.Join(seen, "\n")
	at := 0
	for i := range 12 {
		for _, want := range []string{fmt.Sprintf("question %d", i), fmt.Sprintf("answer %d", i)} {
			j := strings.Index(all[at:], want)
			if j < 0 {
				t.Fatalf("%q is missing or out of order", want)
			}
			at += j
		}
	}
	if n := strings.Count(all, "answer 7\n"); n != 1 {
		t.Errorf("answer 7 was seen %d times, want once", n)
	}
}

func TestScrollingUpAndDownComesBack(t *testing.T) {
	b := newBook()
	b.add("assistant", numbered(200))
	w := open(t, b, 60, 12)
	w.Scroll(-50)
	w.settle()
	start := strings.Join(w.lines(), "\n")
	for _, n := range []int{-1, -7, 3, -30, 20, 15} {
		w.Scroll(n)
		w.settle()
	}
	if end := strings.Join(w.lines(), "\n"); end != start {
		t.Errorf("after scrolling by sums to zero:\n%s\nwant:\n%s", end, start)
	}
}

func TestPlaceSurvivesARestart(t *testing.T) {
	b := newBook()
	b.add("user", "Count.")
	b.add("assistant", numbered(100))
	w := open(t, b, 80, 10)
	w.Scroll(-40)
	w.settle()
	before, saved := strings.Join(w.lines(), "\n"), w.View()

	again := open(t, b, 80, 10)
	again.Clear(saved)
	again.r.Show(b)
	again.take()
	again.settle()
	if after := strings.Join(again.lines(), "\n"); after != before {
		t.Errorf("after the restart:\n%s\nwant:\n%s", after, before)
	}
	again.Clear(json.RawMessage(`{"pinned":"yes"`)) // broken state is no state
	if again.Pinned() {
		t.Error("a view that cannot be read should follow the end")
	}
}

func TestAStopInTheMiddleOfAResizeKeepsTheLine(t *testing.T) {
	b := newBook()
	b.add("assistant", numbered(80))
	w := open(t, b, 80, 10)
	w.Scroll(-30)
	w.settle()
	top := w.lines()[0]
	st := styles.New(themes.Default(), true, styles.Options{NoColor: true})
	for _, width := range []int{60, 44, 120, 80} {
		w.SetLayout(transcript.Layout{Width: width, Height: 10, Margin: 2, Text: width - 6})
		w.r.Configure(width-6, 10, st, true)
		w.take()
		w.settle()
	}
	if got := w.lines()[0]; got != top {
		t.Errorf("the first line is %q after resizing, was %q", got, top)
	}
}

func TestLongConversationLoadsOnlyWhatIsNear(t *testing.T) {
	b := newBook()
	for i := range 5000 {
		b.msgs[int64(i+1)] = &session.Message{ID: int64(i + 1), Version: 1, Role: "user", Parts: []session.Part{{Text: fmt.Sprintf("line %d", i)}}, Siblings: 1}
		b.snap.Path = append(b.snap.Path, session.Ref{ID: int64(i + 1), Version: 1, Role: "user"})
	}
	w := open(t, b, 80, 20)
	if !w.shows("line 4999") {
		t.Fatalf("the end is not shown:\n%s", strings.Join(w.lines(), "\n"))
	}
	w.Top()
	w.settle()
	if !w.shows("line 0") {
		t.Fatalf("the beginning is not shown:\n%s", strings.Join(w.lines(), "\n"))
	}
}

func TestThinkingFoldsAndOpens(t *testing.T) {
	b := newBook()
	m := b.add("assistant", "The answer.")
	m.Parts = append([]session.Part{{Kind: session.PartThinking, Text: "Let me see.", Done: true, Duration: 4 * time.Second, Tokens: 312}}, m.Parts...)
	w := open(t, b, 80, 10)
	if !w.shows("thought for 4.0 s · 312 tokens") || w.shows("Let me see.") {
		t.Fatalf("thinking should be folded to a line:\n%s", strings.Join(w.lines(), "\n"))
	}
	w.r.Toggle(m.ID)
	w.take()
	w.settle()
	if !w.shows("Let me see.") {
		t.Fatalf("thinking should be open:\n%s", strings.Join(w.lines(), "\n"))
	}
}

func TestPastesAreChipsUntilOpened(t *testing.T) {
	b := newBook()
	m := b.add("user", "Look: one\ntwo\nthree\n Thanks.")
	m.Pastes = []session.Paste{{Start: 6, End: 20}}
	w := open(t, b, 80, 10)
	if !w.shows("Look: [paste 1: 3 lines] Thanks.") {
		t.Fatalf("the paste should be a chip:\n%s", strings.Join(w.lines(), "\n"))
	}
	w.r.Toggle(m.ID)
	w.take()
	w.settle()
	if !w.shows("three") {
		t.Fatal("the paste should be open")
	}
}

func TestHostileTextIsShownNotObeyed(t *testing.T) {
	b := newBook()
	b.add("user", "\x1b]52;c;aGk=\x07 and \x9b31m")
	b.add("assistant", "red \x1b[31m text \u202egnp.exe")
	w := open(t, b, 80, 12)
	all := strings.Join(w.Draw(), "\n")
	if !utf8.ValidString(all) {
		t.Error("what reaches the terminal is not UTF-8")
	}
	for _, bad := range []string{"\x1b]52", "\u009b", "\x1b[31m", "\u202e", "\x07"} {
		if strings.Contains(all, bad) {
			t.Errorf("%q reaches the terminal", bad)
		}
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Line number %d of many.\n\n", i)
	}
	return b.String()
}
