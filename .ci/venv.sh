# Python environments of the lanes that need Python clients; sourced in the repository's folder.
cache="${NEURITE_CI_CACHE:-$PWD/.cache}"
mkdir -p "$cache"

# A virtual environment with exactly these packages; made once per list.
venv() { # folder, packages...
  local folder="$cache/$1" wanted
  shift
  wanted="$*"
  if [ ! -f "$folder/.ready" ] || [ "$(cat "$folder/.ready")" != "$wanted" ]; then
    rm -rf "$folder"
    python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" || return 1
    echo "$wanted" >"$folder/.ready"
  fi
}
