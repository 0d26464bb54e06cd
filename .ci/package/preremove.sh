#!/bin/sh
# Runs before a removal, and before an upgrade too: $1 is "remove" or 0 only for a removal.
set -e
case "$1" in
remove | 0)
	if [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
		systemctl disable --now hdpadmin.socket hdpadmin.service || true # a masked unit must not keep the package
	fi
	;;
esac
