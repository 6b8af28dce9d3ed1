#!/bin/sh
# Print the newest Python from 3.11 to 3.13 that starts here and can make environments.
# (TensorFlow has wheels for these.) Prints nothing and fails where there is none.
fits='import sys, venv, ensurepip; sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])'
for version in 3.13 3.12 3.11; do
  for python in "python$version" python3 "$(uv python find --system "$version" 2>/dev/null)"; do
    if "$python" -c "$fits" "$version" 2>/dev/null; then
      command -v "$python"
      exit 0
    fi
  done
done
exit 1
