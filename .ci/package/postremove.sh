#!/bin/sh
# Runs after a removal: $1 is "purge" if dpkg is to remove the configuration too. The user stays,
# because files belong to it, and so does /var/lib/hdpadmin: it holds the audit log.
set -e
root=${DPKG_ROOT:-}
if [ "$1" = purge ]; then
	rm -rf "$root/etc/hdpadmin"
	if [ -d "$root/var/lib/hdpadmin" ]; then
		echo "The audit log and the host key are still in $root/var/lib/hdpadmin."
	fi
fi
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
