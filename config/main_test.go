package config_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"
)

// role is the variable that makes this binary act as a password_command.
const role = "TEST_PASSWORD_COMMAND"

func TestMain(m *testing.M) {
	r := os.Getenv(role)
	if r == "" {
		os.Exit(m.Run())
	}
	os.Exit(passwordCommand(r))
}

func passwordCommand(role string) int {
	switch role {
	case "good":
		fmt.Print("geheim\nuser: jdoe\n")
	case "arguments":
		fmt.Println(strings.Join(os.Args[1:], "|"))
	case "input":
		all, err := io.ReadAll(os.Stdin)
		fmt.Printf("read %d, %v\n", len(all), err)
	case "silent":
	case "failing":
		fmt.Println("geheim")
		fmt.Fprintln(os.Stderr, "geheim")
		return 3
	case "endless":
		for {
			if _, err := fmt.Print("geheim"); err != nil {
				return 1
			}
		}
	case "parent": // ends, but its child keeps the pipe open
		c := exec.Command(os.Args[0], os.Args[1])
		c.Env = append(os.Environ(), "TEST_PASSWORD_COMMAND=child")
		c.Stdout = os.Stdout
		if err := c.Start(); err != nil {
			return 1
		}
		fmt.Println("geheim")
	case "child": // reads until the named pipe ends
		if _, err := os.ReadFile(os.Args[1]); err != nil {
			return 1
		}
	case "hanging":
		ended := make(chan os.Signal, 1)
		signal.Notify(ended, os.Interrupt)
		<-ended
	}
	return 0
}
