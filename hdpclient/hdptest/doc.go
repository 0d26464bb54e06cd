// Package hdptest is a Hybrid Data Pipeline server in this process, as
// net/http/httptest is a web server: made by one call, on a loopback address,
// gone when the test ends. It keeps accounts, signs operators in, locks out
// whoever fails, holds permissions against tenants and replaces on PUT, as the
// documents of HDP say; where they are silent, a named Quirk chooses. Its
// types on the wire are its own and not those of the client beside it, so that
// one mistake cannot stand on both sides. The demo command, the tests and the
// tapes use it; it is no place for a real account.
package hdptest
