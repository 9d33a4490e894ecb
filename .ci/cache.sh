# Sourced by the installers. What is slow to make (the Python judges, the native engine) is made once per machine in a
# cache folder, under a name that says all versions it depends on, and each clone has a link to it in `.judges/`.
# Where the cache cannot be written, it is made in `.judges/` itself.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
judges="$root/.judges"

cache_folder() {
  local folder="${FCNC_CI_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nowhere}/.cache}/fcnc-ci}"
  if mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ]; then echo "$folder"; else echo "$judges/cache"; fi
}

# provide NAME KEY COMMAND...: link .judges/NAME to the cache's NAME-KEY, which `COMMAND... FOLDER` fills when absent.
# It is filled under another name and then renamed, so that a run that was cut off, or one beside it, leaves no half.
provide() {
  local name="$1" key="$2" cache final draft
  shift 2
  cache="$(cache_folder)"
  mkdir -p "$judges" "$cache" || return 1
  final="$cache/$name-$key"
  find "$cache" -maxdepth 1 -name '*.draft.*' -mmin +120 -exec rm -rf {} + 2>/dev/null
  if [ ! -d "$final" ]; then
    draft="$final.draft.$$"
    rm -rf "$draft"
    if ! "$@" "$draft"; then
      rm -rf "$draft"
      return 1
    fi
    mv -T "$draft" "$final" 2>/dev/null || rm -rf "$draft"
  fi
  [ -d "$final" ] || return 1
  ln -sfnT "$final" "$judges/$name"
}

python_command() {
  local candidate
  for candidate in "${FCNC_BASE_PYTHON:-}" python3 python; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

# pip asks its default index first, and where that cannot be reached it waits long for nothing. A machine that names
# further indexes in its own settings gets those alone.
pip_indexes() {
  local python="$1" first=1 index
  for index in $("$python" -m pip config get global.extra-index-url 2>/dev/null); do
    if [ "$first" = 1 ]; then printf '%s\n' --index-url "$index"; first=0; else printf '%s\n' --extra-index-url "$index"; fi
  done
}
