package simulator_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"parlor/api/simulator"
)

// pdf is a small PDF with these pages, deflated or not.
func pdf(deflate bool, pages ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 2 >>\nendobj\n")
	for i, text := range pages {
		content, filter := []byte("BT /F1 12 Tf 72 700 Td ("+text+") Tj ET"), ""
		if deflate {
			var packed bytes.Buffer
			w := zlib.NewWriter(&packed)
			_, _ = w.Write(content)
			_ = w.Close()
			content, filter = packed.Bytes(), "/Filter /FlateDecode "
		}
		fmt.Fprintf(&b, "%d 0 obj\n<< /Type /Page /Contents %d 0 R >>\nendobj\n", 10+i, 20+i)
		fmt.Fprintf(&b, "%d 0 obj\n<< %s/Length %d >>\nstream\n%s\nendstream\nendobj\n", 20+i, filter, len(content), content)
	}
	return b.Bytes()
}

// citationOf is the one citation of a kind that an answer is expected to have.
func citationsOf(t *testing.T, a answerBlocks, kind string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for _, b := range a.Content {
		for _, c := range b.Citations {
			if c["type"] == kind {
				found = append(found, c)
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no %s in %+v", kind, a.Content)
	}
	return found
}

func TestCitationsPointIntoTheText(t *testing.T) {
	text := "The grass is green. Das Gras wächst über die Brücke! 草は緑です。Nobody mows it."
	a := asked(t, asking(sonnet46, "", user("What about the grass?", listDoc, textDoc)))
	for _, c := range citationsOf(t, a, "char_location") {
		from, to := int(c["start_char_index"].(float64)), int(c["end_char_index"].(float64))
		if got := string([]rune(text)[from:to]); got != c["cited_text"] || got == "" {
			t.Errorf("cites %q, which is %q there", c["cited_text"], got)
		}
		if c["document_index"] != 1.0 || c["document_title"] != "Grass" {
			t.Errorf("citation %v", c)
		}
	}
	if a.Content[0].Citations != nil || !strings.Contains(a.text(), "The grass is green.") {
		t.Errorf("answered %q", a.text())
	}
}

func TestCitationsOfOtherSources(t *testing.T) {
	blocks := citationsOf(t, asked(t, asking(sonnet46, "", user("moons", textDoc, listDoc))), "content_block_location")[0]
	if blocks["cited_text"] != "Second block about moons." || blocks["start_block_index"] != 1.0 || blocks["end_block_index"] != 2.0 || blocks["document_index"] != 1.0 {
		t.Errorf("block cited as %v", blocks)
	}
	found := citationsOf(t, asked(t, asking(sonnet46, "", user("knees", hit, hit, textDoc))), "search_result_location")[0]
	if found["cited_text"] != "Bees have knees." || found["source"] != "https://kb.example.com/1" || found["search_result_index"] != 0.0 || found["start_block_index"] != 0.0 {
		t.Errorf("search result cited as %v", found)
	}
	for _, deflate := range []bool{false, true} {
		data := base64.StdEncoding.EncodeToString(pdf(deflate, "Page one is about hay.", `Page two \(the last\) is about snow.`))
		doc := `{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"` + data + `"},"title":"P","citations":{"enabled":true}}`
		page := citationsOf(t, asked(t, asking(sonnet46, "", user("snow", doc))), "page_location")[0]
		if page["cited_text"] != "Page two (the last) is about snow." || page["start_page_number"] != 2.0 || page["end_page_number"] != 3.0 {
			t.Errorf("page cited as %v", page)
		}
	}
	plain := `{"type":"document","source":{"type":"content","content":"One text."},"citations":{"enabled":true}}`
	if c := citationsOf(t, asked(t, asking(sonnet46, "", user("text", plain))), "content_block_location")[0]; c["cited_text"] != "One text." || c["document_title"] != nil {
		t.Errorf("text cited as %v", c)
	}
}

func TestUploadedDocumentsAreCited(t *testing.T) {
	s := fresh(simulator.Options{})
	for name, want := range map[string]string{"a.txt": "char_location", "b.pdf": "page_location"} {
		data := []byte("Snow falls. Hay does not.")
		if name == "b.pdf" {
			data = pdf(true, "Snow falls.")
		}
		id := s.PutFile(name, "", data)
		doc := `{"type":"document","source":{"type":"file","file_id":"` + id + `"},"citations":{"enabled":true}}`
		w := post(s, asking(sonnet46, "", user("snow", doc)))
		c := citationsOf(t, decode[answerBlocks](t, w), want)[0]
		if c["cited_text"] != "Snow falls." || c["file_id"] != id {
			t.Errorf("%s cited as %v", name, c)
		}
	}
}

func TestWithoutCitationsThereAreNone(t *testing.T) {
	for _, doc := range []string{strings.Replace(textDoc, `"enabled":true`, `"enabled":false`, 1), strings.Replace(hit, `,"citations":{"enabled":true}`, "", 1)} {
		for _, b := range asked(t, asking(sonnet46, "", user("What about the grass?", doc))).Content {
			if b.Citations != nil {
				t.Errorf("cited %v", b.Citations)
			}
		}
	}
	off := strings.Replace(textDoc, "true", "false", 1)
	holds(t, []rule{
		{"only some", asking(sonnet46, "", user("x", textDoc, off)), nil, "on all or none of the document blocks"},
		{"only some results", asking(sonnet46, "", user("x", hit, strings.Replace(hit, "true", "false", 1))), nil, "on all or none of the search_result blocks"},
		{"with an output format", asking(sonnet46, `,"output_config":{"format":`+city+`}`, user("x", textDoc)), nil, "citations cannot be enabled together"},
	})
	taken(t, fresh(simulator.Options{}), []rule{
		{name: "documents with, results without", body: asking(sonnet46, "", user("x", textDoc, strings.Replace(hit, "true", "false", 1)))},
	})
}

func TestCitationsComeAsDeltas(t *testing.T) {
	list := events(t, post(fresh(simulator.Options{}), streaming(asking(sonnet46, "", user("What about the grass?", textDoc)))).Body.Bytes())
	cited := 0
	for _, e := range list {
		if block, ok := e.data["content_block"].(object); ok && e.name == "content_block_start" && block["text"] != "" {
			t.Errorf("a block starts with %v", block)
		}
		d, _ := e.data["delta"].(object)
		if d["type"] == "citations_delta" {
			cited++
			if c := d["citation"].(object); c["cited_text"] == "" {
				t.Errorf("citation %v", c)
			}
		}
	}
	if cited != 3 {
		t.Errorf("%d citations", cited)
	}
	// A script's citations are streamed the same way.
	s := fresh(simulator.Options{})
	s.Push(simulator.Script{Times: 2, Blocks: []json.RawMessage{json.RawMessage(`{"type":"text","text":"So they say.","citations":[{"type":"char_location","cited_text":"a"},{"type":"char_location","cited_text":"b"}]}`)}})
	whole := decode[object](t, post(s, hi(sonnet46, "")))
	if got := accumulate(t, post(s, stream("", "hi")).Body.Bytes()); fmt.Sprint(got["content"]) != fmt.Sprint(whole["content"]) {
		t.Errorf("streamed %v, whole %v", got["content"], whole["content"])
	}
}
