#!/bin/sh
# What the suites start as their local chain: `True` (or nothing) for 250 ms blocks, `False` for 12 s.
here=$(cd "$(dirname "$0")" && pwd)
case "${1:-True}" in
  False) time=12s delay= ;;
  # Finality as far behind as the reference has it: some suites read earnings only after it.
  *) time=250ms delay="--finality-delay 600ms" ;;
esac
exec node "$here/../../packages/node/dist/bin/node.js" --chain local --tmp --block-time "$time" --compat "${NEURITE_COMPAT:-sdk10}" \
  --rpc-port 9944,9945 --rpc-cors all --no-prometheus $delay
