package access_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve/access"
)

func bob(more ...string) string {
	return "[operators.bob]\nkeys = " + quoted(keyLine("bob")) + "\n" + strings.Join(more, "\n") + "\n"
}

func TestAKeyLetsItsOperatorIn(t *testing.T) {
	o := parse(t, bob(`login = "bob"`, `time_zone = "Europe/Berlin"`, `verbs = ["console", "unlock"]`)+
		"[operators.carol]\nkeys = "+quoted(keyLine("carol"), lineOf(newRSA().PublicKey()), lineOf(newECDSA().PublicKey()))+"\n")
	g, err := o.Allow(publicKey("bob"), lan, noon)
	if err != nil {
		t.Fatal(err)
	}
	if g.Operator.Name != "bob" || g.Operator.Login != "bob" || g.Operator.TimeZone.String() != "Europe/Berlin" || g.Fingerprint != fingerprint("bob") ||
		g.Key() != fingerprint("bob") || !g.Until.IsZero() || !g.Operator.May("unlock") || g.Operator.May("reset") {
		t.Errorf("%+v", g)
	}
	for _, s := range []ssh.Signer{signer("carol"), newRSA(), newECDSA()} {
		g, err := o.Allow(s.PublicKey(), netip.Addr{}, noon)
		if err != nil || g.Operator.Name != "carol" || !g.Operator.May("reset") {
			t.Errorf("%s: %+v, %v", s.PublicKey().Type(), g, err)
		}
	}
	_, err = o.Allow(publicKey("eve"), lan, noon)
	checkRefusal(t, err, "the key "+fingerprint("eve")+" is not listed")
	if refusal, is := errors.AsType[*access.Refusal](err); !is || refusal.Operator != "" {
		t.Errorf("%#v", err)
	}
}

func TestRefusedKeys(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		from    string // 10.1.2.3 by default
		want    string // "": allowed
	}{
		"revoked by its fingerprint": {content: "revoked_keys = " + quoted(fingerprint("bob")) + "\n" + bob(), want: "bob: the key " + fingerprint("bob") + " is revoked"},
		"revoked as a line":          {content: "revoked_keys = " + quoted(keyLine("bob")) + "\n" + bob(), want: "is revoked"},
		"another is revoked":         {content: "revoked_keys = " + quoted(fingerprint("eve")) + "\n" + bob()},
		"an hour before the end":     {content: bob("expires = 2026-11-30T14:00:00+01:00")},
		"at the end":                 {content: bob("expires = 2026-11-30T13:00:00+01:00"), want: "bob: expired at 2026-11-30T12:00:00Z"},
		"the last day":               {content: bob("expires = 2026-11-30", `time_zone = "UTC"`)},
		"the day after":              {content: bob("expires = 2026-11-29", `time_zone = "UTC"`), want: "expired at 2026-11-30T00:00:00Z"},
		"the last day elsewhere":     {content: bob("expires = 2026-11-30", `time_zone = "Pacific/Kiritimati"`), want: "expired at 2026-11-30T10:00:00Z"},
		"in a network":               {content: bob(`from = ["192.0.2.0/24", "10.0.0.0/8"]`)},
		"in no network":              {content: bob(`from = ["192.0.2.0/24"]`), want: "bob: 10.1.2.3 is outside the networks in from"},
		"the address":                {content: bob(`from = ["10.1.2.3"]`)},
		"another address":            {content: bob(`from = ["10.1.2.4"]`), want: "is outside the networks"},
		"IPv4 in IPv6":               {content: bob(`from = ["10.0.0.0/8"]`), from: "::ffff:10.1.2.3"},
		"IPv4 in IPv6, elsewhere":    {content: bob(`from = ["192.0.2.0/24"]`), from: "::ffff:10.1.2.3", want: "10.1.2.3 is outside"},
		"listed as IPv4 in IPv6":     {content: bob(`from = ["::ffff:10.0.0.0/104"]`)},
		"every IPv6 but not IPv4":    {content: bob(`from = ["::/0"]`), from: "::ffff:10.1.2.3", want: "is outside the networks"},
		"IPv6":                       {content: bob(`from = ["2001:db8::/32"]`), from: "2001:db8::7"},
		"a zone":                     {content: bob(`from = ["fe80::/10"]`), from: "fe80::1%eth0"},
		"a zone, elsewhere":          {content: bob(`from = ["2001:db8::/32"]`), from: "fe80::1%eth0", want: "fe80::1%eth0 is outside"},
		"no address":                 {content: bob(`from = ["0.0.0.0/0", "::/0"]`), from: "none", want: "a connection without an address is outside"},
		"no address, from anywhere":  {content: bob(), from: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			from := lan
			switch {
			case c.from == "none":
				from = netip.Addr{}
			case c.from != "":
				from = netip.MustParseAddr(c.from)
			}
			o := parse(t, c.content)
			g, err := o.Allow(publicKey("bob"), from, noon)
			if c.want != "" {
				checkRefusal(t, err, c.want)
				if g.Operator.Name != "" {
					t.Errorf("refused, but granted %+v", g)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := o.StillAllows(g, from, noon); err != nil {
				t.Errorf("no longer allowed: %v", err)
			}
		})
	}
}

