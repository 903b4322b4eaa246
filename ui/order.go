package ui

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// job is work on the conversation that must happen once and in its place.
type job struct {
	once   sync.Once
	before *job // runs first; nil when there is none any more
	work   func(context.Context) result
	out    result
}

// run does the work unless it was done, after what comes before it, and returns
// what came of it. Whoever comes first runs a job; everybody else waits.
func (j *job) run(ctx context.Context) result {
	j.once.Do(func() {
		if j.before != nil {
			j.before.run(ctx)
			j.before = nil
		}
		j.out = j.work(ctx)
	})
	return j.out
}

// inOrder is effect for what changes the conversation: such effects happen one
// after the other, in the order in which the user asked for them. A message
// never overtakes the parameters that were set before it, nor a draft's saving
// the sending of it. What was asked for and has not happened when the program
// ends happens then, see settleJobs.
func (m *Model) inOrder(work func(ctx context.Context) result) tea.Cmd {
	j := &job{work: work}
	if n := len(m.jobs); n > 0 {
		j.before = m.jobs[n-1]
	}
	m.jobs = append(m.jobs, j)
	return m.effect(func(ctx context.Context) result {
		out := j.run(ctx)
		return done(func(m *Model) tea.Cmd {
			m.forget(j)
			return out.apply(m)
		})
	})
}

// forget takes a job whose outcome was applied off the list.
func (m *Model) forget(j *job) {
	for i, other := range m.jobs {
		if other == j {
			m.jobs = append(m.jobs[:i:i], m.jobs[i+1:]...)
			return
		}
	}
}

// settleJobs runs what the program did not come to before it ended, and takes
// the outcomes in, so that a message that could not be sent is a draft again.
// Enter counts even when Ctrl+C follows at once.
func (m *Model) settleJobs(ctx context.Context) {
	if len(m.jobs) == 0 {
		return
	}
	all, ran := m.jobs, make(chan struct{})
	go func() {
		defer close(ran)
		all[len(all)-1].run(ctx)
	}()
	select {
	case <-ran:
		for _, j := range all {
			j.run(ctx).apply(m)
		}
	case <-ctx.Done(): // a database that hangs must not hang the end
	}
}
