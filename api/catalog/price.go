package catalog

// Band is the price of requests up to a size. Prices are micro-dollars per
// million tokens: 4,000,000 is four dollars.
type Band struct {
	// UpToTokens is the largest prompt, cached tokens included, that this band
	// is for; 0 means any. The whole request is charged by one band.
	UpToTokens int64 `json:"up_to"`
	In         int64 `json:"in"`
	Out        int64 `json:"out"`
	Write5m    int64 `json:"write_5m"` // cache write for five minutes
	Write1h    int64 `json:"write_1h"` // cache write for one hour
	Read       int64 `json:"read"`     // cache read
}

// TokenUsage is what a request used. The prompt is In + Write5m + Write1h + Read.
type TokenUsage struct {
	In, Out, Write5m, Write1h, Read int64
}

// Prompt returns the size of the prompt.
func (u TokenUsage) Prompt() int64 { return u.In + u.Write5m + u.Write1h + u.Read }

// Cost returns the price of u in micro-dollars, rounded to the nearest; 0 when
// the catalogue knows no price. It is an estimate: contracts, batches, fast
// mode and regions are not in it.
func (m Model) Cost(u TokenUsage) (microDollars int64) {
	b, ok := m.band(u.Prompt())
	if !ok {
		return 0
	}
	const perMillion = 1_000_000
	total := u.In*b.In + u.Out*b.Out + u.Write5m*b.Write5m + u.Write1h*b.Write1h + u.Read*b.Read
	return (total + perMillion/2) / perMillion
}

func (m Model) band(prompt int64) (Band, bool) {
	for _, b := range m.Prices {
		if b.UpToTokens == 0 || prompt <= b.UpToTokens {
			return b, true
		}
	}
	return Band{}, false
}
