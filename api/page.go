package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// Paging is how a list leads from one page to the next.
type Paging int

// The API's ways of paging.
const (
	// PageByID asks for what follows the last ID of a page (after_id), or
	// precedes the first (before_id) if the query began that way.
	PageByID Paging = iota
	// PageByPage asks for the page that the last one named (page).
	PageByPage
	// PageByToken is the same under another name (page_token), with has_more.
	PageByToken
)

// ListRequest is a list that this package has no method for.
type ListRequest struct {
	Path   string     // as in RawRequest: "v1/models"
	Query  url.Values // of every page; it may hold limit and the first cursor
	Paging Paging
}

func (r ListRequest) check() error {
	if r.Paging < PageByID || r.Paging > PageByToken {
		return &FieldError{"paging", fmt.Errorf("%d is not one of the ways of paging", r.Paging)}
	}
	return checkPath(r.Path)
}

// List fetches a list page by page, as the loop wants them, and decodes each
// item with encoding/json. After an error the sequence ends; a list that leads in
// a circle, or on and on without an item, is a *DecodeError. The methods of Client
// are this for the lists they know.
func List[T any](
	ctx context.Context, c *Client, list ListRequest, options ...RequestOption,
) iter.Seq2[T, error] {
	return pages(ctx, c, list, c.requestOptions(options), func(raw []byte) (item T, err error) {
		err = json.Unmarshal(raw, &item)
		return item, err
	})
}

// errSkip is what decode of pages returns for what is no item.
var errSkip = errors.New("not an item")

var (
	errNoList = errors.New("the answer is not a list")
	errCircle = errors.New("the pages of the list lead back to an earlier one")
	errBarren = errors.New("the list goes on and on without an item")
)

// maxBarren bounds the pages in a row without an item: without one, the loop over
// the list cannot be left.
const maxBarren = 1000

// pages fetches a list and decodes its items.
func pages[T any](
	ctx context.Context, c *Client, list ListRequest, o requestOptions, decode func([]byte) (T, error),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := list.check(); err != nil {
			yield(none, err)
			return
		}
		query := maps.Clone(list.Query)
		if query == nil {
			query = url.Values{}
		}
		asked, barren := map[string]bool{}, 0
		for {
			answer, err := c.do(ctx, &call{method: http.MethodGet, path: list.Path, query: query, options: o})
			if err != nil {
				yield(none, err)
				return
			}
			page, ok := parsePage(answer.content)
			if !ok {
				yield(none, answer.decodeError(errNoList))
				return
			}
			barren++
			for _, raw := range page.items {
				item, err := decode(raw)
				switch {
				case errors.Is(err, errSkip):
					continue
				case err != nil:
					yield(none, answer.decodeError(err))
					return
				case !yield(item, nil):
					return
				}
				barren = 0
			}
			asked[query.Encode()] = true
			if !page.advance(query, list.Paging) {
				return
			}
			switch {
			case asked[query.Encode()]:
				yield(none, answer.decodeError(errCircle))
				return
			case barren == maxBarren:
				yield(none, answer.decodeError(errBarren))
				return
			}
		}
	}
}

// page is one page of any kind of list.
type page struct {
	items                 []json.RawMessage
	object                object
	firstID, lastID, next string
}

// parsePage reads {"data":[...]}, {"models":[...]} or a bare list.
func parsePage(raw []byte) (p page, ok bool) {
	p.object = splitObject(raw)
	if p.object == nil {
		p.object = object{"data": raw}
	}
	key := "data"
	if !p.object.has(key) {
		key = "models"
	}
	if list := bytes.TrimSpace(p.object[key]); len(list) == 0 || list[0] != '[' {
		return p, false
	}
	p.items = p.object.list(key)
	p.firstID, p.lastID, p.next = p.object.str("first_id"), p.object.str("last_id"), p.object.str("next_page")
	return p, true
}

// advance points query at the next page. A server whose cursor does not move
// has no next page, whatever it says.
func (p page) advance(query url.Values, paging Paging) bool {
	var cursor, next string
	switch paging {
	case PageByID:
		cursor, next = "after_id", p.lastID
		if query.Get("before_id") != "" {
			cursor, next = "before_id", p.firstID
		}
		if !p.object.bool("has_more") || len(p.items) == 0 {
			return false
		}
	case PageByPage: // an empty page may have a successor
		if p.next == "" && p.lastID != "" { // the files of an older beta
			return p.advance(query, PageByID)
		}
		cursor, next = "page", p.next
	case PageByToken:
		cursor, next = "page_token", p.next
		if p.object.has("has_more") && !p.object.bool("has_more") {
			return false
		}
	}
	if next == "" || slices.Contains(query[cursor], next) {
		return false
	}
	query.Set(cursor, next)
	return true
}
