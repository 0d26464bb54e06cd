package hdptest

import "strconv"

// DataSource is a data source that an account owns ("Get data sources for a user account").
type DataSource struct {
	ID          int64
	Name        string
	DataStore   int64 // the kind of database; 0 makes it 1, Salesforce
	Description string
	// Shared says that the owner shares it with another account.
	Shared bool
}

// listDataSources answers "Get data sources for a user account". We have not
// seen the part of that page that names the permissions: see DataSourcesNeedOnBehalfOf.
func (c *call) listDataSources() answer {
	a, no := c.authorize(permViewUsers)
	if no != nil {
		return *no
	}
	if c.quirks[DataSourcesNeedOnBehalfOf] && !c.mayAll(permMgmtAPI, permOnBehalfOf, permViewDataSource) {
		return c.permissionDenied()
	}
	type row struct {
		ID                    string `json:"id"` // a string, as the page has it
		Name                  string `json:"name"`
		DataStore             int64  `json:"dataStore"`
		IsGroup               bool   `json:"isGroup"`
		Description           string `json:"description"`
		SharedByAnotherUser   bool   `json:"sharedByAnotherUser"`
		SharedWithAnotherUser bool   `json:"sharedWithAnotherUser"`
	}
	out := []row{}
	for _, d := range a.dataSources {
		out = append(out, row{
			ID: strconv.FormatInt(d.ID, 10), Name: d.Name, DataStore: max(d.DataStore, 1),
			Description: d.Description, SharedWithAnotherUser: d.Shared,
		})
	}
	return okJSON(map[string][]row{"dataSources": out})
}
