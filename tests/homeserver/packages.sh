# What the installers of this folder share: Debian packages, checked and unpacked into a cache folder. Sourced, not run.
# Nothing is installed into the machine: apt works here with sources, lists and a package state of its own.

cache=${SWITCHBOARD_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/switchboard-tests}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

# need PROGRAM…: ends the script with a sentence unless all of them are there.
need() {
  local program
  for program in "$@"; do command -v "$program" >/dev/null 2>&1 || fail "the program '$program' is needed and not there"; done
}

last_line() { if [[ -r $1 ]]; then grep -v '^[[:space:]]*$' "$1" | tail -n 1 || true; fi; }

own_release() { (. /etc/os-release && printf '%s' "${VERSION_CODENAME:-stable}"); }

# mirrors: base addresses the machine's own apt uses for its own release; known also before the first apt-get update.
mirrors() {
  apt-get update --print-uris 2>/dev/null |
    sed -nE "s#^'(.*)/dists/($(own_release)|stable|testing|unstable|sid)/(In)?Release'.*#\1#p" | awk '!seen[$0]++'
}

# lone_apt WORK ARGUMENT…: apt-get that sees nothing but WORK; the machine's proxy settings still count.
lone_apt() {
  local work=$1
  shift
  apt-get -o "Dir::State=$work/state" -o "Dir::State::status=$work/status" -o "Dir::State::lists=$work/lists" \
    -o "Dir::Cache=$work/cache" -o "Dir::Cache::archives=$work/archives" \
    -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o APT::Sandbox::User= -o APT::Install-Recommends=false -o APT::Keep-Downloaded-Packages=true \
    -o Acquire::Retries=3 -o Acquire::Languages=none -o Dpkg::Use-Pty=false "$@"
}

# unpack_packages PACKAGE STATUS WORK SUITE…: the package of the first suite that has it, with all it needs that STATUS (a
# list of installed packages, as dpkg keeps it) does not have, unpacked into WORK/root. Sets found to suite and version.
unpack_packages() {
  local package=$1 status=$2 work=$3 suite mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  shift 3
  need apt-get dpkg-deb tar awk
  [[ -r $keyring ]] || fail "Debian's archive keys are not here (package debian-archive-keyring)"
  local -a addresses
  mapfile -t addresses < <(mirrors)
  ((${#addresses[@]})) || fail "this machine's apt knows no Debian mirror"
  mkdir -p "$work"/{state,archives/partial,root/usr/{bin,sbin,lib,lib64}}
  cp -- "$status" "$work/status"

  found=
  for suite in "$@"; do
    for mirror in "${addresses[@]}"; do
      say "reading the package list of $suite"
      printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$work/sources.list"
      rm -rf "$work/lists" && mkdir -p "$work/lists/partial"
      if lone_apt "$work" -qq update >"$work/log" 2>&1 &&
        lone_apt "$work" -y -qq --download-only install "$package" >"$work/log" 2>&1; then
        found=$suite
        break 2
      fi
      say "$suite does not have it now: $(last_line "$work/log")"
    done
  done
  [[ -n $found ]] || fail "none of these suites can supply $package now: $*"

  # Debian's folders below / are links into /usr; a package that still ships files there must not turn one into a folder.
  local folder archive
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$work/root/$folder"; done
  for archive in "$work"/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$work/root" --keep-directory-symlink --no-same-owner \
      --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' --exclude='./usr/share/info/*' ||
      fail "${archive##*/} cannot be unpacked"
  done
  archive=$(basename -- "$(echo "$work/archives/$package"_*.deb)" .deb)
  archive=${archive#"${package}"_}
  found="$package ${archive%_*} ($found)"
}

# install_once NAME FUNCTION: makes the folder $cache/NAME by FUNCTION WORK, which leaves it as WORK/root, unless it is there.
# Several at a time wait for each other. The folder appears whole or not at all.
install_once() {
  local name=$1 make=$2 work began=$SECONDS
  if [[ -f $cache/$name/version ]]; then
    say "there already: $(<"$cache/$name/version")"
    return 0
  fi
  need flock
  mkdir -p "$cache" 2>/dev/null || fail "cannot make the folder $cache"
  exec 9>"$cache/$name.lock"
  flock 9
  if [[ ! -f $cache/$name/version ]]; then
    rm -rf "$cache/work-$name".*
    work=$(mktemp -d "$cache/work-$name.XXXXXX")
    # shellcheck disable=SC2064 # the path as it is now
    trap "rm -rf '$work'" EXIT
    "$make" "$work"
    printf '%s\n' "$found" >"$work/root/version"
    rm -rf "${cache:?}/$name"
    mv "$work/root" "$cache/$name"
    say "$found unpacked into $cache/$name in $((SECONDS - began)) s"
  fi
  exec 9>&-
}
