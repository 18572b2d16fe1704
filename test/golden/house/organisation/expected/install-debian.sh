#!/bin/sh
# Installs a whole house on this machine: Debian 12 or 13, as root. Run it again whenever you like: what is
# there stays as it is, and nothing of yours is overwritten.
#
#   install-debian.sh [--house FOLDER] [--source FOLDER-OR-GIT-ADDRESS]
#
#   --house   a folder with gatehouse.yml, users and secrets, to be put in place where there is none yet
#   --source  Gatehouse itself: a clone of it, or the address of its repository
set -eu

# What gatehouse.yml says.
FOLDER=/srv/gatehouse
CONFIG=/srv/gatehouse/gatehouse.yml
SECRETS=/srv/gatehouse/secrets
USERS_FILE=
USERS_OF=authelia
WITH_AUTHELIA=yes
WITH_NGINX=yes
OWN_AUTHORITY=no

PACKAGE=/opt/gatehouse
# The key that signs Authelia's packages (authelia.com, "Artifact Signing and Provenance").
AUTHELIA_KEY=192085915BD608A458AC58DCE461FA1531286EEA
AUTHELIA_KEYRING=/usr/share/keyrings/authelia-security.gpg
# For images: every path below another root.
ROOT=${DESTDIR:-}

say() { printf '%s\n' "$*"; }
fail() {
    printf 'install-debian.sh: %s\n' "$*" >&2
    exit 1
}

HOUSE=
SOURCE=
while [ $# -gt 0 ]; do
    case $1 in
    --house | --source)
        [ $# -ge 2 ] || fail "$1 needs a value"
        if [ "$1" = --house ]; then HOUSE=$2; else SOURCE=$2; fi
        shift 2
        ;;
    -h | --help)
        sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p}' "$0"
        exit 0
        ;;
    *) fail "there is no $1: --help says what there is" ;;
    esac
done

[ "$(id -u)" = 0 ] || fail "this installs programs, so it runs as root: sudo sh $0"
release=$(sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' "$ROOT/etc/os-release" 2>/dev/null || true)
case $release in
12 | 13) ;;
*) say "This is not Debian 12 or 13, for which this was written; going on all the same." ;;
esac

# Everything that could stop us is looked at before anything is changed.
[ -e "$ROOT$CONFIG" ] || [ -n "$HOUSE" ] || fail "there is no $CONFIG: write one with gatehouse init, or name its folder with --house"
[ -z "$HOUSE" ] || [ -e "$HOUSE/gatehouse.yml" ] || fail "there is no gatehouse.yml in $HOUSE"
[ -e "$ROOT$PACKAGE/bin/gatehouse" ] || [ -n "$SOURCE" ] || fail "Gatehouse itself is not in $PACKAGE: name a clone of it with --source"

# Packages that are not there yet.
install_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "Installing$missing"
    apt-get update -q
    # shellcheck disable=SC2086 # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

