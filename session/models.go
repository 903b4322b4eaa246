package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"parlor/api"
	"parlor/api/catalog"
)

// listedModel is what is kept of a model that a server lists.
type listedModel struct {
	ID, Name           string
	Context, MaxOutput int
	Lifecycle          string
	Caps               *listedCaps // nil if the server does not tell
}

// listedCaps is what a server says a model takes.
type listedCaps struct {
	Adaptive, Enabled, Disabled, BetweenTools bool
	Efforts                                   []string
}

// modelList is a server's list of models, as stored.
type modelList struct {
	At     time.Time
	Models []listedModel
}

// listFor is how long a server's list is good.
const listFor = 24 * time.Hour

// Models lists the models of the catalogue and of the server, those first
// that the server lists. The server is asked at most once a day. When it
// cannot be asked, the catalogue comes together with the error.
func (m *Manager) Models(ctx context.Context) ([]ModelInfo, error) {
	client := m.Client()
	m.locate(ctx, client)
	list, ok := m.storedList(ctx, client)
	var err error
	if !ok && client != nil {
		list, err = m.askList(ctx, client)
	}
	return mergeModels(list.Models), err
}

func listKey(origin string) string { return "models " + origin }

// storedList is the list asked for earlier, if it is young enough.
func (m *Manager) storedList(ctx context.Context, client *api.Client) (list modelList, ok bool) {
	if client == nil {
		return modelList{}, false
	}
	raw, found, err := m.opt.Store.Setting(ctx, listKey(m.origin(client)))
	if err != nil || !found || json.Unmarshal([]byte(raw), &list) != nil {
		return modelList{}, false
	}
	m.lists.put(m.origin(client), list) // an old one still tells what a model takes
	age := m.opt.Now().Sub(list.At)
	return list, age >= 0 && age < listFor
}

func (m *Manager) askList(ctx context.Context, client *api.Client) (modelList, error) {
	list := modelList{At: m.opt.Now()}
	for model, err := range client.Models(ctx, api.ModelListOptions{Limit: 1000}) {
		if errors.Is(err, api.ErrNotFound) {
			break // many servers have no list; that is remembered as an empty one
		}
		if err != nil {
			return modelList{}, fmt.Errorf("list the server's models: %w", err)
		}
		list.Models = append(list.Models, toListed(model))
	}
	m.lists.put(m.origin(client), list)
	if err := m.opt.Store.SetSetting(ctx, listKey(m.origin(client)), string(encode(list))); err != nil {
		return list, fmt.Errorf("keep the list of models: %w", err)
	}
	return list, nil
}

func toListed(model api.Model) listedModel {
	l := listedModel{
		ID: model.ID, Name: model.DisplayName, Lifecycle: model.Lifecycle,
		Context: int(model.MaxInputTokens), MaxOutput: int(model.MaxTokens),
	}
	c := model.Capabilities
	if c == nil {
		return l
	}
	t := c.Thinking
	l.Caps = &listedCaps{Adaptive: t.Adaptive, Enabled: t.Enabled, Disabled: t.Disabled, BetweenTools: t.BetweenTools}
	for _, level := range []struct {
		name string
		ok   bool
	}{{"low", c.Effort.Low}, {"medium", c.Effort.Medium}, {"high", c.Effort.High}, {"xhigh", c.Effort.XHigh}, {"max", c.Effort.Max}} {
		if level.ok {
			l.Caps.Efforts = append(l.Caps.Efforts, level.name)
		}
	}
	return l
}

// model is the listed model in the words of the catalogue. That one which can
// think and cannot be kept from it always does, is all that can be told about
// what it does by itself.
func (l listedModel) model() catalog.Model {
	m := catalog.Model{ID: l.ID, DisplayName: l.Name, ContextWindow: l.Context, MaxOutput: l.MaxOutput}
	if c := l.Caps; c != nil {
		always := c.Adaptive && !c.Disabled && !c.BetweenTools
		m.Efforts = c.Efforts
		m.Thinking = catalog.ThinkingSupport{
			Adaptive: c.Adaptive, Enabled: c.Enabled, Disabled: c.Disabled, BetweenTools: c.BetweenTools,
			AlwaysOn: always, DefaultOn: always,
		}
	}
	return m
}

