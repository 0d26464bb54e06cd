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
		return "The client disconnected."
	case noKey:
		return "The session was idle for too long."
	case tooLong:
		return "The session reached the longest time allowed."
	case notAllowed:
		return "Your access has changed or expired. Connect again, or ask the administrator of the service."
	case stopping:
		return "The service is shutting down."
	case byAdministrator:
		return "The administrator of the service ended this session."
	default:
		return ""
	}
}

// label is for metrics.
func (c cause) label() string {
	return [...]string{"program", "client_gone", "idle", "longest", "operator", "stopping", "administrator"}[c]
}
