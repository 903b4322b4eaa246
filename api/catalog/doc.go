// Package catalog knows the Claude models: limits, prices, and which parameters
// each accepts. Its facts are a table in the program (models.json), so it needs
// no network, and they carry the date of the price list they were taken from.
//
// What a server says about its models (api.Client.Models) is newer and counts
// more; the catalogue is for the time before that and for prices, which no
// server tells. It imports nothing else of this module and must not know
// requests, conversations or screens.
package catalog
