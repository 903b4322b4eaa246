package session

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"parlor/api"
)

// learned is what servers refused before, by origin and model.
type learned struct {
	loaded bool
	facts  map[string]map[string]lesson // "origin model" -> parameter
}

// lesson is one parameter that was refused.
type lesson struct {
	Limit int       `json:"limit,omitempty"` // of max_tokens
	At    time.Time `json:"at"`
}

const (
	learnedKey = "learned"
	// forgetAfter is when a refused parameter is tried again: servers learn too.
	forgetAfter = 30 * 24 * time.Hour
)

// loadLearned reads once what earlier processes learned.
func (m *Manager) loadLearned(ctx context.Context) error {
	m.mu.Lock()
	loaded := m.learned.loaded
	m.mu.Unlock()
	if loaded {
		return nil
	}
	m.storedList(ctx, m.Client())
	raw, _, err := m.opt.Store.Setting(ctx, learnedKey)
	if err != nil {
		return fmt.Errorf("read what is known about models: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.learned.loaded {
		m.learned.loaded = true
		if json.Unmarshal([]byte(raw), &m.learned.facts) != nil || m.learned.facts == nil {
			m.learned.facts = map[string]map[string]lesson{}
		}
	}
	return nil
}

// learn remembers a refusal for the model at the client's server.
func (m *Manager) learn(ctx context.Context, client *api.Client, model string, r refusal) error {
	key := m.origin(client) + " " + model
	m.mu.Lock()
	if m.learned.facts == nil {
		m.learned.facts = map[string]map[string]lesson{}
	}
	params := maps.Clone(m.learned.facts[key])
	if params == nil {
		params = map[string]lesson{}
	}
	params[r.param] = lesson{Limit: r.limit, At: m.opt.Now()}
	m.learned.facts[key] = params
	raw := encode(m.learned.facts)
	m.mu.Unlock()
	return m.opt.Store.SetSetting(ctx, learnedKey, string(raw))
}

// facts puts together what is known about a model at the client's server.
func (m *Manager) facts(client *api.Client, model string) facts {
	f := facts{caps: m.capsAt(client, model), refused: map[string]int{}, noCache: m.opt.NoCache}
	if client == nil {
		return f
	}
	f.noSampling = client.Version >= "2026-10-21"
	m.mu.Lock()
	defer m.mu.Unlock()
	for param, l := range m.learned.facts[m.origin(client)+" "+model] {
		if m.opt.Now().Sub(l.At) < forgetAfter {
			f.refused[param] = l.Limit
		}
	}
	return f
}

// origin is the server a client talks to, without what could be secret in its
// URL. Before the first request it is what the client is configured with.
func (m *Manager) origin(client *api.Client) string {
	if client == nil {
		return api.DefaultBaseURL
	}
	if known, ok := m.origins.Load(client); ok {
		return known.(string)
	}
	return redactURL(client.ConfiguredOrigin())
}

// locate finds out where a client's next request goes, which its credential may
// tell, and reads what is known about that server.
func (m *Manager) locate(ctx context.Context, client *api.Client) {
	if client == nil {
		return
	}
	before, now := m.origin(client), redactURL(client.Origin(ctx))
	m.origins.Store(client, now)
	if now != before {
		m.storedList(ctx, client)
	}
}

// Supports tells whether the model of p takes a parameter along with the rest
// of p: temperature, top_p, top_k, effort, thinking or max_tokens. It asks the
// catalogue and what the server refused before, not the network.
func (m *Manager) Supports(p Params, param string) Support {
	return m.facts(m.Client(), p.Model).support(p, param)
}
