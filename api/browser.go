package api

import "encoding/json"

// BrowserState is the typed view of a browser_state block: what the result of
// a browser tool says about the browser besides its content.
type BrowserState struct {
	Tabs    []BrowserTab // all that are open; exactly one is active
	Changes []BrowserChange
}

// BrowserTab is an open tab.
type BrowserTab struct {
	ID, Title, URL string
	Active         bool
}

// Values of BrowserChange.Type.
const (
	BrowserTabOpened         = "tab_opened"
	BrowserDownloadStarted   = "download_started"
	BrowserDownloadCompleted = "download_completed"
	BrowserDownloadFailed    = "download_failed"
)

// BrowserChange is something that happened during a call. Which fields are set
// follows from Type.
type BrowserChange struct {
	Type            string
	TabID           string // of a tab
	DownloadID, URL string // of a download
	Path            string // of a completed one; "" if not told
	SizeBytes       int64  // likewise; 0 if not told
	Error           string // of a failed one; "" if not told
}

// NewBrowserState returns a browser_state block for the result of a tool of
// BrowserToolset.
func NewBrowserState(s BrowserState) Block {
	tabs := make([]Block, 0, len(s.Tabs))
	for _, tab := range s.Tabs {
		w := beginObject(nil)
		w.str("tab_id", tab.ID)
		w.text("title", tab.Title)
		w.text("url", tab.URL)
		w.flag("active", tab.Active)
		tabs = append(tabs, w.block(""))
	}
	changes := make([]Block, 0, len(s.Changes))
	for _, change := range s.Changes {
		w := beginTyped(change.Type, "")
		w.str("tab_id", change.TabID)
		w.str("download_id", change.DownloadID)
		w.str("url", change.URL)
		w.str("path", change.Path)
		if change.SizeBytes != 0 {
			w.int("size_bytes", change.SizeBytes)
		}
		w.str("error", change.Error)
		changes = append(changes, w.block(change.Type))
	}
	w := beginTyped(BlockBrowserState, "")
	w.raw("tabs", appendBlocks(nil, tabs))
	if len(changes) > 0 {
		w.raw("state_changes", appendBlocks(nil, changes))
	}
	return w.block(BlockBrowserState)
}

// BrowserState returns the state in b; ok is false when b is none.
func (b Block) BrowserState() (state BrowserState, ok bool) {
	if b.Type != BlockBrowserState {
		return BrowserState{}, false
	}
	o := parseObject(b.Raw)
	return BrowserState{
		Tabs:    each(o.list("tabs"), decodeTab),
		Changes: each(o.list("state_changes"), decodeBrowserChange),
	}, true
}

func decodeTab(raw json.RawMessage) BrowserTab {
	o := parseObject(raw)
	return BrowserTab{ID: o.str("tab_id"), Title: o.str("title"), URL: o.str("url"), Active: o.bool("active")}
}

func decodeBrowserChange(raw json.RawMessage) BrowserChange {
	o := parseObject(raw)
	change := BrowserChange{
		Type: o.str("type"), TabID: o.str("tab_id"), DownloadID: o.str("download_id"), URL: o.str("url"),
		Path: o.str("path"), Error: o.str("error"),
	}
	o.setInt("size_bytes", &change.SizeBytes)
	return change
}
