package access_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hdpadmin/internal/serve/access"
	"hdpadmin/internal/tomlfile"
)

// TestProblems checks what is refused in an operators file, with its line.
func TestProblems(t *testing.T) {
	const bob = "[operators.bob]\n"
	key := "keys = " + quoted(keyLine("bob")) + "\n"
	withKey := func(line string) string { return bob + "keys = [\n  " + quoted(line)[1:] + "\n" }
	for name, c := range map[string]struct {
		content string
		want    []string // each is the beginning of a line of the error
	}{
		"not TOML":                      {"[operators\n", []string{"1: is not valid TOML"}},
		"an unknown table":              {"[operator.bob]\n" + key, []string{`1: unknown key "operator"; did you mean operators?`}},
		"an unknown key":                {bob + key + "verb = [\"find\"]\n", []string{`3: unknown key "verb"; did you mean verbs?`}},
		"an unknown key of a CA":        {"[ca.x]\nkey = []\n", []string{"1: the CA x has no keys", `2: unknown key "key"; did you mean keys?`}},
		"no tables":                     {"operators = 1\nca = []\n", []string{"1: operators: must be tables such as [operators.bob]", "2: ca: must be tables"}},
		"operators without tables":      {"[operators]\nbob = 1\n", []string{`2: operators: "bob" must be a table`}},
		"a list of tables":              {"[[operators]]\nkeys = []\n", []string{"1: operators: must be tables"}},
		"a name with a space":           {"[operators.\"bob x\"]\n" + key, []string{`1: operators: "bob x" is not a valid name`}},
		"a name with a line break":      {"[operators.\"bob\\n\"]\n" + key, []string{`1: operators: "bob\n" is not a valid name`}},
		"a name of other letters":       {"[operators.\"b\u043eb\"]\n" + key, []string{"1: operators: \"b\u043eb\" is not a valid name"}},
		"a long name":                   {"[operators." + strings.Repeat("b", 65) + "]\n" + key, []string{"1: operators: "}},
		"nothing to sign in with":       {bob + "login = \"bob\"\n", []string{"1: bob cannot sign in without keys or principals"}},
		"keys of another type":          {bob + "keys = \"ssh-ed25519 A\"\n", []string{"2: keys: must be a list of keys"}},
		"no keys in the list":           {bob + "keys = []\n", []string{"2: keys: the list is empty"}},
		"a number among the keys":       {bob + "keys = [\n1]\n", []string{"3: keys: must be a list of keys, each a string in quotes"}},
		"an empty key":                  {withKey(""), []string{"3: keys: must be a list of keys, each"}},
		"not a key":                     {withKey("ssh-ed25519 AAAA"), []string{"3: this is not a public key"}},
		"only spaces":                   {withKey("  \t"), []string{"3: this is not a public key"}},
		"a comment":                     {withKey("# " + keyLine("bob")), []string{"3: this is not a public key"}},
		"a type that is not the key's":  {withKey(strings.Replace(keyLine("bob"), "ssh-ed25519", "ssh-rsa", 1)), []string{"3: this is not a public key"}},
		"two lines":                     {withKey(keyLine("eve") + "\n" + keyLine("bob")), []string{"3: a key is one line"}},
		"a private key":                 {withKey("-----BEGIN OPENSSH PRIVATE KEY----- x"), []string{"3: this is a private key"}},
		"a DSA key":                     {withKey(dsaLine()), []string{"3: DSA keys are not safe"}},
		"a weak RSA key":                {withKey(lineOf(weakRSA(2047))), []string{"3: the RSA key has 2047 bits, and fewer than 2048 are not safe"}},
		"a certificate":                 {withKey(lineOf(certified("bob", signer("ca")))), []string{"3: this is a certificate, not a key"}},
		"from=":                         {withKey(`from="10.0.0.0/8" ` + keyLine("bob")), []string{`3: options in front of a key are not supported, and "from" is one: write from = ["10.0.0.0/8"]`}},
		"command= and expiry-time=":     {withKey(`command="id",expiry-time="20270101" ` + keyLine("bob")), []string{`3: options in front of a key are not supported, and "command" is one: write verbs`, `3: options in front of a key are not supported, and "expiry-time" is one: write expires`}},
		"restrict":                      {withKey("restrict " + keyLine("bob")), []string{`3: options in front of a key are not supported, and "restrict" is one: hdpadmin forwards nothing`}},
		"cert-authority":                {withKey("cert-authority " + keyLine("ca")), []string{`3: options in front of a key are not supported, and "cert-authority" is one: put the key in a table [ca.NAME]`}},
		"principals=":                   {withKey(`principals="bob" ` + keyLine("ca")), []string{`3: options in front of a key are not supported, and "principals" is one: write principals`}},
		"an option nobody knows":        {withKey("zz=1 " + keyLine("ca")), []string{`3: options in front of a key are not supported, and "zz" is one: remove it`}},
		"a key twice":                   {bob + "keys = [\n  " + quoted(keyLine("bob"))[1:len(quoted(keyLine("bob")))-1] + ",\n  " + quoted(lineOf(publicKey("bob")))[1:] + "\n", []string{"4: this key of bob is also the key of bob in line 3"}},
		"a key of two":                  {bob + key + "[operators.carol]\n" + key, []string{"4: this key of carol is also the key of bob in line 2: each key belongs to one"}},
		"a key of two, the other first": {"[operators.carol]\n" + key + bob + key, []string{"4: this key of bob is also the key of carol in line 2"}},
		"a key of a CA":                 {bob + key + "[ca.x]\n" + key, []string{"2: this key of bob is also the key of the CA x in line 4"}},
		"a key of two CAs":              {"[ca.x]\n" + key + "[ca.y]\n" + key, []string{"4: this key of the CA y is also the key of the CA x in line 2"}},
		"a weak key of a CA":            {"[ca.x]\nkeys = " + quoted(lineOf(weakRSA(1024))) + "\n", []string{"2: the RSA key has 1024 bits"}},
		"options at a CA":               {"[ca.x]\nkeys = " + quoted("cert-authority "+keyLine("ca")) + "\n", []string{`2: options in front of a key are not supported, and "cert-authority"`}},
		"serials in words":              {"[ca.x]\nkeys = " + quoted(keyLine("ca")) + "\nrevoked_serials = [\n1,\n\"two\", -3, 4.5]\n", []string{"5: revoked_serials: must be a list of numbers", "5: revoked_serials", "5: revoked_serials"}},
		"one serial":                    {"[ca.x]\nkeys = " + quoted(keyLine("ca")) + "\nrevoked_serials = 1\n", []string{"3: revoked_serials: must be a list of numbers such as [4711]"}},
		"keys revoked at a CA":          {"[ca.x]\nkeys = " + quoted(keyLine("ca")) + "\nrevoked_keys = []\n", []string{"3: revoked_keys: belongs at the top of the file"}},
		"half a fingerprint":            {"revoked_keys = [\"SHA256:abc\"]\n", []string{"1: revoked_keys: this fingerprint is incomplete"}},
		"an MD5 fingerprint":            {"revoked_keys = [\"MD5:aa:bb\"]\n", []string{"1: revoked_keys: must be a fingerprint"}},
		"principals of no CA":           {"[ca.helpdesk]\nkeys = " + quoted(keyLine("ca")) + "\n" + bob + "principals.helpdesc = [\"bob\"]\n", []string{"4: principals: there is no table [ca.helpdesc]; did you mean helpdesk?"}},
		"principals as a list":          {bob + "principals = [\"bob\"]\n", []string{"2: principals: must be a table of lists"}},
		"no principals":                 {bob + "principals = {}\n", []string{"2: principals: is empty"}},
		"an empty list of principals":   {"[ca.x]\nkeys = " + quoted(keyLine("ca")) + "\n" + bob + "principals.x = []\n", []string{"4: x: the list is empty"}},
		"an empty principal":            {"[ca.x]\nkeys = " + quoted(keyLine("ca")) + "\n" + bob + "principals.x = [\"\"]\n", []string{"4: x: must be a list of principals, each"}},
		"a wildcard":                    {"[ca.x]\nkeys = " + quoted(keyLine("ca")) + "\n" + bob + "principals.x = [\"a\",\n\"*\"]\n", []string{`5: principals: "*" is not a principal`}},
		"a principal of two":            {"[ca.x]\nkeys = " + quoted(keyLine("ca")) + "\n" + bob + "principals.x = [\"desk\"]\n[operators.carol]\nprincipals.x = [\"desk\"]\n", []string{`6: the principal "desk" of x already belongs to bob in line 4`}},
		"a wrong network":               {bob + key + "from = [\"10.0.0.0/8\",\n\"office\"]\n", []string{`4: from: "office" is not a network`}},
		"a wrong mask":                  {bob + key + "from = [\"10.0.0.0/33\"]\n", []string{`3: from: "10.0.0.0/33" is not a network`}},
		"an address in a network":       {bob + key + "from = [\"10.1.2.3/8\"]\n", []string{`3: from: "10.1.2.3/8" has an address inside its network: write 10.0.0.0/8 for the network, or 10.1.2.3`}},
		"IPv4 and IPv6 in one":          {bob + key + "from = [\"::ffff:0:0/90\"]\n", []string{"3: from: "}},
		"a zone":                        {bob + key + "from = [\"fe80::1%eth0\"]\n", []string{"3: from: a zone such as %eth0 is not supported"}},
		"from nowhere":                  {bob + key + "from = []\n", []string{"3: from: the list is empty"}},
		"one network":                   {bob + key + "from = \"10.0.0.0/8\"\n", []string{"3: from: must be a list of networks"}},
		"an expiry in quotes":           {bob + key + "expires = \"2027-01-31\"\n", []string{"3: expires: must be a date such as 2027-01-31 or a time"}},
		"an expiry without a zone":      {bob + key + "expires = 2027-01-31T18:00:00\n", []string{"3: expires: a time needs its zone"}},
		"a day that does not exist":     {bob + key + "expires = 2027-02-30\n", []string{"3: is not valid TOML"}},
		"an empty login":                {bob + key + "login = \"\"\n", []string{"3: login: is empty"}},
		"a login with a colon":          {bob + key + "login = \"bob:geheim\"\n", []string{"3: login: contains a colon"}},
		"a login that is a number":      {bob + key + "login = 7\n", []string{"3: login: must be a string in quotes"}},
		"one login of two":              {bob + key + "login = \"d2c\"\n[operators.carol]\nkeys = " + quoted(keyLine("carol")) + "\nlogin = \"D2C\"\n", []string{`6: the HDP login "D2C" already belongs to bob in line 3: all operators who share a login need attribution = "service"`}},
		"one login of two, half shared": {bob + key + "login = \"d2c\"\nverbs = [\"find\"]\nattribution = \"service\"\n[operators.carol]\nkeys = " + quoted(keyLine("carol")) + "\nlogin = \"d2c\"\n", []string{`8: the HDP login "d2c" already belongs to bob in line 3`}},
		"another attribution":           {bob + key + "attribution = \"shared\"\n", []string{`3: attribution: "shared" is not known: write "service"`}},
		"a service without a login":     {bob + key + "verbs = [\"find\"]\nattribution = \"service\"\n", []string{"4: attribution: a service login needs login"}},
		"a service with all verbs":      {bob + key + "login = \"d2c\"\nattribution = \"service\"\n", []string{"4: attribution: a service login needs verbs"}},
		"a command without a login":     {bob + key + "password_command = [\"pass\"]\n", []string{"3: password_command: needs login"}},
		"a command in one string":       {bob + key + "login = \"bob\"\npassword_command = \"pass geheim\"\n", []string{"4: password_command: must be a list of strings such as"}},
		"a command of a number":         {bob + key + "login = \"bob\"\npassword_command = [\"geheim\", 1]\n", []string{"4: password_command: must be a list of strings such as"}},
		"an unknown zone":               {bob + key + "time_zone = \"Europe/Berlim\"\n", []string{`3: time_zone: "Europe/Berlim" is not a time zone`}},
		"an empty zone":                 {bob + key + "time_zone = \"\"\n", []string{`3: time_zone: "" is not a time zone`}},
		"a zone outside the database":   {bob + key + "time_zone = \"../../etc/passwd\"\n", []string{"3: time_zone: "}},
		"an unknown verb":               {bob + key + "verbs = [\"find\",\n\"unlok\"]\n", []string{`4: verbs: "unlok" is not a verb; did you mean unlock? (console, find, unlock)`}},
		"no verbs":                      {bob + key + "verbs = []\n", []string{"3: verbs: the list is empty"}},
		"names that differ in case":     {bob + key + "[operators.Bob]\nkeys = " + quoted(keyLine("carol")) + "\n", []string{"3: Bob differs from bob in line 1 only in case"}},
		"several":                       {"x = 1\n" + bob + "keys = [\"a\",\n\"b\"]\nfrom = [\"c\"]\ny = 2\n", []string{`1: unknown key "x"`, "3: this is not a public key", "4: this is not a public key", `5: from: "c" is not`, `6: unknown key "y"`}},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := access.Parse("operators.toml", []byte(c.content), access.Options{Verbs: []string{"console", "find", "unlock"}})
			wrong, are := errors.AsType[tomlfile.Problems](err)
			if !are || o != nil {
				t.Fatalf("%v, %v", o, err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(c.want) || len(wrong) != len(c.want) {
				t.Fatalf("%d problems, want %d:\n%v", len(lines), len(c.want), err)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(lines[i], "operators.toml:"+want) {
					t.Errorf("%s\nwant operators.toml:%s", lines[i], want)
				}
				if strings.Contains(lines[i], "geheim") {
					t.Errorf("a secret is quoted: %s", lines[i])
				}
			}
		})
	}
}

