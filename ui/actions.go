package ui

import (
	"parlor/ui/action"
	"parlor/ui/composer"
	"parlor/ui/dialog"
)

// The actions of the program. The ids are what keys.toml binds and must not
// change their meaning.
const (
	actSend       action.ID = "message.send"
	actStop       action.ID = "turn.stop"
	actCancel     action.ID = "cancel"
	actInterrupt  action.ID = "interrupt"
	actQuit       action.ID = "quit"
	actSuspend    action.ID = "suspend"
	actNew        action.ID = "conversation.new"
	actPrivate    action.ID = "conversation.private"
	actOpen       action.ID = "conversation.open"
	actRename     action.ID = "conversation.rename"
	actDelete     action.ID = "conversation.delete"
	actRestore    action.ID = "conversation.restore"
	actMore       action.ID = "conversation.more"
	actExport     action.ID = "conversation.export"
	actModel      action.ID = "model"
	actSetModel   action.ID = "model.set"
	actTemp       action.ID = "temperature"
	actEffort     action.ID = "effort"
	actThinking   action.ID = "thinking"
	actMaxTokens  action.ID = "max_tokens"
	actSystem     action.ID = "system"
	actSystemEdit action.ID = "system.edit"
	actParams     action.ID = "params"
	actSetParams  action.ID = "params.set"
	actRetry      action.ID = "message.retry"
	actEdit       action.ID = "message.edit"
	actContinue   action.ID = "message.continue"
	actCopy       action.ID = "message.copy"
	actCopyCode   action.ID = "code.copy"
	actCopyText   action.ID = "copy.text"
	actFold       action.ID = "message.fold"
	actDetails    action.ID = "message.details"
	actPrevSib    action.ID = "sibling.previous"
	actNextSib    action.ID = "sibling.next"
	actCost       action.ID = "cost"
	actTheme      action.ID = "theme"
	actSetTheme   action.ID = "theme.set"
	actPreview    action.ID = "theme.preview"
	actKeys       action.ID = "keys"
	actHelp       action.ID = "help"
	actPalette    action.ID = "palette"
	actRun        action.ID = "run.action"
	actLogin      action.ID = "login"
	actLoginKey   action.ID = "login.key"
	actLoginFile  action.ID = "login.file"
	actLoginURL   action.ID = "login.url"
	actLogout     action.ID = "logout"
	actDemo       action.ID = "demo.start"
	actDoctor     action.ID = "doctor"
	actEditor     action.ID = "editor"
	actFocus      action.ID = "focus.switch"
	actMouse      action.ID = "mouse.toggle"
	actUnqueue    action.ID = "queue.edit"
	actClose      action.ID = "dialog.close"
	actLineUp     action.ID = "scroll.line.up"
	actLineDown   action.ID = "scroll.line.down"
	actPageUp     action.ID = "scroll.page.up"
	actPageDown   action.ID = "scroll.page.down"
	actHalfUp     action.ID = "scroll.half.up"
	actHalfDown   action.ID = "scroll.half.down"
	actTop        action.ID = "scroll.top"
	actBottom     action.ID = "scroll.bottom"
	actFirst      action.ID = "scroll.first"
	actLast       action.ID = "scroll.last"
	actPrevMsg    action.ID = "message.previous"
	actNextMsg    action.ID = "message.next"
	actCompose    action.ID = "composer.focus"
)

