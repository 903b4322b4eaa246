package cli

import (
	"context"
	"errors"
	"fmt"

	"parlor/api"
	"parlor/session"
	"parlor/session/config"
	"parlor/ui"
)

// screen shows the terminal application. Unless a conversation has to be looked
// up by name or changed by flags, nothing is opened before its first frame.
func (a *app) screen(ctx context.Context, prompt string) error {
	start := ui.Start{Prompt: prompt, Private: a.opt.private}
	var err error
	switch {
	case a.opt.resume != "":
		start.Mode = ui.Resume
		start.ID, err = a.prepared(ctx)
	case a.opt.proceed:
		start.Mode = ui.Last
		if a.changes() {
			start.Mode = ui.Resume
			start.ID, err = a.prepared(ctx)
			if errors.Is(err, errNothingYet) {
				start.Mode, err = ui.New, nil
			}
		}
	}
	if err != nil {
		return err
	}
	show := a.env.Screen
	if show == nil {
		show = ui.Run
	}
	err = show(ctx, ui.Options{
		Config: a.cfg, Problems: a.problems,
		Open: inWords(a.house.open), OpenDemo: inWords(a.house.openDemo),
		Start: start, Login: &login{a.house}, FirstRun: a.firstRun(),
		Simulated: a.opt.demo, Version: a.env.Build.Version,
		Environ: a.env.Environ, Now: a.env.Now,
	})
	var crash *ui.Crash
	if errors.As(err, &crash) {
		return a.crashed(fmt.Sprintf("%v while %s", crash.Value, crash.Where), crash.Stack)
	}
	return err
}

// inWords makes the screen show the same sentences as the commands.
func inWords(open func(context.Context) (*session.Manager, error)) func(context.Context) (*session.Manager, error) {
	return func(ctx context.Context) (*session.Manager, error) {
		m, err := open(ctx)
		if err != nil {
			return nil, worded{err, sentence(err)}
		}
		return m, nil
	}
}

// prepared finds the conversation that the flags name, changes it as they say,
// and returns its id.
func (a *app) prepared(ctx context.Context) (string, error) {
	c, err := a.conversation(ctx)
	if err != nil {
		return "", err
	}
	return c.ID(), c.Close()
}

// changes tells whether flags change the parameters of a conversation.
func (a *app) changes() bool {
	for _, key := range []string{"model", "temperature", "effort", "system", "max_tokens"} {
		if a.cfg.Origin(key).Kind == config.FromFlag {
			return true
		}
	}
	return false
}

// firstRun tells whether there is nothing to talk with: no credential that can
// be seen without asking anybody, no server of the user's own, no demo.
func (a *app) firstRun() bool {
	if a.opt.demo || a.cfg.BaseURL != "" || a.house.creds.Configured(a.house.baseURL()) {
		return false
	}
	env := api.Environment{Getenv: a.getenv}
	_, err := env.LoadProfile(env.ActiveProfile())
	return err != nil
}
