# What ./switchboard and ./test share: finding the .NET 10 SDK, and whether a build is still good. Sourced, not run.
export DOTNET_CLI_TELEMETRY_OPTOUT=${DOTNET_CLI_TELEMETRY_OPTOUT-1}
export DOTNET_NOLOGO=${DOTNET_NOLOGO-1}
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE=${DOTNET_SKIP_FIRST_TIME_EXPERIENCE-1}
# The SDK does not start on a system without ICU unless told that it may. Nothing here needs ICU.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT-1}

if ! command -v dotnet >/dev/null && [[ -x $HOME/.dotnet/dotnet ]]; then
  PATH=$HOME/.dotnet:$PATH
fi
# A built program looks for .NET in the system's folders only; the SDK may have been unpacked elsewhere.
if [[ -z ${DOTNET_ROOT-} ]] && command -v dotnet >/dev/null; then
  found=$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")
  if [[ -d $found/shared/Microsoft.AspNetCore.App ]]; then export DOTNET_ROOT=$found; fi
  unset found
fi

# Ends the script with a sentence unless the .NET 10 SDK is here.
demand_dotnet() {
  if ! command -v dotnet >/dev/null; then
    printf 'The program "dotnet" was not found. Switchboard needs the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0\n' >&2
    exit 1
  fi
  if ! dotnet --list-sdks </dev/null 9>&- | grep -q '^10\.'; then
    printf 'Switchboard needs the .NET 10 SDK, and "dotnet --list-sdks" shows none: https://dotnet.microsoft.com/download/dotnet/10.0\n' >&2
    exit 1
  fi
}

# files PATH…: every source file there, by name. Build output does not count.
files() { find "$@" \( -name bin -o -name obj -o -name node_modules -o -name .data \) -prune -o -type f "${filter[@]}" -print; }

# make_stamp STAMP PATH…: remembers what is there now. Made before the work it stands for: whatever is edited meanwhile is newer.
make_stamp() {
  local filter=()
  files "${@:2}" | LC_ALL=C sort | cksum >"$1"
}

# changed_since STAMP PATH…: whether a file there was added, removed or written since the stamp was made.
changed_since() {
  local stamp=$1 filter=()
  shift
  [[ -e $stamp && $(files "$@" | LC_ALL=C sort | cksum) == "$(<"$stamp")" ]] || return 0
  filter=(-newer "$stamp")
  [[ -n $(files "$@") ]]
}

# What the server is built from.
server_sources=(src web/dist Directory.Build.props Directory.Packages.props Switchboard.slnx .editorconfig BannedSymbols.txt)

# is_built OUTPUT: whether the server there is built from the sources of the current folder as they are.
is_built() { [[ -x $1/switchboard && -e $1/switchboard.dll ]] && ! changed_since "$1/.build-stamp" "${server_sources[@]}"; }