# Writes a file where it says something else; true where it did.
write_file() {
    if [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; then return 1; fi
    printf '%s\n' "$2" >"$1"
}

install_packages ca-certificates git nodejs npm
[ "$WITH_NGINX" = no ] || install_packages nginx

if [ "$WITH_AUTHELIA" = yes ]; then
    install_packages curl gnupg
    if [ ! -e "$ROOT$AUTHELIA_KEYRING" ]; then
        say "Fetching the key of Authelia's packages"
        fresh=$(mktemp)
        trap 'rm -f "$fresh"' EXIT
        curl -fsSL https://www.authelia.com/keys/authelia-security.gpg -o "$fresh"
        gpg --batch --show-keys --with-colons "$fresh" | grep -q "^fpr:::::::::$AUTHELIA_KEY:" ||
            fail "the key that was fetched is not Authelia's ($AUTHELIA_KEY): nothing was installed"
        install -m 0644 "$fresh" "$ROOT$AUTHELIA_KEYRING"
        rm -f "$fresh"
        trap - EXIT
    fi
    entry="deb [arch=$(dpkg --print-architecture) signed-by=$AUTHELIA_KEYRING] https://apt.authelia.com stable main"
    write_file "$ROOT/etc/apt/sources.list.d/authelia.list" "$entry" || true
    install_packages authelia
fi

# Users of their own, who may log in nowhere.
add_user() {
    getent passwd "$1" >/dev/null && return 0
    say "Making the user $1"
    useradd --system --user-group --home-dir "/var/lib/$1" --no-create-home --shell /usr/sbin/nologin "$1"
}
add_user gatehouse
[ "$WITH_AUTHELIA" = no ] || add_user authelia

# Gatehouse itself, and what it needs from npm when that is not what its lock file says.
if [ ! -e "$ROOT$PACKAGE/bin/gatehouse" ]; then
    say "Putting Gatehouse into $PACKAGE"
    if [ -d "$SOURCE" ] && [ ! -e "$SOURCE/.git" ]; then
        mkdir -p "$ROOT$PACKAGE"
        cp -R "$SOURCE/." "$ROOT$PACKAGE/"
        rm -rf "$ROOT$PACKAGE/node_modules"
    else
        git clone -q --depth 1 -- "$SOURCE" "$ROOT$PACKAGE"
    fi
    chown -R root:root "$ROOT$PACKAGE"
fi
lock=$(sha256sum <"$ROOT$PACKAGE/package-lock.json")
if [ "$(cat "$ROOT$PACKAGE/node_modules/.gatehouse-lock" 2>/dev/null || true)" != "$lock" ]; then
    say "Installing what Gatehouse needs"
    (cd "$ROOT$PACKAGE" && npm ci --omit=dev --no-audit --no-fund --loglevel=error)
    printf '%s\n' "$lock" >"$ROOT$PACKAGE/node_modules/.gatehouse-lock"
fi
make_link() {
    [ "$(readlink "$2" 2>/dev/null || true)" = "$1" ] && return 0
    if [ -e "$2" ] && [ ! -L "$2" ]; then fail "$2 is in the way: it is not ours"; fi
    ln -sfn "$1" "$2"
}
# Node 24 comes with Gatehouse, as a package for this kind of machine.
case $(uname -m) in
x86_64) kind=x64 ;;
aarch64) kind=arm64 ;;
*) kind= ;;
esac
mkdir -p "$ROOT$PACKAGE/runtime" "$ROOT/usr/local/bin"
[ -z "$kind" ] || make_link "../node_modules/node-linux-$kind/bin/node" "$ROOT$PACKAGE/runtime/node"
make_link "$PACKAGE/bin/gatehouse" "$ROOT/usr/local/bin/gatehouse"
gatehouse() { "$ROOT$PACKAGE/bin/gatehouse" "$@"; }

# The house: put there once, kept ever after.
if [ ! -e "$ROOT$CONFIG" ]; then
    say "Putting the house into $FOLDER"
    # Nobody looks in until the secrets are root's alone, whatever modes they come with.
    mkdir -p "$ROOT$FOLDER"
    chmod 0700 "$ROOT$FOLDER"
    (cd "$HOUSE" && tar -cf - --exclude=./house --exclude=./.git .) | tar -xf - -C "$ROOT$FOLDER" --no-same-owner --no-overwrite-dir
elif [ -n "$HOUSE" ] && ! cmp -s "$HOUSE/gatehouse.yml" "$ROOT$CONFIG"; then
    say "Kept $CONFIG, which is another than that in $HOUSE: copy it yourself if you mean it."
fi
chmod 0644 "$ROOT$CONFIG"

gatehouse secret make --config "$ROOT$CONFIG"
chown -R root:root "$ROOT$SECRETS"
chmod -R u=rwX,go= "$ROOT$SECRETS"
if [ -n "$USERS_FILE" ]; then
    if [ ! -e "$ROOT$USERS_FILE" ]; then
        fail "there are no users yet: gatehouse user add NAME --config $CONFIG, then run this again"
    fi
    # Authelia writes a changed password there; the gateway reads.
    if [ "$USERS_OF" = authelia ]; then
        chown authelia:authelia "$ROOT$USERS_FILE"
        chmod 0600 "$ROOT$USERS_FILE"
    else
        chown root:gatehouse "$ROOT$USERS_FILE"
        chmod 0640 "$ROOT$USERS_FILE"
    fi
fi
chmod 0755 "$ROOT$FOLDER"

# This machine trusts the house's own authority.
trusted=$ROOT/usr/local/share/ca-certificates/gatehouse.crt
if [ "$OWN_AUTHORITY" = yes ] && ! cmp -s "$ROOT$SECRETS/certificates/authority.pem" "$trusted"; then
    say "Trusting the house's own authority"
    mkdir -p "$ROOT/usr/local/share/ca-certificates"
    install -m 0644 "$ROOT$SECRETS/certificates/authority.pem" "$trusted"
    update-ca-certificates
fi

# Debian's greeting page would answer strangers; the file itself stays in sites-available.
greeting=$ROOT/etc/nginx/sites-enabled/default
if [ "$WITH_NGINX" = yes ] && [ -L "$greeting" ]; then
    say "Taking Debian's greeting page out of NGINX"
    rm "$greeting"
fi

set -- apply --yes --config "$ROOT$CONFIG"
[ -z "$ROOT" ] || set -- "$@" --root "$ROOT"
gatehouse "$@"
say "The house is in place. What is wrong with it, if anything: gatehouse doctor"
