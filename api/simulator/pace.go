package simulator

import (
	"math/rand/v2"
	"time"
)

// defaultRate is the lively speed in tokens per second.
const defaultRate = 80

// pacer decides when each delta is due. Due times add up from the start of the text, so what sending costs is not added.
type pacer struct {
	x     *exchange
	paced bool
	// perToken is the time of a token in seconds.
	perToken float64
	rng      *rand.Rand
	start    time.Time
	due      time.Duration
	lastPing time.Time
}

func (s *sink) newPacer(a *answer) *pacer {
	opt := s.x.sim.opt
	rate := opt.Rate
	if rate == 0 {
		rate = defaultRate
	}
	if a.p.speed > 0 {
		rate *= a.p.speed
	}
	now := opt.Now()
	return &pacer{
		x: s.x, paced: rate > 0 && !a.p.waitsItself() && !s.x.batched, perToken: 1 / rate,
		rng:   rand.New(rand.NewPCG(opt.Seed, s.x.no)),
		start: now, lastPing: now,
	}
}

// waitsItself says that the script has its own idea of time.
func (p *plan) waitsItself() bool { return p.Gate != nil || p.Delay > 0 }

// first waits for the first token. s may be nil if there is nothing to ping.
func (pc *pacer) first(s *sink) error {
	if !pc.paced {
		return pc.x.r.Context().Err()
	}
	wait := pc.x.sim.opt.FirstToken
	if wait > 0 {
		wait = time.Duration(float64(wait) * (0.85 + 0.3*pc.rng.Float64()))
	}
	pc.due = wait
	return pc.wait(s)
}

// after waits for the time of that many tokens.
func (pc *pacer) after(tokens float64, s *sink) error {
	if !pc.paced {
		return pc.x.r.Context().Err()
	}
	pc.due += time.Duration(tokens * pc.perToken * float64(time.Second))
	return pc.wait(s)
}

// next waits until the delta is due: its tokens, a little early or late, and a breath after a paragraph.
func (pc *pacer) next(s *sink, m *modelFacts, d delta) error {
	if !pc.paced {
		return nil
	}
	tokens := float64(d.weight*m.TokenPercent) / 400
	jitter := 0.7 + 0.6*pc.rng.Float64()
	return pc.after(tokens*jitter, s)
}

// wait sleeps until the due time, with pings in between.
func (pc *pacer) wait(s *sink) error {
	opt := pc.x.sim.opt
	for {
		now := opt.Now()
		left := pc.due - now.Sub(pc.start)
		if s != nil && now.Sub(pc.lastPing) >= opt.PingEvery {
			pc.lastPing = now
			s.ping()
			if err := s.flush(); err != nil {
				return err
			}
		}
		if left <= 0 {
			return pc.x.r.Context().Err()
		}
		step := left
		if s != nil {
			step = min(left, opt.PingEvery)
		}
		if err := opt.Sleep(pc.x.r.Context(), step); err != nil {
			return errEnd
		}
		if opt.Now().Equal(now) {
			// The clock stands still, as a test's may: what was slept counts as over.
			pc.start = pc.start.Add(-step)
		}
	}
}
