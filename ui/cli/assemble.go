package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"parlor/api"
	"parlor/api/catalog"
	"parlor/api/simulator"
	"parlor/session"
	"parlor/session/config"
	"parlor/session/credential"
	"parlor/store"
)

// demoModel answers in the demo: it takes a temperature.
const demoModel = "claude-sonnet-4-6"

// readPace is well below the time between two frames of a streamed answer.
const readPace = 60 * time.Millisecond

// house puts configuration, database, client and manager together, for the
// screen and the commands alike, and takes them down again. What it is asked
// for is opened at that moment and not before. It is safe for concurrent use.
type house struct {
	env    Env
	cfg    *config.Config
	getenv func(string) string
	creds  *credential.Store
	demo   bool // talk to the embedded simulator
	forget bool // keep everything in memory
	titles bool // let a model write titles

	mu       sync.Mutex
	base     string           // address of the server as it is now; "" for the default
	live     *session.Manager // talks to that server; nil where none does
	closers  []func() error   // in the order they were opened
	logger   *slog.Logger
	database map[string]*store.DB
	sim      *simulator.Server
}

func newHouse(env Env, cfg *config.Config, getenv func(string) string, demo bool) *house {
	return &house{
		env: env, cfg: cfg, getenv: getenv, demo: demo, titles: true, base: cfg.BaseURL, database: map[string]*store.DB{},
		creds: &credential.Store{
			StateDir: cfg.Dirs.State, KeyCommand: cfg.KeyCommand,
			Getenv: getenv, Environ: env.Environ, Keyring: env.Keyring,
		},
	}
}

// open makes a manager over the database and the server that are configured.
func (h *house) open(ctx context.Context) (*session.Manager, error) { return h.make(ctx, h.demo) }

// openDemo makes one over the demo's database and the embedded simulator.
func (h *house) openDemo(ctx context.Context) (*session.Manager, error) { return h.make(ctx, true) }

func (h *house) make(ctx context.Context, demo bool) (*session.Manager, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.openLog(); err != nil {
		return nil, err
	}
	db, err := h.openDatabase(ctx, demo)
	if err != nil {
		return nil, err
	}
	client, err := h.makeClient(demo)
	if err != nil {
		return nil, err
	}
	opt := session.Options{
		ReadPace: readPace,
		Store:    db, Client: client, Defaults: h.defaults(demo), NoCache: !h.cfg.Cache,
		Simulated: demo, Now: h.env.Now, NewID: h.env.NewID, Logger: h.logger,
	}
	if h.titles {
		opt.TitleModel = resolve(h.cfg.TitleModel)
	}
	m := session.NewManager(opt)
	h.closers = append(h.closers, func() error {
		return m.Close(context.Background()) // bounded by itself
	})
	h.live = nil
	if !demo {
		h.live = m
	}
	return m, nil
}

// databasePath is the file conversations are kept in. The demo has its own
// beside the usual one, unless a flag names one.
func (h *house) databasePath(demo bool) string {
	if demo && h.cfg.Origin("db").Kind != config.FromFlag {
		return filepath.Join(filepath.Dir(h.cfg.DB), "parlor-demo.db")
	}
	return h.cfg.DB
}

func (h *house) openDatabase(ctx context.Context, demo bool) (*store.DB, error) {
	path := h.databasePath(demo)
	if db := h.database[path]; db != nil {
		return db, nil
	}
	db, err := store.Open(ctx, store.Options{Path: path, Memory: h.forget, Now: h.env.Now, Logger: h.logger})
	if err != nil {
		return nil, err
	}
	h.database[path] = db
	h.closers = append(h.closers, db.Close)
	return db, nil
}