func certificates(more ...string) string {
	return "[ca.helpdesk]\nkeys = " + quoted(keyLine("ca")) + "\n" + strings.Join(more, "\n") + "\n[operators.bob]\nprincipals = { helpdesk = [\"bob\", \"robert\"] }\n" +
		"[operators.carol]\nprincipals.helpdesk = [\"carol\"]\n"
}

func TestCertificates(t *testing.T) {
	from := func(text string) func(*ssh.Certificate) {
		return func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"source-address": text} }
	}
	names := func(list ...string) func(*ssh.Certificate) {
		return func(c *ssh.Certificate) { c.ValidPrincipals = list }
	}
	rsaCA := lineOf(newRSA().PublicKey())
	sha1, err := ssh.NewSignerWithAlgorithms(newRSA().(ssh.AlgorithmSigner), []string{ssh.KeyAlgoRSA})
	if err != nil {
		t.Fatal(err)
	}
	withRSA := "[ca.helpdesk]\nkeys = " + quoted(rsaCA) + "\n[operators.bob]\nprincipals.helpdesk = [\"bob\"]\n"
	for name, c := range map[string]struct {
		content string // certificates() by default
		ca      ssh.Signer
		change  func(*ssh.Certificate)
		addr    string
		spoil   func(*ssh.Certificate)
		want    string
	}{
		"good":                          {},
		"another of the principals":     {change: names("x", "robert")},
		"two principals of one":         {change: names("bob", "robert")},
		"signed by nobody known":        {ca: signer("eve"), want: "signed by " + fingerprint("eve") + ", which is not listed as a key of a CA"},
		"for hosts":                     {change: func(c *ssh.Certificate) { c.CertType = ssh.HostCert }, want: "the certificate is not a user certificate: its type is 2"},
		"of an unknown type":            {change: func(c *ssh.Certificate) { c.CertType = 3 }, want: "its type is 3"},
		"without principals":            {change: names(), want: "cert 4711 of helpdesk has no principals"},
		"with an empty principal":       {change: names(""), want: "no operator lists one of its principals"},
		"with a principal of nobody":    {change: names("Bob"), want: "no operator lists one of its principals"},
		"with principals of two":        {change: names("bob", "carol"), want: "has the principals of 2 operators"},
		"without end":                   {change: func(c *ssh.Certificate) { c.ValidBefore = ssh.CertTimeInfinity }},
		"from the beginning":            {change: func(c *ssh.Certificate) { c.ValidAfter = 0 }},
		"valid from now":                {change: func(c *ssh.Certificate) { c.ValidAfter = uint64(noon.Unix()) }},
		"valid from later":              {change: func(c *ssh.Certificate) { c.ValidAfter = uint64(noon.Unix() + 1) }, want: "bob: cert 4711 of helpdesk is not valid: cert is not yet valid"},
		"valid until now":               {change: func(c *ssh.Certificate) { c.ValidBefore = uint64(noon.Unix()) }, want: "is not valid: cert has expired"},
		"valid until beyond all times":  {change: func(c *ssh.Certificate) { c.ValidBefore = 1 << 63 }, want: "is not valid: cert has expired"},
		"its serial is revoked":         {content: certificates("revoked_serials = [1, 4711]"), want: "bob: cert 4711 of helpdesk is revoked"},
		"a large serial is revoked":     {content: certificates(`revoked_serials = ["18446744073709551615"]`), change: func(c *ssh.Certificate) { c.Serial = 1<<64 - 1 }, want: "cert 18446744073709551615 of helpdesk is revoked"},
		"without a serial, revoked":     {content: certificates("revoked_serials = [0]"), change: func(c *ssh.Certificate) { c.Serial = 0 }, want: "cert 0 of helpdesk is revoked"},
		"another serial is revoked":     {content: certificates("revoked_serials = [4712]")},
		"its key is revoked":            {content: "revoked_keys = " + quoted(fingerprint("bob")) + "\n" + certificates(), want: "the key " + fingerprint("bob") + " of cert 4711 of helpdesk is revoked"},
		"the CA's key is revoked":       {content: "revoked_keys = " + quoted(fingerprint("ca")) + "\n" + certificates(), want: "the key " + fingerprint("ca") + " of the CA helpdesk is revoked"},
		"from the right network":        {change: from("192.0.2.0/24,10.0.0.0/8")},
		"from the right address":        {change: from("10.1.2.3")},
		"from IPv4 in IPv6":             {change: from("10.0.0.0/8"), addr: "::ffff:10.1.2.3"},
		"from elsewhere":                {change: from("192.0.2.0/24"), want: "bob: 10.1.2.3 is not a source address of cert 4711 of helpdesk"},
		"from no address":               {change: from("0.0.0.0/0"), addr: "none", want: "a connection without an address is not a source address"},
		"with no source address":        {change: from(""), want: "has a source address that cannot be read"},
		"with a wrong source address":   {change: from("10.0.0.0/8,office"), want: "has a source address that cannot be read"},
		"with a negated source address": {change: from("!10.1.2.3,0.0.0.0/0"), want: "has a source address that cannot be read"},
		"with a forced command":         {change: func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"force-command": "id"} }, want: "has a forced command"},
		"with an unknown option":        {change: func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"verify-required": ""} }, want: `has the critical option "verify-required", which hdpadmin does not know`},
		"with extensions":               {change: func(c *ssh.Certificate) { c.Extensions = map[string]string{"permit-pty": "", "x@y": "z"} }},
		"of a weak key":                 {change: func(c *ssh.Certificate) { c.Key = weakRSA(1024) }, want: "the RSA key has 1024 bits"},
		"changed after signing":         {spoil: func(c *ssh.Certificate) { c.Serial++ }, want: "certificate signature does not verify"},
		"with another key":              {spoil: func(c *ssh.Certificate) { c.Key = publicKey("eve") }, want: "certificate signature does not verify"},
		"with another principal":        {spoil: func(c *ssh.Certificate) { c.ValidPrincipals = []string{"carol"} }, want: "carol: cert 4711 of helpdesk is not valid: certificate signature does not verify"},
		"with a longer life":            {spoil: func(c *ssh.Certificate) { c.ValidBefore++ }, want: "does not verify"},
		"without its source address":    {change: from("192.0.2.0/24"), spoil: func(c *ssh.Certificate) { c.CriticalOptions = nil }, want: "does not verify"},
		"pretending another CA":         {ca: signer("eve"), spoil: func(c *ssh.Certificate) { c.SignatureKey = publicKey("ca") }, want: "does not verify"},
		"signed with RSA":               {content: withRSA, ca: newRSA()},
		"signed with SHA-1":             {content: withRSA, ca: sha1, want: "cert 4711 of helpdesk is signed with SHA-1"},
		"a key of the CA itself":        {change: func(c *ssh.Certificate) { c.Key = publicKey("ca") }},
	} {
		t.Run(name, func(t *testing.T) {
			content, ca, change := c.content, c.ca, c.change
			if content == "" {
				content = certificates()
			}
			if ca == nil {
				ca = signer("ca")
			}
			if change == nil {
				change = func(*ssh.Certificate) {}
			}
			cert := certified("bob", ca, change)
			if c.spoil != nil {
				c.spoil(cert)
			}
			from := lan
			switch {
			case c.addr == "none":
				from = netip.Addr{}
			case c.addr != "":
				from = netip.MustParseAddr(c.addr)
			}
			o := parse(t, content)
			g, err := o.Allow(cert, from, noon)
			if c.want != "" {
				checkRefusal(t, err, c.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if g.Operator.Name != "bob" || g.Serial != 4711 || g.CA != "helpdesk" || g.Fingerprint != ssh.FingerprintSHA256(cert.Key) || g.Key() != "cert 4711 of helpdesk" {
				t.Errorf("%+v", g)
			}
			if err := o.StillAllows(g, from, noon); err != nil {
				t.Errorf("no longer allowed: %v", err)
			}
			if until := time.Unix(int64(cert.ValidBefore), 0); cert.ValidBefore != ssh.CertTimeInfinity {
				if !g.Until.Equal(until) {
					t.Errorf("until %s, want %s", g.Until, until)
				}
				checkRefusal(t, o.StillAllows(g, from, until), "bob: cert 4711 of helpdesk expired at ")
			}
		})
	}
	t.Run("the key of a certificate, without it", func(t *testing.T) {
		_, err := parse(t, certificates()).Allow(publicKey("bob"), lan, noon)
		checkRefusal(t, err, "is not listed")
	})
	t.Run("the operator expires first", func(t *testing.T) {
		o := parse(t, strings.Replace(certificates(), "[operators.bob]\n", "[operators.bob]\nexpires = 2026-11-30T12:30:00Z\nfrom = [\"10.0.0.0/8\"]\n", 1))
		g, err := o.Allow(certified("bob", signer("ca")), lan, noon)
		if err != nil || !g.Until.Equal(noon.Add(30*time.Minute)) {
			t.Errorf("%v, %v", g.Until, err)
		}
		checkRefusal(t, o.StillAllows(g, lan, noon.Add(30*time.Minute)), "bob: expired at")
		checkRefusal(t, o.StillAllows(g, netip.MustParseAddr("192.0.2.1"), noon), "bob: 192.0.2.1 is outside")
		// If the operator may stay longer, only the certificate's end counts.
		later := parse(t, certificates())
		if err := later.StillAllows(g, lan, noon.Add(45*time.Minute)); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatEndsASession(t *testing.T) {
	before := bob(`login = "bob"`, `verbs = ["console", "unlock"]`)
	for name, c := range map[string]struct{ after, want string }{
		"nothing":                {before, ""},
		"another operator":       {before + "[operators.carol]\nkeys = " + quoted(keyLine("carol")) + "\n", ""},
		"another time zone":      {before + `time_zone = "Asia/Tokyo"` + "\n", ""},
		"another key besides":    {strings.Replace(before, "keys = [", "keys = ["+fmt.Sprintf("%q, ", keyLine("bob2")), 1), ""},
		"removed":                {"[operators.carol]\nkeys = " + quoted(keyLine("carol")) + "\n", "bob: is no longer in the operators file"},
		"key removed":            {strings.Replace(before, keyLine("bob"), keyLine("bob2"), 1), "bob: the key " + fingerprint("bob") + " is no longer listed"},
		"key given to another":   {strings.Replace(before, "operators.bob", "operators.carol", 1), "bob: is no longer"},
		"key revoked":            {"revoked_keys = " + quoted(fingerprint("bob")) + "\n" + before, "is revoked"},
		"expired":                {before + "expires = 2026-11-29\n", "bob: expired at"},
		"another network":        {before + "from = [\"192.0.2.0/24\"]\n", "is outside the networks"},
		"fewer verbs":            {strings.Replace(before, `, "unlock"`, "", 1), "the verbs in the operators file have changed"},
		"all verbs":              {strings.Replace(before, `verbs`, "# verbs", 1), "the verbs in the operators file have changed"},
		"another login":          {strings.Replace(before, `login = "bob"`, `login = "robert"`, 1), "the HDP login in the operators file has changed"},
		"a login that is shared": {before + "attribution = \"service\"\n", "the HDP login in the operators file has changed"},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := parse(t, before).Allow(publicKey("bob"), lan, noon)
			if err != nil {
				t.Fatal(err)
			}
			err = parse(t, c.after).StillAllows(g, lan, noon)
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkRefusal(t, err, c.want)
		})
	}
	for name, c := range map[string]struct{ after, want string }{
		"nothing":           {certificates(), ""},
		"CA removed":        {bob(), "bob: the CA helpdesk no longer has the key " + fingerprint("ca")},
		"CA key replaced":   {strings.Replace(certificates(), keyLine("ca"), keyLine("ca2"), 1), "bob: the CA helpdesk no longer has the key"},
		"CA key revoked":    {"revoked_keys = " + quoted(fingerprint("ca")) + "\n" + certificates(), "of the CA helpdesk is revoked"},
		"serial revoked":    {certificates("revoked_serials = [4711]"), "bob: cert 4711 of helpdesk is revoked"},
		"key revoked":       {"revoked_keys = " + quoted(fingerprint("bob")) + "\n" + certificates(), "bob: the key " + fingerprint("bob") + " is revoked"},
		"principal removed": {strings.Replace(certificates(), `"bob", `, "", 1), `bob: the principal "bob" of helpdesk is no longer listed`},
	} {
		t.Run("certificate: "+name, func(t *testing.T) {
			g, err := parse(t, certificates()).Allow(certified("bob", signer("ca")), lan, noon)
			if err != nil {
				t.Fatal(err)
			}
			err = parse(t, c.after).StillAllows(g, lan, noon)
			if c.want == "" && err == nil {
				return
			}
			checkRefusal(t, err, c.want)
		})
	}
}