// lists are the model lists of servers that were asked, in memory, so that
// building a request or a screen need not read them.
type lists struct {
	mu sync.Mutex // taken last: nothing else is locked while it is held
	at map[string]modelList
}

func (l *lists) put(origin string, list modelList) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil {
		l.at = map[string]modelList{}
	}
	l.at[origin] = list
}

func (l *lists) find(origin, model string) (listedModel, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.at[origin].Models {
		if m.ID == model {
			return m, true
		}
	}
	return listedModel{}, false
}

// capsAt is what the model takes at the client's server: by the catalogue,
// else by the server's list.
func (m *Manager) capsAt(client *api.Client, model string) caps {
	c := capsOf(model)
	if c.known || client == nil {
		return c
	}
	if l, ok := m.lists.find(m.origin(client), model); ok {
		c = caps{Model: l.model(), known: l.Caps != nil}
	}
	return c
}

// mergeModels puts the catalogue's facts over what the server lists.
func mergeModels(listed []listedModel) []ModelInfo {
	var infos []ModelInfo
	seen := map[string]bool{}
	for _, l := range listed {
		info := ModelInfo{ID: l.ID, Name: l.Name, Thinking: "unknown", Status: "unknown", Temperature: true}
		if m, ok := catalog.Find(l.ID); ok {
			info = catalogInfo(m)
			info.ID = l.ID
			seen[m.ID] = true
		} else if l.Caps != nil {
			info = catalogInfo(l.model())
			info.Status = "unknown"
		}
		info.fill(l)
		infos = append(infos, info)
	}
	for _, m := range catalog.All() {
		if !seen[m.ID] && m.Status != catalog.Retired {
			infos = append(infos, catalogInfo(m))
		}
	}
	return infos
}

// fill takes from the server's list what the catalogue does not know.
func (info *ModelInfo) fill(l listedModel) {
	info.Listed = true
	if info.Name == "" {
		info.Name = l.Name
	}
	if info.Name == "" {
		info.Name = l.ID
	}
	if info.Context == 0 {
		info.Context = l.Context
	}
	if info.MaxOutput == 0 {
		info.MaxOutput = l.MaxOutput
	}
	switch l.Lifecycle {
	case "deprecated", "retired": // the server knows it better and sooner
		info.Status = l.Lifecycle
	}
}

func catalogInfo(m catalog.Model) ModelInfo {
	info := ModelInfo{
		ID: m.ID, Name: m.DisplayName, Context: m.ContextWindow, MaxOutput: m.MaxOutput,
		Temperature: m.Sampling != catalog.SamplingNone, Efforts: slices.Clone(m.Efforts), DefaultEffort: m.DefaultEffort,
		Thinking: "off", Status: string(m.Status), Successor: m.Successor,
	}
	if len(m.Prices) > 0 {
		info.InPrice, info.OutPrice = m.Prices[0].In, m.Prices[0].Out
	}
	switch t := m.Thinking; {
	case t.AlwaysOn:
		info.Thinking = "always"
	case t.Adaptive:
		info.Thinking = "adaptive"
	case t.Enabled:
		info.Thinking = "budget"
	}
	return info
}

// ResolveModel turns what a person types, such as "opus" or "sonnet 4.6", into
// a model's id. Text that the catalogue does not know is the id itself, for
// the server to judge, and known is false.
func (m *Manager) ResolveModel(text string) (id string, known bool) {
	if id, ok := catalog.Resolve(text); ok {
		return id, true
	}
	return strings.TrimSpace(text), false
}
