package explain_test

import (
	"errors"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/explain"
)

func TestAnIncompleteReplyIsReported(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*hdpclient.Error{
		"The list was cut off.":   {Op: "list users", Status: 200, Body: hdpclient.BodyCut},
		"The answer was cut off.": {Op: "read account", Status: 200, Body: hdpclient.BodyCut},
		"Not read to the end: the list has more than 2,000,000 accounts.": {
			Op: "list users", Status: 200, Body: hdpclient.BodyTooLarge, Err: errors.New("the list has more than 2,000,000 accounts"),
		},
	} {
		if p := explain.Error(e); p.Lead != want || p.Means != "Only part of it was read." {
			t.Errorf("%q, %q", p.Lead, p.Means)
		}
	}
}
