// Package hdptest runs a Hybrid Data Pipeline server inside a test or the demo, as
// net/http/httptest runs a web server: one call starts it on a loopback address, and it
// ends with the test. It keeps accounts, signs operators in and locks them out, checks
// permissions and tenants, and replaces whole objects on PUT, as HDP's documents say.
// Where they are silent, a Quirk chooses between the possible answers.
//
// Its wire types are its own, not hdpclient's, so that one mistake cannot hide on both
// sides. Do not keep a real account in it.
package hdptest
