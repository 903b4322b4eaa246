package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parlor/session"
	"parlor/session/config"
	"parlor/store"
	"parlor/ui/term"
)

// start is parlor without a command: the screen where there is a terminal for
// it, else one answer.
func (a *app) start(ctx context.Context, args []string) error {
	if err := a.opt.check(); err != nil {
		return err
	}
	prompt := strings.Join(args, " ")
	switch {
	case a.opt.print || !a.env.StdinTerminal || !a.env.StdoutTerminal:
		a.warn()
		return a.answer(ctx, prompt)
	case a.opt.noSave || a.opt.output != "text":
		return usage(errors.New("--output and --no-save go with -p"))
	}
	if err := validText(prompt); err != nil {
		return err
	}
	if term.IsDumb(a.getenv) {
		a.warn()
		return a.lines(ctx, prompt)
	}
	return a.screen(ctx, prompt)
}

// answer is -p: one turn, printed.
func (a *app) answer(ctx context.Context, prompt string) error {
	text, err := a.wholePrompt(prompt)
	if err != nil {
		return err
	}
	a.house.titles = false // a script pays for what it asked for
	c, err := a.conversation(ctx)
	if err != nil {
		return err
	}
	return a.turn(ctx, c, text, a.newTeller())
}

// conversation opens the conversation that the flags ask for.
func (a *app) conversation(ctx context.Context) (*session.Conversation, error) {
	continued := a.opt.proceed || a.opt.resume != ""
	if a.opt.noSave && continued {
		return a.borrowed(ctx)
	}
	a.house.forget = a.opt.noSave || a.opt.private
	m, err := a.house.open(ctx)
	if err != nil {
		return nil, err
	}
	if !continued {
		return m.New(ctx, session.Params{})
	}
	id, err := a.wanted(ctx, m)
	if err != nil {
		return nil, err
	}
	c, err := m.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	return c, a.applyFlags(ctx, c)
}

// wanted is the id of the conversation that -c or -r names.
func (a *app) wanted(ctx context.Context, m *session.Manager) (string, error) {
	if a.opt.resume != "" {
		s, err := a.find(ctx, m, a.opt.resume)
		return s.ID, err
	}
	id, err := m.Last(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return "", usage(errNothingYet)
	}
	return id, err
}

var errNothingYet = errors.New("there is no conversation to go on with yet; begin one without -c")

// maxNamed is how many conversations an ambiguous name is answered with.
const maxNamed = 5

// find is the one conversation that a query means.
func (a *app) find(ctx context.Context, m *session.Manager, query string) (session.Summary, error) {
	found, err := m.Find(ctx, query)
	if err == nil {
		found, err = withoutDeleted(ctx, m, found)
	}
	switch {
	case err != nil:
		return session.Summary{}, err
	case len(found) == 0:
		return session.Summary{}, usage(fmt.Errorf("no conversation matches %q; `parlor list` shows all", query))
	case len(found) == 1:
		return found[0], nil
	}
	return session.Summary{}, usage(fmt.Errorf("%q matches %d conversations: %s; name one by its id", query, len(found), named(found)))
}

// withoutDeleted leaves out what was deleted: a whole id finds that too.
func withoutDeleted(ctx context.Context, m *session.Manager, found []session.Summary) ([]session.Summary, error) {
	if len(found) != 1 {
		return found, nil
	}
	deleted, err := m.List(ctx, session.Filter{Deleted: true})
	if slices.ContainsFunc(deleted, func(s session.Summary) bool { return s.ID == found[0].ID }) {
		return nil, err
	}
	return found, err
}

// named lists candidates in a sentence.
func named(found []session.Summary) string {
	var names []string
	for i, s := range found {
		if i == maxNamed {
			names = append(names, fmt.Sprintf("and %d more", len(found)-maxNamed))
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", s.ID, titleOf(s)))
	}
	return strings.Join(names, ", ")
}

func titleOf(s session.Summary) string {
	if s.Title == "" {
		return "untitled"
	}
	return s.Title
}

// applyFlags changes the conversation's parameters to what flags say. Files and
// environment are for new conversations only.
func (a *app) applyFlags(ctx context.Context, c *session.Conversation) error {
	p, changed := c.Snapshot().Params, false
	given := func(key string) bool {
		is := a.cfg.Origin(key).Kind == config.FromFlag
		changed = changed || is
		return is
	}
	if given("model") {
		p.Model = resolve(a.cfg.Model)
	}
	if given("temperature") {
		p.Temperature = a.cfg.Temperature
	}
	if given("effort") {
		p.Effort = a.cfg.Effort
	}
	if given("system") {
		p.System = a.cfg.System
	}
	if given("max_tokens") {
		p.MaxTokens = a.cfg.MaxTokens
	}
	if !changed {
		return nil
	}
	return c.SetParams(ctx, p)
}
