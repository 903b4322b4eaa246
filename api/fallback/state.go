package fallback

import (
	"context"
	"sync/atomic"
)

// State remembers which entry of the chain answers a conversation, so that its
// next turn does not ask a model again that has declined. Use one State for
// each conversation, with every request of it; the zero value starts at the
// model of the request. It is safe for concurrent use and must not be copied.
type State struct{ pinned atomic.Int64 } // index + 1

// Index returns the entry that answers, from 0, or -1 while it is the model of
// the request. To go on in another process, keep it and give it to SetIndex;
// it means a place, so the chain must be the same then.
func (s *State) Index() int { return int(s.pinned.Load()) - 1 }

// SetIndex lets the next request begin at entry i, a negative i at the model of
// the request. An i beyond the chain makes that request fail with an
// *api.FieldError.
func (s *State) SetIndex(i int) { s.pinned.Store(int64(max(i, -1)) + 1) }

// pin notes that entry i accepted. Of requests that race the one further down
// the chain counts: what is above it has declined.
func (s *State) pin(i int) {
	if s == nil {
		return
	}
	for {
		old := s.pinned.Load()
		if old > int64(i) || s.pinned.CompareAndSwap(old, int64(i)+1) {
			return
		}
	}
}

type stateKey struct{}

// WithState returns a context whose requests belong to the conversation of s.
// Without a State each request starts at its own model.
func WithState(ctx context.Context, s *State) context.Context {
	return context.WithValue(ctx, stateKey{}, s)
}

// stateOf returns the State of ctx, nil if it has none.
func stateOf(ctx context.Context) *State {
	s, _ := ctx.Value(stateKey{}).(*State)
	return s
}
