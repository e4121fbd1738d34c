# What ./switchboard and ./test share: finding the .NET 10 SDK, and whether a build is still good. Sourced, not run.
export DOTNET_CLI_TELEMETRY_OPTOUT=${DOTNET_CLI_TELEMETRY_OPTOUT-1}
export DOTNET_NOLOGO=${DOTNET_NOLOGO-1}
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE=${DOTNET_SKIP_FIRST_TIME_EXPERIENCE-1}

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
    printf 'Switchboard needs the .NET 10 SDK; "dotnet --list-sdks" shows none. Get it from https://dotnet.microsoft.com/download/dotnet/10.0\n' >&2
    exit 1
  fi
}

# changed_since STAMP PATH…: whether a file or folder there is newer than the stamp. Build output does not count.
changed_since() {
  local stamp=$1
  shift
  [[ ! -e $stamp ]] || [[ -n $(find "$@" \( -name bin -o -name obj -o -name node_modules \) -prune -o -newer "$stamp" -print -quit) ]]
}

# is_built ROOT OUTPUT: whether the server is built from the sources as they are.
is_built() {
  [[ -x $2/switchboard && -e $2/switchboard.dll ]] || return 1
  ! changed_since "$2/.build-stamp" "$1/src" "$1/Directory.Build.props" "$1/Directory.Packages.props" "$1/Switchboard.slnx" \
    "$1/.editorconfig" "$1/BannedSymbols.txt"
}
