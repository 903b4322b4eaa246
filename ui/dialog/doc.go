// Package dialog holds what opens over the conversation: lists to choose from,
// sheets to change something in, and texts to read. One dialog is worked with
// at a time; a Stack keeps those beneath it.
//
// A dialog is given plain data and answers with actions. It must not know the
// session, the store, the clock or the other parts of the screen; it does no
// I/O and has no goroutines. All titles, names and messages it is given pass
// term.Sanitize before they are drawn.
//
//	ID                    Arg        Value           from
//	conversation.open     its id                     Browser
//	conversation.rename   new title  its id, string  Browser, without closing it
//	conversation.delete   its id                     Browser, without closing it
//	conversation.restore  its id                     Browser: undo of a deletion
//	conversation.more     filter     offset, int     Browser wants more rows; answer with Extend
//	model.set             its id                     ModelPicker; also an id the user typed
//	model                                            Params, after dialog.close
//	params.set                       session.Params  Params, at every change
//	system.edit                                      Params, after dialog.close
//	theme.preview         its name                   ThemePicker, when the cursor moves
//	theme.set             its name                   ThemePicker
//	run.action            action id                  Palette, Help
//	login.key             the key                    FirstRun
//	login.url             the URL                    FirstRun
//	demo.start                                       FirstRun
//	copy.text             the text                   ErrorDetails, Notice
//	dialog.close                                     every dialog, on Esc
//	the one given         the text                   TextPrompt
//	the one given         as given   as given        Confirm, after dialog.close
//
// A dialog never closes itself. Where the table does not say otherwise, the
// action is the dialog's last word and the parent closes it.
package dialog
