package hdpclient

import (
	"context"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// DataSource is a data source that an account can use ("Get data sources for a user
// account"). Its owner created it, or had it created for them.
type DataSource struct {
	ID          int64 // unique in the system
	Name        Text  // unique for its owner
	DataStore   Opt[int64]
	IsGroup     bool
	Description Text
	// SharedByOther means that another account owns it and shares it with this one,
	// SharedWithOther that this account shares it. The server may omit both; absent means
	// no.
	SharedByOther, SharedWithOther bool
}

// UnmarshalJSONFrom reads a data source. The page has its id as a string, others have it
// as a number.
func (d *DataSource) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var wire struct {
		ID              looseInt         `json:"id"`
		Name            Text             `json:"name"`
		DataStore       looseOptInt      `json:"dataStore"`
		IsGroup         Opt[loose[bool]] `json:"isGroup"`
		Description     Text             `json:"description"`
		SharedByOther   Opt[loose[bool]] `json:"sharedByAnotherUser"`
		SharedWithOther Opt[loose[bool]] `json:"sharedWithAnotherUser"`
	}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	*d = DataSource{
		ID: int64(wire.ID), Name: wire.Name, DataStore: Opt[int64](wire.DataStore), Description: wire.Description,
		IsGroup:         wire.IsGroup.value.value,
		SharedByOther:   wire.SharedByOther.value.value,
		SharedWithOther: wire.SharedWithOther.value.value,
	}
	return nil
}

// DataSourcesOf reads the data sources of the account with this id (Users API, "Get data
// sources for a user account"). We have not seen the part of that page that names
// the permissions. Like similar calls, it seems to need ViewUsers (14) and access to the
// account's tenant.
func (c *Client) DataSourcesOf(ctx context.Context, id int64) ([]DataSource, error) {
	return getList[DataSource](ctx, c, readRequest("list data sources", userPath(id, "/datasources"), "dataSources"))
}