// makeClient builds the client of the configured server, or of the simulator,
// which it starts when it is first needed.
func (h *house) makeClient(demo bool) (*api.Client, error) {
	if !demo {
		return h.client(h.base, h.creds.Source()), nil
	}
	if h.sim == nil {
		// It ends with the house, not with the context of whoever asked first.
		sim, err := simulator.Serve(context.Background(), "", simulator.New(simulator.Options{Record: -1, Now: h.env.Now}))
		if err != nil {
			return nil, err
		}
		h.sim = sim
		h.closers = append(h.closers, sim.Close)
	}
	return &api.Client{
		APIKey: "demo", BaseURL: h.sim.URL, UserAgent: h.userAgent(), Logger: h.logger,
		// Nothing of the user's environment concerns the simulator.
		Getenv: func(string) string { return "" },
	}, nil
}

// client builds a client as configured, for one base URL ("" for the default)
// and one source of credentials.
func (h *house) client(baseURL string, source api.CredentialSource) *api.Client {
	retries := h.cfg.Retries
	return &api.Client{
		Credentials: source, BaseURL: baseURL, Version: h.cfg.APIVersion,
		UserAgent: h.userAgent(), MaxRetries: &retries,
		Timeouts: api.Timeouts{
			Connect: h.cfg.ConnectTimeout, Headers: h.cfg.HeaderTimeout,
			Stall: h.cfg.StallTimeout, Total: h.cfg.TotalTimeout,
		},
		Network: api.Network{
			Proxy: h.cfg.Proxy, CAFile: h.cfg.CAFile, CertFile: h.cfg.ClientCert, KeyFile: h.cfg.ClientKey,
		},
		Logger: h.logger, Getenv: h.getenv, Now: h.env.Now,
	}
}

func (h *house) userAgent() string { return "parlor/" + h.env.Build.Version }

// baseURL is the address requests go to as far as settings tell.
func (h *house) baseURL() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.base != "" {
		return h.base
	}
	return api.DefaultBaseURL
}

// setBaseURL points everything at another server from the next request on.
func (h *house) setBaseURL(address string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.base = address
	h.creds.Forget()
	if h.live != nil {
		h.live.SetClient(h.client(address, h.creds.Source()))
	}
}

// defaults are the parameters of new conversations.
func (h *house) defaults(demo bool) session.Params {
	p := session.Params{
		Model: resolve(h.cfg.Model), Temperature: h.cfg.Temperature, TopP: h.cfg.TopP, TopK: h.cfg.TopK,
		MaxTokens: h.cfg.MaxTokens, Effort: h.cfg.Effort, System: h.cfg.System,
		Thinking: session.Thinking{Mode: h.cfg.Thinking, Budget: h.cfg.ThinkingBudget},
	}
	// A model of the user's own server means nothing to the simulator.
	if demo && h.cfg.Origin("model").Kind != config.FromFlag {
		p.Model = demoModel
	}
	return p
}

// resolve turns "opus" into an id. What the catalogue does not know is sent as
// it is.
func resolve(model string) string {
	if id, ok := catalog.Resolve(model); ok {
		return id
	}
	return model
}

// openLog starts the log where one is wanted.
func (h *house) openLog() error {
	if h.logger != nil {
		return nil
	}
	h.logger = slog.New(slog.DiscardHandler)
	if h.cfg.LogFile == "" {
		return nil
	}
	fail := func(err error) error {
		return usage(fmt.Errorf("the log file %s cannot be written: %w", h.cfg.LogFile, reason(err)))
	}
	if err := os.MkdirAll(filepath.Dir(h.cfg.LogFile), 0o700); err != nil {
		return fail(err)
	}
	file, err := os.OpenFile(h.cfg.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fail(err)
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(h.cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // the configuration allows none of these
	}
	h.logger = slog.New(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: level}))
	h.closers = append(h.closers, file.Close)
	return nil
}

// reason is an error of the file system without the path it repeats.
func reason(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// close takes everything down, the last opened first.
func (h *house) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for i := len(h.closers) - 1; i >= 0; i-- {
		errs = append(errs, h.closers[i]())
	}
	h.closers = nil
	return errors.Join(errs...)
}
