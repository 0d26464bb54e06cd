// Package simtest holds tests only. They follow a write from its plan to the audit log,
// against a faithful fake server, another administrator, bad networks, other consoles and
// kill -9. What a single package promises is tested in that package.
package simtest
