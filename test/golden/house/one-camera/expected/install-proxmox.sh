#!/bin/sh
# Makes a container for the house on this Proxmox VE host, and installs the house in it. As root, on the host.
# Run it again whenever you like: a container that is there is used as it is; nothing is ever destroyed.
#
#   install-proxmox.sh --house FOLDER --source FOLDER [options]
#
#   --house FOLDER      gatehouse.yml, users and secrets
#   --source FOLDER     a clone of Gatehouse
#   --id NUMBER         the container (default: the one of that name, or the next free number)
#   --hostname NAME     its name (default: gatehouse)
#   --storage NAME      where its disk is (default: local-lvm)
#   --templates NAME    where templates are (default: local)
#   --bridge NAME       its network (default: vmbr0)
#   --ip ADDRESS/BITS   its address (default: dhcp)
#   --gateway ADDRESS   its router, with an address
#   --cores NUMBER      (default: 2)
#   --memory MEGABYTES  (default: 1024)
#   --disk GIGABYTES    (default: 8)
set -eu

say() { printf '%s\n' "$*"; }
fail() {
    printf 'install-proxmox.sh: %s\n' "$*" >&2
    exit 1
}

HOUSE=
SOURCE=
ID=
NAME=gatehouse
STORAGE=local-lvm
TEMPLATES=local
BRIDGE=vmbr0
IP=dhcp
GATEWAY=
CORES=2
MEMORY=1024
DISK=8
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p}' "$0"
        exit 0
        ;;
    esac
    [ $# -ge 2 ] || fail "$1 needs a value, or is no option: --help says what there is"
    case $1 in
    --house) HOUSE=$2 ;;
    --source) SOURCE=$2 ;;
    --id) ID=$2 ;;
    --hostname) NAME=$2 ;;
    --storage) STORAGE=$2 ;;
    --templates) TEMPLATES=$2 ;;
    --bridge) BRIDGE=$2 ;;
    --ip) IP=$2 ;;
    --gateway) GATEWAY=$2 ;;
    --cores) CORES=$2 ;;
    --memory) MEMORY=$2 ;;
    --disk) DISK=$2 ;;
    *) fail "there is no $1: --help says what there is" ;;
    esac
    shift 2
done

[ "$(id -u)" = 0 ] || fail "containers are made by root: sudo sh $0"
command -v pct >/dev/null || fail "there is no pct here: run this on the Proxmox VE host"
[ -e "$HOUSE/gatehouse.yml" ] || fail "--house: there is no gatehouse.yml in \"$HOUSE\""
[ -e "$SOURCE/bin/gatehouse" ] || fail "--source: there is no Gatehouse in \"$SOURCE\""
case $ID in *[!0-9]*) fail "--id is a number" ;; esac
INSTALLER=$(dirname "$0")/install-debian.sh
[ -e "$INSTALLER" ] || fail "install-debian.sh is missing beside this script"

# A container of that name is ours to use; a number that belongs to another is not.
name_of() { pct config "$1" 2>/dev/null | sed -n 's/^hostname: *//p'; }
if [ -z "$ID" ]; then
    for each in $(pct list | awk 'NR > 1 { print $1 }'); do
        if [ "$(name_of "$each")" = "$NAME" ]; then ID=$each; fi
    done
    [ -n "$ID" ] || ID=$(pvesh get /cluster/nextid)
fi

if pct status "$ID" >/dev/null 2>&1; then
    [ "$(name_of "$ID")" = "$NAME" ] || fail "the container $ID is \"$(name_of "$ID")\", not \"$NAME\": choose another --id"
    say "Using the container $ID, which is there"
else
    template=$(pveam list "$TEMPLATES" | awk '$1 ~ /debian-1[23]-standard/ { print $1 }' | sort -V | tail -n 1)
    if [ -z "$template" ]; then
        pveam update >/dev/null
        file=$(pveam available --section system | awk '$2 ~ /^debian-1[23]-standard/ { print $2 }' | sort -V | tail -n 1)
        [ -n "$file" ] || fail "Proxmox knows no template of Debian 12 or 13"
        say "Fetching $file"
        pveam download "$TEMPLATES" "$file"
        template=$TEMPLATES:vztmpl/$file
    fi
    network=name=eth0,bridge=$BRIDGE,ip=$IP
    [ -z "$GATEWAY" ] || network=$network,gw=$GATEWAY
    say "Making the container $ID ($NAME)"
    # Unprivileged: its root is nobody on the host. Nesting lets systemd give its services folders of their own.
    pct create "$ID" "$template" --hostname "$NAME" --unprivileged 1 --features nesting=1 --ostype debian \
        --cores "$CORES" --memory "$MEMORY" --swap 512 --rootfs "$STORAGE:$DISK" --net0 "$network" --onboot 1
fi

case $(pct status "$ID") in
*running*) ;;
*)
    say "Starting it"
    pct start "$ID"
    ;;
esac
tries=0
until pct exec "$ID" -- getent hosts deb.debian.org >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || fail "the container has no network after a minute: look at --bridge, --ip and --gateway, then run this again"
    sleep 2
done

# What is pushed holds secrets: readable by root alone, here and there, and gone when all is done.
parcel=$(mktemp -d)
inside=/var/lib/gatehouse-install
clean() {
    rm -rf "$parcel"
    pct exec "$ID" -- rm -rf "$inside" >/dev/null 2>&1 || true
}
trap clean EXIT
say "Bringing the house into it"
pct exec "$ID" -- rm -rf "$inside"
pct exec "$ID" -- mkdir -p -m 0700 "$inside" "$inside/house" "$inside/source"
tar -C "$HOUSE" --exclude=./house --exclude=./.git -cf "$parcel/house.tar" .
tar -C "$SOURCE" --exclude=./node_modules --exclude=./.git -cf "$parcel/source.tar" .
for each in house source; do
    pct push "$ID" "$parcel/$each.tar" "$inside/$each.tar" --perms 0600
    pct exec "$ID" -- tar -C "$inside/$each" --no-same-owner -xf "$inside/$each.tar"
done
pct push "$ID" "$INSTALLER" "$inside/install-debian.sh" --perms 0700
pct exec "$ID" -- sh "$inside/install-debian.sh" --house "$inside/house" --source "$inside/source"
say "The house is in the container $ID. Its address: pct exec $ID -- hostname -I"
