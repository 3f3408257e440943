#!/bin/sh
# assemble.sh SERVICE OUT: copies what one program needs at run time from a built tree into OUT, in the
# same places; `program` there leads to it.
set -eu

service=$1
out=$2
case $service in
  cli) program=cli ;;
  *) program=services/$service ;;
esac
if [ ! -f "$program/dist/main.js" ]; then
  echo "SERVICE is '$service': it has to be cli or a folder of services/." >&2
  exit 1
fi

mkdir -p "$out"
for workspace in packages/* infra/local "$program"; do
  cp -r --parents "$workspace/package.json" "$workspace/dist" "$out"
done
cp -r --parents package.json infra/docker/healthcheck.mjs infra/opensearch rules "$out"
find "$out" \( -name '*.d.ts' -o -name '*.d.ts.map' -o -name '*.test.js*' -o -name '*.tsbuildinfo' \) -delete
ln -s "$program" "$out/program"
