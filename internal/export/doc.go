// Package export writes accounts to files for other programs: CSV for a spreadsheet,
// JSON for a script. Text from the server is made harmless there, and an existing file
// is replaced only on request.
package export