func TestAnOperatorIsDescribed(t *testing.T) {
	o := parse(t, "revoked_keys = "+quoted(fingerprint("bob"))+"\n[ca.desk]\nkeys = "+quoted(keyLine("ca"))+"\n[operators.bob]\nkeys = "+quoted(keyLine("bob"))+`
principals.desk = ["bob"]
from = ["::ffff:192.0.2.0/120", "2001:db8::1"]
expires = 2027-01-31T18:00:00+01:00
login = "d2c"
attribution = "service"
password_command = ["pass", "geheim"]
verbs = ["console", "unlock"]
`)
	want := "bob: key " + fingerprint("bob") + `; certificates of desk for "bob"; from 192.0.2.0/24, 2001:db8::1/128; until 2027-01-31T18:00:00+01:00; HDP login "d2c"; shared as a service login; may console, unlock`
	if got := o.All()[0].String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if len(o.Notices) != 1 || o.Notices[0] != "operators.toml:5: this key of bob is in revoked_keys, so it cannot sign in" {
		t.Errorf("%q", o.Notices)
	}
}

func TestVerbsOfOperatorsWithoutVerbs(t *testing.T) {
	content := []byte("[operators.bob]\nkeys = " + quoted(keyLine("bob")) + "\nlogin = \"d2c\"\nattribution = \"service\"\n")
	o, err := access.Parse("operators.toml", content, access.Options{DefaultVerbs: []string{"find"}})
	if err != nil {
		t.Fatal(err)
	}
	if bob := o.All()[0]; !bob.May("find") || bob.May("unlock") {
		t.Errorf("%+v", bob)
	}
}

func TestALocalTimeZoneIsTheHosts(t *testing.T) {
	o := parse(t, "[operators.bob]\nkeys = "+quoted(keyLine("bob"))+"\ntime_zone = \"Local\"\nexpires = 2027-01-31\n")
	bob := o.All()[0]
	if bob.TimeZone != nil || !bob.Expires.Equal(time.Date(2027, 2, 1, 0, 0, 0, 0, time.Local)) {
		t.Errorf("%+v", bob)
	}
}
