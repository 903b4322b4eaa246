package dialog

import "parlor/ui/action"

// The actions dialogs return; the package comment tells what they carry.
const (
	OpenConversation    action.ID = "conversation.open"
	RenameConversation  action.ID = "conversation.rename"
	DeleteConversation  action.ID = "conversation.delete"
	RestoreConversation action.ID = "conversation.restore"
	MoreConversations   action.ID = "conversation.more"
	SetModel            action.ID = "model.set"
	PickModel           action.ID = "model"
	SetParams           action.ID = "params.set"
	EditSystem          action.ID = "system.edit"
	PreviewTheme        action.ID = "theme.preview"
	SetTheme            action.ID = "theme.set"
	RunAction           action.ID = "run.action"
	LoginKey            action.ID = "login.key"
	LoginURL            action.ID = "login.url"
	StartDemo           action.ID = "demo.start"
	CopyText            action.ID = "copy.text"
	Close               action.ID = "dialog.close"
)

// one is a single action as Update returns it.
func one(id action.ID, arg string) []action.Action {
	return []action.Action{{ID: id, Arg: arg}}
}
