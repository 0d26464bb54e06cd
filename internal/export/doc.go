// Package export writes accounts to a file for other programs: comma-separated
// values for a spreadsheet, JSON for a script. What a server made up cannot do
// harm there, and a file that exists is replaced only when that was asked for.
package export
