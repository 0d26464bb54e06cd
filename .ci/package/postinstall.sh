#!/bin/sh
# Runs after an installation or an upgrade: $1 is "configure" in a .deb, and the number of
# installed versions in an .rpm. DPKG_ROOT is the folder of an installation into another system.
set -e
root=${DPKG_ROOT:-}

case "$1" in
configure) [ -n "$2" ] || first=yes ;; # $2: the version that was configured before
1) first=yes ;;
esac

if ! grep -q '^hdpadmin:' "$root/etc/passwd" && ! { [ -z "$root" ] && getent passwd hdpadmin >/dev/null; }; then
	group=--user-group # fails if the group is there already
	if grep -q '^hdpadmin:' "$root/etc/group" || { [ -z "$root" ] && getent group hdpadmin >/dev/null; }; then
		group="--gid hdpadmin"
	fi
	# shellcheck disable=SC2086 # an option and its value
	useradd ${root:+--prefix "$root"} --system $group --home-dir /var/lib/hdpadmin --no-create-home \
		--shell /usr/sbin/nologin --comment "hdpadmin SSH service" hdpadmin
fi

if [ -n "$first" ]; then
	# serve init overwrites nothing, so that what an earlier installation left is kept.
	HOME=/nonexistent "$root/usr/bin/hdpadmin" serve init --config "$root/etc/hdpadmin/serve.toml" >/dev/null
	group=hdpadmin
	[ -z "$root" ] || group=$(sed -n 's/^hdpadmin:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/group")
	for name in . serve.toml operators.toml; do
		chgrp "$group" "$root/etc/hdpadmin/$name"
	done
	chmod 0750 "$root/etc/hdpadmin"
	chmod 0640 "$root/etc/hdpadmin/serve.toml" "$root/etc/hdpadmin/operators.toml"
fi

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	# A restart would end the operators' sessions, so it is left to the administrator.
	if [ -z "$first" ] && systemctl is-active --quiet hdpadmin.service; then
		echo "hdpadmin.service still runs the earlier version. Restart it when it suits your operators:"
		echo "  systemctl restart hdpadmin.service"
	fi
fi
