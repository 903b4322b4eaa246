package session

import (
	"time"

	"parlor/api"
	"parlor/api/catalog"
)

// lastRequest is what is known from the last answer about the context.
type lastRequest struct {
	usage api.Usage
	model string // that was asked
	at    time.Time
}

// cacheFor is how long the server keeps a prompt with automatic caching.
const cacheFor = 5 * time.Minute

// contextAt tells how full the window is and what the next request's input will
// cost, roughly: the conversation so far. The caller holds mu.
func (c *Conversation) contextAt(now time.Time) Context {
	info, priced := c.model()
	ctx := Context{Window: int64(info.ContextWindow)}
	u := c.last.usage
	prompt := u.InputTokens + u.CacheCreationInputTokens + u.CacheReadInputTokens
	ctx.Tokens = prompt + u.OutputTokens
	if !priced || ctx.Tokens == 0 {
		return ctx
	}
	cached := u.CacheCreationInputTokens + u.CacheReadInputTokens
	ctx.SendCold = inputCost(info, api.Usage{CacheCreationInputTokens: ctx.Tokens})
	if c.m.opt.NoCache {
		ctx.SendCold = inputCost(info, api.Usage{InputTokens: ctx.Tokens})
	}
	ctx.SendWarm = ctx.SendCold
	if until := c.last.at.Add(cacheFor); cached > 0 && c.last.model == c.params.Model && now.Before(until) {
		ctx.CacheUntil = until
		ctx.SendWarm = inputCost(info, api.Usage{CacheReadInputTokens: cached, CacheCreationInputTokens: ctx.Tokens - cached})
	}
	return ctx
}

// addUsage is the sum of two answers that are shown as one.
func addUsage(a, b api.Usage) api.Usage {
	sum := b
	sum.InputTokens += a.InputTokens
	sum.OutputTokens += a.OutputTokens
	sum.CacheCreationInputTokens += a.CacheCreationInputTokens
	sum.CacheReadInputTokens += a.CacheReadInputTokens
	sum.CacheCreation.Ephemeral5m += a.CacheCreation.Ephemeral5m
	sum.CacheCreation.Ephemeral1h += a.CacheCreation.Ephemeral1h
	sum.ThinkingTokens += a.ThinkingTokens
	return sum
}

// model is what is known about the current model, looked up once, and whether
// its prices are. The caller holds mu.
func (c *Conversation) model() (catalog.Model, bool) {
	if c.info.of != c.params.Model {
		found := c.m.capsAt(c.m.Client(), c.params.Model)
		if found.ID == "" { // it may be listed later
			return found.Model, false
		}
		c.info = modelInfo{of: c.params.Model, caps: found}
	}
	return c.info.caps.Model, len(c.info.caps.Prices) > 0
}

type modelInfo struct {
	of   string
	caps caps
}

// price is what an answer cost in micro-dollars and of which day the prices
// are; the date is empty where no price is known.
func price(model, asked string, u api.Usage) (micros int64, date string) {
	m, ok := catalog.Find(model)
	if !ok {
		m, ok = catalog.Find(asked)
	}
	if !ok || len(m.Prices) == 0 {
		return 0, ""
	}
	return m.Cost(tokens(u)), m.PriceDate
}

func inputCost(m catalog.Model, u api.Usage) int64 { return m.Cost(tokens(u)) }

// tokens translates. What the server does not say about the kind of a cache
// write was one for five minutes.
func tokens(u api.Usage) catalog.TokenUsage {
	return catalog.TokenUsage{
		In: u.InputTokens, Out: u.OutputTokens, Read: u.CacheReadInputTokens,
		Write5m: max(u.CacheCreationInputTokens-u.CacheCreation.Ephemeral1h, 0), Write1h: u.CacheCreation.Ephemeral1h,
	}
}