// Actions returns the one table that keys, slash commands, the palette and help
// are made from.
func Actions() []action.Info {
	g, c, t := action.Global, action.Composer, action.Transcript
	return []action.Info{
		{ID: actNew, Title: "New conversation", Slash: "new", Keys: keys("ctrl+n"), Context: g, Group: "Conversation"},
		{ID: actOpen, Title: "Open a conversation", Slash: "open", Args: "[title]", Keys: keys("ctrl+o"), Context: g, Group: "Conversation"},
		{ID: actRename, Title: "Rename this conversation", Slash: "rename", Args: "[title]", Context: g, Group: "Conversation"},
		{ID: actDelete, Title: "Delete this conversation", Slash: "delete", Context: g, Group: "Conversation"},
		{ID: actExport, Title: "Export this conversation", Slash: "export", Args: "[file.md|file.json]", Context: g, Group: "Conversation"},
		{ID: actPrivate, Title: "New private conversation, kept in memory only", Slash: "private", Context: g, Group: "Conversation"},
		{ID: actCost, Title: "What this conversation cost", Slash: "cost", Context: g, Group: "Conversation"},

		{ID: actModel, Title: "Switch the model", Slash: "model", Args: "[model]", Keys: keys("ctrl+l"), Context: g, Group: "Parameters"},
		{ID: actParams, Title: "Parameters of this conversation", Slash: "params", Keys: keys("ctrl+t"), Context: g, Group: "Parameters"},
		{ID: actTemp, Title: "Set the temperature", Slash: "temp", Args: "0..1|off", Context: g, Group: "Parameters"},
		{ID: actEffort, Title: "Set the effort", Slash: "effort", Args: "low|medium|high|xhigh|max|off", Context: g, Group: "Parameters"},
		{ID: actThinking, Title: "Set the thinking", Slash: "thinking", Args: "adaptive|off|TOKENS|default", Context: g, Group: "Parameters"},
		{ID: actMaxTokens, Title: "Set the most tokens of an answer", Slash: "max-tokens", Args: "TOKENS", Context: g, Group: "Parameters"},
		{ID: actSystem, Title: "Set the system prompt", Slash: "system", Args: "[text|off]", Context: g, Group: "Parameters"},

		{ID: actRetry, Title: "Ask for another answer", Slash: "retry", Keys: keys("r"), Context: t, Group: "Message"},
		{ID: actEdit, Title: "Edit a message and send it again", Slash: "edit", Keys: keys("e"), Context: t, Group: "Message"},
		{ID: actContinue, Title: "Continue an answer that broke off", Slash: "continue", Keys: keys("c"), Context: t, Group: "Message"},
		{ID: actCopy, Title: "Copy a message as markdown", Slash: "copy", Keys: keys("y"), Context: t, Group: "Message"},
		{ID: actCopyCode, Title: "Copy a code block", Slash: "copy-code", Args: "[number]", Keys: keys("1", "2", "3", "4", "5", "6", "7", "8", "9"), Context: t, Group: "Message"},
		{ID: actFold, Title: "Open or fold thinking and pastes", Keys: keys("space", "enter"), Context: t, Group: "Message"},
		{ID: actDetails, Title: "Details of a message or its error", Keys: keys("i"), Context: t, Group: "Message"},
		{ID: actPrevSib, Title: "Previous alternative", Keys: keys("["), Context: t, Group: "Message"},
		{ID: actNextSib, Title: "Next alternative", Keys: keys("]"), Context: t, Group: "Message"},

		{ID: actStop, Title: "Stop the answer, keep what came", Context: g, Group: "Turn"},
		{ID: actUnqueue, Title: "Take the last queued message back", Keys: keys("alt+q"), Context: g, Group: "Turn"},
		{ID: actEditor, Title: "Write in your editor", Keys: keys("ctrl+g"), Context: c, Group: "Turn"},

		{ID: actPalette, Title: "All commands", Keys: keys("ctrl+p"), Context: g, Group: "Program"},
		{ID: actTheme, Title: "Choose a theme", Slash: "theme", Args: "[name]", Context: g, Group: "Program"},
		{ID: actHelp, Title: "Help", Slash: "help", Keys: keys("f1"), Context: g, Group: "Program"},
		{ID: actKeys, Title: "Keys and their conflicts", Slash: "keys", Context: g, Group: "Program"},
		{ID: actMouse, Title: "Give the mouse to the terminal, or take it back", Keys: keys("alt+m"), Context: g, Group: "Program"},
		{ID: actLogin, Title: "Store an API key", Slash: "login", Context: g, Group: "Program"},
		{ID: actLogout, Title: "Forget the stored API key", Slash: "logout", Context: g, Group: "Program"},
		{ID: actDoctor, Title: "Check configuration, credentials and connection", Slash: "doctor", Context: g, Group: "Program"},
		{ID: actSuspend, Title: "Suspend to the shell", Keys: keys("ctrl+z"), Context: g, Group: "Program"},
		{ID: actQuit, Title: "Quit", Slash: "quit", Keys: keys("ctrl+q"), Context: g, Group: "Program"},

		{ID: actFocus, Title: "Move between composer and transcript", Keys: keys("tab"), Context: g, Group: "Moving"},
		{ID: actPageUp, Title: "Page up", Keys: keys("pgup"), Context: g, Group: "Moving", Hidden: true},
		{ID: actPageDown, Title: "Page down", Keys: keys("pgdown"), Context: g, Group: "Moving", Hidden: true},
		{ID: actBottom, Title: "Go to the end and follow", Keys: keys("ctrl+end", "alt+end"), Context: g, Group: "Moving"},
		{ID: actTop, Title: "Go to the beginning", Keys: keys("ctrl+home", "alt+home"), Context: g, Group: "Moving"},
		{ID: actLineUp, Title: "Line up", Keys: keys("k", "up"), Context: t, Group: "Moving", Hidden: true},
		{ID: actLineDown, Title: "Line down", Keys: keys("j", "down"), Context: t, Group: "Moving", Hidden: true},
		{ID: actHalfUp, Title: "Half a page up", Keys: keys("u"), Context: t, Group: "Moving", Hidden: true},
		{ID: actHalfDown, Title: "Half a page down", Keys: keys("d"), Context: t, Group: "Moving", Hidden: true},
		{ID: actPrevMsg, Title: "Previous message", Keys: keys("K", "alt+up"), Context: t, Group: "Moving", Hidden: true},
		{ID: actNextMsg, Title: "Next message", Keys: keys("J", "alt+down"), Context: t, Group: "Moving", Hidden: true},
		{ID: actFirst, Title: "First message", Keys: keys("g", "home"), Context: t, Group: "Moving", Hidden: true},
		{ID: actLast, Title: "Last message", Keys: keys("G", "end"), Context: t, Group: "Moving", Hidden: true},
		{ID: actCompose, Title: "Back to the composer", Keys: keys("esc"), Context: t, Group: "Moving", Hidden: true},
		{ID: actCancel, Title: "Close, stop, or leave", Keys: keys("esc"), Context: g, Group: "Program", Hidden: true},
		{ID: actInterrupt, Title: "Clear the composer; twice: quit", Keys: keys("ctrl+c"), Context: g, Group: "Program", Hidden: true},
	}
}

// allActions is the table together with what the composer and the dialogs add
// to it: everything that can be bound and that help lists.
func allActions(enterSends bool) []action.Info {
	return append(append(Actions(), composer.Actions(enterSends)...), dialog.Actions()...)
}

// bindings are the user's own keys by action.
func bindings(user map[string][]string) map[action.ID][]string {
	own := make(map[action.ID][]string, len(user))
	for id, keys := range user {
		own[action.ID(id)] = keys
	}
	return own
}

func keys(k ...string) []string { return k }
