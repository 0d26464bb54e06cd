package serve

// cause says why a session ended.
type cause int

const (
	itself cause = iota // the program has ended
	clientGone
	noKey
	tooLong
	notAllowed
	stopping
	byAdministrator
)

func causes() []cause {
	return []cause{itself, clientGone, noKey, tooLong, notAllowed, stopping, byAdministrator}
}

// String is for the operator and the log.
func (c cause) String() string {
	switch c {
	case clientGone:
		return "The client is gone."
	case noKey:
		return "No key was pressed for too long."
	case tooLong:
		return "The session has lasted as long as a session may."
	case notAllowed:
		return "You may no longer be signed in."
	case stopping:
		return "The service is stopping."
	case byAdministrator:
		return "The administrator of the service has ended this session."
	default:
		return ""
	}
}

// label is for metrics.
func (c cause) label() string {
	return [...]string{"program", "client_gone", "idle", "longest", "operator", "stopping", "administrator"}[c]
}
