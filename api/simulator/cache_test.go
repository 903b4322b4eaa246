package simulator_test

import (
	"strings"
	"testing"
	"time"

	"parlor/api/simulator"
)

const automatic = `,"cache_control":{"type":"ephemeral"}`

func TestCacheGrowsWithTheConversation(t *testing.T) {
	s := fresh(simulator.Options{CacheMinimum: 1})
	var turns []string
	total := 0
	for turn, prompt := range []string{"First, a long question. " + strings.Repeat("Really. ", 50), "second question here", "third and last question"} {
		turns = append(turns, prompt)
		m := say(t, s, sonnet46, automatic, turns...)
		if turn == 0 && (m.Usage.Read != 0 || m.Usage.Created == 0) {
			t.Errorf("first turn: %+v", m.Usage)
		}
		if turn > 0 && m.Usage.Read != total {
			t.Errorf("turn %d read %d, the turn before had %d", turn, m.Usage.Read, total)
		}
		if turn > 0 && m.Usage.Created == 0 {
			t.Errorf("turn %d created nothing", turn)
		}
		if sum := m.Usage.Input + m.Usage.Read + m.Usage.Created; sum <= total {
			t.Errorf("turn %d: a prompt of %d tokens after %d", turn, sum, total)
		}
		total = m.Usage.Read + m.Usage.Created
		turns = append(turns, m.text())
	}
}

func TestWhatTheCacheDependsOn(t *testing.T) {
	long := strings.Repeat("word ", 400)
	tests := []struct {
		name          string
		model, extra  string
		turns         []string
		after         time.Duration
		minimum       int
		read, created bool
	}{
		{"the same again", sonnet46, automatic, []string{long}, 0, 1, true, false},
		{"without a breakpoint", sonnet46, "", []string{long}, 0, 1, false, false},
		{"another model", haiku45, automatic, []string{long}, 0, 1, false, true},
		{"another system prompt", sonnet46, automatic + `,"system":"be kind"`, []string{long}, 0, 1, false, true},
		{"changed thinking", sonnet46, automatic + `,"thinking":{"type":"adaptive"}`, []string{long}, 0, 1, false, true},
		{"changed temperature", sonnet46, automatic + `,"temperature":0.3`, []string{long}, 0, 1, true, false},
		{"another first message", sonnet46, automatic, []string{"x" + long}, 0, 1, false, true},
		{"a longer conversation", sonnet46, automatic, []string{long, "y", "z"}, 0, 1, true, true},
		{"within five minutes", sonnet46, automatic, []string{long}, 4 * time.Minute, 1, true, false},
		{"after five minutes", sonnet46, automatic, []string{long}, 5 * time.Minute, 1, false, true},
		{"below the model's minimum", sonnet46, automatic, []string{long}, 0, 0, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &clock{now: noon()}
			s := fresh(simulator.Options{CacheMinimum: tt.minimum, Now: c.Now})
			say(t, s, sonnet46, automatic, long)
			c.now = c.now.Add(tt.after)
			u := say(t, s, tt.model, tt.extra, tt.turns...).Usage
			if (u.Read > 0) != tt.read || (u.Created > 0) != tt.created {
				t.Errorf("read %d, created %d", u.Read, u.Created)
			}
		})
	}
}

func TestExplicitBreakpoints(t *testing.T) {
	s := fresh(simulator.Options{CacheMinimum: 1})
	ask := func(prompt string) message {
		system := `,"system":[{"type":"text","text":"` + strings.Repeat("rule ", 200) + `","cache_control":{"type":"ephemeral","ttl":"1h"}}]`
		return say(t, s, sonnet46, system, prompt)
	}
	first, second := ask("one"), ask("two")
	if first.Usage.Created == 0 || second.Usage.Read != first.Usage.Created || second.Usage.Created != 0 {
		t.Errorf("first %+v, second %+v", first.Usage, second.Usage)
	}
}
