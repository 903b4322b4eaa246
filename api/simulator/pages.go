package simulator

import (
	"encoding/base64"
	"encoding/binary"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// idPage is one page of a list that goes by the ids of its entries.
type idPage struct {
	Data    []any   `json:"data"`
	HasMore bool    `json:"has_more"`
	FirstID *string `json:"first_id"`
	LastID  *string `json:"last_id"`
}

// tokenPage is one page of a list that goes by a token for the next page.
type tokenPage struct {
	Data     []any   `json:"data"`
	HasMore  *bool   `json:"has_more,omitempty"`
	NextPage *string `json:"next_page"`
}

// checkQuery refuses query parameters that the endpoint does not know; beta=true is known to all.
func (x *exchange) checkQuery(known ...string) (url.Values, error) {
	query := x.r.URL.Query()
	if x.sim.opt.Lenient {
		return query, nil
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if name != "beta" && !slices.Contains(known, name) {
			return nil, bad("%s: Extra inputs are not permitted", name)
		}
	}
	return query, nil
}

// pageLimit is how many entries the client wants on a page.
func pageLimit(query url.Values, most int) (int, error) {
	if !query.Has("limit") {
		return 20, nil
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		return 0, bad("limit: Input should be a valid integer")
	}
	if limit < 1 || limit > most {
		return 0, bad("limit: Input should be between 1 and %d", most)
	}
	return limit, nil
}

// pageByID cuts a page out of the entries with these ids, which show makes.
func pageByID(query url.Values, what string, ids []string, show func(int) any) (natural, error) {
	limit, err := pageLimit(query, 1000)
	if err != nil {
		return natural{}, err
	}
	after, before := query.Get("after_id"), query.Get("before_id")
	if after != "" && before != "" {
		return natural{}, bad("before_id and after_id cannot both be set")
	}
	from, to := 0, min(limit, len(ids))
	page := idPage{Data: []any{}}
	switch {
	case after != "":
		if from = slices.Index(ids, after) + 1; from == 0 {
			return natural{}, bad("after_id: %q is not a %s", after, what)
		}
		to = min(from+limit, len(ids))
	case before != "":
		if to = slices.Index(ids, before); to < 0 {
			return natural{}, bad("before_id: %q is not a %s", before, what)
		}
		from = max(to-limit, 0)
	}
	if page.HasMore = to < len(ids); before != "" {
		page.HasMore = from > 0
	}
	for i := from; i < to; i++ {
		page.Data = append(page.Data, show(i))
	}
	if from < to {
		page.FirstID, page.LastID = &ids[from], &ids[to-1]
	}
	return object200(page), nil
}

// pageByToken cuts a page out of entries that are numbered, the highest first. A token is the number of the last entry
// shown, so that what is created or deleted between two pages neither repeats nor hides others.
func pageByToken(query url.Values, most int, numbers []uint64, show func(int) any) (tokenPage, error) {
	limit, err := pageLimit(query, most)
	if err != nil {
		return tokenPage{}, err
	}
	from := 0
	if query.Has("page") {
		last, ok := parseToken(query.Get("page"))
		if !ok {
			return tokenPage{}, bad("page: Invalid page token")
		}
		for from < len(numbers) && numbers[from] >= last {
			from++
		}
	}
	to := min(from+limit, len(numbers))
	page := tokenPage{Data: []any{}}
	for i := from; i < to; i++ {
		page.Data = append(page.Data, show(i))
	}
	if to < len(numbers) {
		token := makeToken(numbers[to-1])
		page.NextPage = &token
	}
	return page, nil
}

const tokenPrefix = "page_"

func makeToken(no uint64) string {
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, no))
}

func parseToken(token string) (uint64, bool) {
	text, ok := strings.CutPrefix(token, tokenPrefix)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if !ok || err != nil || len(raw) != 8 {
		return 0, false
	}
	return binary.BigEndian.Uint64(raw), true
}
